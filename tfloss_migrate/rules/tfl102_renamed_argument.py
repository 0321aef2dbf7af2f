"""An argument has another name in TF2, and means the same under it.

Why: `reduction_indices` and `keep_dims` of the reductions became `axis` and `keepdims`; `dim` of the softmaxes and of
`expand_dims` became `axis`. TF2 raises TypeError on the old names.
"""

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_REDUCTIONS = "reduce_sum reduce_mean reduce_max reduce_min reduce_prod reduce_logsumexp"

#: From symbol and old argument to the new argument.
RENAMED: dict[tuple[str, str], str] = {
    **{(f"{prefix}{name}", "reduction_indices"): "axis" for name in _REDUCTIONS.split() for prefix in ("", "math.")},
    **{(f"{prefix}{name}", "keep_dims"): "keepdims" for name in _REDUCTIONS.split() for prefix in ("", "math.")},
    **{
        (f"{prefix}{name}", old): new
        for name in ("reduce_all", "reduce_any")
        for prefix in ("", "math.")
        for old, new in (("reduction_indices", "axis"), ("keep_dims", "keepdims"))
    },
    ("nn.softmax", "dim"): "axis",
    ("nn.log_softmax", "dim"): "axis",
    ("nn.l2_normalize", "dim"): "axis",
    ("expand_dims", "dim"): "axis",
    ("squeeze", "squeeze_dims"): "axis",
    ("argmax", "dimension"): "axis",
    ("argmin", "dimension"): "axis",
    ("concat", "concat_dim"): "axis",
}


def _form(symbol: str, old: str, new: str) -> Form:
    value = "True" if new == "keepdims" else "0" if symbol in ("argmax", "argmin", "concat", "squeeze") else "-1"
    extra = ", axis=-1" if new == "keepdims" else ""
    first = {"concat": "[x, y]", "squeeze": "tf.expand_dims(x, 0)"}.get(symbol, "x")
    call = f"tf.{symbol}({first}{extra}"
    return Form(f"{call}, {old}={value})", f"{call}, {new}={value})")


RULE = Rule(
    id="TFL102",
    name="renamed-argument",
    message="this argument has another name in TF2",
    severity="error",
    by_name=True,
    inputs=(Input("x", Real()), Input("y", Real())),
    forms=tuple(
        _form(symbol, old, new)
        for (symbol, old), new in RENAMED.items()
        if not symbol.startswith("math.") and symbol not in ("reduce_all", "reduce_any")
    ),
    leave_alone=(
        NearMiss("np.sum(x, keep_dims=True)", because="numpy is not TensorFlow"),
        NearMiss("my.reduce_sum(x, reduction_indices=1)", because="not TensorFlow's function"),
        NearMiss("tf.reduce_sum(x, axis=1, keepdims=True)", because="the new names already"),
        NearMiss("tf.reduce_sum(x, **options)", because="the names of the arguments are not in the code"),
    ),
)
