"""Layers with variables, for programs that are played: those of TF1 out of its operations, and Keras' own.

Their variables start from what `initial` gives to a shape, on both sides alike. Runs inside the child process, also on
Python 2.7 and 3.7; TensorFlow is handed in.
"""

from __future__ import division

import numpy as np
from dialect import find
from expression import RefusedError

CLASSES = "Dense Conv2D MaxPooling2D AveragePooling2D Flatten".split()
WITH_VARIABLES = ("Dense", "Conv2D")


def of_keras(keras, initial, made):
    """Keras' layers by their names behind `tf.`; those with variables are added to `made`."""

    def layer(name):
        make = find(keras, "layers." + name)

        def build(*arguments, **keywords):
            if name in WITH_VARIABLES and "kernel_initializer" not in keywords:
                keywords["kernel_initializer"] = lambda shape, dtype=None, **more: initial(shape)
            found = make(*arguments, **keywords)
            if name in WITH_VARIABLES:
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
                    self.weights.append(tf.Variable(start(shape[-1:], np.float64)))
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

    def pooled(pool):
        def layer(*arguments, **keywords):
            given = named(arguments, keywords, "pool_size strides padding")
            window, strides = [1] + pair(given["pool_size"]) + [1], [1] + pair(given["strides"]) + [1]
            return lambda x: pool(x, window, strides, given.get("padding", "valid").upper())

        return layer

    def flatten(**keywords):
        return lambda x: tf.reshape(x, [-1, int(np.prod([int(each) for each in x.get_shape()[1:]]))])

    found = {"Dense": Dense, "Conv2D": Conv2D, "Flatten": flatten}
    found.update({"MaxPooling2D": pooled(tf.nn.max_pool), "AveragePooling2D": pooled(tf.nn.avg_pool)})
    return {"layers." + name: made for name, made in found.items()}


def size(x):
    return int(x.get_shape()[-1])


def named(arguments, keywords, names):
    """What a layer is given, by the names of its parameters."""
    return dict(zip(names.split(), arguments), **{name: each for name, each in keywords.items() if name != "name"})
