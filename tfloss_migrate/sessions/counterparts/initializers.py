"""What draws initial values, under the name that it has in Keras, with what it did where a call is silent."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from tfloss_migrate.record import dataclass, field
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given


@dataclass(frozen=True)
class Kind:
    """Keras' class of an initializer, and the parameters that both have; `default` has what TF1 gave to them."""

    name: str
    parameters: tuple[str, ...] = ()
    default: Mapping[str, str] = field(default_factory=dict)


_NORMAL = (("mean", "stddev", "seed"), {"stddev": "1.0"})
_KINDS = {
    "glorot_uniform": Kind("GlorotUniform", ("seed",)),
    "glorot_normal": Kind("GlorotNormal", ("seed",)),
    "zeros": Kind("Zeros"),
    "ones": Kind("Ones"),
    "constant": Kind("Constant", ("value",)),
    "random_normal": Kind("RandomNormal", *_NORMAL),
    "truncated_normal": Kind("TruncatedNormal", *_NORMAL),
    "random_uniform": Kind("RandomUniform", ("minval", "maxval", "seed"), {"minval": "0.0", "maxval": "1.0"}),
}
_BY_SYMBOL = {
    **{f"{name}_initializer": kind for name, kind in _KINDS.items()},
    **{f"initializers.{name}": kind for name, kind in _KINDS.items()},
    **{f"keras.initializers.{name}": _KINDS[name] for name in ("glorot_uniform", "glorot_normal")},
    "contrib.layers.xavier_initializer": Kind("GlorotUniform"),
}
#: Those that draw at random.
DRAWING = tuple(kind.name for kind in _KINDS.values() if "seed" in kind.parameters)
_PLAIN = (ast.Constant, ast.Name, ast.Attribute, ast.UnaryOp, ast.BinOp, ast.operator, ast.unaryop, ast.expr_context)


def is_initializer(node: ast.AST | None, sights: Sights) -> bool:
    """Whether a node is a call that makes an initializer which Keras has."""
    return isinstance(node, ast.Call) and (sights.called(node) or "") in _BY_SYMBOL and _given(node, sights) is not None


def _given(call: ast.Call, sights: Sights) -> dict[str, ast.expr] | None:
    """What an initializer is given, all of it plain numbers as far as the code shows; None for more than is known."""
    kind = _BY_SYMBOL[sights.called(call) or ""]
    known = given(call, (*kind.parameters, "dtype"))
    if known is None or sights.symbol(known.pop("dtype", ast.Constant(None))) not in (None, "float32"):
        return None
    return known if all(isinstance(n, _PLAIN) for value in known.values() for n in ast.walk(value)) else None


def spelled(call: ast.Call, sights: Sights, root: str, source: Callable[[ast.expr], str]) -> str:
    """An initializer as code of Keras."""
    kind, known = _BY_SYMBOL[sights.called(call) or ""], _given(call, sights) or {}
    bare = [name for name, value in known.items() if value in call.args]
    arguments = [source(known[name]) for name in bare]
    arguments += [f"{name}={source(value)}" for name, value in known.items() if name not in bare]
    arguments += [f"{name}={value}" for name, value in kind.default.items() if name not in known]
    return f"{root}.keras.initializers.{kind.name}({', '.join(arguments)})"
