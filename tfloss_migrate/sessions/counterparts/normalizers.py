"""Batch normalization of TF1: the function of `tf.layers`, and that of `tf.contrib` with other defaults.

Both are written as `tf.layers.BatchNormalization(...)`, an object that is called, with `unbiased` where the fused
operation of `tf.contrib` is meant, by which another moving variance moves, and `updates_collections=None` where the
averages move in place. `training` goes to the call.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.counterparts.initializers import is_initializer
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given, is_none, literal

CLASS = "BatchNormalization"
#: As a symbol of TF1, and as one of TF2.
OLD, NEW = f"layers.{CLASS}", f"keras.layers.{CLASS}"
_OF_LAYERS = (
    "inputs axis momentum epsilon center scale beta_initializer gamma_initializer moving_mean_initializer "
    "moving_variance_initializer beta_regularizer gamma_regularizer beta_constraint gamma_constraint training "
    "trainable name reuse renorm renorm_clipping renorm_momentum fused virtual_batch_size adjustment"
)
_OF_CONTRIB = (
    "inputs decay center scale epsilon activation_fn param_initializers param_regularizers updates_collections "
    "is_training reuse variables_collections outputs_collections trainable batch_weights fused data_format "
    "zero_debias_moving_mean scope renorm renorm_clipping renorm_decay adjustment"
)
PARAMETERS = {
    "layers.batch_normalization": tuple(_OF_LAYERS.split()),
    "contrib.layers.batch_norm": tuple(_OF_CONTRIB.split()),
    "contrib.slim.batch_norm": tuple(_OF_CONTRIB.split()),
}
_KEPT = frozenset("momentum epsilon center scale beta_initializer gamma_initializer".split())
_RENAMED = {"decay": "momentum", "is_training": "training", "scope": "name", "activation_fn": "activation"}
#: What is not for the layer but for its calls.
_OF_CALLS = ("inputs", "training", "is_training", "activation_fn")
#: What says no more than a silent call does.
_SILENT = {"axis": (-1, 3), "reuse": (False,), "trainable": (True,), "renorm": (False,), "data_format": ("NHWC",)}
_SILENT |= {"fused": (True,), "zero_debias_moving_mean": (False,)}
#: The fused operation takes no smaller one.
_SMALLEST_EPSILON = 1.001e-5


@dataclass(frozen=True)
class Normalizer:
    """A batch normalization: what it is made with, and the flag that it is called with, as code.

    `given` is what it is made with.
    """

    arguments: tuple[str, ...]
    training: str
    activation: str | None
    given: tuple[ast.expr, ...]
    inputs: ast.expr | None = None
    name: str | None = None


def normalizer_of(call: ast.Call, sights: Sights, source: Callable[[ast.expr], str]) -> Normalizer | None:
    """The batch normalization that a call is; None where it is none, or one that is asked for more than is known."""
    symbol = sights.called(call) or ""
    known = given(call, PARAMETERS[symbol]) if symbol in PARAMETERS else None
    return normalizer(symbol, known, sights, source) if known is not None and "inputs" in known else None


def normalizer(
    symbol: str, known: Mapping[str, ast.expr], sights: Sights, source: Callable[[ast.expr], str]
) -> Normalizer | None:
    """The batch normalization of a function of TF1 that is given this."""
    of_contrib = symbol.startswith("contrib.")
    found = {"momentum": "0.999", "scale": "False", "unbiased": "True"} if of_contrib else {}
    training, activation, name = str(of_contrib), None, None
    if any(old not in PARAMETERS[symbol] for old in known):
        return None
    for old, value in known.items():
        new = _RENAMED.get(old, old)
        if new == "training":
            training = source(value)
        elif new == "updates_collections" and is_none(value):
            found[new] = "None"
        elif is_none(value) or old == "inputs" or (old in _SILENT and literal(value) in _SILENT[old]):
            continue
        elif new == "fused" and literal(value) is False:
            found["unbiased"] = "False"
        elif new == "activation":
            activation = source(value)
        elif new == "name":
            name = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
            if name is None:
                return None
            found[new] = source(value)
        elif not _is_kept(new, value, sights):
            return None
        else:
            found[new] = source(value)
    arguments = tuple(f"{new}={text}" for new, text in found.items())
    made_with = tuple(value for old, value in known.items() if old not in _OF_CALLS)
    return Normalizer(arguments, training, activation, made_with, known.get("inputs"), name)


def _is_kept(name: str, value: ast.expr, sights: Sights) -> bool:
    if name == "epsilon":
        number = literal(value)
        return not isinstance(number, float) or number >= _SMALLEST_EPSILON
    return name in _KEPT and (not name.endswith("_initializer") or is_initializer(value, sights))
