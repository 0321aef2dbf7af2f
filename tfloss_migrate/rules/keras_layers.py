"""What a Keras model that is compiled in sight ends with: its last layer, the activation and the units of that."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.syntax.flow import reaching
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.reader import place_of
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.terms import number_of

_WITH_ACTIVATION = ("layers.Dense", "layers.Conv1D", "layers.Conv2D", "layers.Conv3D")
_UNITS = ("units", "output_dim", "filters")


def compiled(program: Program) -> Iterator[tuple[ast.expr, ast.Call, Place]]:
    """Every loss that is given to `compile`, with the call that makes the last layer of that model, where it shows."""
    for call, place in program.reader.names.calls:
        if not isinstance(call.func, ast.Attribute) or call.func.attr != "compile":
            continue
        given = [k.value for k in call.keywords if k.arg == "loss"] or call.args[1:2]
        model = dotted(call.func.value)
        last = _last_layer(program, model, place) if given and model is not None else None
        if last is not None:
            yield given[0], *last


def _last_layer(program: Program, model: str, place: Place) -> tuple[ast.Call, Place] | None:
    """The call that makes the last layer of a model, where every step to it can be seen."""
    binding = reaching(model, place)
    if binding is None or not isinstance(binding.value, ast.Call):
        return None
    made, there = binding.value, place_of(binding)
    symbol = (program.reader.names.symbol(made.func, there.scope) or "").removeprefix("plain_")
    if symbol in ("keras.Sequential", "keras.models.Sequential"):
        return _added(program, model, place) or _listed(made, there)
    if symbol in ("keras.Model", "keras.models.Model"):
        outputs = [k.value for k in made.keywords if k.arg in ("outputs", "output")] or made.args[1:2]
        name = dotted(outputs[0]) if outputs else None
        held = reaching(name, there) if name is not None else None
        if held is not None and isinstance(held.value, ast.Call) and isinstance(held.value.func, ast.Call):
            return held.value.func, place_of(held)
    return None


def _added(program: Program, model: str, place: Place) -> tuple[ast.Call, Place] | None:
    """The last `model.add(...)` before a place, in straight code."""
    last = None
    for call, where in program.reader.names.calls:
        if where.scope is place.scope and where.order < place.order and dotted(call.func) == f"{model}.add":
            last = (call.args[0], where) if call.args and where.block.holds(place.block) else None
            if last is None:
                return None
    return (last[0], last[1]) if last is not None and isinstance(last[0], ast.Call) else None


def _listed(made: ast.Call, place: Place) -> tuple[ast.Call, Place] | None:
    layers = made.args[0] if made.args else None
    last = layers.elts[-1] if isinstance(layers, ast.List) and layers.elts else None
    return (last, place) if isinstance(last, ast.Call) else None


def _kind(program: Program, layer: ast.Call, place: Place) -> str:
    symbol = program.reader.names.symbol(layer.func, place.scope) or ""
    return symbol.removeprefix("plain_").removeprefix("keras.").replace("layers.core.", "layers.")


def activation(program: Program, layer: ast.Call, place: Place) -> str | None:
    """The activation of a layer by name, None for none, "?" for what is not known."""
    kind = _kind(program, layer, place)
    if kind == "layers.Softmax":
        return "softmax"
    if kind == "layers.Activation" and layer.args:
        return _named(program, layer.args[0], place)
    if kind not in _WITH_ACTIVATION or any(k.arg is None for k in layer.keywords):
        return "?"
    given = [k.value for k in layer.keywords if k.arg == "activation"]
    place_of_activation = 1 if kind == "layers.Dense" else len(layer.args)
    given = given or layer.args[place_of_activation : place_of_activation + 1]
    return _named(program, given[0], place) if given else None


def units(program: Program, layer: ast.Call, place: Place) -> int | None:
    """How many outputs a layer has, None where no number is written."""
    if _kind(program, layer, place) not in _WITH_ACTIVATION:
        return None
    given = [k.value for k in layer.keywords if k.arg in _UNITS] or layer.args[:1]
    number = number_of(program.reader.term(given[0], place)) if given else None
    return int(number) if number is not None else None


def _named(program: Program, node: ast.expr, place: Place) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if node.value is None or isinstance(node.value, str) else "?"
    symbol = program.reader.names.symbol(node, place.scope) or "?"
    return symbol.rpartition(".")[2]
