"""What running a whole program showed, before and after."""

from __future__ import annotations

from tfloss_migrate.record import dataclass

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Literal


@dataclass(frozen=True)
class WholeRun:
    """Whether a program printed the same before and after, as a word and in a sentence."""

    status: Literal["same", "other", "failed"]
    sentence: str
