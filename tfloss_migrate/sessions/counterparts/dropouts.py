"""Dropouts of TF1 that have a flag: operations that drop at a rate of 0 where they are off."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given, literal


@dataclass(frozen=True)
class Dropout:
    """A call of a dropout that is on or off: `rate` is code, the empty text where nothing is dropped."""

    call: ast.Call
    inputs: ast.expr
    root: str
    rate: str

    def called(self, inputs: str) -> str:
        """The dropout as an operation, which drops nothing at a rate of 0."""
        return f"{self.root}.nn.dropout({inputs}, rate={self.rate})" if self.rate else inputs


#: The functions, with their parameters in order.
DROPOUTS = {
    "layers.dropout": ("inputs", "rate", "noise_shape", "seed", "training", "name"),
    "contrib.layers.dropout": ("inputs", "keep_prob", "noise_shape", "is_training", "outputs_collections", "scope"),
    "contrib.slim.dropout": ("inputs", "keep_prob", "noise_shape", "is_training", "outputs_collections", "scope"),
}


def dropout_of(call: ast.Call, sights: Sights, root: str, source: Callable[[ast.expr], str]) -> Dropout | None:
    """The dropout that a call is; None where it is none, or one that is asked for more than is known."""
    symbol = sights.called(call) or ""
    known = given(call, DROPOUTS[symbol]) if symbol in DROPOUTS else None
    if known is None:
        return None
    flag = known.get("training", known.get("is_training", ast.Constant(symbol != "layers.dropout")))
    if isinstance(flag, ast.Constant) and not flag.value and "inputs" in known:
        return Dropout(call, known["inputs"], root, "")  # whatever shape its noise would have
    if set(known) - {"inputs", "rate", "keep_prob", "training", "is_training", "name", "scope"}:
        return None
    if "rate" in known or "keep_prob" not in known:
        rate = _rest(known["rate"]) or source(known["rate"]) if "rate" in known else "0.5"
    else:
        kept = ast.BinOp(ast.Constant(1), ast.Sub(), known["keep_prob"])
        rate = _rest(kept) or f"1 - {source(known['keep_prob'])}"
    if isinstance(flag, ast.Constant):
        return Dropout(call, known["inputs"], root, rate)
    return Dropout(call, known["inputs"], root, f"{root}.where({source(flag)}, {rate}, 0.0)")


def _rest(node: ast.expr) -> str | None:
    """What `1 - number` is, as code."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        left, right = literal(node.left), literal(node.right)
        if isinstance(left, (int, float)) and isinstance(right, (int, float)):
            return f"{left - right:.10g}"
    return None
