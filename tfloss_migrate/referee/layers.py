"""Layers with variables, for programs that are played: those of TF1 out of its operations, and Keras' own.

Their variables start from what `initial` gives to a shape, on both sides alike. Runs inside the child process, also on
Python 2.7 and 3.7; TensorFlow is handed in.
"""

from __future__ import division

import numpy as np
from dialect import find
from expression import RefusedError

WITH_KERNELS = ("Dense", "Conv2D", "Conv2DTranspose")
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


def of_tf1(tf, initial, made):
    """The layers of TF1 by their names behind `tf.`; those with variables are added to `made`."""

    def pair(size):
        return [size, size] if isinstance(size, int) else [int(each) for each in size]

    class Layer(object):
        """A layer whose variables are made when it is first called."""

        def __init__(self, *arguments, **keywords):
            self.given, self.weights = named(arguments, keywords, self.names), []
            made.append(self)

        def __call__(self, x):
            if not self.weights:
                shape = self.shape(x)
                start = self.given.get("kernel_initializer") or (lambda shape, dtype: initial(shape))
                self.weights = [tf.Variable(start(shape, np.float64))]
                if self.given.get("use_bias", True):
                    start = self.given.get("bias_initializer") or np.zeros
                    filters = self.given.get("units") or self.given["filters"]
                    self.weights.append(tf.Variable(start([filters], np.float64)))
            y = self.product(x, self.weights[0])
            y = y + self.weights[1] if len(self.weights) > 1 else y
            activation = self.given.get("activation")
            activation = find(tf, "nn." + activation) if isinstance(activation, str) else activation
            return y if activation is None else activation(y)

        @property
        def trainable_variables(self):
            return self.weights

    class Dense(Layer):
        names = "units activation use_bias"

        def shape(self, x):
            return [size(x), self.given["units"]]

        def product(self, x, kernel):
            rank = x.get_shape().ndims
            return tf.matmul(x, kernel) if rank == 2 else tf.tensordot(x, kernel, [[rank - 1], [0]])

    class Conv2D(Layer):
        names = "filters kernel_size strides padding"

        def shape(self, x):
            return pair(self.given["kernel_size"]) + [size(x), self.given["filters"]]

        def product(self, x, kernel):
            if pair(self.given.get("dilation_rate", 1)) != [1, 1]:
                raise RefusedError("a layer that is dilated")
            strides = [1] + pair(self.given.get("strides", 1)) + [1]
            return tf.nn.conv2d(x, kernel, strides=strides, padding=self.given.get("padding", "valid").upper())

    class Conv2DTranspose(Conv2D):
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

    def pooled(pool):
        def layer(*arguments, **keywords):
            given = named(arguments, keywords, "pool_size strides padding")
            window, strides = [1] + pair(given["pool_size"]) + [1], [1] + pair(given["strides"]) + [1]
            return lambda x: pool(x, window, strides, given.get("padding", "valid").upper())

        return layer

    def flatten(**keywords):
        return lambda x: tf.reshape(x, [-1, int(np.prod([int(each) for each in x.get_shape()[1:]]))])

    def normalization(**keywords):
        made.append(Normalization(tf, keywords))
        return made[-1]

    found = {"Dense": Dense, "Conv2D": Conv2D, "Conv2DTranspose": Conv2DTranspose, "Flatten": flatten}
    found["BatchNormalization"] = normalization
    found.update({"MaxPooling2D": pooled(tf.nn.max_pool), "AveragePooling2D": pooled(tf.nn.avg_pool)})
    return {"layers." + name: made for name, made in found.items()}


class Normalization(object):
    """A batch normalization of TF1: its averages move in place, or by operations that are collected.

    The variance that moves is an unbiased one of images, where TF1 has a fused operation, and where that is asked for.
    """

    def __init__(self, tf, given):
        self.tf, self.given, self.weights = tf, given, []

    def variable(self, name, value, shape, trainable=True):
        start = self.given.get(name + "_initializer")
        first = np.full(shape, value) if start is None else start(shape, np.float64)
        self.weights.append(self.tf.Variable(first, trainable=trainable))
        return self.weights[-1]

    def build(self, shape):
        self.gamma = self.variable("gamma", 1.0, shape) if self.given.get("scale", True) else None
        self.beta = self.variable("beta", 0.0, shape) if self.given.get("center", True) else None
        self.mean = self.variable("moving_mean", 0.0, shape, False)
        self.variance = self.variable("moving_variance", 1.0, shape, False)

    @property
    def moving(self):
        """The averages that move wherever the layer is computed."""
        return self.weights[-2:] if "updates_collections" in self.given else []

    def __call__(self, x, training=False):
        tf, rank = self.tf, x.get_shape().ndims
        if not self.weights:
            self.build([size(x)])
        mean, variance = tf.nn.moments(x, list(range(rank - 1)))
        count = tf.cast(tf.size(x), x.dtype) / tf.cast(tf.size(mean), x.dtype)
        moving = variance * count / tf.maximum(count - 1, 1) if self.given.get("unbiased", rank == 4) else variance
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


def size(x):
    return int(x.get_shape()[-1])


def named(arguments, keywords, names):
    """What a layer is given, by the names of its parameters."""
    return dict(zip(names.split(), arguments), **{name: each for name, each in keywords.items() if name != "name"})
