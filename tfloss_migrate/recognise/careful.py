"""Functions that TF2 has by the same name, and that are the same only if a call says so: when is it sure?"""

from __future__ import annotations

import ast
from collections.abc import Callable

from tfloss_migrate.rules import contrib
from tfloss_migrate.syntax.ops import BY_SYMBOL
from tfloss_migrate.syntax.pieces import in_pieces
from tfloss_migrate.syntax.reader import Reader, place_of
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.terms import Term

Check = Callable[[ast.Call, Place, Reader], bool]

_ELEMENTWISE = frozenset(operation.name for operation in BY_SYMBOL.values() if "elementwise" in operation.traits)
_FLOAT = frozenset(operation.name for operation in BY_SYMBOL.values() if "float" in operation.traits)

#: What gives the numbers of a tensor another shape, or some of them.
_SHAPES = frozenset({"expand_dims", "squeeze", "reshape", "tile", "transpose", "identity", "stop_gradient"})
_TAKES = frozenset(
    {"gather", "gather_nd", "slice", "boolean_mask", "reverse", "pad", "nn.embedding_lookup", "Variable"}
)

_SCOPES = frozenset({"variable_scope", "variable_op_scope"})


def argument(call: ast.Call, at: int, *names: str) -> ast.expr | None:
    """The argument at a position or under one of these names."""
    by_name = next((keyword.value for keyword in call.keywords if keyword.arg in names), None)
    return call.args[at] if by_name is None and len(call.args) > at else by_name


def _selects_elements(call: ast.Call, place: Place, reader: Reader) -> bool:
    """TF1 selects whole rows where the condition is a vector, TF2 broadcasts: the same if the shapes are."""
    condition = argument(call, 0, "condition")
    values = [argument(call, 1, "x", "t"), argument(call, 2, "y", "e")]
    given = [value for value in values if value is not None]
    if condition is None or not given:
        return condition is not None
    shapes = _leaves(reader.term(condition, place))
    return any(shapes & _leaves(reader.term(value, place)) for value in given)


def _leaves(term: Term) -> set[Term]:
    """The terms that a term has the shape of, if they have one shape: what its elementwise operations start from."""
    if term.kind == "num":
        return set()
    if term.kind in ("sum", "prod") or (term.kind == "op" and term.name in _ELEMENTWISE):
        return {leaf for part, _ in term.parts for leaf in _leaves(part)}
    return {term}


def _returns_as_given(call: ast.Call, place: Place, reader: Reader) -> bool:
    """TF1 takes a single tensor out of its list, TF2 does not: the same unless a branch gives a list of one."""
    branches = [argument(call, 1, "true_fn", "fn1"), argument(call, 2, "false_fn", "fn2")]
    return all(isinstance(branch, ast.Lambda) and not _is_list(branch.body, 1) for branch in branches)


def _loops_over_several(call: ast.Call, place: Place, reader: Reader) -> bool:
    """TF1 takes a single loop variable out of its list, TF2 does not."""
    variables = argument(call, 2, "loop_vars")
    return variables is not None and _is_list(variables) and not _is_list(variables, 1)


def _is_list(node: ast.expr, length: int | None = None) -> bool:
    if not isinstance(node, (ast.List, ast.Tuple)) or any(isinstance(part, ast.Starred) for part in node.elts):
        return False
    return length is None or len(node.elts) == length


def _is_given_text(call: ast.Call, place: Place, reader: Reader) -> bool:
    """TF2 takes a name as text alone; TF1 also takes a function, a scope, or None."""
    name = argument(call, 0, "name", "device_name_or_function", "device_name")
    given = len(call.args) + len(call.keywords)
    return name is not None and given == 1 and _is_text(name)


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.Add, ast.Mod)) and (_is_text(node.left) or _is_text(node.right))
    if isinstance(node, ast.Call):
        method = node.func
        return isinstance(method, ast.Attribute) and method.attr == "format" and _is_text(method.value)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _looks_into_one(call: ast.Call, place: Place, reader: Reader) -> bool:
    """TF1 deals the ids out to a list of tensors by turns, TF2 in blocks: the same for one tensor."""
    table = argument(call, 0, "params")
    return table is not None and not in_pieces(table, place, reader)


def _divides_floats(call: ast.Call, place: Place, reader: Reader) -> bool:
    """TF1 floors where whole numbers are divided, `tf.divide` does not."""
    return any(_is_float(value, place, reader) for value in call.args)


def _is_float(node: ast.expr, place: Place, reader: Reader) -> bool:
    """Whether an expression surely holds floats; what is taken out of a tensor, too."""
    if isinstance(node, ast.Subscript):
        of = node.value
        taken = isinstance(of, ast.Call) and reader.names.symbol(of.func, place.scope) in _TAKES
        return (taken or reader.term(of, place).kind == "op") and _is_float(of, place, reader)
    symbol = reader.names.symbol(node.func, place.scope) if isinstance(node, ast.Call) else None
    if isinstance(node, ast.Call) and symbol in _TAKES and node.args:
        of_its_own = symbol == "Variable" and any(keyword.arg == "dtype" for keyword in node.keywords)
        return not of_its_own and _is_float(node.args[0], place, reader)
    binding = reader.definition(node.id, place) if isinstance(node, ast.Name) else None
    if binding is not None and binding.value is not None and isinstance(binding.node, ast.Assign):
        named = isinstance(binding.node.targets[0], ast.Name) and binding.value is binding.node.value
        return named and _is_float(binding.value, place_of(binding), reader)
    return is_float(reader.term(node, place))


def is_float(term: Term) -> bool:
    """Whether a term surely holds floats."""
    node = term.node
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    if _is_true_division(node):
        return True
    if term.kind in ("sum", "prod"):
        return any(is_float(part) for part, _ in term.parts)
    if term.kind != "op":
        return False
    if term.name in _FLOAT:
        return True
    dtype = term.argument("dtype")
    if dtype is not None:
        return "float" in str(dtype.key)
    if term.name in ("ones", "zeros"):
        return True
    if term.name == "constant":
        value = term.argument("value")
        return value is not None and _holds_floats(value.node)
    carries = term.name.startswith("reduce_") or term.name in _ELEMENTWISE or term.name == "matmul"
    read = [part for part, label in term.parts if label != "condition"] if carries else []
    if term.name in _SHAPES:
        read = [part for part, label in term.parts if label in ("input", "tensor", "a", "x")]
    return any(map(is_float, read))


def _is_true_division(node: ast.AST | None) -> bool:
    """Whether a division gives floats of whole numbers, too."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Div)
    function = node.func if isinstance(node, ast.Call) else None
    return (getattr(function, "attr", "") or getattr(function, "id", "")) == "truediv"


def _holds_floats(node: ast.AST | None) -> bool:
    """Whether a literal is made a tensor of floats, where no dtype is given."""
    numbers = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)] if node is not None else []
    return isinstance(node, (ast.Constant, ast.List, ast.Tuple)) and any(isinstance(one, float) for one in numbers)


def _has_its_defaults(call: ast.Call, place: Place, reader: Reader) -> bool:
    """A layer of `tf.contrib` may take its defaults from an `arg_scope`, and no bias is said otherwise in `tf.layers`.

    The initializer of a variable scope is for what does not say its own, as these layers do.
    """
    bias = argument(call, len(call.args), "biases_initializer")
    if isinstance(bias, ast.Constant) and bias.value is None:
        return False
    if any(symbol.endswith("arg_scope") for _, _, symbol in reader.names.uses()):
        return False
    if argument(call, len(call.args), "weights_initializer") is not None:
        return True
    scopes = (other for other, at in reader.names.calls if reader.names.symbol(other.func, at.scope) in _SCOPES)
    return not any(keyword.arg == "initializer" for scope in scopes for keyword in scope.keywords)


#: When a call of a function means in TF2 what it meant in TF1; other calls of these stay below `tf.compat.v1`.
CAREFUL: dict[str, Check] = {
    "where": _selects_elements,
    "select": _selects_elements,
    "cond": _returns_as_given,
    "while_loop": _loops_over_several,
    "name_scope": _is_given_text,
    "device": _is_given_text,
    "nn.embedding_lookup": _looks_into_one,
    "nn.embedding_lookup_sparse": _looks_into_one,
    "div": _divides_floats,
    **{layer.partition(" ")[0]: _has_its_defaults for layer in contrib.LAYERS},
}
