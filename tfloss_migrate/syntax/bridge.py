"""The one bridge to libcst: fills a target expression with pieces of the user's own source.

libcst keeps what `ast` loses: the comments and the layout inside the pieces, and the brackets that they need.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Literal

import libcst as cst

_OPEN = (
    cst.BinaryOperation,
    cst.UnaryOperation,
    cst.BooleanOperation,
    cst.Comparison,
    cst.IfExp,
    cst.Lambda,
    cst.NamedExpr,
    cst.Await,
    cst.Tuple,
)


Newline = Literal["\r\n", "\r", "\n"]


class BridgeError(Exception):
    """libcst read a piece of source differently from Python's parser: nothing is rewritten there."""


def fill(template: str, pieces: Mapping[str, str]) -> str:
    """`template` with every name of `pieces` replaced by that source text, bracketed where it must be.

    Raises BridgeError if libcst and `ast` disagree about a piece.
    """
    nodes = {name: _parse(source) for name, source in pieces.items()}
    filled = cst.parse_expression(template).visit(_Fill(nodes))
    if not isinstance(filled, cst.BaseExpression):
        raise BridgeError(f"{template!r} is not an expression")
    return cst.Module(body=[]).code_for_node(filled)


def on_one_line(source: str) -> bool:
    """Whether an expression needs no brackets to be read as one."""
    return "\n" not in source and "\r" not in source


def same_tree(source: str, node: ast.expr) -> bool:
    """Whether libcst reads `source` as the very expression that `ast` found."""
    try:
        again = cst.Module(body=[]).code_for_node(cst.parse_expression(f"({source}\n)"))
        return ast.dump(ast.parse(again.strip(), mode="eval").body) == ast.dump(node)
    except (cst.ParserSyntaxError, SyntaxError, RecursionError):
        return False


def _parse(source: str) -> cst.BaseExpression:
    newline: Newline = "\r\n" if "\r\n" in source else "\r" if "\r" in source else "\n"
    one_line = on_one_line(source)
    try:
        piece = cst.parse_expression(f"({source}{'' if one_line else newline})")
    except (cst.ParserSyntaxError, RecursionError) as error:
        raise BridgeError(f"libcst cannot read {source!r}") from error
    if one_line:
        return piece.with_changes(lpar=piece.lpar[1:], rpar=piece.rpar[:-1])
    written = piece.with_changes(rpar=[*piece.rpar[:-1], cst.RightParen()]).visit(_Newlines(newline))
    if not isinstance(written, cst.BaseExpression):
        raise BridgeError(f"{source!r} is not an expression")
    return written


class _Newlines(cst.CSTTransformer):
    """Writes out the newlines that libcst takes to be the file's own."""

    def __init__(self, newline: Newline) -> None:
        self._newline = newline

    def leave_Newline(self, original_node: cst.Newline, updated_node: cst.Newline) -> cst.Newline:  # noqa: N802
        return updated_node if updated_node.value else updated_node.with_changes(value=self._newline)


class _Fill(cst.CSTTransformer):
    def __init__(self, nodes: Mapping[str, cst.BaseExpression]) -> None:
        self._nodes = nodes
        self._filled: set[int] = set()

    def visit_Attribute_attr(self, node: cst.Attribute) -> None:  # noqa: N802
        self._filled.add(id(node.attr))

    def visit_Arg_keyword(self, node: cst.Arg) -> None:  # noqa: N802
        if node.keyword is not None:
            self._filled.add(id(node.keyword))

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:  # noqa: N802
        piece = self._nodes.get(original_node.value)
        if piece is None or id(original_node) in self._filled:
            return updated_node
        if isinstance(piece, _OPEN) and not piece.lpar:
            return piece.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        return piece

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:  # noqa: N802
        """A piece that is a whole argument needs no brackets, unless it spreads over lines or is a tuple."""
        value = updated_node.value
        bare = isinstance(original_node.value, cst.Name) and original_node.value.value in self._nodes
        if bare and len(value.lpar) == 1 and not isinstance(value, (cst.Tuple, cst.NamedExpr)):
            return updated_node.with_changes(value=value.with_changes(lpar=[], rpar=[]))
        return updated_node
