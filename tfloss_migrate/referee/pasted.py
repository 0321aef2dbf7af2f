"""A counterexample as a script that stands by itself and fails while old and new differ."""

from __future__ import annotations

import math
import re

from tfloss_migrate.model import Question
from tfloss_migrate.referee.arrays import Array
from tfloss_migrate.referee.compare import Difference

RENAMED = {
    "sub": "subtract", "mul": "multiply", "neg": "negative", "select": "where", "pack": "stack", "unpack": "unstack",
    "inv": "reciprocal", "batch_matmul": "matmul", "complex_abs": "abs", "concat_v2": "concat",
}  # fmt: skip
SCRIPT = """\
import numpy as np
import tensorflow as tf

{settings}inputs = {{
{inputs}
}}


def old(tf, {names}):
    return {old}


def new(tf, {names}):
    return {new}


def test_old_and_new_compute_the_same():
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tensors = {{name: tf.constant(value) for name, value in inputs.items()}}
        value = tf.convert_to_tensor(old(tf.compat.v1, **tensors{scalars}))
        slopes = tf.gradients(value, [tensors[name] for name in {wrt}])
        slopes = [tf.zeros_like(tensors[name]) if slope is None else slope for name, slope in zip({wrt}, slopes)]
        expected = session.run([value, *slopes])

    def compute(**tensors):
        value = tf.convert_to_tensor(new(tf, **tensors{scalars}))
        slopes = tf.gradients(value, [tensors[name] for name in {wrt}], unconnected_gradients="zero")
        return [value, *slopes]

    found = tf.function(compute)(**{{name: tf.constant(value) for name, value in inputs.items()}})
    for one, other in zip(expected, found):
        np.testing.assert_allclose(other.numpy(), one, rtol={tolerance}, atol={tolerance})


if __name__ == "__main__":
    test_old_and_new_compute_the_same()
"""


def test(question: Question, failing: Difference) -> str:
    """The script, in float32 unless the difference shows in float64 only."""
    double = failing.absolute < 1e-4
    kind = "float64" if double else "float32"
    names = [each.name for each in question.inputs]
    wrt = [each.name for each in question.inputs if not each.domain.constant]
    scalars = "".join(f", {name}={value!r}" for name, value in failing.group.scalars.items())
    reference = question.intended if question.intended is not None else question.legacy
    return SCRIPT.format(
        settings='tf.keras.backend.set_floatx("float64")\n' if double else "",
        inputs="\n".join(f'    "{name}": {literal(array, kind)},' for name, array in failing.case.arrays.items()),
        names=", ".join(names),
        old=re.sub(r"\btf\.(\w+)\(", lambda found: f"tf.{RENAMED.get(found[1], found[1])}(", reference),
        new=question.target,
        wrt=wrt,
        scalars=scalars,
        tolerance=1e-9 if double else 2e-6,
    )


def literal(array: Array, kind: str) -> str:
    kind = kind if array.dtype.kind == "f" else str(array.dtype)
    values = re.sub(r"\b(nan|inf)\b", r"np.\1", repr(array.tolist()))
    return f"np.array({values}, np.{kind}).reshape({list(array.shape)})"


def plain(value: object) -> object:
    """`value` with the numbers that JSON lacks as text."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
