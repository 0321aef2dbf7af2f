"""Optimizers of TF1 as those of Keras, with the hyper-parameters that make them the same.

Run side by side, TF 1.15 against Keras 3 and Keras 2, twenty steps each: `GradientDescentOptimizer`, `AdagradOptimizer`
and `FtrlOptimizer` move the variables by the same numbers, the others but for the rounding of float32. Adam and
Adadelta add 1e-8 in TF1 and 1e-7 in Keras; Adagrad adds nothing in TF1. `RMSPropOptimizer` starts from a mean square of
1 in TF1 and of 0 in Keras, which no hyper-parameter mends: that is assigned once the optimizer is built. A sparse
gradient moves a variable as the dense one does, with Adam and Adagrad of TF1; with Keras' it must be made dense.

TF1 makes a float32 of each hyper-parameter. Most are that close to what was meant, but 1 - 0.999 comes out as
0.00099998713, which is off by 1.3e-5: Keras is told that by `float(tf.constant(0.999))`. Of a network with 270,000
weights each fifth came out otherwise after one step with a plain 0.999, and not one in a hundred with this.
"""

from __future__ import annotations

import ast
import struct
from collections.abc import Callable, Mapping

from tfloss_migrate.record import dataclass, field
from tfloss_migrate.syntax.arguments import given

_PREFIX = "train."
#: Operations whose gradients are sparse: for the rows that were looked up.
SPARSE = frozenset({"gather", "gather_nd", "nn.embedding_lookup", "nn.nce_loss", "nn.sampled_softmax_loss"})


@dataclass(frozen=True)
class Successor:
    """The Keras optimizer in the place of one of TF1.

    `parameters` are those of TF1 in their order; `renamed` has Keras' names where they differ; `defaults` is written
    out where the code says nothing, since Keras' default is another one. Each of `decays` is taken from 1. Where it
    `starts_at_one`, the mean squares do. With one that `takes_dense`, sparse gradients are made dense.
    """

    name: str
    parameters: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    decays: tuple[str, ...] = ()
    starts_at_one: bool = False
    takes_dense: bool = False


SUCCESSORS = {
    "train.GradientDescentOptimizer": Successor("SGD", ("learning_rate", "use_locking", "name")),
    "train.MomentumOptimizer": Successor(
        "SGD", ("learning_rate", "momentum", "use_locking", "name", "use_nesterov"), {"use_nesterov": "nesterov"}
    ),
    "train.AdamOptimizer": Successor(
        "Adam",
        ("learning_rate", "beta1", "beta2", "epsilon", "use_locking", "name"),
        {"beta1": "beta_1", "beta2": "beta_2"},
        {"beta2": "0.999", "epsilon": "1e-08"},
        decays=("beta1", "beta2"),
        takes_dense=True,
    ),
    "train.AdagradOptimizer": Successor(
        "Adagrad",
        ("learning_rate", "initial_accumulator_value", "use_locking", "name"),
        said={"epsilon": "0.0"},
        takes_dense=True,
    ),
    "train.AdadeltaOptimizer": Successor(
        "Adadelta",
        ("learning_rate", "rho", "epsilon", "use_locking", "name"),
        defaults={"epsilon": "1e-08"},
        decays=("rho",),
    ),
    "train.RMSPropOptimizer": Successor(
        "RMSprop",
        ("learning_rate", "decay", "momentum", "epsilon", "use_locking", "centered", "name"),
        {"decay": "rho"},
        {"epsilon": "1e-10"},
        decays=("decay",),
        starts_at_one=True,
    ),
    "train.FtrlOptimizer": Successor(
        "Ftrl",
        (
            "learning_rate",
            "learning_rate_power",
            "initial_accumulator_value",
            "l1_regularization_strength",
            "l2_regularization_strength",
            "use_locking",
            "name",
        ),
    ),
}

_OTHERS = {
    "ProximalGradientDescentOptimizer": "is in no Keras",
    "ProximalAdagradOptimizer": "is in no Keras",
    "AdagradDAOptimizer": "is in no Keras",
    "SyncReplicasOptimizer": "trains on several machines",
}
#: How far, in proportion, 1 - x may be off: some roundings of float32.
_FAR = 1e-06
_DROPPED = frozenset({"use_locking", "name"})


def is_optimizer(symbol: str | None) -> bool:
    """Whether a symbol is the class of an optimizer of TF1."""
    return symbol is not None and symbol.startswith(_PREFIX) and symbol.endswith("Optimizer")


def why_none(symbol: str) -> str | None:
    """Why an optimizer has no successor; None where it has one."""
    if symbol in SUCCESSORS:
        return None
    name = symbol.removeprefix(_PREFIX)
    return f"tf.{symbol} {_OTHERS.get(name, 'is not known to be in Keras')}"


def arguments_of(symbol: str, call: ast.Call) -> dict[str, ast.expr] | None:
    """The hyper-parameters that a call gives to an optimizer, by TF1's names; None where they cannot be told."""
    return given(call, SUCCESSORS[symbol].parameters)


def spelled(
    symbol: str,
    call: ast.Call,
    root: str,
    source: Callable[[ast.expr], str],
    *,
    scheduled: bool = False,
    fed: bool = False,
) -> str:
    """The call of the Keras optimizer; `root` is the file's name for TensorFlow. What stood by position still does.

    Where its rate is `scheduled` or `fed`, momentum takes a class of its own: see `cells`. One that is fed is no
    argument: each step sets it.
    """
    successor = SUCCESSORS[symbol]
    known = given(call, successor.parameters) or {}
    first = successor.parameters[0]
    texts = {name: _number(value) or source(value) for name, value in known.items() if name not in _DROPPED}
    texts = {name: text for name, text in successor.defaults.items() if name not in known} | texts
    for name in successor.decays:
        if name in texts and _is_far_in_float32(texts[name]):
            texts[name] = f"float({root}.constant({texts[name]}))"
    if fed:
        del texts[first]
    parts = [texts.pop(first)] if first in texts and call.args and call.args[0] is known[first] else []
    in_order = sorted(texts, key=successor.parameters.index)
    parts += [f"{successor.renamed.get(name, name)}={texts[name]}" for name in in_order]
    parts += [f"{name}={text}" for name, text in successor.said.items()]
    own = brings(symbol) if scheduled or fed else None
    return f"{own or f'{root}.keras.optimizers.{successor.name}'}({', '.join(parts)})"


def brings(symbol: str) -> str | None:
    """The class that a program gets for an optimizer whose rate changes; None where Keras' own does what TF1's did."""
    return "Momentum" if symbol == "train.MomentumOptimizer" else None


def starting(symbol: str, name: str, variables: str, root: str, unit: str, *, built: bool) -> list[str]:
    """The lines that give an optimizer of this name the state that it has in TF1 before the first step.

    One that is `built` is told its variables by that, since its steps move different ones.
    """
    told = [f"{name}.build({variables})"]
    if not SUCCESSORS[symbol].starts_at_one:
        return told * built
    return [
        *told,
        f"for mean_square in {name}._velocities:  # from 1, as in TF1; Keras starts from 0",
        f"{unit}mean_square.assign({root}.ones_like(mean_square))",
    ]


def _is_far_in_float32(text: str) -> bool:
    """Whether 1 - x, of a number that is written out, is off by more than float32 rounds where x is a float32."""
    try:
        number = float(text)
    except ValueError:
        return False
    rounded: float = struct.unpack("f", struct.pack("f", number))[0]
    return abs(rounded - number) > _FAR * abs(1 - number)


def _number(value: ast.expr) -> str | None:
    """Keras wants its rates as floats."""
    whole = isinstance(value, ast.Constant) and isinstance(value.value, int) and not isinstance(value.value, bool)
    return f"{ast.unparse(value)}.0" if whole else None
