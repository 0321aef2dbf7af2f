"""`tf.to_float` and its kin are gone: a cast says the same.

Why: `tf.to_float(x)` was `tf.cast(x, tf.float32)`, `tf.to_double(x)` was `tf.cast(x, tf.float64)`, and so on.
"""

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule

RULE = Rule(
    id="TFL103",
    name="removed-cast",
    message="this cast does not exist in TF2",
    severity="error",
    inputs=(Input("x", Real()),),
    forms=(
        Form("tf.to_float(x)", "tf.cast(x, tf.float32)"),
        Form("tf.to_double(x)", "tf.cast(x, tf.float64)"),
        Form("tf.to_int32(x)", "tf.cast(x, tf.int32)"),
        Form("tf.to_int64(x)", "tf.cast(x, tf.int64)"),
    ),
    leave_alone=(
        NearMiss("tf.cast(x, tf.float32)", because="a cast already"),
        NearMiss("to_float(x)", because="not TensorFlow's function here"),
        NearMiss("x.to_float()", because="a method of something else"),
    ),
)
