"""Functions of TF1 that make a layer and call it, of `tf.layers` and `tf.contrib`, and the scopes that give defaults.

A layer has its variables in a scope of its name, or of its kind and a number, and shares those that are there already
where it is asked to. Runs inside the child process, also on Python 2.7 and 3.7; TensorFlow is handed in.
"""

from __future__ import division

from expression import RefusedError
from layers import flatten, pooled

#: What a call may say that changes nothing of what is computed, and as what; None changes nothing of the others.
SILENT = {
    "data_format": ("NHWC", "channels_last"),
    "trainable": (True,),
    "axis": (-1, 3),
    "zero_debias_moving_mean": (False,),
}
UNSAID = ("variables_collections", "outputs_collections", "weights_regularizer", "biases_regularizer")
LAYERS = {
    "dense": "Dense",
    "conv2d": "Conv2D",
    "conv2d_transpose": "Conv2DTranspose",
    "batch_normalization": "BatchNormalization",
}
#: Behind the inputs, and what the layers of `tf.layers` call it.
CONNECTED = "activation_fn normalizer_fn normalizer_params weights_initializer weights_regularizer biases_initializer"
CONVOLVED = "num_outputs kernel_size stride padding data_format rate " + CONNECTED
CONTRIB = {
    "fully_connected": ("Dense", "fully_connected", "num_outputs " + CONNECTED),
    "conv2d": ("Conv2D", "Conv", CONVOLVED),
    "conv2d_transpose": ("Conv2DTranspose", "Conv2d_transpose", CONVOLVED.replace("rate ", "")),
}
ALIASES = {"convolution2d": "conv2d", "convolution2d_transpose": "conv2d_transpose"}
MEANT = {"num_outputs": ("units", "filters"), "stride": ("strides",), "rate": ("dilation_rate",)}
MEANT.update(weights_initializer=("kernel_initializer",), biases_initializer=("bias_initializer",))
NORM = "decay center scale epsilon activation_fn param_initializers param_regularizers updates_collections is_training"


class Calls(object):
    """The functions of one graph; `dropout` takes what is dropped and a rate."""

    def __init__(self, tf, classes, dropout):
        self.tf, self.classes, self.dropout = tf, classes, dropout
        self.scopes = [{}]

    def names(self):
        """The functions, by their names behind `tf.`."""
        found = {"layers." + name: self.of_layers(name, LAYERS[name]) for name in LAYERS}
        found["layers.dropout"] = self.of_dropout
        found["layers.flatten"] = lambda inputs, **given: flatten(self.tf)(inputs)
        pools = {"max_pool": pooled(self.tf.nn.max_pool), "average_pool": pooled(self.tf.nn.avg_pool)}
        for name, pool in pools.items():
            found["layers.%sing2d" % name] = self.of_pool(pool, "pool_size strides padding", {})
        own = {name: self.scoped(self.of_contrib(*CONTRIB[name])) for name in CONTRIB}
        own.update({alias: own[name] for alias, name in ALIASES.items()})
        own["batch_norm"] = self.scoped(self.of_norm)
        own["dropout"] = self.scoped(self.of_contrib_dropout)
        own["flatten"] = self.scoped(lambda inputs, **given: flatten(self.tf)(inputs))
        for name, pool in (("max_pool2d", pools["max_pool"]), ("avg_pool2d", pools["average_pool"])):
            function = self.of_pool(pool, "kernel_size stride padding", {"strides": 2, "padding": "valid"})
            own[name] = self.scoped(function)
        for module in ("contrib.layers.", "contrib.slim."):
            found.update({module + name: function for name, function in own.items()})
        found.update(
            {
                module + "arg_scope": lambda *given, **named: Scope(self.scopes, *given, **named)
                for module in ("contrib.framework.", "contrib.slim.")
            }
        )
        return found

    def of_layers(self, base, kind):
        def call(inputs, *arguments, **given):
            given.update(zip(self.classes[kind].names.split(), arguments))
            how = {}
            if kind == "BatchNormalization":
                how["training"] = given.pop("training", False)
                if given.pop("fused", None) is False:
                    given["unbiased"] = False
            name, reuse = given.pop("name", None), given.pop("reuse", None)
            name = base if name is None and reuse else name
            return self.called(kind, base, name, reuse, {}, plain(given), inputs, how)

        return call

    def of_pool(self, pool, names, defaults):
        meant = {"kernel_size": "pool_size", "stride": "strides"}

        def call(inputs, *arguments, **given):
            given.update(zip(names.split(), arguments))
            given = {meant.get(name, name): each for name, each in given.items() if name not in ("name", "scope")}
            return pool(**plain(dict(defaults, **given)))(inputs)

        return call

    def of_contrib(self, kind, base, names):
        def call(inputs, *arguments, **given):
            given.update(zip(names.split(), arguments))
            normalizer, params = given.pop("normalizer_fn", None), given.pop("normalizer_params", None)
            activation = given.pop("activation_fn", self.tf.nn.relu)
            scope, reuse = given.pop("scope", None), given.pop("reuse", None)
            has_bias = normalizer is None and given.get("biases_initializer", True) is not None
            told = {} if kind == "Dense" else {"padding": "SAME"}
            for name, each in plain(given).items():
                if name != "biases_initializer" or has_bias:
                    told[MEANT.get(name, (name,))[0 if kind == "Dense" else -1]] = each
            with self.tf.variable_scope(scope, base, reuse=reuse) as inside:
                called = {"kernel": "weights", "bias": "biases"}
                y = self.called(kind, base, inside, None, called, dict(told, use_bias=has_bias), inputs, {})
                y = y if normalizer is None else normalizer(y, **(params or {}))
            return y if activation is None else activation(y)

        return call

    def of_norm(self, inputs, *arguments, **given):
        given.update(zip(NORM.split(), arguments))
        scope, reuse = given.pop("scope", None), given.pop("reuse", None)
        activation, training = given.pop("activation_fn", None), given.pop("is_training", True)
        fused = given.pop("fused", None)
        told = {"momentum": given.pop("decay", 0.999), "scale": given.pop("scale", False)}
        if given.get("updates_collections", "") is None:
            told["updates_collections"] = given.pop("updates_collections")
        told["unbiased"] = fused is not False and inputs.get_shape().ndims in (2, 4)
        kind = "BatchNormalization"
        how = {"training": training}
        y = self.called(kind, "BatchNorm", scope, reuse, {}, dict(told, **plain(given)), inputs, how)
        return y if activation is None else activation(y)

    def of_dropout(self, inputs, rate=0.5, noise_shape=None, seed=None, training=False, name=None):
        on = self.tf.reshape(self.tf.cast(training, inputs.dtype), [])
        return self.dropout(inputs, rate=rate * on)

    def of_contrib_dropout(self, inputs, keep_prob=0.5, noise_shape=None, is_training=True, **given):
        return self.of_dropout(inputs, 1 - keep_prob, training=is_training)

    def called(self, kind, base, name, reuse, called, given, inputs, how):
        """What a layer gives, whose variables are in the scope of a name, or of its kind and a number."""
        with self.tf.variable_scope(name, base, reuse=reuse) as inside:
            layer = self.classes[kind](**given)
            layer.scope, layer.called = inside, called
            return layer(inputs, **how)

    def scoped(self, function):
        """A function that takes what the scopes around it give."""

        def call(*arguments, **given):
            return function(*arguments, **dict(self.scopes[-1].get(call, {}), **given))

        return call


class Scope(object):
    """`with arg_scope([function], name=value) as scope`, and `with arg_scope(scope)`."""

    def __init__(self, scopes, functions, **given):
        self.scopes, self.defaults = scopes, functions
        if not isinstance(functions, dict):
            self.defaults = {function: dict(each) for function, each in scopes[-1].items()}
            for function in functions:
                self.defaults[function] = dict(self.defaults.get(function, {}), **given)

    def __enter__(self):
        self.scopes.append(self.defaults)
        return self.defaults

    def __exit__(self, *error):
        self.scopes.pop()


def plain(given):
    """What a layer is given that changes what it computes; RefusedError for what is not known here."""
    found = {}
    for name, each in given.items():
        if (name not in SILENT and name not in UNSAID) or (name == "trainable" and each is False):
            found[name] = each
        elif each is not None and not any(type(each) is type(one) and each == one for one in SILENT.get(name, ())):
            raise RefusedError("a layer that is given %s" % name)
    return found
