"""A TensorFlow function has another name in TF2, and does the same under it.

Why: 1.0 renamed `tf.sub`, `tf.mul`, `tf.neg`, `tf.pack`, `tf.select`; 2.0 moved most of the mathematics to `tf.math`.
The old name raises AttributeError today. `tf.div` divides whole numbers as Python 2 did, so that it is renamed only
where the code shows that floats are divided.
"""

from tfloss_migrate.domains import Positive, Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule

#: Old and new symbol, and the arguments of an example.
_NAMES = """
sub subtract x, y
mul multiply x, y
neg negative x
div divide x, y
inv math.reciprocal positive
select where x < y, x, y
pack stack [x, y]
unpack unstack x
complex_abs abs x
log math.log positive
log1p math.log1p positive
log_sigmoid math.log_sigmoid x
lgamma math.lgamma positive
digamma math.digamma positive
erf math.erf x
erfc math.erfc x
rsqrt math.rsqrt positive
reciprocal math.reciprocal positive
squared_difference math.squared_difference x, y
count_nonzero math.count_nonzero x
is_nan math.is_nan x
is_inf math.is_inf x
is_finite math.is_finite x
ceil math.ceil x
rint math.rint x
mod math.floormod x, positive
floor_div math.floordiv x, positive
cumprod math.cumprod x
xdivy math.xdivy x, positive
arg_max argmax x, 0
arg_min argmin x, 0
"""

#: Symbols that are renamed only where the code shows floats.
ONLY_FLOATS = frozenset({"div"})

EXAMPLES = {
    old: (new, arguments) for old, new, arguments in (line.split(" ", 2) for line in _NAMES.strip().splitlines())
}

#: From the old symbol to the new one.
RENAMED = {old: new for old, (new, _) in EXAMPLES.items()}

RULE = Rule(
    id="TFL101",
    name="renamed-symbol",
    message="this name does not exist in TF2",
    severity="error",
    by_name=True,
    inputs=(Input("x", Real()), Input("y", Real()), Input("positive", Positive())),
    forms=tuple(Form(f"tf.{old}({arguments})", f"tf.{new}({arguments})") for old, (new, arguments) in EXAMPLES.items()),
    leave_alone=(
        NearMiss("np.log(x)", because="numpy is not TensorFlow"),
        NearMiss("math.log(x)", because="Python's math is not TensorFlow"),
        NearMiss("self.tf.log(x)", because="an attribute that only looks like the module"),
        NearMiss("tf.math.log(x)", because="the new name already"),
        NearMiss("tf.div(n, 2)", because="whole numbers may be divided here: `tf.div` would floor and `tf.divide` not"),
    ),
)
