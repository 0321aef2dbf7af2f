"""The lines of a file in which something was found, and what they become, each with its number or mark."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence

from tfloss_migrate.model import Finding
from tfloss_migrate.report.plain import Paint, block, clean

#: What is found at one place of a program, and rewrites all of it.
_PROGRAMS = "TFL5"


class Excerpts:
    """Lines of one text. Where there is no text, as of a cell of a notebook, what was found stands for its lines."""

    def __init__(self, text: str | None) -> None:
        self._text = text
        self._split: Sequence[str] | None = None

    def lines(self, finding: Finding, new: str | None, paint: Paint) -> Iterator[str]:
        """The lines of a finding as they are and, if there is a `new` text for it, as they become.

        Without one, the place in a single line is underlined.
        """
        if not finding.old:
            return
        before, old, after = self._around(finding)
        numbers = [str(finding.span.line + offset) for offset in range(old.count("\n") + 1)]
        width = len(numbers[-1])
        mark = "|" if new is None else "-"
        for number, line in zip(numbers, block(f"{before}{old}{after}", ""), strict=False):
            shown = f"  {number:>{width}} {mark} {line}"
            yield shown if new is None else paint(shown, "old")
        if new is None:
            if "\n" not in old and (before or after):
                blank = "".join(letter if letter == "\t" else " " for letter in clean(before))
                yield paint(f"  {'':{width}} {mark} {blank}{'^' * max(1, len(clean(old)))}", "faint")
        elif not new and finding.rule.startswith(_PROGRAMS):
            yield paint(f"  {'':{width}} + (removed: --diff shows what becomes of the program)", "new")
        elif not new and not (before + after).strip():
            yield paint(f"  {'':{width}} + (removed)", "new")
        else:
            for line in block(f"{before}{new}{after}", ""):
                yield paint(f"  {'':{width}} + {line}", "new")

    def whole(self, finding: Finding, new: str | None) -> tuple[str, str | None]:
        """The whole lines in which a finding stands, without their common margin, and what they become."""
        before, old, after = self._around(finding)
        margin = before[: len(before) - len(before.lstrip())]
        both = [f"{before}{old}{after}", *([] if new is None else [f"{before}{new}{after}"])]
        shown = [re.sub(f"^{margin}", "", text, flags=re.MULTILINE) for text in both]
        return shown[0], shown[1] if len(shown) > 1 else None

    def _around(self, finding: Finding) -> tuple[str, str, str]:
        """What stands before a finding in its first line, the finding, and what stands after it in its last line."""
        span, lines = finding.span, self._lines()
        if finding.cell is not None or not lines or span.end_line > len(lines):
            return "", finding.old.replace("\r\n", "\n").replace("\r", "\n"), ""
        found = lines[span.line - 1 : span.end_line]
        before, after = found[0][: span.column], found[-1][span.end_column :]
        whole = "\n".join(found)
        return before, whole[len(before) : len(whole) - len(after)], after

    def _lines(self) -> Sequence[str]:
        if self._split is None:
            self._split = [line.rstrip("\n") for line in io.StringIO(self._text or "", newline=None)]
        return self._split
