"""Recurrent cells and loops of TF1, as far as Keras has them: what they are told, and what of their states is read."""

from __future__ import annotations

import ast

from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given, is_none
from tfloss_migrate.syntax.nodes import nodes

_MODULES = ("contrib.rnn", "nn.rnn_cell")
ARGUMENTS = {
    "BasicLSTMCell": ("num_units", "forget_bias", "state_is_tuple", "activation"),
    "BasicRNNCell": ("num_units", "activation"),
    "GRUCell": ("num_units", "activation"),
}
_CELLS = {f"{module}.{name}": name for module in _MODULES for name in ARGUMENTS}
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
_BOTH = ("cell_fw", "cell_bw", "inputs", "initial_state_fw", "initial_state_bw", "dtype", "sequence_length", "scope")
_BOTH_WAYS = frozenset(f"{module}.static_bidirectional_rnn" for module in ("nn", "contrib.rnn"))
#: Names for what comes out of each way.
FORWARD, BACKWARD = "forward", "backward"


@dataclass(frozen=True)
class Loop:
    """`outputs, states = tf.nn.dynamic_rnn(cell, inputs)`.

    `states` are the names for the states where they are read, one behind a `*` for a list of them; `lengths` are those
    of the sequences, `start` is the state that is not zeros. One that goes both ways has a cell for going `backward`.
    """

    statement: ast.Assign
    outputs: ast.Name
    cell: ast.expr
    inputs: ast.expr
    in_steps: bool
    states: tuple[str, ...] = ()
    lengths: ast.expr | None = None
    start: ast.expr | None = None
    backward: ast.expr | None = None


def cell_of(node: ast.AST | None, sights: Sights) -> str | None:
    """The class of cells that a node makes one of; None where it is asked for more than is known."""
    name = _CELLS.get(sights.called(node) or "")
    known = given(node, ARGUMENTS[name]) if isinstance(node, ast.Call) and name is not None else None
    if known is None or "num_units" not in known:
        return None
    if isinstance(node, ast.Call) and len(node.args) > 1 and (sights.called(node) or "").endswith(".LSTMCell"):
        return None  # what comes second is another parameter there
    if "activation" in known and sights.symbol(known["activation"]) not in symbols.TENSORS:
        return None
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
    each = _each(cells) if cells is not None else []
    return cells if each and all(_kind(one, sights) is not None for one in each) else None


def _each(cells: ast.expr) -> list[ast.expr]:
    """The cells of a list, that of a comprehension once."""
    return [cells.elt] if isinstance(cells, ast.ListComp) else cells.elts if isinstance(cells, ast.List) else []


def makes_cells(function: ast.AST, sights: Sights) -> bool:
    """Whether a function returns a cell that it has made."""
    return _made_by(function, sights) is not None


def _made_by(function: ast.AST, sights: Sights) -> str | None:
    """The class of the cell that a function makes and returns; None where it does something else."""
    returned = sights.names.returns.get(function, [])
    if len(returned) != 1 or sum(isinstance(node, ast.Return) for node in nodes(function)) != 1:
        return None
    value = returned[0][0]
    held = sights.may_hold(value) if isinstance(value, ast.Name) else ()
    return cell_of(held[0].value if len(held) == 1 else value, sights)


def is_recurrent(symbol: str | None) -> bool:
    """Whether a symbol is a cell or a loop that is known."""
    return symbol in _CELLS or symbol in _LOOPS or symbol in _STACKS or symbol in _BOTH_WAYS


def loop_of(call: ast.AST | None, sights: Sights) -> Loop | None:
    """The loop that a call is; None where it is another one, or where what is done with its states is not known."""
    symbol = sights.called(call) or ""
    if symbol in _BOTH_WAYS and isinstance(call, ast.Call):
        return _both_ways(call, sights)
    known = given(call, _LOOPS[symbol]) if isinstance(call, ast.Call) and symbol in _LOOPS else None
    statement = sights.parent(call) if call is not None else None
    known = {name: value for name, value in known.items() if not is_none(value)} if known is not None else None
    if known is None or {"cell", "inputs"} - set(known):
        return None
    time_major = known.get("time_major", ast.Constant(False))
    if not isinstance(time_major, ast.Constant) or time_major.value is not False:
        return None
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    target = statement.targets[0]
    if not isinstance(target, ast.Tuple) or len(target.elts) != 2:
        return None
    outputs, cell = target.elts[0], known["cell"]
    if not isinstance(outputs, ast.Name) or not isinstance(cell, ast.Name):
        return None
    lengths, start = known.get("sequence_length"), known.get("initial_state")
    if lengths is not None and not isinstance(known["inputs"], ast.Name):
        return None
    if start is not None and (is_zero_state(start) or _zeros(start, sights) is not None):
        start = None
    states = _states(target.elts[1], statement, cell, sights)
    if states is None or (start is not None and not _is_state(start, cell, sights)):
        return None
    in_steps = symbol != "nn.dynamic_rnn"
    return Loop(statement, outputs, cell, known["inputs"], in_steps, states, lengths, start)


def _both_ways(call: ast.Call, sights: Sights) -> Loop | None:
    """A loop over steps that goes both ways, from states of zeros, of which only the outputs are read."""
    known = {name: value for name, value in (given(call, _BOTH) or {}).items() if not is_none(value)}
    statement = sights.parent(call)
    if {"cell_fw", "cell_bw", "inputs"} - set(known) or set(known) - {"cell_fw", "cell_bw", "inputs", "dtype", "scope"}:
        return None
    target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    if not isinstance(statement, ast.Assign) or not isinstance(target, ast.Tuple) or len(target.elts) != 3:
        return None
    outputs, *states = target.elts
    names = [node for state in states for node in ast.walk(state) if isinstance(node, ast.Name)]
    taken = any(node.id in (FORWARD, BACKWARD) for node in sights.all(ast.Name))
    if taken or not isinstance(outputs, ast.Name) or any(_reads(name, statement, sights) for name in names):
        return None
    if not all(isinstance(known[one], ast.Name) for one in ("cell_fw", "cell_bw")):
        return None
    return Loop(statement, outputs, known["cell_fw"], known["inputs"], True, backward=known["cell_bw"])


def _states(target: ast.expr, statement: ast.Assign, cell: ast.Name, sights: Sights) -> tuple[str, ...] | None:
    """The names for the states of a loop that are read; None where something is done with them that is not known."""
    names = [node for node in ast.walk(target) if isinstance(node, ast.Name)]
    reads = [load for name in names for load in _reads(name, statement, sights)]
    if not reads:
        return ()
    depth = _depth(cell, sights)
    if isinstance(target, ast.Name) and depth is not None and all(_is_part(load, depth, sights) for load in reads):
        return (f"*{target.id}",) if depth else (target.id,)
    pair = isinstance(target, ast.Tuple) and all(isinstance(one, ast.Name) for one in target.elts)
    alone = depth == 1 and stack_of(_value(cell, sights), sights) is None
    return tuple(name.id for name in names) if pair and alone and len(names) == 2 else None


def _reads(name: ast.Name, statement: ast.Assign, sights: Sights) -> list[ast.Name]:
    scope = sights.place(statement).scope.owner_of(name.id)
    loads = sights.loads(name.id, scope) if scope is not None else []
    return [load for load in loads if any(one.node is statement for one in sights.may_hold(load))]


def _value(name: ast.Name, sights: Sights) -> ast.expr | None:
    held = sights.may_hold(name)
    return held[0].value if len(held) == 1 else None


def _depth(cell: ast.Name, sights: Sights) -> int | None:
    """How many subscripts it takes from the states of a cell to a tensor; None where that is not known."""
    value = _value(cell, sights)
    kind = cell_of(value, sights)
    if kind is not None:
        return int(kind == "BasicLSTMCell")
    cells = stack_of(value, sights)
    kinds = {_kind(one, sights) for one in _each(cells)} if cells is not None else set()
    return 1 + ("BasicLSTMCell" in kinds) if len(kinds) == 1 and None not in kinds else None


def _kind(node: ast.expr, sights: Sights) -> str | None:
    """The class of cells that a call makes one of, or a call of a function that does."""
    kind = cell_of(node, sights)
    held = sights.may_hold(node.func) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ()
    made = held[0].node if len(held) == 1 else None
    return _made_by(made, sights) if kind is None and isinstance(made, ast.FunctionDef) else kind


def _is_part(load: ast.Name, depth: int, sights: Sights) -> bool:
    """Whether states are read as a tensor of them, by a subscript for each level, or given to another loop."""
    node: ast.expr = load
    for _ in range(depth):
        above = sights.parent(node)
        if isinstance(above, ast.keyword) and above.arg == "initial_state":
            return node is load
        if not isinstance(above, ast.Subscript) or above.value is not node or isinstance(above.slice, ast.Slice):
            return False
        node = above
    return True


def _is_state(node: ast.expr, cell: ast.Name, sights: Sights) -> bool:
    """Whether an expression is the state of another loop over cells of the same kind."""
    held = sights.may_hold(node) if isinstance(node, ast.Name) else ()
    made = held[0].node if len(held) == 1 else None
    if not isinstance(made, ast.Assign) or not isinstance(node, ast.Name):
        return False
    other = loop_of(made.value, sights)
    depth = _depth(cell, sights)
    if other is None or depth is None or not isinstance(other.cell, ast.Name):
        return False
    return depth == _depth(other.cell, sights) and other.states == ((f"*{node.id}",) if depth else (node.id,))


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
