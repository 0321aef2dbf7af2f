"""What the names of a program that is played mean: variables, optimizers, layers, and what is drawn at random.

That is replaced by numbers that hang on the shape alone, on both sides alike. Runs inside the child process, also on
Python 2.7 and 3.7; TensorFlow is handed in.
"""

from __future__ import division

import inspect
import zlib

import layers
import numpy as np
import recurrence
from calls import Calls
from dialect import find

OPTIMIZERS = "GradientDescent Momentum Adam Adagrad Adadelta Ftrl RMSProp".split()
RATES = "exponential_decay inverse_time_decay polynomial_decay cosine_decay piecewise_constant".split()
SCHEDULES = "ExponentialDecay InverseTimeDecay PolynomialDecay CosineDecay PiecewiseConstantDecay".split()
OF_PROGRAMS = "placeholder_with_default gradients trainable_variables GraphKeys.UPDATE_OPS".split()
OF_PROGRAMS += "assign assign_add assign_sub group get_variable_scope AUTO_REUSE".split()
OF_PROGRAMS += "get_collection GraphKeys.TRAINABLE_VARIABLES GraphKeys.GLOBAL_VARIABLES global_variables".split()
OF_PROGRAMS += ["control_dependencies"]
SUCCESSORS = "SGD Adam Adagrad Adadelta Ftrl RMSprop".split()


def fixed(kind, shape):
    """Numbers like random ones that hang on the shape alone."""
    dims = shape.as_list() if hasattr(shape, "as_list") else np.array(shape).tolist()
    dims = [int(each) for each in (dims if isinstance(dims, list) else [dims])]
    random = np.random.RandomState(zlib.crc32(repr((kind, dims)).encode("ascii")) & 0x7FFFFFFF)
    drawn = random.uniform(0.0, 1.0, dims) if kind == "uniform" else random.normal(0.0, 1.0, dims)
    return np.clip(drawn, -2.0, 2.0) if kind == "truncated" else drawn


def is_open(shape):
    """Whether only the graph knows a shape: it is a tensor, or holds some."""
    parts = shape if isinstance(shape, (list, tuple)) else [shape]
    return any(hasattr(each, "dtype") and not isinstance(each, (np.ndarray, np.generic)) for each in parts)


def spread(tf, kind, shape):
    """Numbers like random ones of an open shape: they hang on the place in the array alone."""
    shape = tf.stack(shape) if isinstance(shape, (list, tuple)) else shape
    at = tf.cast(tf.range(tf.reduce_prod(shape)), tf.float64) + 1
    parts = [at * step - tf.floor(at * step) for step in (2**0.5, 3**0.5, 5**0.5, 7**0.5)]
    numbers = parts[0] if kind == "uniform" else (sum(parts) - 2) * 3**0.5
    return tf.reshape(tf.clip_by_value(numbers, -2.0, 2.0) if kind == "truncated" else numbers, shape)


class Names(object):
    """What the names of a program mean, beside those of expressions: variables, optimizers, fixed draws."""

    def __init__(self, tf, keras, resolve, new):
        self.tf, self.keras, self.resolve, self.new = tf, keras, resolve, new
        self.made, self.averages, self.gradients, self.fed, self.shapes = [], [], {}, [], {}
        self.steps, self.rates = None, []
        self.own = {"Variable": self.variable, "constant": self.constant, "nn.dropout": self.dropout}
        self.own["nn.embedding_lookup"] = tf.nn.embedding_lookup
        self.own.update({"nn." + name: self.sampled(name) for name in ("nce_loss", "sampled_softmax_loss")})
        for name, kind in (("normal", "normal"), ("uniform", "uniform"), ("truncated_normal", "truncated")):
            draw = self.draw(kind)
            self.own["random." + name] = draw
            self.own[name if kind == "truncated" else "random_" + name] = draw
        self.own.update(self.initializers())
        self.own["set_random_seed"] = self.own["random.set_seed"] = lambda seed: None
        self.own["random.set_random_seed"] = self.own["set_random_seed"]
        if new:
            self.own.update(layers.of_keras(keras, self.glorot, self.made))
            self.own.update(
                {"keras.layers." + name: find(keras, "layers." + name) for name in ("RNN", "StackedRNNCells")}
            )
            self.own["gradients"] = tf.gradients
            self.own.update({"function": self.function, "TensorSpec": tf.TensorSpec, "GradientTape": tf.GradientTape})
            for name in SCHEDULES:
                self.own["keras.optimizers.schedules." + name] = find(keras, "optimizers.schedules." + name)
            for name in SUCCESSORS:
                make = find(keras, "optimizers." + name)
                casts = name == "Adam" or keras.__version__.startswith("2")
                self.own["keras.optimizers." + name] = exact(make) if casts else plain(make)
        else:
            classes = layers.of_tf1(tf, self.glorot, self.get_variable, self.averages)
            self.own.update({"layers." + name: each for name, each in classes.items()})
            self.own.update(Calls(tf, classes, self.dropout).names())
            self.own.update(recurrence.of_tf1(tf, self.glorot, self.dropout, self.made))
            self.own.update({name: find(tf, name) for name in OF_PROGRAMS})
            self.own["keras.metrics.Accuracy"] = self.accuracy
            self.own.update(get_variable=self.get_variable, placeholder=self.placeholder)
            self.own.update({each: self.named(find(tf, each)) for each in ("variable_scope", "name_scope")})
            for name in RATES:
                self.own["train." + name] = find(tf, "train." + name)
            for name in OPTIMIZERS:
                self.own["train.%sOptimizer" % name] = exact(self.keeping(find(tf, "train.%sOptimizer" % name)))

    def __call__(self, path):
        path = path[len("compat.v1.") :] if path.startswith("compat.v1.") else path
        return self.own[path] if path in self.own else self.resolve(path)

    def function(self, body=None, input_signature=None):
        if body is None:
            return lambda body: self.function(body, input_signature)
        return self.tf.function(body, input_signature=input_signature, autograph=False)

    def variable(self, *arguments, **keywords):
        if arguments and isinstance(arguments[0], (list, tuple)):  # whose floats would be float32
            arguments = (np.array(arguments[0]),) + arguments[1:]
        made = self.tf.Variable(*arguments, **keywords)
        self.made.append(made)
        return made

    def constant(self, value, *arguments, **keywords):
        wide = isinstance(value, (list, tuple)) and np.array(value).dtype == np.float64
        return self.tf.constant(np.array(value) if wide else value, *arguments, **keywords)

    def placeholder(self, dtype, shape=None, name=None):
        shape = self.shapes.get(len(self.fed)) if shape is None else shape
        if self.steps and isinstance(shape, (list, tuple)):
            shape = list(shape[:1]) + [self.steps if each is None else each for each in shape[1:]]
        self.fed.append(self.tf.placeholder(dtype, shape))
        return self.fed[-1]

    def get_variable(self, name, shape=None, dtype=None, initializer=None, trainable=True):
        value = initializer
        if shape is not None:
            value = self.glorot(shape) if initializer is None else initializer(shape, np.float64)
        value = self.tf.convert_to_tensor(value)
        made = self.tf.get_variable(name, dtype=value.dtype.base_dtype, initializer=value, trainable=trainable)
        if not any(each is made for each in self.made):
            self.made.append(made)
        return made

    def named(self, make):
        """A scope, whose name may be one that only the user's own code would tell, for which a number stands."""
        return lambda name, *more, **given: make("of_%d" % name if isinstance(name, int) else name, *more, **given)

    def keeping(self, make):
        """An optimizer of which it is known which gradients each of its steps applies."""

        def apply_gradients(optimizer, pairs, *arguments, **keywords):
            pairs = list(pairs)
            step = make.apply_gradients(optimizer, pairs, *arguments, **keywords)
            self.gradients[step] = [gradient for gradient, _ in pairs if gradient is not None]
            return step

        return type(make.__name__, (make,), {"apply_gradients": apply_gradients})

    def glorot(self, shape, dtype=None):
        size = float(np.prod(shape[:-2])) if len(shape) > 2 else 1.0
        fans = size * (shape[-2] + shape[-1]) if len(shape) > 1 else 2.0 * shape[0]
        return (fixed("uniform", shape) * 2 - 1) * np.sqrt(6.0 / fans)

    def initializers(self):
        """Those of TF1, or of Keras, each with its own defaults; what they draw hangs on the shape alone."""
        if self.new:
            known = {"RandomNormal": ("normal", 0.0, 0.05), "TruncatedNormal": ("truncated", 0.0, 0.05)}
            known["RandomUniform"] = ("uniform", -0.05, 0.05)
            found = {name: self.drawing(*more) for name, more in known.items()}
            found.update({"Constant": filling, "Zeros": lambda: filling(0.0), "Ones": lambda: filling(1.0)})
            found["GlorotUniform"] = lambda seed=None: self.glorot
            return {"keras.initializers." + name: make for name, make in found.items()}
        known = {"random_normal": ("normal", 0.0, 1.0), "truncated_normal": ("truncated", 0.0, 1.0)}
        known["random_uniform"] = ("uniform", 0.0, 1.0)
        found = {name: self.drawing(*more) for name, more in known.items()}
        found.update({"constant": filling, "zeros": lambda **more: filling(0.0), "ones": lambda **more: filling(1.0)})
        found["glorot_uniform"] = lambda seed=None, dtype=None: self.glorot
        named = {"initializers." + name: make for name, make in found.items()}
        named["contrib.layers.xavier_initializer"] = found["glorot_uniform"]
        return dict(named, **{name + "_initializer": make for name, make in found.items()})

    def drawing(self, kind, low, high):
        """A function that makes initializers of one kind, with these defaults."""
        names = ("minval", "maxval") if kind == "uniform" else ("mean", "stddev")

        def initializer(*arguments, **keywords):
            told = dict(zip(names, arguments), **keywords)
            draw = self.draw(kind)
            return lambda shape, dtype=None, **more: draw(shape, told.get(names[0], low), told.get(names[1], high))

        return initializer

    def draw(self, kind):
        def drawn(shape, first=None, second=None, dtype=None, seed=None, name=None, **keywords):
            low = keywords.get("mean", keywords.get("minval", first))
            high = keywords.get("stddev", keywords.get("maxval", second))
            low, high = 0.0 if low is None else low, 1.0 if high is None else high
            numbers = spread(self.tf, kind, shape) if is_open(shape) else fixed(kind, shape)
            return low + numbers * (high - low if kind == "uniform" else high)

        return drawn

    def sampled(self, name):
        """A loss over sampled classes, for which the same classes are sampled at each call."""
        parameters = "weights biases labels inputs num_sampled num_classes num_true".split()

        def loss(*arguments, **keywords):
            given = dict(zip(parameters, arguments), **keywords)
            drawn = np.arange(given["num_sampled"], dtype=np.int64) * 3 % given["num_classes"]
            wanted = self.tf.ones_like(self.tf.cast(given["labels"], given["inputs"].dtype)) / 2
            given["sampled_values"] = (drawn, wanted, np.full([len(drawn)], 0.25))
            return find(self.tf, "nn." + name)(**given)

        return loss

    def accuracy(self):
        """What `tf.metrics.accuracy` gives once it has counted, in float64."""
        tf = self.tf

        def counted(labels, predictions):
            right = tf.cast(tf.equal(labels, tf.cast(predictions, labels.dtype)), tf.float64)
            sums = [tf.reduce_sum(right), tf.cast(tf.size(right), tf.float64)]
            total, count = [tf.assign_add(tf.Variable(np.float64(0), trainable=False), each) for each in sums]
            return total / count

        return counted

    def dropout(self, x, keep_prob=None, noise_shape=None, seed=None, name=None, rate=None):
        """Drops the same elements at each call: of ten that follow one another, those that the rate asks for."""
        tf = self.tf
        self.rates.append(keep_prob if rate is None else rate)
        if self.new and rate is None:
            rate = keep_prob
        kept = 1 - rate if rate is not None else keep_prob
        at = tf.reshape(tf.range(tf.size(x)), tf.shape(x))
        mask = tf.floor(tf.cast(kept, x.dtype) + tf.cast((at * 7) % 10, x.dtype) / 10)
        dropped = x / tf.cast(kept, x.dtype) * mask
        dropped.set_shape(x.get_shape())
        return dropped


def filling(value=0.0, dtype=None):
    """An initializer that gives one number to all."""
    return lambda shape, dtype=None, **more: np.full([int(each) for each in shape], value, np.float64)


def exact(make):
    """An optimizer whose defaults are float64, as what is given to it: it casts them, from float32 otherwise."""

    def made(*arguments, **keywords):
        signature = inspect.getargspec if not hasattr(inspect, "signature") else inspect.signature
        parameters = getattr(signature(make), "parameters", {})
        for name in list(parameters)[len(arguments) :]:
            if isinstance(parameters[name].default, float):
                keywords.setdefault(name, np.float64(parameters[name].default))
        return make(*arguments, **keywords)

    return made


def plain(make):
    """An optimizer that is given plain floats, which it multiplies with its own variables."""

    def made(*arguments, **keywords):
        numbers = {name: float(one) if isinstance(one, float) else one for name, one in keywords.items()}
        return make(*[float(one) if isinstance(one, float) else one for one in arguments], **numbers)

    return made
