"""In which order datasets that are shuffled come, without a session.

Measured on TensorFlow 1.15 and 2.21: with a seed, and without repetition, the order is the same the first time. Started
again, TF1 goes through the data in that order again, TF2 in a new one. With `reshuffle_each_iteration=False` and a seed
the order is always the same in both; without a seed, TF1 draws it at each start, TF2 once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.reading.iterators import Iterated, LeftError
from tfloss_migrate.sessions.reading.program import short
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given, is_none, literal

#: What is told of it.
OTHER_ORDER = "what is shuffled comes in another order"
NEW_ORDER = (
    "what is shuffled with a seed comes in another order, and in a new one each time, where TF1 went through it \
in the same one again"
)
OTHER_NUMBERS = "what is drawn in a dataset is other numbers"

_PARAMETERS = ("buffer_size", "seed", "reshuffle_each_iteration", "name")


def orders(read: Sequence[Iterated], sights: Sights) -> Iterator[str]:
    """What is to be told of the order of datasets; raises `LeftError` where it is another kind of order."""
    needs = Needs(sights)
    for one in read:
        for dataset in {id(each): each for each in (one.spec, *(start.dataset for start in one.starts))}.values():
            code = needs.code(dataset)
            calls = [node for node in code if isinstance(node, ast.Call)]
            for call in calls:
                yield from _numbers(call, _is_started_again(one, sights), sights)
                if isinstance(call.func, ast.Attribute) and call.func.attr == "shuffle":
                    yield from _order(call, calls, _is_started_again(one, sights))


def _numbers(call: ast.Call, again: bool, sights: Sights) -> Iterator[str]:
    """What is told of numbers that a dataset is made of, or draws for each element."""
    if sights.called(call) in symbols.VARIABLES:
        raise LeftError(call, f"{short(call)} is what a dataset is made of")
    if sights.called(call) not in symbols.RANDOM:
        return
    mapped = any(isinstance(node, (ast.Lambda, ast.FunctionDef)) for node in sights.above(call))
    if again and not mapped:
        raise LeftError(call, f"TF1 draws {short(call)} at each start of an iterator, TF2 once")
    yield OTHER_NUMBERS


def _is_started_again(one: Iterated, sights: Sights) -> bool:
    """Whether an iterator may be started more than once."""
    places = [start.run.call for start in one.starts] if one.starts else [one.made]
    again = any(any(sights.loops(call)) or sights.function_around(call) is not sights.tree for call in places)
    return again or len(places) > 1


def _order(call: ast.Call, calls: Sequence[ast.Call], again: bool) -> Iterator[str]:
    known = given(call, _PARAMETERS)
    seed = (known or {}).get("seed")
    fixed = (known or {}).get("reshuffle_each_iteration")
    seeded = seed is not None and not is_none(seed)
    methods = {one.func.attr for one in calls if isinstance(one.func, ast.Attribute)}
    if known is None or (fixed is not None and literal(fixed) not in (True, False, None)):
        raise LeftError(call, "how a dataset is shuffled is not written out")
    if fixed is not None and literal(fixed) is False:
        if not seeded and (again or "repeat" in methods):
            raise LeftError(call, "TF1 shuffles anew at each start, where TF2 would shuffle once")
        if not seeded:
            yield OTHER_ORDER
    elif not seeded:
        yield OTHER_ORDER
    elif again:
        yield NEW_ORDER
    elif methods & {"repeat", "cache"}:
        yield OTHER_ORDER
