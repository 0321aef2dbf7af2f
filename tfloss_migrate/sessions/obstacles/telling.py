"""The reason for which a program keeps its sessions: what to look at first, and every other obstacle with its lines."""

from __future__ import annotations

from collections.abc import Sequence

from tfloss_migrate.sessions.reading.program import MARK, NEXT, Obstacle, Program


def reason(program: Program) -> str | None:
    """The obstacle to tell of first, with its lines, then the others in order of theirs; what is alike is told once."""
    first = program.obstacle()
    if first is None:
        return None
    alike: dict[str, list[Obstacle]] = {}
    for one in [first, *sorted(program.obstacles, key=lambda one: one.line)]:
        if one is first or not one.runs:
            alike.setdefault(_kind(one), []).append(one)
    return "; ".join(_told(group, program) for group in alike.values()).replace(MARK, "self.").replace(NEXT, "")


def _kind(one: Obstacle) -> str:
    """What is said of a symbol, whichever it is; of what is none, all."""
    symbol, _, rest = one.text.partition(" ")
    return rest if symbol.startswith("tf.") and rest.startswith(("is ", "saves ")) else one.text


def _told(group: Sequence[Obstacle], program: Program) -> str:
    """Obstacles that are alike: their lines, their symbols, and what is said of each."""
    lines = list(dict.fromkeys(program.line_of(one.line) for one in group))
    symbols = list(dict.fromkeys(one.text.partition(" ")[0] for one in group))
    rest = group[0].text.partition(" ")[2]
    told = f"{', '.join(symbols)}: each {rest}" if len(symbols) > 1 else group[0].text
    return f"line{'s' * (len(lines) > 1)} {', '.join(map(str, lines))}: {told}"
