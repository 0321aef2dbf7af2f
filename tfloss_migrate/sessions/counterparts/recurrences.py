"""Recurrent loops of TF1, as far as Keras has them: what they are told, and what of their states is read."""

from __future__ import annotations

import ast

from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.counterparts.cell_kinds import depth_of, is_cell, is_stack, is_zero_state
from tfloss_migrate.sessions.counterparts.states import LOOPS, are_parts, depth_of_state, reads
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given, is_none

_BOTH = ("cell_fw", "cell_bw", "inputs", "initial_state_fw", "initial_state_bw", "dtype", "sequence_length", "scope")
_BOTH_WAYS = frozenset(f"{module}.static_bidirectional_rnn" for module in ("nn", "contrib.rnn"))
_DYNAMIC_BOTH_WAYS = "nn.bidirectional_dynamic_rnn"
_DYNAMIC_BOTH = (
    *("cell_fw", "cell_bw", "inputs", "sequence_length", "initial_state_fw", "initial_state_bw", "dtype"),
    *("parallel_iterations", "swap_memory", "time_major", "scope"),
)
#: Names for what comes out of each way.
FORWARD, BACKWARD, MASK = "forward", "backward", "mask"


@dataclass(frozen=True)
class Loop:
    """`outputs, states = tf.nn.dynamic_rnn(cell, inputs)`.

    `states` are the names for the states where they are read, one behind a `*` for a list of them; `lengths` are those
    of the sequences, `start` is the state that is not zeros. One that goes both ways has a cell for going `backward`.
    Its outputs may have a name for each way.
    """

    statement: ast.Assign
    outputs: ast.Name | ast.Tuple
    cell: ast.expr
    inputs: ast.expr
    in_steps: bool
    states: tuple[str, ...] = ()
    lengths: ast.expr | None = None
    start: ast.expr | None = None
    backward: ast.expr | None = None


def is_recurrent(symbol: str | None) -> bool:
    """Whether a symbol is a cell or a loop that is known."""
    return is_cell(symbol) or symbol in LOOPS or symbol in (*_BOTH_WAYS, _DYNAMIC_BOTH_WAYS)


def loop_of(call: ast.AST | None, sights: Sights) -> Loop | None:
    """The loop that a call is; None where it is another one, or where what is done with its states is not known."""
    symbol = sights.called(call) or ""
    if symbol in _BOTH_WAYS and isinstance(call, ast.Call):
        return _both_ways(call, sights)
    if symbol == _DYNAMIC_BOTH_WAYS and isinstance(call, ast.Call):
        return _dynamic_both_ways(call, sights)
    known = given(call, LOOPS[symbol]) if isinstance(call, ast.Call) and symbol in LOOPS else None
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
    if taken or not isinstance(outputs, ast.Name) or any(reads(name, statement, sights) for name in names):
        return None
    if not all(isinstance(known[one], ast.Name) for one in ("cell_fw", "cell_bw")):
        return None
    return Loop(statement, outputs, known["cell_fw"], known["inputs"], True, backward=known["cell_bw"])


def _dynamic_both_ways(call: ast.Call, sights: Sights) -> Loop | None:
    """A loop that goes both ways, from states of zeros, of which the outputs are joined or taken apart."""
    known = {name: value for name, value in (given(call, _DYNAMIC_BOTH) or {}).items() if not is_none(value)}
    statement, wanted = sights.parent(call), {"cell_fw", "cell_bw", "inputs"}
    if wanted - set(known) or set(known) - wanted - {"sequence_length", "dtype", "scope", "swap_memory"}:
        return None
    target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    if not isinstance(statement, ast.Assign) or not isinstance(target, ast.Tuple) or len(target.elts) != 2:
        return None
    outputs, lengths = target.elts[0], known.get("sequence_length")
    names = [node for node in ast.walk(target.elts[1]) if isinstance(node, ast.Name)]
    if any(reads(name, statement, sights) for name in names):
        return None
    if not all(isinstance(known[one], ast.Name) for one in ("cell_fw", "cell_bw", *["inputs"] * (lengths is not None))):
        return None
    if isinstance(outputs, ast.Tuple):
        if len(outputs.elts) != 2 or not all(isinstance(one, ast.Name) for one in outputs.elts):
            return None
    elif not isinstance(outputs, ast.Name) or not all(
        _is_joined(one, sights) for one in reads(outputs, statement, sights)
    ):
        return None
    own = [FORWARD, BACKWARD] * isinstance(outputs, ast.Name) + [MASK] * (lengths is not None)
    if any(node.id in own for node in sights.all(ast.Name)):
        return None
    cells = known["cell_fw"], known["cell_bw"]
    return Loop(statement, outputs, cells[0], known["inputs"], False, (), lengths, backward=cells[1])


def _is_joined(load: ast.Name, sights: Sights) -> bool:
    """Whether the outputs of both ways are joined, or one of them is taken."""
    above = sights.parent(load)
    if isinstance(above, ast.Subscript):
        return above.value is load and not isinstance(above.slice, ast.Slice)
    return isinstance(above, ast.Call) and sights.called(above) in ("concat", "add_n")


def _states(target: ast.expr, statement: ast.Assign, cell: ast.Name, sights: Sights) -> tuple[str, ...] | None:
    """The names for the states of a loop that are read; None where something is done with them that is not known."""
    names = [node for node in ast.walk(target) if isinstance(node, ast.Name)]
    if not any(reads(name, statement, sights) for name in names):
        return ()
    depth = depth_of(cell, sights)
    if isinstance(target, ast.Name) and depth is not None and are_parts(target, statement, depth, sights):
        return (f"*{target.id}",) if depth else (target.id,)
    pair = isinstance(target, ast.Tuple) and all(isinstance(one, ast.Name) for one in target.elts)
    alone = depth == 1 and not is_stack(cell, sights)
    return tuple(name.id for name in names) if pair and alone and len(names) == 2 else None


def _is_state(node: ast.expr, cell: ast.Name, sights: Sights) -> bool:
    """Whether an expression is the state of another loop over cells of the same kind."""
    depth = depth_of(cell, sights)
    return depth is not None and depth == depth_of_state(node, sights)


def _zeros(node: ast.expr, sights: Sights) -> ast.Assign | None:
    """The statement that makes a state of zeros, which has a name that only a loop uses."""
    held = sights.may_hold(node) if isinstance(node, ast.Name) else ()
    home = held[0].node if len(held) == 1 else None
    if not isinstance(home, ast.Assign) or not isinstance(node, ast.Name) or not is_zero_state(home.value):
        return None
    return home if len(sights.loads(node.id, held[0].scope)) == 1 else None
