"""Whether two programs printed the same: numbers at a tolerance, and the words between them."""

from __future__ import annotations

import math
import re

from tfloss_migrate.record import dataclass

#: Two numbers are the same within `ABSOLUTE + RELATIVE * |old|`: float32 rounds, and training amplifies it.
RELATIVE, ABSOLUTE = 2e-3, 1e-4
_NUMBER = re.compile(
    r"(?<![A-Za-z_0-9.])[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?(?![A-Za-z_])|(?<!\w)(?:nan|-?inf)(?!\w)"
)
#: How NumPy 2 shows a number in a list, and NumPy 1 does not.
_SHOWN = re.compile(r"\bnp\.(?:float|u?int)\d+\(([^()]*)\)")


@dataclass(frozen=True)
class Comparison:
    """How many numbers were printed, how many of them are others, and the first that is; or words that are."""

    numbers: int
    others: int
    first: str | None

    @property
    def same(self) -> bool:
        return self.first is None


def compared(old: str, new: str) -> Comparison:
    """Compares what two programs printed. White space does not count, nor how NumPy 2 shows a number in a list."""
    old_numbers, old_words = _taken_apart(old)
    new_numbers, new_words = _taken_apart(new)
    if len(old_numbers) != len(new_numbers):
        told = f"{len(old_numbers)} numbers before and {len(new_numbers)} now"
        return Comparison(len(old_numbers), abs(len(old_numbers) - len(new_numbers)), told)
    pairs = list(zip(old_numbers, new_numbers, strict=True))
    others = [(one, other) for one, other in pairs if not _alike(float(one), float(other))]
    if others:
        return Comparison(len(pairs), len(others), f"{others[0][0]} before and {others[0][1]} now")
    words = zip([*old_words, ""], [*new_words, ""], strict=False)
    first = next((f"{one!r} before and {other!r} now" for one, other in words if one != other), None)
    return Comparison(len(pairs), 0, first)


def _taken_apart(text: str) -> tuple[list[str], list[str]]:
    text = _SHOWN.sub(r"\1", text)
    return _NUMBER.findall(text), _NUMBER.sub(" ", text).split()


def _alike(one: float, other: float) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    if math.isinf(one) or math.isinf(other):
        return one == other
    return abs(one - other) <= ABSOLUTE + RELATIVE * abs(one)
