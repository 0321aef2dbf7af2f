"""Where a long expression is broken: over two lines where these fit, else over as many as Black would take."""

from __future__ import annotations

import ast
import io
import itertools
import re
import tokenize
from collections.abc import Iterator

#: An expression is broken before the operators of one kind, which bind alike.
_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.MatMult: "@"}
_SUMS = (ast.Add, ast.Sub)
_BEFORE_OPERAND, _BEFORE_ARGUMENT = re.compile(r"(//|[-+*/%@]) "), re.compile(r"\w+=(?!=)|\*\*?")
_STEP = "    "


def break_in(text: str, first: int, second: int) -> int | None:
    """The offset at which an expression of one line becomes two; None where it has no bracket to break behind.

    Behind the innermost bracket that opens a loss, as its arguments belong together; else behind the outermost bracket,
    or comma inside it, that leaves at most `first` and `second` characters on the two lines. Where nothing does, behind
    the one that leaves the shortest longest line.
    """
    points = list(_points(text))
    if not points:
        return None
    loss = text.find("(", text.rfind(".losses.")) + 1 if ".losses." in text else 0

    def order(point: tuple[int, int]) -> tuple[bool, int, bool, int, int]:
        at, depth = point
        over = max(len(text[:at].rstrip()) - first, len(text[at:].lstrip()) - second, 0)
        return over > 0, over, at != loss, depth, -at

    return min(points, key=order)[0]


def _points(text: str) -> Iterator[tuple[int, int]]:
    """The offsets behind opening brackets and behind the commas inside them, each with its depth."""
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.OP:
            continue
        if token.string in "([{":
            depth += 1
            if not text[token.end[1] :].lstrip().startswith((")", "]", "}")):
                yield token.end[1], depth
        elif token.string in ")]}":
            depth -= 1
        elif token.string == "," and depth:
            yield token.end[1], depth


def is_bracketed(text: str) -> bool:
    """Whether brackets stand around the whole of an expression of one or more lines."""
    if not text.startswith("("):
        return False
    depth, closed = 0, 0
    for token in _operators(f"({text}\n)")[1:-1]:
        depth += (token.string in "([{") - (token.string in ")]}")
        closed += depth == 0 and token.string == ")"
    return closed == 1 and text.rstrip().endswith(")")


def fits_in_two(text: str, at: int, first: int, second: int) -> bool:
    """Whether both lines of an expression that is broken at an offset have room."""
    return len(text[:at].rstrip()) <= first and len(text[at:].lstrip()) <= second


def lay_out(text: str, indent: str, first: int, after: int, width: int) -> list[str]:
    """An expression as Black lays it out: what is in its last brackets on lines of their own, by parts if need be.

    `first` are the columns that its first line has, `after` those that follow its last bracket.
    """
    if len(text) + after <= first:
        return [text]
    brackets = _last_brackets(text)
    if _is_of_operands(text) and brackets != (0, len(text) - 1) and not _ends_in(brackets, text, first):
        text = f"({text})"
        brackets = (0, len(text) - 1)
    if brackets is None:
        return [text]
    opening, closing = brackets
    body = text[opening + 1 : closing].strip()
    if not body:
        return [text]
    return [text[: opening + 1], *_body(body, indent + _STEP, width), indent + text[closing:]]


def _ends_in(brackets: tuple[int, int] | None, text: str, first: int) -> bool:
    """Whether an expression ends in brackets, and one line has room for all before what is in them: `2 * f(...)`."""
    return brackets is not None and brackets[0] < first and brackets[1] == len(text) - 1


def _is_of_operands(text: str) -> bool:
    try:
        return isinstance(ast.parse(text, mode="eval").body, ast.BinOp)
    except SyntaxError:  # the parts of a comprehension
        return False


def _body(body: str, indent: str, width: int) -> Iterator[str]:
    """What stands between brackets, on one line, or one argument or operand a line."""
    room = width - len(indent)
    arguments = _arguments(body)
    comma = "," if len(arguments) > 1 else ""
    parts = arguments if comma else _operands(body)
    if len(body) <= room or (len(parts) < 2 and _last_brackets(body) is None):
        yield indent + body
        return
    for part in parts:
        found = _BEFORE_ARGUMENT.match(part) if comma else _BEFORE_OPERAND.match(part)
        mark = found.group() if found else ""
        lines = lay_out(part.removeprefix(mark), indent, room - len(mark), len(comma), width)
        yield from (f"{indent}{mark}{line}" if at == 0 else line for at, line in enumerate(lines[:-1]))
        yield (f"{indent}{mark}{lines[0]}" if len(lines) == 1 else lines[-1]) + comma


def _arguments(body: str) -> list[str]:
    """The arguments of a call or the elements of a list, from what stands between its brackets."""
    try:
        call = ast.parse(f"f({body})", mode="eval").body
    except SyntaxError:  # a slice, or a dictionary
        return []
    assert isinstance(call, ast.Call)
    commas, depth = [-1], 0
    for token in _operators(body):
        depth += (token.string in "([{") - (token.string in ")]}")
        if token.string == "," and depth == 0:
            commas.append(token.start[1])
    parts = [body[start + 1 : end].strip() for start, end in itertools.pairwise([*commas, len(body)])]
    parts = parts if parts[-1] else parts[:-1]
    return parts if len(parts) == len(call.args) + len(call.keywords) else []  # else a lambda has commas of its own


def _operands(body: str) -> list[str]:
    """The operands of a sum or a product, each behind its operator."""
    if not _is_of_operands(body):
        return [body]
    node = ast.parse(body, mode="eval").body
    if node.col_offset:  # in brackets of its own, all of it
        return [body]
    text, marks = body.encode(), list[int]()
    is_sum = isinstance(node, ast.BinOp) and isinstance(node.op, _SUMS)
    while isinstance(node, ast.BinOp) and type(node.op) in _SIGNS and isinstance(node.op, _SUMS) == is_sum:
        between = text[node.left.end_col_offset : node.right.col_offset].decode()
        marks.insert(0, (node.left.end_col_offset or 0) + between.index(_SIGNS[type(node.op)]))
        if node.left.col_offset != node.col_offset:  # in brackets of its own
            break
        node = node.left
    cuts = [0, *marks, len(text)]
    return [text[start:end].decode().strip() for start, end in itertools.pairwise(cuts)]


def _last_brackets(text: str) -> tuple[int, int] | None:
    """The offsets of the brackets that are closed last, outside of all others; None where there are none.

    Those of an index count only where there are no others: `f(...)[0]` is broken inside of the call.
    """
    opened: list[int] = []
    found = None
    for token in _operators(text):
        if token.string in "([{":
            opened.append(token.start[1])
        elif token.string in ")]}":
            start = opened.pop()
            is_index = token.string == "]" and text[:start].endswith((")", "]"))
            found = (start, token.start[1]) if not opened and not (is_index and found) else found
    return found


def _operators(text: str) -> list[tokenize.TokenInfo]:
    """The brackets, commas and operators of a text."""
    return [one for one in tokenize.generate_tokens(io.StringIO(text).readline) if one.type == tokenize.OP]
