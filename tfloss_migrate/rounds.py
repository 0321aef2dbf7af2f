"""What becomes of findings in the rounds that follow the first: what is inside them, and what they waited for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tfloss_migrate.model import WITHIN, Edit, Settled, Verdict
from tfloss_migrate.record import replace
from tfloss_migrate.settle import mover, worst
from tfloss_migrate.wording import BETWEEN, BEYOND, USUAL

#: From the index of a finding to the offsets between which it is now.
Regions = Mapping[int, tuple[int, int]]


def after_round(
    owners: Sequence[Settled], regions: Regions, inner: Sequence[Settled], edits: Sequence[Edit], text: str
) -> tuple[tuple[Settled, ...], dict[int, tuple[int, int]]]:
    """The findings after another round, and where they are then; `inner` is what that round found, `text` what it left.

    Each has the text that it ends up with, and the worst verdict of all that made it. What was left at first, because
    of another place that is rewritten by now, is rewritten with this round, and takes over what was written inside it.
    """
    written = [one for one in inner if one.new is not None]
    late = {
        index: one
        for index, (start, end) in regions.items()
        if owners[index].new is None and not owners[index].inside_another
        for one in written
        if _is(one, owners[index], start, end)
    }
    changed, moved, now = list(owners), mover(edits), {}
    for index, (start, end) in regions.items():
        owner = owners[index]
        now[index] = moved(start, end)
        if index in late:
            changed[index] = replace(late[index], finding=owner.finding)
        elif owner.new is not None:
            taken = next((one for one in late.values() if _holds(one, start, end)), None)
            made = [one.verdict for one in written if one.verdict and _meets(one, start, end)]
            if taken is not None:
                reason = f"{WITHIN}{taken.finding.rule}"
                changed[index] = replace(owner, new=None, verdict=None, offered=None, reason=reason)
            elif made and owner.verdict is not None:
                verdict = _of_all([owner.verdict, *made])
                changed[index] = replace(owner, new=text[slice(*now[index])], verdict=verdict)
    return tuple(changed), now


def _of_all(verdicts: Sequence[Verdict]) -> Verdict:
    """The worst of the verdicts on what was made of one place, held only for what all of them promise."""
    verdict = worst(verdicts) or verdicts[0]
    promised = [part for one in verdicts for part in one.domain.split(BETWEEN) if not part.startswith(USUAL)]
    more = [part for part in dict.fromkeys(promised) if part and part not in verdict.sentence]
    head, beyond, rest = verdict.sentence.partition(f"{BETWEEN}{BEYOND}")
    return replace(
        verdict,
        sentence=f"{head}{BETWEEN}and in another step for {BETWEEN.join(more)}{beyond}{rest}"
        if more
        else verdict.sentence,
        domain=BETWEEN.join(dict.fromkeys([verdict.domain, *more])),
        max_abs=max(one.max_abs for one in verdicts),
        max_rel=max(one.max_rel for one in verdicts),
        grad_max_abs=max(one.grad_max_abs for one in verdicts),
    )


def _is(one: Settled, owner: Settled, start: int, end: int) -> bool:
    """Whether what is written now is what was left before, which stands between two offsets."""
    span = one.finding.span
    return one.finding.rule == owner.finding.rule and start <= span.start and span.end <= end


def _holds(one: Settled, start: int, end: int) -> bool:
    return one.finding.span.start <= start and end <= one.finding.span.end


def _meets(one: Settled, start: int, end: int) -> bool:
    return one.finding.span.start < end and start < one.finding.span.end
