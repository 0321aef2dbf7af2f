"""Makes what a program draws at random alike, in TensorFlow 1 and in TensorFlow 2 with Keras 3.

Found by an interpreter with this folder on PYTHONPATH, at its start. Python's `random` and NumPy are given a seed; what
TensorFlow draws becomes numbers that hang on the place in the array alone. Also for Python 2.7 and 3.7.
"""

import importlib
import random
import sys

SEED = 7
LATER = "tensorflow.python.ops.random_ops", "keras.src.backend.tensorflow.random"

random.seed(SEED)
try:
    import numpy as np

    np.random.seed(SEED)
except ImportError:
    np = None


def uniform(tf, shape, salt):
    """Numbers in [0, 1) in float64: digits of a sine far behind the point."""
    shape = shape.as_list() if hasattr(shape, "as_list") else shape
    try:
        dims = [int(size) for size in np.array(shape).reshape([-1]).tolist()]
        far = np.sin(np.arange(int(np.prod(dims))) * 12.9898 + salt) * 43758.5453
        return (far - np.floor(far)).reshape(dims)
    except (TypeError, ValueError, NotImplementedError):  # a shape that the graph computes
        at = tf.cast(tf.range(tf.reduce_prod(shape)), tf.float64)
        far = tf.sin(at * 12.9898 + salt) * 43758.5453
        return tf.reshape(far - tf.floor(far), shape)


def normal(tf, shape, bound):
    """Numbers like those of a normal distribution, none beyond the bound."""
    first, second = uniform(tf, shape, 1.0), uniform(tf, shape, 2.0)
    if isinstance(first, np.ndarray):
        drawn = np.sqrt(-2 * np.log(1 - first)) * np.cos(2 * np.pi * second)
        return np.clip(drawn, -bound, bound)
    drawn = tf.sqrt(-2 * tf.math.log(1 - first)) * tf.cos(2 * np.pi * second)
    return tf.clip_by_value(drawn, -bound, bound)


def drawing(tf, kind):
    """A function in the place of one that draws."""

    def draw(shape, first=None, second=None, dtype=None, seed=None, name=None, **more):
        low = more.get("mean", more.get("minval", first))
        high = more.get("stddev", more.get("maxval", second))
        dtype = tf.as_dtype(dtype or "float32")
        low = 0.0 if low is None else low
        high = 1.0 if high is None else high
        if kind == "uniform":
            whole = tf.cast(uniform(tf, shape, 0.0), tf.float64)
            low, high = tf.cast(low, tf.float64), tf.cast(high, tf.float64)
            return tf.cast(low + whole * (high - low), dtype)
        drawn = tf.cast(normal(tf, shape, 2.0 if kind == "truncated" else 8.0), dtype)
        return drawn * tf.cast(high, dtype) + tf.cast(low, dtype)

    return draw


def settle(tf):
    """Puts the functions in the place of those that draw."""
    draws = {kind: drawing(tf, kind) for kind in ("uniform", "normal", "truncated")}
    named = {"random_uniform": "uniform", "random_normal": "normal", "truncated_normal": "truncated"}
    plain = {"uniform": "uniform", "normal": "normal", "truncated_normal": "truncated"}
    spots = [(tf, named)]
    for parent in (tf, getattr(getattr(tf, "compat", None), "v1", None)):
        if parent is not None:
            spots += [(parent, named), (getattr(parent, "random", None), plain)]
    for path in LATER:
        try:
            module = importlib.import_module(path)
        except ImportError:
            continue
        spots += [(module, plain if path.startswith("keras") else named)]
    for spot, names in spots:
        for name, kind in names.items():
            if spot is not None and hasattr(spot, name):
                setattr(spot, name, draws[kind])


class Watch(object):
    """Waits on `sys.meta_path` for TensorFlow, and settles it when it is there."""

    def find_spec(self, name, path=None, target=None):
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def executed(module):
                execute(module)
                settle(sys.modules.get(name, module))

            spec.loader.exec_module = executed
        return spec


if np is not None and sys.version_info >= (3, 4):
    import importlib.util

    sys.meta_path.insert(0, Watch())
