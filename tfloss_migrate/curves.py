"""How old and new look while one input moves: what a verdict can be drawn from."""

from __future__ import annotations

from tfloss_migrate.record import dataclass

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Literal

    Scale = Literal["linear", "log", "logit"]
else:
    Scale = str


@dataclass(frozen=True)
class Curve:
    """What both sides gave in float32 while one element of an input moved, and all else was `held`.

    `at` are the values that the element (`moved`, such as "logits[0, 0]") took, to be drawn on a `scale`. `old` and
    `new` are the loss there, summed where it is more than one number; the gradients are those by that element, and
    empty where there are none. Where nothing was run there are no values. A `reason` says why, or that nothing can be
    seen.
    """

    moved: str = ""
    held: str = ""
    scale: Scale = "linear"
    at: tuple[float, ...] = ()
    old: tuple[float, ...] = ()
    new: tuple[float, ...] = ()
    old_gradient: tuple[float, ...] = ()
    new_gradient: tuple[float, ...] = ()
    reason: str = ""

    @property
    def tells(self) -> bool:
        """Whether old and new can be told apart on a drawing of it."""
        return bool(self.at) and not self.reason
