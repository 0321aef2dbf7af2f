"""Layers with variables, for programs that are played: those of TF1 out of its operations, and Keras' own.

Their variables start from what `initial` gives to a shape, on both sides alike. Runs inside the child process, also on
Python 2.7 and 3.7; TensorFlow is handed in.
"""

from __future__ import division

import numpy as np
from dialect import find
from expression import RefusedError

WITH_KERNELS = ("Dense", "Conv2D", "Conv2DTranspose")
KNOWN = frozenset(
    "units filters kernel_size strides padding dilation_rate activation use_bias kernel_initializer bias_initializer "
    "name momentum epsilon center scale unbiased updates_collections gamma_initializer beta_initializer "
    "moving_mean_initializer moving_variance_initializer data_format trainable".split()
)
CLASSES = WITH_KERNELS + ("BatchNormalization", "MaxPooling2D", "AveragePooling2D", "Flatten")


def of_keras(keras, initial, made):
    """Keras' layers by their names behind `tf.`; those with variables are added to `made`."""

    def layer(name):
        make = find(keras, "layers." + name)

        def build(*arguments, **keywords):
            if name in WITH_KERNELS and "kernel_initializer" not in keywords:
                keywords["kernel_initializer"] = lambda shape, dtype=None, **more: initial(shape)
            found = make(*arguments, **keywords)
            if name in WITH_KERNELS or name == "BatchNormalization":
                made.append(found)
            return found

        return build

    return {"keras.layers." + name: layer(name) for name in CLASSES}


def of_tf1(tf, initial, get_variable, averages):
    """The classes of TF1's layers, by name, which make their variables with `get_variable` when they are first called.

    The averages that move wherever a layer is computed are added to `averages`.
    """

    class Layer(object):
        """What a layer is given, and how it makes a variable: in a scope of its own, or in the one that is there."""

        base = ""

        def __init__(self, *arguments, **keywords):
            self.given, self.weights = named(arguments, keywords, self.names), []
            for name in set(self.given) - KNOWN:
                raise RefusedError("a layer that is given %s" % name)
            self.scope, self.called = keywords.get("name"), {}

        def __call__(self, x, **how):
            if not self.weights:
                with tf.variable_scope(self.scope, self.base):
                    self.build(x)
            return self.compute(x, **how)

        def variable(self, name, value, trainable=True):
            made = get_variable(self.called.get(name, name), initializer=value, trainable=trainable)
            self.weights.append(made)
            return made

        @property
        def trainable_variables(self):
            return [each for each in self.weights if each in tf.trainable_variables()]

    class Kernel(Layer):
        def build(self, x):
            shape = self.shape(x)
            start = self.given.get("kernel_initializer") or (lambda shape, dtype: initial(shape))
            trainable = self.given.get("trainable", True)
            self.variable("kernel", start(shape, np.float64), trainable)
            if self.given.get("use_bias", True):
                start = self.given.get("bias_initializer") or np.zeros
                filters = self.given.get("units") or self.given["filters"]
                self.variable("bias", start([int(filters)], np.float64), trainable)

        def compute(self, x):
            y = self.product(x, self.weights[0])
            y = y + self.weights[1] if len(self.weights) > 1 else y
            activation = self.given.get("activation")
            activation = find(tf, "nn." + activation) if isinstance(activation, str) else activation
            return y if activation is None else activation(y)

    class Dense(Kernel):
        names, base = "units activation use_bias kernel_initializer bias_initializer", "dense"

        def shape(self, x):
            return [size(x), int(self.given["units"])]

        def product(self, x, kernel):
            rank = x.get_shape().ndims
            return tf.matmul(x, kernel) if rank == 2 else tf.tensordot(x, kernel, [[rank - 1], [0]])

    class Conv2D(Kernel):
        names, base = "filters kernel_size strides padding data_format dilation_rate activation use_bias", "conv2d"

        def shape(self, x):
            return pair(self.given["kernel_size"]) + [size(x), self.given["filters"]]

        def product(self, x, kernel):
            if pair(self.given.get("dilation_rate", 1)) != [1, 1]:
                raise RefusedError("a layer that is dilated")
            strides = [1] + pair(self.given.get("strides", 1)) + [1]
            return tf.nn.conv2d(x, kernel, strides=strides, padding=self.given.get("padding", "valid").upper())

    class Conv2DTranspose(Conv2D):
        names, base = "filters kernel_size strides padding data_format activation use_bias", "conv2d_transpose"

        def shape(self, x):
            return pair(self.given["kernel_size"]) + [self.given["filters"], size(x)]

        def product(self, x, kernel):
            window, strides = pair(self.given["kernel_size"]), pair(self.given.get("strides", 1))
            padding, filters = self.given.get("padding", "valid").upper(), self.given["filters"]
            sides = [int(each) * step for each, step in zip(x.get_shape()[1:3], strides)]
            if padding == "VALID":
                sides = [side + max(each - step, 0) for side, each, step in zip(sides, window, strides)]
            shape = tf.stack([tf.shape(x)[0]] + sides + [filters])
            y = tf.nn.conv2d_transpose(x, kernel, shape, [1] + strides + [1], padding)
            y.set_shape([None] + sides + [filters])
            return y

    class BatchNormalization(Layer):
        """Its averages move in place, or by operations that are collected.

        The variance that moves is an unbiased one of images, where TF1 has a fused operation, or where that is asked.
        """

        names, base = "axis momentum epsilon center scale", "batch_normalization"

        def build(self, x):
            shape = [size(x)]
            self.gamma = self.started("gamma", 1.0, shape) if self.given.get("scale", True) else None
            self.beta = self.started("beta", 0.0, shape) if self.given.get("center", True) else None
            self.mean = self.started("moving_mean", 0.0, shape, False)
            self.variance = self.started("moving_variance", 1.0, shape, False)
            if "updates_collections" in self.given:
                averages.extend(self.weights[-2:])

        def started(self, name, value, shape, trainable=True):
            start = self.given.get(name + "_initializer")
            first = np.full(shape, value) if start is None else start(shape, np.float64)
            return self.variable(name, first, trainable)

        def compute(self, x, training=False):
            rank = x.get_shape().ndims
            mean, variance = tf.nn.moments(x, list(range(rank - 1)))
            count = tf.cast(tf.size(x), x.dtype) / tf.cast(tf.size(mean), x.dtype)
            unbiased = self.given.get("unbiased", rank == 4)
            moving = variance * count / tf.maximum(count - 1, 1) if unbiased else variance
            on = tf.reshape(tf.cast(training, x.dtype), [])
            rate = on * (1 - self.given.get("momentum", 0.99))
            moved = [
                tf.assign_sub(self.mean, (self.mean - mean) * rate),
                tf.assign_sub(self.variance, (self.variance - moving) * rate),
            ]
            mean, variance = on * mean + (1 - on) * self.mean, on * variance + (1 - on) * self.variance
            y = tf.nn.batch_normalization(x, mean, variance, self.beta, self.gamma, self.given.get("epsilon", 0.001))
            if "updates_collections" not in self.given:
                for each in moved:
                    tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, each)
                return y
            with tf.control_dependencies(moved):
                return tf.identity(y)

    found = {each.__name__: each for each in (Dense, Conv2D, Conv2DTranspose, BatchNormalization)}
    found.update(MaxPooling2D=pooled(tf.nn.max_pool), AveragePooling2D=pooled(tf.nn.avg_pool))
    found["Flatten"] = lambda **given: flatten(tf)
    return found


def pair(size):
    return [size, size] if isinstance(size, int) else [int(each) for each in size]


def pooled(pool):
    def layer(*arguments, **keywords):
        given = named(arguments, keywords, "pool_size strides padding")
        window, strides = [1] + pair(given["pool_size"]) + [1], [1] + pair(given["strides"]) + [1]
        return lambda x: pool(x, window, strides, given.get("padding", "valid").upper())

    return layer


def flatten(tf):
    return lambda x: tf.reshape(x, [-1, int(np.prod([int(each) for each in x.get_shape()[1:]]))])


def size(x):
    return int(x.get_shape()[-1])


def named(arguments, keywords, names):
    """What a layer is given, by the names of its parameters."""
    return dict(zip(names.split(), arguments), **{name: each for name, each in keywords.items() if name != "name"})
