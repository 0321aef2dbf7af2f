"""What a Keras model that is compiled in sight ends with: its last layer, the activation and the units of that."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.record import dataclass
from tfloss_migrate.syntax.flow import reaching
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.reader import place_of
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.terms import number_of

_WITH_ACTIVATION = ("layers.Dense", "layers.Conv1D", "layers.Conv2D", "layers.Conv3D")
_ONLY_ACTIVATION = ("layers.Activation", "layers.Softmax")
_UNITS = ("units", "output_dim", "filters")
_PREDICTING = frozenset("predict predict_on_batch predict_generator predict_classes predict_proba".split())
_FITTING = frozenset("fit fit_generator train_on_batch evaluate test_on_batch evaluate_generator".split())
#: So many layers from the end are looked at.
_SEEN = 2
#: Through so many functions that make a model.
_CALLS = 3


@dataclass(frozen=True)
class Ending:
    """What a compiled model ends with: the call that makes its last layer, and the one before that, where it shows."""

    loss: ast.expr
    layer: ast.Call
    place: Place
    before: tuple[ast.Call, Place] | None


def compiled(program: Program) -> Iterator[Ending]:
    """Every loss that is given to `compile`, with the last layers of that model, where they show.

    A model that is compiled so that it predicts, and is not fitted where it does, has a loss for the form alone.
    """
    for call, place in program.reader.names.calls:
        if not isinstance(call.func, ast.Attribute) or call.func.attr != "compile":
            continue
        given = [k.value for k in call.keywords if k.arg == "loss"] or call.args[1:2]
        if _only_predicts(program, call.func.value, place):
            continue
        layers = _last_layers(program, call.func.value, place, _CALLS) if given else []
        if layers:
            yield Ending(given[0], *layers[-1], layers[-2] if len(layers) > 1 else None)


def _only_predicts(program: Program, model: ast.expr, place: Place) -> bool:
    name = dotted(model)
    methods = {
        call.func.attr
        for call, there in program.reader.names.calls
        if there.scope is place.scope and isinstance(call.func, ast.Attribute) and dotted(call.func.value) == name
    }
    return bool(methods & _PREDICTING) and not methods & _FITTING


def _last_layers(program: Program, model: ast.expr, place: Place, calls: int) -> list[tuple[ast.Call, Place]]:
    """The calls that make the last layers of a model, in order, where every step to them can be seen."""
    name = dotted(model)
    binding = reaching(name, place) if name is not None else None
    made, there = (binding.value, place_of(binding)) if binding is not None else (model, place)
    if not isinstance(made, ast.Call):
        return []
    symbol = (program.reader.names.symbol(made.func, there.scope) or "").removeprefix("plain_")
    if symbol in ("keras.Sequential", "keras.models.Sequential"):
        return (_added(program, name, place) if name is not None else []) or _listed(made, there)
    if symbol in ("keras.Model", "keras.models.Model"):
        outputs = [k.value for k in made.keywords if k.arg in ("outputs", "output")] or made.args[1:2]
        return _applied(outputs[0], there) if outputs else []
    returned = program.values.origins.returned_by(made, there) if calls > 0 else ()
    return _last_layers(program, *returned[0], calls - 1) if len(returned) == 1 else []


def _applied(output: ast.expr, place: Place) -> list[tuple[ast.Call, Place]]:
    """The layers that an output has gone through: `Dense(1)(x)`, and the one that made `x`."""
    found: list[tuple[ast.Call, Place]] = []
    while len(found) < _SEEN:
        output = output.elts[0] if isinstance(output, ast.List) and len(output.elts) == 1 else output
        name = dotted(output)
        held = reaching(name, place) if name is not None else None
        if held is not None and held.value is not None:
            output, place = held.value, place_of(held)
        if not isinstance(output, ast.Call) or not isinstance(output.func, ast.Call) or len(output.args) != 1:
            break
        found.insert(0, (output.func, place))
        output = output.args[0]
    return found


def _added(program: Program, model: str, place: Place) -> list[tuple[ast.Call, Place]]:
    """The last calls of `model.add(...)` before a place, in straight code."""
    layers: list[tuple[ast.Call, Place]] = []
    for call, where in program.reader.names.calls:
        if where.scope is place.scope and where.order < place.order and dotted(call.func) == f"{model}.add":
            layer = call.args[0] if call.args and where.block.holds(place.block) else None
            if layer is None:
                return []
            layers = [*layers, (layer, where)][-_SEEN:] if isinstance(layer, ast.Call) else []
    return layers


def _listed(made: ast.Call, place: Place) -> list[tuple[ast.Call, Place]]:
    layers = made.args[0] if made.args else None
    listed = layers.elts[-_SEEN:] if isinstance(layers, ast.List) else []
    if not listed or not isinstance(listed[-1], ast.Call):
        return []
    return [(layer, place) for layer in listed if isinstance(layer, ast.Call)]


def _kind(program: Program, layer: ast.Call, place: Place) -> str:
    symbol = program.reader.names.symbol(layer.func, place.scope) or ""
    return symbol.removeprefix("plain_").removeprefix("keras.").replace("layers.core.", "layers.")


def activation(program: Program, ending: Ending) -> str | None:
    """The activation of the last layer by name, None for none, "?" for what is not known."""
    layer, place = ending.layer, ending.place
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


def units(program: Program, ending: Ending) -> int | None:
    """How many outputs the last layer has, None where no number is written; an activation has those before it."""
    layer, place = ending.layer, ending.place
    if _kind(program, layer, place) in _ONLY_ACTIVATION and ending.before is not None:
        layer, place = ending.before
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
