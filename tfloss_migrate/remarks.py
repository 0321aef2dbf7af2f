"""What is told of the comments that silence findings: of rules that do not exist, or of nothing."""

from __future__ import annotations

from collections.abc import Callable

from tfloss_migrate.model import LINT_ONLY, Edit, Settled
from tfloss_migrate.rules.registry import all_rules
from tfloss_migrate.source.failures import KINDS
from tfloss_migrate.source.suppress import Suppressions


def remarks(
    hidden: Suppressions, wants: Callable[[str, str], bool], before: str, now: str | None
) -> tuple[tuple[Settled, ...], tuple[Edit, ...]]:
    """What is told, and the edits of a text as it is `now` that take out what silences nothing; None: lint only."""
    if not hidden.said:
        return (), ()
    known = [(rule.id, rule.name) for rule in (*all_rules(), *KINDS.values())]
    void = [Settled(one, None, None, None, one.severity) for one in hidden.void(known) if wants(one.rule, one.name)]
    kind = KINDS["TFL910"]
    idle = list(hidden.idle(known, wants, lint=now is None)) if wants(kind.id, kind.name) else []
    if not idle:
        return tuple(void), ()
    from tfloss_migrate.source.unused import tidy, told

    if now is None:
        return (*void, *(Settled(one, None, LINT_ONLY, None, one.severity) for one in told(before, idle))), ()
    settled, edits = tidy(before, now, idle)
    return (*void, *settled), edits
