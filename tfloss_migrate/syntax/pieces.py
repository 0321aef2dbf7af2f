"""Whether an array comes in several pieces, which TF1 and TF2 look rows up in by other rules ("mod" and "div")."""

from __future__ import annotations

import ast

from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.values import Values

_PARTITIONERS = frozenset(
    {
        "create_partitioned_variables",
        "fixed_size_partitioner",
        "min_max_variable_partitioner",
        "variable_axis_size_partitioner",
    }
)


def in_pieces(node: ast.expr, place: Place, reader: Reader) -> bool:
    """Whether what an expression holds may be several arrays: a list of them, or a variable that the file cuts."""
    held = [origin.node for origin in Values(reader).sources(node, place)]
    lists = [one for one in held if isinstance(one, (ast.List, ast.Tuple, ast.ListComp))]
    return not all(map(_is_one, lists)) or any(
        _cuts(call, scope_place, reader) for call, scope_place in reader.names.calls
    )


def _is_one(node: ast.expr) -> bool:
    return isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) == 1 and not isinstance(node.elts[0], ast.Starred)


def _cuts(call: ast.Call, place: Place, reader: Reader) -> bool:
    """Whether a call makes variables in pieces, or says how."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "partitioner"]
    cuts = any(not (isinstance(value, ast.Constant) and value.value is None) for value in given)
    return cuts or reader.names.symbol(call.func, place.scope) in _PARTITIONERS
