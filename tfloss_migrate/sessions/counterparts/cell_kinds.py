"""Recurrent cells of TF1, as far as Keras has them: their kinds, those that drop, and those that are stacked."""

from __future__ import annotations

import ast

from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given
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
_DROPPING = frozenset(f"{module}.DropoutWrapper" for module in _MODULES)
KEPT = ("input_keep_prob", "output_keep_prob", "state_keep_prob")
_STACK = "stack"


@dataclass(frozen=True)
class Wrapper:
    """`DropoutWrapper(cell, output_keep_prob=0.5)`: the call, its cell, and how much is kept of what."""

    call: ast.Call
    cell: ast.expr
    kept: dict[str, ast.expr]


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


def wrapper_of(node: ast.AST | None, sights: Sights) -> Wrapper | None:
    """The cell that drops what another one takes and gives; None for another call, or where more is asked for."""
    called = isinstance(node, ast.Call) and sights.called(node) in _DROPPING
    known = given(node, ("cell", *KEPT)) if isinstance(node, ast.Call) and called else None
    cell = known.pop("cell", None) if known is not None else None
    if cell is None or known is None or not isinstance(node, ast.Call):
        return None
    if len(node.args) > 3 or kind_of(cell, sights) in (None, _STACK):
        return None
    return Wrapper(node, cell, known)


def stack_of(node: ast.AST | None, sights: Sights) -> ast.expr | None:
    """The list of cells that are stacked, each of them another one; None for another call."""
    called = isinstance(node, ast.Call) and sights.called(node) in _STACKS
    known = given(node, ("cells", "state_is_tuple")) if isinstance(node, ast.Call) and called else None
    tuples = (known or {}).get("state_is_tuple", ast.Constant(True))
    if known is None or not isinstance(tuples, ast.Constant) or tuples.value is not True:
        return None
    cells = known.get("cells")
    kinds = _kinds_in(cells, sights) if cells is not None else []
    return cells if kinds and None not in kinds and _STACK not in kinds else None


def list_of(node: ast.AST | None, sights: Sights) -> bool:
    """Whether a list, or a comprehension, makes cells, each of them anew."""
    each = _each(node) if isinstance(node, ast.expr) else []
    return bool(each) and all(makes_cell(one, sights) for one in each)


def makes_cell(node: ast.AST | None, sights: Sights) -> bool:
    """Whether an expression makes a cell that nothing else has a part of, and that hangs on no placeholder."""
    if cell_of(node, sights) is not None:
        return True
    if isinstance(node, ast.Name):  # in a function, whose cells are new each time
        value = _value(node, sights)
        inside = isinstance(sights.function_around(node), ast.FunctionDef)
        return inside and value is not None and makes_cell(value, sights)
    wrapper, cells = wrapper_of(node, sights), stack_of(node, sights)
    if wrapper is not None:
        return not hangs(wrapper, sights) and makes_cell(wrapper.cell, sights)
    if cells is not None:
        return list_of(cells, sights)
    function = _function(node, sights)
    if function is None or not isinstance(node, ast.Call):
        return False
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    return makes_cells(function, sights) and not any(_is_fed(one, sights) for one in given)


def makes_cells(function: ast.AST, sights: Sights) -> bool:
    """Whether a function returns a cell that it has made."""
    value = returned_by(function, sights)
    return value is not None and makes_cell(value, sights)


def hangs(wrapper: Wrapper, sights: Sights) -> bool:
    """Whether how much a cell keeps is fed, or given to a function."""
    return any(_is_fed(one, sights) or _is_given(one, sights) for one in wrapper.kept.values())


def _is_fed(node: ast.expr, sights: Sights) -> bool:
    held = sights.may_hold(node) if isinstance(node, ast.Name) else ()
    around = held[0].scope.node if len(held) == 1 else None
    if isinstance(around, ast.ListComp):
        return any(_is_fed(one.iter, sights) for one in around.generators)
    return any(sights.called(one) in symbols.PLACEHOLDERS for one in Needs(sights).code(node))


def _is_given(node: ast.expr, sights: Sights) -> bool:
    held = [one for name in nodes(node) if isinstance(name, ast.Name) for one in sights.may_hold(name)]
    return any(isinstance(one.node, ast.arg) for one in held)


def returned_by(function: ast.AST, sights: Sights) -> ast.expr | None:
    """The one expression that a function returns; what a name holds, where it is made in one statement."""
    returned = sights.names.returns.get(function, [])
    if len(returned) != 1 or sum(isinstance(node, ast.Return) for node in nodes(function)) != 1:
        return None
    value = returned[0][0]
    return _value(value, sights) or value if isinstance(value, ast.Name) else value


def _value(name: ast.Name, sights: Sights) -> ast.expr | None:
    """What a name surely holds, and was given above."""
    held = sights.may_hold(name)
    value = held[0].value if len(held) == 1 else None
    above = value is not None and (value.lineno, value.col_offset) < (name.lineno, name.col_offset)
    return value if above else None


def kind_of(node: ast.AST | None, sights: Sights) -> str | None:
    """The class of a cell that an expression makes or has the name of; None where that is not known."""
    if isinstance(node, ast.Name):
        held = sights.may_hold(node)
        if len(held) != 1:
            return None
        around = held[0].scope.node
        if isinstance(around, ast.ListComp):
            kinds = set(_kinds_in(around.generators[0].iter, sights))
            return kinds.pop() if len(kinds) == 1 and len(around.generators) == 1 else None
        return kind_of(_value(node, sights), sights)
    wrapper = wrapper_of(node, sights)
    if wrapper is not None:
        return kind_of(wrapper.cell, sights)
    if stack_of(node, sights) is not None:
        return _STACK
    function = _function(node, sights)
    return kind_of(returned_by(function, sights), sights) if function is not None else cell_of(node, sights)


def depth_of(node: ast.AST | None, sights: Sights) -> int | None:
    """How many subscripts it takes from the states of a cell to a tensor; None where that is not known."""
    kind = kind_of(node, sights)
    if kind != _STACK:
        return int(kind == "BasicLSTMCell") if kind is not None else None
    while isinstance(node, ast.Name):
        node = _value(node, sights)
    function = _function(node, sights)
    if function is not None:
        return depth_of(returned_by(function, sights), sights)
    cells = stack_of(node, sights)
    kinds = set(_kinds_in(cells, sights)) if cells is not None else set()
    return 1 + ("BasicLSTMCell" in kinds) if len(kinds) == 1 else None


def is_stack(node: ast.AST | None, sights: Sights) -> bool:
    """Whether a cell is one of several that are stacked."""
    return kind_of(node, sights) == _STACK


def is_cell(symbol: str | None) -> bool:
    """Whether a symbol is a class of cells."""
    return symbol in _CELLS or symbol in _STACKS or symbol in _DROPPING


def is_zero_state(node: ast.AST) -> bool:
    """Whether a node is `cell.zero_state(batch_size, dtype)`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "zero_state"


def _kinds_in(cells: ast.expr, sights: Sights) -> list[str | None]:
    """The classes of the cells of a list, that of a comprehension once; a None where one of them is not known."""
    if isinstance(cells, ast.Name):
        value = _value(cells, sights)
        return _kinds_in(value, sights) if value is not None and not _is_changed(cells, sights) else []
    each = _each(cells)
    named = [one.id for one in each if isinstance(one, ast.Name)]
    if len(set(named)) < len(named):
        return []
    if isinstance(cells, ast.ListComp) and isinstance(each[0], ast.Name) and not _is_own(each[0], cells, sights):
        return []  # one cell, several times
    return [kind_of(one, sights) for one in each]


def _is_changed(name: ast.Name, sights: Sights) -> bool:
    """Whether something else than its elements is asked of a list somewhere."""
    scope = sights.place(name).scope.owner_of(name.id)
    loads = sights.loads(name.id, scope) if scope is not None else []
    return any(isinstance(sights.parent(load), (ast.Attribute, ast.Subscript, ast.BinOp)) for load in loads)


def _is_own(name: ast.Name, around: ast.ListComp, sights: Sights) -> bool:
    """Whether a name is bound by a comprehension."""
    held = sights.may_hold(name)
    return len(held) == 1 and held[0].scope.node is around


def _each(cells: ast.expr) -> list[ast.expr]:
    """The cells of a list, that of a comprehension once."""
    return [cells.elt] if isinstance(cells, ast.ListComp) else cells.elts if isinstance(cells, ast.List) else []


def _function(node: ast.AST | None, sights: Sights) -> ast.FunctionDef | None:
    """The function of the file that is called, where it stands above."""
    held = sights.may_hold(node.func) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ()
    made = held[0].node if len(held) == 1 else None
    above = isinstance(made, ast.FunctionDef) and isinstance(node, ast.Call) and (made.end_lineno or 0) < node.lineno
    return made if above and isinstance(made, ast.FunctionDef) else None
