"""The reason for which a program keeps its sessions, in short: what to look at first, and how much more there is."""

from __future__ import annotations

from collections.abc import Sequence

from tfloss_migrate.sessions.reading.program import MARK, Obstacle, Program

#: Characters after which further obstacles are only counted, lines after which further lines are.
_LONG, _LINES = 200, 3


def reason(program: Program) -> str | None:
    """The obstacle to tell of first, with its lines, then others in order of theirs; those beyond are counted."""
    first = program.obstacle()
    if first is None:
        return None
    alike: dict[str, list[Obstacle]] = {}
    for one in [first, *sorted(program.obstacles, key=lambda one: one.line)]:
        if one is first or not one.runs:
            alike.setdefault(_kind(one), []).append(one)
    said: list[str] = []
    for group in alike.values():
        text = _told(group, program.lines)
        if said and len("; ".join([*said, text])) > _LONG:
            break
        said.append(text)
    more = len(alike) - len(said)
    return "; ".join([*said, f"and {more} more reason{'s' * (more > 1)}"] if more else said).replace(MARK, "self.")


def _kind(one: Obstacle) -> str:
    """What is said of a symbol, whichever it is; of what is none, all."""
    symbol, _, rest = one.text.partition(" ")
    return rest if symbol.startswith("tf.") and rest.startswith(("is ", "saves ")) else one.text


def _told(group: Sequence[Obstacle], written: Sequence[int]) -> str:
    """One obstacle with its lines, and what others are like it."""
    lines = list(dict.fromkeys(written[one.line - 1] if written else one.line for one in group))
    symbols = list(dict.fromkeys(one.text.partition(" ")[0] for one in group))
    symbol, _, rest = group[0].text.partition(" ")
    others = len(symbols) - 1
    also = "" if not others else f" (and {symbols[1] if others == 1 else f'{others} more names'})"
    where = ", ".join(map(str, lines[:_LINES]))
    if len(lines) > _LINES:
        where += f" and {len(lines) - _LINES} more"
    return f"line{'s' * (len(lines) > 1)} {where}: {symbol}{also} {rest}"
