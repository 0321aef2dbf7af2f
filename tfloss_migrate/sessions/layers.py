"""Functions of TF1 that make a layer and call it, and the classes of these layers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from tfloss_migrate.record import dataclass, field
from tfloss_migrate.sessions.initializers import is_initializer
from tfloss_migrate.sessions.sights import Sights
from tfloss_migrate.syntax.arguments import given, literal


@dataclass(frozen=True)
class Kind:
    """A function that makes a layer and calls it: the class, and the parameters behind the inputs, in their order.

    `renamed` has the names that the class has for parameters, `default` what the function does where a call is silent.
    """

    name: str
    parameters: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)
    default: Mapping[str, str] = field(default_factory=dict)

    @property
    def trains(self) -> bool:
        """Whether such a layer has variables."""
        return self.name in MAKERS


@dataclass(frozen=True)
class Layer:
    """A call that makes a layer: what goes in, the class, and what it is given as code, names where they are needed.

    One that `reuses` is the layer of its name that there is already.
    """

    call: ast.Call
    kind: Kind
    inputs: ast.expr
    arguments: tuple[str, ...]
    given: tuple[ast.expr, ...]
    name: str | None
    reuses: bool = False


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


_DROPOUTS = {
    "layers.dropout": ("inputs", "rate", "noise_shape", "seed", "training", "name"),
    "contrib.layers.dropout": ("inputs", "keep_prob", "noise_shape", "is_training", "outputs_collections", "scope"),
    "contrib.slim.dropout": ("inputs", "keep_prob", "noise_shape", "is_training", "outputs_collections", "scope"),
}


def dropout_of(call: ast.Call, sights: Sights, root: str, source: Callable[[ast.expr], str]) -> Dropout | None:
    """The dropout that a call is; None where it is none, or one that is asked for more than is known."""
    symbol = sights.called(call) or ""
    known = given(call, _DROPOUTS[symbol]) if symbol in _DROPOUTS else None
    if known is None or set(known) - {"inputs", "rate", "keep_prob", "training", "is_training", "name", "scope"}:
        return None
    if "rate" in known or "keep_prob" not in known:
        rate = _rest(known["rate"]) or source(known["rate"]) if "rate" in known else "0.5"
    else:
        kept = ast.BinOp(ast.Constant(1), ast.Sub(), known["keep_prob"])
        rate = _rest(kept) or f"1 - {source(known['keep_prob'])}"
    flag = known.get("training", known.get("is_training", ast.Constant(symbol != "layers.dropout")))
    if isinstance(flag, ast.Constant):
        return Dropout(call, known["inputs"], root, rate if flag.value else "")
    return Dropout(call, known["inputs"], root, f"{root}.where({source(flag)}, {rate}, 0.0)")


def _rest(node: ast.expr) -> str | None:
    """What `1 - number` is, as code."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        left, right = literal(node.left), literal(node.right)
        if isinstance(left, (int, float)) and isinstance(right, (int, float)):
            return f"{left - right:.10g}"
    return None


#: The layers that have variables.
MAKERS = frozenset({"Dense", "Conv2D"})
CLASSES = MAKERS | {"MaxPooling2D", "AveragePooling2D", "Flatten"}
_PREFIX = "layers."


def _kind(name: str, parameters: str, renamed: str = "", **default: str) -> Kind:
    pairs = (pair.split(":") for pair in renamed.split())
    return Kind(name, tuple(parameters.split()), dict(pairs), default)


_WEIGHTS = "activation_fn:activation weights_initializer:kernel_initializer biases_initializer:bias_initializer"
_REST = "normalizer_fn normalizer_params weights_initializer weights_regularizer biases_initializer"
_MORE = "biases_regularizer reuse variables_collections outputs_collections trainable scope"
_CONNECTED = _kind(
    "Dense",
    f"num_outputs activation_fn {_REST} {_MORE}",
    f"num_outputs:units scope:name {_WEIGHTS}",
    activation="{}.nn.relu",
)
_CONVOLVED = _kind(
    "Conv2D",
    f"num_outputs kernel_size stride padding data_format rate activation_fn {_REST} {_MORE}",
    f"num_outputs:filters stride:strides rate:dilation_rate scope:name {_WEIGHTS}",
    activation="{}.nn.relu",
    padding='"same"',
)
_KINDS = {
    "layers.dense": _kind("Dense", "units activation use_bias kernel_initializer bias_initializer name reuse"),
    "layers.conv2d": _kind(
        "Conv2D",
        "filters kernel_size strides padding data_format dilation_rate activation use_bias kernel_initializer "
        "bias_initializer name reuse",
    ),
    "layers.max_pooling2d": _kind("MaxPooling2D", "pool_size strides padding data_format name"),
    "layers.average_pooling2d": _kind("AveragePooling2D", "pool_size strides padding data_format name"),
    "layers.flatten": _kind("Flatten", "name"),
    **{
        f"contrib.{module}.{name}": kind
        for module in ("layers", "slim")
        for name, kind in (
            ("fully_connected", _CONNECTED),
            ("conv2d", _CONVOLVED),
            ("convolution2d", _CONVOLVED),
            ("flatten", _kind("Flatten", "outputs_collections scope", "scope:name")),
        )
    },
}
_KEPT = frozenset(
    "units filters kernel_size strides padding dilation_rate activation use_bias pool_size name kernel_initializer "
    "bias_initializer".split()
)


def class_of(symbol: str | None) -> str | None:
    """The class of layers that a symbol of TF1 is."""
    name = symbol.removeprefix(_PREFIX) if symbol is not None and symbol.startswith(_PREFIX) else ""
    return name if name in CLASSES else None


def layer_of(call: ast.Call, sights: Sights, root: str, source: Callable[[ast.expr], str]) -> Layer | None:
    """The layer that a call makes; None where it makes none, or one that is asked for more than is known."""
    kind = _KINDS.get(sights.called(call) or "")
    known = given(call, ("inputs", *kind.parameters)) if kind is not None else None
    if kind is None or known is None or "inputs" not in known:
        return None
    inputs, name = known.pop("inputs"), None
    reuses = isinstance(known.get("reuse"), ast.Constant) and known.pop("reuse").value is True  # type: ignore[attr-defined]
    found = {name: text.format(root) for name, text in kind.default.items()}
    bare: set[str] = set()
    for old, value in known.items():
        new = kind.renamed.get(old, old)
        if isinstance(value, ast.Constant) and value.value is None:
            found.pop(new, None)
            continue
        if new not in _KEPT or (new.endswith("_initializer") and not is_initializer(value, sights)):
            return None
        if new == "name":
            name = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
            if name is None:
                return None
        found[new] = source(value)
        bare |= {new} if value in call.args[:4] else set()
    in_order = sorted(found.items(), key=lambda pair: pair[0] not in bare)
    arguments = tuple(text if name in bare else f"{name}={text}" for name, text in in_order)
    return Layer(call, kind, inputs, arguments, tuple(known.values()), name, reuses)
