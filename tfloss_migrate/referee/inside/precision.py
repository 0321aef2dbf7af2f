"""Makes TensorFlow's own functions compute in float64 where they would round to float32 on the way.

Runs inside the child process, also on Python 2.7 and 3.7; TensorFlow is handed in.
"""

import contextlib
import sys
import types

import numpy as np

#: The modules of losses, once they were looked for: there are thousands to look through.
FOUND = []


class Double(object):
    """A module in which float32 is float64, and a plain number never becomes a float32."""

    def __init__(self, module, float64):
        self._module, self.float32, self._float64 = module, float64, float64

    def __getattr__(self, name):
        found = getattr(self._module, name)
        if not isinstance(found, types.FunctionType):
            return found
        return lambda *arguments, **keywords: found(*map(exact, arguments), **keywords)

    def to_float(self, x, name=None):
        return self._module.cast(x, self._float64)

    def ones(self, shape, dtype=None, name=None):
        return self._module.ones(shape, dtype or self._float64, name)


def exact(value):
    return np.float64(value) if isinstance(value, float) else value


@contextlib.contextmanager
def computing(tf, keras, precision):
    """Makes TensorFlow and a Keras, where there is one, compute in "float32" or "float64"."""
    before = keras.backend.floatx() if keras else None
    if keras:
        keras.backend.set_floatx(precision)
    try:
        with double_losses(tf, precision == "float64"):
            with double_cast(tf, precision == "float64"):
                yield
    finally:
        if keras:
            keras.backend.set_floatx(before)


@contextlib.contextmanager
def double_losses(tf, double):
    """While `double`, tf.losses computes in float64 what it casts to float32 otherwise."""
    changed = {}
    for module in losses_modules() if double else []:
        for name in ("dtypes", "math_ops", "array_ops"):
            if hasattr(module, name):
                changed.setdefault((module, name), getattr(module, name))
                setattr(module, name, Double(changed[module, name], tf.float64))
    try:
        yield
    finally:
        for (module, name), before in changed.items():
            setattr(module, name, before)


@contextlib.contextmanager
def double_cast(tf, double):
    """While `double`, casting a plain number does not round it to float32 on the way, as Keras does in places."""
    cast = tf.cast

    def exact_cast(x, dtype, name=None):
        return cast(exact(x), dtype, name=name)

    if double:
        tf.cast = exact_cast
    try:
        yield
    finally:
        tf.cast = cast


def losses_modules():
    """The modules of tf.losses and tf.contrib.losses, whatever package this TensorFlow keeps them in."""
    if not FOUND:
        wanted = (
            "python.ops.losses.losses_impl",
            "python.ops.losses.util",
            "contrib.losses.python.losses.loss_ops",
            "contrib.losses.python.metric_learning.metric_loss_ops",
        )
        FOUND.extend(module for name, module in list(sys.modules.items()) if module and name.endswith(wanted))
    return FOUND
