"""A text as lines: their indentation, their comments, and which of them a string holds."""

from __future__ import annotations

import ast
import bisect
import io
import tokenize
from functools import cached_property, lru_cache

from tfloss_migrate.record import dataclass
from tfloss_migrate.syntax.spans import Spans

#: How long lines are that are written.
WIDTH = 100


@dataclass(frozen=True)
class Comment:
    """A comment: where it begins, its text, and whether its line holds nothing else."""

    start: int
    text: str
    alone: bool


@lru_cache(maxsize=1)
def layout_of(text: str) -> Layout:
    """The layout of a text; several look at the same one, one after another."""
    return Layout(text)


class Layout:
    """The lines of a text. Line numbers count from 1, offsets are in characters of the text as given."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans = Spans(text)
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self._starts = [0]
        for line in io.StringIO(text, newline=""):
            self._starts.append(self._starts[-1] + len(line))
        self.count = len(self._starts) - 1

    def start_of(self, line: int) -> int:
        """The offset of a line's first character; of the end of the text for lines after the last."""
        return self._starts[min(line, len(self._starts)) - 1]

    def line_of(self, offset: int) -> int:
        """The line that an offset is in."""
        return min(bisect.bisect_right(self._starts, offset), max(self.count, 1))

    def line(self, number: int) -> str:
        """A line without its newline, empty outside the text."""
        return self.text[self.start_of(number) : self.start_of(number + 1)].rstrip("\r\n") if number >= 1 else ""

    def indent(self, number: int) -> str:
        """The white space that a line begins with."""
        line = self.line(number)
        return line[: len(line) - len(line.lstrip())]

    def blank(self, number: int) -> bool:
        """Whether a line inside the text is empty."""
        return 1 <= number <= self.count and not self.line(number).strip()

    @cached_property
    def tokens(self) -> list[tokenize.TokenInfo]:
        """The tokens of the text, in order."""
        return list(tokenize.generate_tokens(io.StringIO(self.text, newline="").readline))

    @cached_property
    def comments(self) -> dict[int, Comment]:
        """The comments by line."""
        found = {}
        for token in self.tokens:
            if token.type == tokenize.COMMENT:
                line, column = token.start
                alone = not self.line(line)[:column].strip()
                found[line] = Comment(self.start_of(line) + column, token.string.rstrip("\r\n"), alone)
        return found

    @cached_property
    def within_strings(self) -> frozenset[int]:
        """The lines that begin inside a string: their white space is part of its value, if anybody has that."""
        found: set[int] = set()
        opened: list[int] = []
        for number, token in enumerate(self.tokens):
            name = tokenize.tok_name[token.type]
            if name == "FSTRING_START":
                opened.append(token.start[0])
            elif name == "FSTRING_END":
                found.update(range(opened.pop() + 1, token.end[0] + 1))
            elif token.type == tokenize.STRING and token.end[0] > token.start[0] and not self._is_note(number):
                found.update(range(token.start[0] + 1, token.end[0] + 1))
        return frozenset(found)

    def _is_note(self, number: int) -> bool:
        """Whether a token is a string that stands alone between other statements, as some write comments."""
        lines = {tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT}
        before = next(
            (one for one in reversed(self.tokens[:number]) if one.type not in lines - {tokenize.NEWLINE}), None
        )
        after = next((one for one in self.tokens[number + 1 :] if one.type != tokenize.COMMENT), None)
        statement = before is not None and before.type in (tokenize.NEWLINE, tokenize.DEDENT)
        return statement and after is not None and after.type == tokenize.NEWLINE

    def shows(self, node: ast.expr) -> bool:
        """Whether a node's place is right: older Pythons misplace expressions in some f-strings."""
        try:
            return ast.dump(ast.parse(f"({self.spans.source(node)}\n)", mode="eval").body) == ast.dump(node)
        except SyntaxError:
            return False

    def in_line(self, node: ast.expr) -> str:
        """The source of an expression on one line, without the comments in it."""
        source = self.spans.source(node)
        if "\n" not in source:
            return source
        joined = " ".join(source.split())
        try:
            same = ast.dump(ast.parse(joined, mode="eval").body) == ast.dump(node)
        except SyntaxError:
            same = False
        return joined if same else ast.unparse(node)

    def header_end(self, statement: ast.With | ast.FunctionDef) -> int:
        """The offset after the colon before the first statement of a `with` or a function."""
        before = bisect.bisect_right(self._colons, self.spans.of(statement.body[0]).start)
        return self._colons[before - 1] if before else 0

    @cached_property
    def _colons(self) -> list[int]:
        """The offsets after all colons, in order."""
        found = [token.end for token in self.tokens if token.type == tokenize.OP and token.string == ":"]
        return [self.start_of(line) + column for line, column in found]

    def lost_comments(self, start: int, end: int) -> list[str]:
        """The comments that go when the text between two offsets goes."""
        lines = range(self.line_of(start), self.line_of(end) + 1)
        return [c.text for n in lines if (c := self.comments.get(n)) is not None and start <= c.start < end]
