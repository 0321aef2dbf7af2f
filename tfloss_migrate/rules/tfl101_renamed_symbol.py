"""A TensorFlow function has another name in TF2, and does the same under it.

Why: 1.0 renamed `tf.sub`, `tf.mul`, `tf.neg`, `tf.pack`, `tf.select`; 2.0 moved most of the mathematics to `tf.math`.
The old name raises AttributeError today. The names are those that TensorFlow publishes, and those of 0.x that it left
out; most of them stand for the very same function under both names. `tf.div` divides whole numbers as Python 2 did, so
that it becomes `tf.divide` only where the code shows that floats are divided.
"""

from tfloss_migrate.domains import Positive, Real
from tfloss_migrate.model import Input, NearMiss, Rule
from tfloss_migrate.rules.examples import forms

#: Calls by their old and their new name, without the `tf.` in front, of what can be run over arrays.
_EXAMPLES = """
sub(x, y) => subtract(x, y)
mul(x, y) => multiply(x, y)
neg(x) => negative(x)
div(x, y) => divide(x, y)
inv(positive) => math.reciprocal(positive)
select(x < y, x, y) => where(x < y, x, y)
pack([x, y]) => stack([x, y])
unpack(x) => unstack(x)
complex_abs(x) => abs(x)
log(positive) => math.log(positive)
log1p(positive) => math.log1p(positive)
log_sigmoid(x) => math.log_sigmoid(x)
lgamma(positive) => math.lgamma(positive)
digamma(positive) => math.digamma(positive)
erf(x) => math.erf(x)
erfc(x) => math.erfc(x)
rsqrt(positive) => math.rsqrt(positive)
reciprocal(positive) => math.reciprocal(positive)
squared_difference(x, y) => math.squared_difference(x, y)
count_nonzero(x) => math.count_nonzero(x)
is_nan(x) => math.is_nan(x)
is_inf(x) => math.is_inf(x)
is_finite(x) => math.is_finite(x)
ceil(x) => math.ceil(x)
rint(x) => math.rint(x)
mod(x, positive) => math.floormod(x, positive)
floor_div(x, positive) => math.floordiv(x, positive)
cumprod(x) => math.cumprod(x)
arg_max(x, 0) => argmax(x, 0)
arg_min(x, 0) => argmin(x, 0)
batch_matmul(x, y, False, True) => matmul(x, y, adjoint_a=False, adjoint_b=True) | 2 3
expm1(x) => math.expm1(x)
floordiv(x, positive) => math.floordiv(x, positive)
floormod(x, positive) => math.floormod(x, positive)
div_no_nan(x, y) => math.divide_no_nan(x, y)
accumulate_n([x, y]) => math.accumulate_n([x, y])
global_norm([x, y]) => linalg.global_norm([x, y])
lin_space(0.0, 1.0, 5) => linspace(0.0, 1.0, 5)
matrix_transpose(x) => linalg.matrix_transpose(x) | 2 3
matrix_band_part(x, 0, 1) => linalg.band_part(x, 0, 1) | 2 3
matrix_diag(x) => linalg.diag(x)
matrix_diag_part(x) => linalg.diag_part(x) | 2 3
trace(x) => linalg.trace(x) | 2 3
diag(x) => linalg.tensor_diag(x) | 1
zeta(1.0 + positive, positive) => math.zeta(1.0 + positive, positive)
polygamma(1.0, positive) => math.polygamma(1.0, positive)
depth_to_space(tf.reshape(tf.concat([x, x, x, x], 0), [-1, 1, 1, 4]), 2) => \
nn.depth_to_space(tf.reshape(tf.concat([x, x, x, x], 0), [-1, 1, 1, 4]), 2)
count_nonzero(input_tensor=x, reduction_indices=-1) => math.count_nonzero(input=x, axis=-1)
"""

RULE = Rule(
    id="TFL101",
    name="renamed-symbol",
    message="this name does not exist in TF2",
    severity="error",
    by_name=True,
    inputs=(Input("x", Real()), Input("y", Real()), Input("positive", Positive())),
    forms=forms(_EXAMPLES),
    leave_alone=(
        NearMiss("np.log(x)", because="numpy is not TensorFlow"),
        NearMiss("math.log(x)", because="Python's math is not TensorFlow"),
        NearMiss("self.tf.log(x)", because="an attribute that only looks like the module"),
        NearMiss("tf.math.log(x)", because="the new name already"),
        NearMiss("tf.div(n, 2)", because="whole numbers may be divided here: `tf.div` would floor and `tf.divide` not"),
        NearMiss("tf.select(rows, a, b)", because="`rows` may be a vector, which selects rows; in TF2 it is broadcast"),
        NearMiss("tf.losses.mean_squared_error(a, b)", because="TF2 has nothing that computes this under another name"),
    ),
)
