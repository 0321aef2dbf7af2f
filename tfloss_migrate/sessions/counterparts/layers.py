"""Functions of TF1 that make a layer and call it, and the classes of these layers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from tfloss_migrate.record import dataclass, field, replace
from tfloss_migrate.sessions.counterparts import normalizers
from tfloss_migrate.sessions.counterparts.dropouts import DROPOUTS
from tfloss_migrate.sessions.counterparts.initializers import is_initializer
from tfloss_migrate.sessions.counterparts.normalizers import Normalizer, normalizer, normalizer_of
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given, is_none


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

    `normalizer` takes what it gives, or is all that there is to a call of a batch normalization, whose kind is
    `NORMALIZED`.
    One that `reuses` is the layer of its name that there is already.
    """

    call: ast.Call
    kind: Kind
    inputs: ast.expr
    arguments: tuple[str, ...]
    given: tuple[ast.expr, ...]
    name: str | None
    normalizer: Normalizer | None = None
    reuses: bool = False


#: The layers that have variables.
MAKERS = frozenset({"Dense", "Conv2D", "Conv2DTranspose", normalizers.CLASS})
CLASSES = MAKERS | {"MaxPooling2D", "AveragePooling2D", "Flatten"}
#: A batch normalization, about which `normalizers` knows more.
NORMALIZED = Kind(normalizers.CLASS, ())
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
_TRANSPOSED = replace(
    _CONVOLVED, name="Conv2DTranspose", parameters=tuple(one for one in _CONVOLVED.parameters if one != "rate")
)
_POOLED = "kernel_size stride padding data_format outputs_collections scope"
_AS_POOLED = "kernel_size:pool_size stride:strides scope:name"
#: What the layers with variables are given behind their sizes.
_STARTED = "activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer \
activity_regularizer kernel_constraint bias_constraint trainable name reuse"
_KINDS = {
    "layers.dense": _kind("Dense", f"units {_STARTED}"),
    "layers.conv2d": _kind("Conv2D", f"filters kernel_size strides padding data_format dilation_rate {_STARTED}"),
    "layers.conv2d_transpose": _kind("Conv2DTranspose", f"filters kernel_size strides padding data_format {_STARTED}"),
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
            ("conv2d_transpose", _TRANSPOSED),
            ("max_pool2d", _kind("MaxPooling2D", _POOLED, _AS_POOLED, strides="2", padding='"valid"')),
            ("avg_pool2d", _kind("AveragePooling2D", _POOLED, _AS_POOLED, strides="2", padding='"valid"')),
            ("flatten", _kind("Flatten", "outputs_collections scope", "scope:name")),
        )
    },
}
_KEPT = frozenset(
    "units filters kernel_size strides padding dilation_rate activation use_bias pool_size name kernel_initializer "
    "bias_initializer".split()
)


def parameters_of(symbol: str | None) -> tuple[str, ...] | None:
    """The parameters of a function of TF1 that makes a layer, a dropout or a batch normalization, in their order."""
    kind = _KINDS.get(symbol or "")
    if kind is not None:
        return ("inputs", *kind.parameters)
    return DROPOUTS.get(symbol or "") or normalizers.PARAMETERS.get(symbol or "")


def class_of(symbol: str | None) -> str | None:
    """The class of layers that a symbol of TF1 is."""
    name = symbol.removeprefix(_PREFIX) if symbol is not None and symbol.startswith(_PREFIX) else ""
    return name if name in CLASSES else None


def layer_of(call: ast.Call, sights: Sights, root: str, source: Callable[[ast.expr], str]) -> Layer | None:
    """The layer that a call makes; None where it makes none, or one that is asked for more than is known."""
    one = normalizer_of(call, sights, source)
    if one is not None and one.inputs is not None:
        return Layer(call, NORMALIZED, one.inputs, one.arguments, one.given, one.name, one)
    kind = _KINDS.get(sights.called(call) or "")
    known = given(call, ("inputs", *kind.parameters)) if kind is not None else None
    if kind is None or known is None or "inputs" not in known:
        return None
    inputs, name = known.pop("inputs"), None
    reuses = isinstance(known.get("reuse"), ast.Constant) and known.pop("reuse").value is True  # type: ignore[attr-defined]
    after = _normalized(known, kind, sights, root, source)
    if is_normalized(known) and after is None:
        return None
    found = {name: text.format(root) for name, text in kind.default.items()}
    if after is not None:
        found = {**found, "use_bias": "False"}
        found.pop("activation")
    bare: set[str] = set()
    for old, value in known.items():
        new = kind.renamed.get(old, old)
        if old in (_OF_NORMALIZED if after is not None else _OF_NORMALIZED[:2]):
            continue
        if isinstance(value, ast.Constant) and value.value is None:
            found.pop(new, None)
            if old == "biases_initializer":
                found["use_bias"] = "False"
            continue
        if (old, getattr(value, "value", None)) in _SILENT:
            continue
        untrained = old == "trainable" and isinstance(value, ast.Constant) and value.value is False
        if (new not in _KEPT and not untrained) or (new.endswith("_initializer") and not is_initializer(value, sights)):
            return None
        if new == "name":
            name = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
            if name is None:
                return None
        found[new] = source(value)
        if len(bare) < 3 and value in call.args[1 + len(bare) : 2 + len(bare)]:
            bare.add(new)  # where none before it has gone
    in_order = sorted(found.items(), key=lambda pair: pair[0] not in bare)
    arguments = tuple(text if name in bare else f"{name}={text}" for name, text in in_order)
    made_with = tuple(value for old, value in known.items() if after is None or old not in _OF_NORMALIZED)
    made_with += after.given if after is not None else ()
    return Layer(call, kind, inputs, arguments, made_with, name, after, reuses)


#: What is told of a normalization, and what goes with it: a layer that is normalized has no bias.
_OF_NORMALIZED = ("normalizer_fn", "normalizer_params", "biases_initializer", "activation_fn")
#: What says no more than a silent call does.
_SILENT = frozenset({("reuse", False), ("trainable", True), ("data_format", "NHWC"), ("data_format", "channels_last")})


def is_normalized(known: Mapping[str, ast.expr]) -> bool:
    """Whether a call of `tf.contrib` names a function that normalizes what the layer gives."""
    return "normalizer_fn" in known and not is_none(known["normalizer_fn"])


def _normalized(
    known: Mapping[str, ast.expr], kind: Kind, sights: Sights, root: str, source: Callable[[ast.expr], str]
) -> Normalizer | None:
    """The batch normalization of what a layer gives, with the activation of the layer."""
    if not is_normalized(known):
        return None
    symbol = sights.symbol(known["normalizer_fn"]) or ""
    params = known.get("normalizer_params", ast.Constant(None))
    told = {} if is_none(params) else told_by(params)
    if symbol not in normalizers.PARAMETERS or told is None:
        return None
    found = normalizer(symbol, told, sights, source)
    if found is None or found.activation is not None:
        return None
    activation = known.get("activation_fn")
    text = kind.default["activation"].format(root) if activation is None else source(activation)
    return replace(found, activation=None if activation is not None and is_none(activation) else text)


def told_by(node: ast.expr) -> dict[str, ast.expr] | None:
    """The arguments in a dict that is written out; None for another one."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
        pairs = [(keyword.arg, keyword.value) for keyword in node.keywords]
    elif isinstance(node, ast.Dict):
        pairs = [(getattr(key, "value", None), value) for key, value in zip(node.keys, node.values, strict=True)]
    else:
        return None
    found = {name: value for name, value in pairs if isinstance(name, str)}
    return found if len(found) == len(pairs) else None
