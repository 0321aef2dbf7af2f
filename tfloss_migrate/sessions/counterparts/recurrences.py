"""Recurrent cells of TF1 and the loops over them, and the Keras cells and layers that take their place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.text.layout import Layout
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given, is_none
from tfloss_migrate.syntax.nodes import nodes

_MODULES = ("contrib.rnn", "nn.rnn_cell")
_ARGUMENTS = {
    "BasicLSTMCell": ("num_units", "forget_bias", "state_is_tuple"),
    "BasicRNNCell": ("num_units",),
    "GRUCell": ("num_units",),
}
_CELLS = {f"{module}.{name}": name for module in _MODULES for name in _ARGUMENTS}
#: Without what only it has, it computes the same.
_CELLS |= {f"{module}.LSTMCell": "BasicLSTMCell" for module in _MODULES}
_STACKS = frozenset(f"{module}.MultiRNNCell" for module in _MODULES)
_STATIC = ("cell", "inputs", "initial_state", "dtype", "sequence_length", "scope")
_LOOPS = {
    "nn.dynamic_rnn": (
        *("cell", "inputs", "sequence_length", "initial_state", "dtype"),
        *("parallel_iterations", "swap_memory", "time_major", "scope"),
    ),
    "nn.static_rnn": _STATIC,
    "contrib.rnn.static_rnn": _STATIC,
}


@dataclass(frozen=True)
class Loop:
    """`outputs, states = tf.nn.dynamic_rnn(cell, inputs)`, of which the states are not used."""

    statement: ast.Assign
    outputs: ast.Name
    cell: ast.expr
    inputs: ast.expr
    in_steps: bool


def cell_of(node: ast.AST | None, sights: Sights) -> str | None:
    """The class of cells that a node makes one of; None where it is asked for more than is known."""
    name = _CELLS.get(sights.called(node) or "")
    known = given(node, _ARGUMENTS[name]) if isinstance(node, ast.Call) and name is not None else None
    if known is None or "num_units" not in known:
        return None
    if isinstance(node, ast.Call) and len(node.args) > 1 and (sights.called(node) or "").endswith(".LSTMCell"):
        return None  # what comes second is another parameter there
    tuples = known.get("state_is_tuple", ast.Constant(True))
    return name if isinstance(tuples, ast.Constant) and tuples.value is True else None


def stack_of(node: ast.AST | None, sights: Sights) -> ast.expr | None:
    """The list of cells, each of them new, that are stacked; None for another call."""
    called = isinstance(node, ast.Call) and sights.called(node) in _STACKS
    known = given(node, ("cells", "state_is_tuple")) if isinstance(node, ast.Call) and called else None
    tuples = (known or {}).get("state_is_tuple", ast.Constant(True))
    if known is None or not isinstance(tuples, ast.Constant) or tuples.value is not True:
        return None
    cells = known.get("cells")
    each = [cells.elt] if isinstance(cells, ast.ListComp) else cells.elts if isinstance(cells, ast.List) else []
    return cells if each and all(_is_new(one, sights) for one in each) else None


def _is_new(node: ast.expr, sights: Sights) -> bool:
    """Whether a call makes a cell, or is one of a function of the file that does."""
    held = sights.may_hold(node.func) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ()
    made = held[0].node if len(held) == 1 else None
    return cell_of(node, sights) is not None or (isinstance(made, ast.FunctionDef) and makes_cells(made, sights))


def makes_cells(function: ast.AST, sights: Sights) -> bool:
    """Whether a function returns a cell that it has made."""
    returned = sights.names.returns.get(function, [])
    if len(returned) != 1:
        return False
    value = returned[0][0]
    held = sights.may_hold(value) if isinstance(value, ast.Name) else ()
    made = cell_of(held[0].value if len(held) == 1 else value, sights)
    return made is not None and sum(isinstance(node, ast.Return) for node in nodes(function)) == 1


def is_recurrent(symbol: str | None) -> bool:
    """Whether a symbol is a cell or a loop that is known."""
    return symbol in _CELLS or symbol in _LOOPS or symbol in _STACKS


def loop_of(call: ast.AST | None, sights: Sights) -> Loop | None:
    """The loop that a call is, from states of zeros; None where it is another one."""
    symbol = sights.called(call) or ""
    known = given(call, _LOOPS[symbol]) if isinstance(call, ast.Call) and symbol in _LOOPS else None
    statement = sights.parent(call) if call is not None else None
    known = {name: value for name, value in known.items() if not is_none(value)} if known is not None else None
    if known is None or {"cell", "inputs"} - set(known) or "sequence_length" in known:
        return None
    time_major = known.get("time_major", ast.Constant(False))
    if not isinstance(time_major, ast.Constant) or time_major.value is not False:
        return None
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    target = statement.targets[0]
    if not isinstance(target, ast.Tuple) or len(target.elts) != 2:
        return None
    outputs, states = target.elts
    if not isinstance(outputs, ast.Name) or not isinstance(known["cell"], ast.Name):
        return None
    for name in [n for n in ast.walk(states) if isinstance(n, ast.Name)]:
        scope = sights.place(statement).scope.owner_of(name.id)
        if scope is None or any(_is_read(load, statement, sights) for load in sights.loads(name.id, scope)):
            return None
    if "initial_state" in known and _zeros(known["initial_state"], sights) is None:
        return None
    return Loop(statement, outputs, known["cell"], known["inputs"], symbol != "nn.dynamic_rnn")


def _is_read(load: ast.Name, statement: ast.stmt, sights: Sights) -> bool:
    return any(binding.node is statement for binding in sights.may_hold(load))


def _zeros(node: ast.expr, sights: Sights) -> ast.Assign | None:
    """The statement that makes a state of zeros, which has a name that only a loop uses."""
    held = sights.may_hold(node) if isinstance(node, ast.Name) else ()
    home = held[0].node if len(held) == 1 else None
    if not isinstance(home, ast.Assign) or not isinstance(node, ast.Name) or not is_zero_state(home.value):
        return None
    return home if len(sights.loads(node.id, held[0].scope)) == 1 else None


def is_zero_state(node: ast.AST) -> bool:
    """Whether a node is `cell.zero_state(batch_size, dtype)`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "zero_state"


def recurrent(sights: Sights, layout: Layout) -> Iterator[Edit]:
    """The edits by which cells are those of Keras."""
    root, gone = sights.root() or "tf", []
    for node in sights.nodes:
        name, loop = cell_of(node, sights), loop_of(node, sights)
        if isinstance(node, ast.Assign) and is_zero_state(node.value):
            gone.append(node)
        if isinstance(node, ast.Call) and name is not None:
            span = layout.spans.of(node)
            known = given(node, _ARGUMENTS[name]) or {}
            source = [layout.spans.source(known["num_units"])]
            source += [f"forget_bias={layout.spans.source(known[one])}" for one in known if one == "forget_bias"]
            yield Edit(span.start, span.end, f"{name}({', '.join(source)})")
        cells = stack_of(node, sights)
        if cells is not None and isinstance(node, ast.Call):
            span = layout.spans.of(node.func)
            yield Edit(span.start, span.end, f"{root}.keras.layers.StackedRNNCells")
            yield Edit(layout.spans.of(cells).end, layout.spans.of(node).end, ")")
        if loop is not None:
            span, indent = layout.spans.of(loop.statement), layout.indent(loop.statement.lineno)
            told = [f"{text}{layout.newline}{indent}" for text in layout.lost_comments(span.start, span.end)]
            yield Edit(span.start, span.end, "".join([*told, _looped(loop, root, layout)]))
    yield from Removal(layout).edits(gone)


def _looped(loop: Loop, root: str, layout: Layout) -> str:
    inputs = layout.spans.source(loop.inputs)
    layer = f"{root}.keras.layers.RNN({layout.spans.source(loop.cell)}, return_sequences=True)"
    if loop.in_steps:
        return f"{loop.outputs.id} = {root}.unstack({layer}({root}.stack({inputs}, axis=1)), axis=1)"
    return f"{loop.outputs.id} = {layer}({inputs})"
