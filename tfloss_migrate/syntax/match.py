"""Holds a pattern's term against a term of the code, blind to the order of summands and factors."""

from __future__ import annotations

from collections.abc import Iterator

from tfloss_migrate.syntax.terms import Term, const, constant_of, prod

Parts = tuple[tuple[Term, object], ...]


class Match:
    """What the pattern's inputs stand for, and on which written axes "the last axis" was read."""

    __slots__ = ("axes", "inputs")

    def __init__(self, inputs: tuple[tuple[str, Term], ...] = (), axes: frozenset[int] = frozenset()) -> None:
        self.inputs, self.axes = inputs, axes

    def get(self, name: str) -> Term | None:
        return next((term for label, term in self.inputs if label == name), None)

    def bind(self, name: str, term: Term) -> Match | None:
        known = self.get(name)
        if known is None:
            return Match((*self.inputs, (name, term)), self.axes)
        return self if known == term else None


def solve(pattern: Term, subject: Term, match: Match) -> Iterator[Match]:
    """Every way in which `subject` is an instance of `pattern`."""
    if pattern.kind == "var":
        bound = match.bind(pattern.name, subject)
        if bound is not None:
            yield bound
    elif pattern.kind == "num":
        if subject.kind == "num" and _close(pattern.number, subject.number):
            yield match
    elif pattern.kind == "leaf":
        if pattern == subject:
            yield match
    elif pattern.kind == "sum":
        yield from _sum(pattern, subject, match)
    elif pattern.kind == "prod":
        number, parts = (subject.number, subject.parts) if subject.kind == "prod" else (1.0, ((subject, 1.0),))
        if _close(pattern.number, number):
            yield from _multiset(pattern.parts, parts, match)
    elif subject.kind == "op" and subject.name == pattern.name and len(subject.parts) == len(pattern.parts):
        yield from _arguments(pattern, subject, match)


def _sum(pattern: Term, subject: Term, match: Match) -> Iterator[Match]:
    if pattern.number == 0.0 and subject.split is not None:
        yield from _multiset(pattern.parts, subject.split, match)
        normal = _normal(subject.split)
        if normal != subject.split:
            yield from _multiset(pattern.parts, normal, match)
    if subject.kind == "sum" and _close(pattern.number, subject.number):
        yield from _multiset(pattern.parts, subject.parts, match)


def _normal(split: Parts) -> Parts:
    """Signed operands with their own signs and factors drawn into the coefficient."""
    parts: list[tuple[Term, object]] = []
    for term, sign in split:
        if term.kind == "prod" and term.number != 1.0:
            parts.append((prod(1.0, term.parts), float(sign) * term.number))  # type: ignore[arg-type]
        else:
            parts.append((term, sign))
    return tuple(parts)


def _multiset(patterns: Parts, subjects: Parts, match: Match) -> Iterator[Match]:
    if len(patterns) != len(subjects):
        return
    if not patterns:
        yield match
        return
    if len(patterns) > 1:
        patterns = tuple(sorted(patterns, key=lambda pair: pair[0].kind == "var"))  # what says most goes first
    (pattern, label), rest = patterns[0], patterns[1:]
    for position, (subject, other) in enumerate(subjects):
        if pattern.kind == "op" and subject.name != pattern.name:
            continue
        if not _close(float(label), float(other)):  # type: ignore[arg-type]
            continue
        remaining = subjects[:position] + subjects[position + 1 :]
        for found in _signed(pattern, subject, float(label), match):  # type: ignore[arg-type]
            yield from _multiset(rest, remaining, found)


def _signed(pattern: Term, subject: Term, exponent: float, match: Match) -> Iterator[Match]:
    """Matches a part; the base of an even power may have either sign: (a - b)^2 is (b - a)^2."""
    yield from solve(pattern, subject, match)
    if exponent % 2 == 0 and pattern.kind == "sum" and subject.kind == "sum":
        yield from solve(pattern, _negated(subject), match)


def _negated(subject: Term) -> Term:
    negated = Term("sum", number=-subject.number, parts=tuple((t, -float(c)) for t, c in subject.parts))  # type: ignore[arg-type]
    if subject.split is None:
        return negated
    (left, left_sign), (right, right_sign) = subject.split
    return negated.written_as((left, -left_sign), (right, -right_sign))


def _arguments(pattern: Term, subject: Term, match: Match) -> Iterator[Match]:
    states = [match]
    for (expected, label), (written, other) in zip(pattern.parts, subject.parts, strict=True):
        if label != other:
            return
        following: list[Match] = []
        for state in states:
            if label == "axis":
                following.extend(_axis(expected, written, state))
            else:
                following.extend(solve(expected, written, state))
                if pattern.name == "abs" and expected.kind == "sum" and written.kind == "sum":
                    following.extend(solve(expected, _negated(written), state))
        states = following
    yield from states


def _axis(expected: Term, written: Term, match: Match) -> Iterator[Match]:
    axis = constant_of(written) if written.kind == "leaf" else int(written.number) if written.kind == "num" else None
    if expected.kind == "var":
        number = (
            const(axis).at(written.node, written.place)
            if axis is not None and written.node and written.place
            else written
        )
        bound = match.bind(expected.name, number)
        if bound is not None:
            yield bound
    elif constant_of(expected) == -1 and isinstance(axis, int) and (axis == -1 or axis >= 1):
        yield Match(match.inputs, match.axes | {axis})
    elif expected == written:
        yield match


def scaled(pattern: Term, subject: Term) -> tuple[float, Term]:
    """`subject` divided by a positive factor so that its coefficient is the pattern's, and that factor."""
    wanted = pattern.number if pattern.kind == "prod" else 1.0
    number, parts = (subject.number, subject.parts) if subject.kind == "prod" else (1.0, ((subject, 1.0),))
    factor = number / wanted if wanted else 0.0
    if factor <= 0.0 or _close(factor, 1.0):
        return 1.0, subject
    return factor, prod(wanted, parts)


def alike(pattern: Term, subject: Term) -> bool:
    """Whether `subject` may be an instance of `pattern` with other numbers: a quick look, before any is tried."""
    pattern, subject = _bare(pattern), _bare(subject)
    if pattern.kind == "op":
        same = subject.name == pattern.name and len(subject.parts) == len(pattern.parts)
        return same and all(map(alike, _terms(pattern.parts), _terms(subject.parts)))
    if pattern.kind == "sum":
        written = [subject.parts if subject.kind == "sum" else (), subject.split or ()]
        return any(_each_alike(pattern.parts, parts) for parts in written)
    if pattern.kind == "prod":
        return _each_alike(pattern.parts, subject.parts if subject.kind == "prod" else ((subject, 1.0),))
    return True


def _each_alike(patterns: Parts, subjects: Parts) -> bool:
    if len(patterns) != len(subjects):
        return False
    return all(any(alike(pattern, subject) for subject, _ in subjects) for pattern, _ in patterns)


def _bare(term: Term) -> Term:
    """A term without its factor."""
    single = term.kind == "prod" and len(term.parts) == 1 and term.parts[0][1] == 1.0
    return term.parts[0][0] if single else term


def _terms(parts: Parts) -> list[Term]:
    return [term for term, _ in parts]


def _close(one: float, other: float) -> bool:
    return one == other or abs(one - other) <= 1e-12 * max(abs(one), abs(other))
