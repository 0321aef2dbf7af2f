"""Plays a program on both sides: the same initial variables and feeds, a few rounds of all its runs; and judges."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tfloss_migrate.cells import CELLS
from tfloss_migrate.domains import Domain, Fed
from tfloss_migrate.model import Input, Question, Verdict
from tfloss_migrate.record import dataclass
from tfloss_migrate.referee.arrays import Array
from tfloss_migrate.referee.child import Child
from tfloss_migrate.referee.compare import SAME_FORMULA, scaled_error
from tfloss_migrate.referee.samples import ordinary

ROUNDS = 4


@dataclass(frozen=True)
class Sizes:
    """The size of batches, what is fed to placeholders whose shape nothing tells, and whose batch is twice as long.

    Whole numbers are `lowest` and the next ones, `several` in all: class ids, mostly, of which there are two at
    least, or lengths.
    """

    batch: int
    untold: tuple[int, ...]
    twice: str = ""
    lowest: int = 0
    several: int = 2


SIZES = (Sizes(4, (4,)), Sizes(1, (1,)), Sizes(4, ()), Sizes(4, (4,), lowest=1))
#: Where sequences have lengths, these differ by more than one.
LENGTHS = Sizes(4, (4,), several=4)
#: How many numbers that have a name in a program are tried as the size of its batches, and how large they may be.
NAMED, LARGEST_BATCH = 4, 500
#: What stands for data that the program has from elsewhere: a plain number, or arrays of these shapes.
DATA: tuple[tuple[int, ...] | None, ...] = (None, (4,), (4, 1), (4, 3))
#: What stands for a number that its data would tell: how many there are of something, or the side of an image.
SIDES = (3, 28)
StandIn = tuple[tuple[int, ...] | None, int]
#: What each play gave, round after round, and after the plays of a round the variables.
Side = list[list[Array]]
Shapes = Mapping[str, Sequence[int | None] | None]
_FIXED = "what is drawn at random is the same fixed numbers on both sides"


def play(question: Question, old: Child, new: Child, keras: Sequence[str], oracle: str, time_limit: float) -> Verdict:
    """The verdict on a program, of which the new side is played on each Keras."""
    program = {"legacy": question.legacy, "target": question.target}
    names = [each.name for each in question.inputs]
    unknown: list[Verdict] = []
    for data, size in _stand_ins(question.legacy):
        asked = {"program": program, "shapes": names, "data": data, "size": size, "time_limit": time_limit}
        reply, _ = old.ask(asked, (), time_limit)
        if "shapes" not in reply:
            unknown.append(_not_run(reply, oracle))
            continue
        shapes = dict(zip(names, reply["shapes"], strict=True))
        lengths = [LENGTHS] * ("_rnn(" in question.legacy)
        told = [Sizes(size, (size,))] * ("user_size" in question.legacy)  # as many as there are data
        for sizes in (*lengths, *SIZES, *told, *_named(question.legacy), *_one_twice(shapes)):
            verdict = _played(question, shapes, sizes, (data, size), old, new, keras, oracle, time_limit)
            if verdict.status != "unknown":
                return verdict
            unknown.append(verdict)
    return unknown[0]  # what befell the likeliest sizes tells most


def _stand_ins(text: str) -> Iterator[StandIn]:
    """What may stand for data and for sizes of the user in a program, the likeliest first."""
    several = DATA if "user_data" in text else DATA[:1]
    yield from ((data, SIDES[0]) for data in several)
    yield from ((DATA[0], side) for side in (SIDES[1:] if "user_size" in text else ()))


def _one_twice(shapes: Shapes) -> Iterator[Sizes]:
    """Batches of which one is twice as long as the others: labels, mostly, of what is true and of what is made up."""
    opened = [name for name, shape in shapes.items() if shape and shape[0] is None]
    if len(opened) > 1:
        yield from (Sizes(4, (4,), name) for name in opened)


def _played(
    question: Question,
    shapes: Shapes,
    sizes: Sizes,
    stand_in: StandIn,
    old: Child,
    new: Child,
    keras: Sequence[str],
    oracle: str,
    time_limit: float,
) -> Verdict:
    """The verdict with batches of one size."""
    program = {"legacy": question.legacy, "target": question.target}
    rounds, arrays = drawn(question.inputs, shapes, sizes)
    sides = {"legacy": [("legacy", "")], "target": [("target", number) for number in keras]}
    header = {
        "program": program,
        "plays": [
            {"old": one.old, "steps": one.steps, "new": one.new, "feeds": one.feeds, "flags": dict(one.flags)}
            for one in question.plays
        ],
        "rounds": rounds,
        "data": stand_in[0],
        "size": stand_in[1],
        "cells": {name: text for name, text in CELLS.items() if name in question.target},
        "time_limit": time_limit,
    }
    found: list[Side | str] = []
    for child, asked in ((old, sides["legacy"]), (new, sides["target"])):
        reply, results = child.ask({**header, "sides": asked}, arrays, time_limit)
        if "refused" in reply:
            return _not_run(reply, oracle)
        results = list(results)
        found += [_side(each, results) for each in reply["sides"]]
        if isinstance(found[0], str):
            break
    return judged(question, found[0], found[1:], oracle)


def _named(text: str) -> Iterator[Sizes]:
    """The sizes of batches that may be written into a graph: the whole numbers that have a name in it."""
    statements = [one for one in ast.parse(text).body if isinstance(one, ast.Assign)]
    values = [one.value.value for one in statements if isinstance(one.value, ast.Constant)]
    numbers = [value for value in values if isinstance(value, int) and 1 < value <= LARGEST_BATCH]
    yield from (Sizes(number, (number,)) for number in list(dict.fromkeys(numbers))[:NAMED])


def _not_run(reply: dict[str, Any], oracle: str) -> Verdict:
    if "refused" in reply:
        return Verdict("unknown", f"not run: the program holds {reply['refused']}", oracle=oracle)
    what = f"without its own data, and with drawn feeds, the old program raises {reply['error']}"
    return Verdict("unknown", f"not run: {what}", oracle=oracle)


def _side(sent: dict[str, Any], results: list[Array]) -> Side | str:
    """What one side gave, taken from the front of the results; or its error."""
    if "error" in sent:
        return str(sent["error"])
    blocks = []
    for count in sent["values"]:
        blocks.append(results[:count])
        del results[:count]
    return blocks


def judged(question: Question, old: Side | str, new: Sequence[Side | str], oracle: str) -> Verdict:
    """The verdict on what each side gave."""
    if isinstance(old, str):
        return _not_run({"error": old}, oracle)
    largest = 0.0
    for each in new:
        if isinstance(each, str):
            return Verdict("unknown", f"not run: the new program raises {each}", oracle=oracle)
        each = in_order(old, each, len(question.plays))
        shapes = [[one.shape for block in side for one in block] for side in (old, each)]
        if shapes[0] != shapes[1]:
            return Verdict("different", f"values of shapes {shapes[1]} in the place of {shapes[0]}", oracle=oracle)
        pairs = [
            (one, other)
            for block, blocks in zip(old, each, strict=True)
            for one, other in zip(block, blocks, strict=True)
        ]
        for at, (one, other) in enumerate(pairs):
            error = _apart(one, other)
            largest = max(largest, error)
            if not error <= SAME_FORMULA:
                what = (
                    f"{error:.2g} apart, in value {at + 1} of {len(pairs)}: {_said(one)} before and {_said(other)} now"
                )
                return Verdict("different", f"played side by side in float64, old and new are {what}", oracle=oracle)
        first = [one for block in old[: len(question.plays) + 1] for one in block]
        if not all(np.isfinite(one).all() for one in first):
            return Verdict("unknown", "what the old program computes from drawn feeds is no number", oracle=oracle)
    count = sum(map(len, old))
    steps = sum(bool(one.steps) for one in question.plays)
    training = f", {steps} of them of training," if steps else ""
    sentence = (
        f"no difference found in {ROUNDS} rounds of {len(question.plays)} runs{training} from the "
        f"same initial variables and feeds: {count} values and variables in float64; {_FIXED}"
    )
    return Verdict("same", sentence, count, oracle, max_abs=largest, domain="drawn feeds")


def in_order(old: Side, new: Side, plays: int) -> Side:
    """What the new side gave, with its variables in the order in which the old side made those that are alike.

    Which variables are alike shows in what each was after all rounds.
    """
    old_ones, new_ones = _followed(old, plays), _followed(new, plays)
    if len(old_ones) != len(new_ones):
        return new
    left, order = list(range(len(new_ones))), []
    for one in old_ones:
        alike = next((at for at in left if _alike(one, new_ones[at])), None)
        if alike is None:
            return new
        left.remove(alike)
        order.append(alike)
    variables = range(plays, len(new), plays + 1)
    return [[block[at] for at in order] if number in variables else block for number, block in enumerate(new)]


def _followed(side: Side, plays: int) -> list[tuple[Array, ...]]:
    """Each variable, as it was after each round."""
    return list(zip(*side[plays :: plays + 1], strict=True))


def _alike(old: Sequence[Array], new: Sequence[Array]) -> bool:
    pairs = list(zip(old, new, strict=True))
    return all(one.shape == other.shape for one, other in pairs) and all(
        _apart(*pair) <= SAME_FORMULA for pair in pairs
    )


def _apart(old: Array, new: Array) -> float:
    return float(scaled_error(new, old).max(initial=0.0))


def _said(array: Array) -> str:
    return np.array2string(array.reshape(-1)[:3], precision=9)


def drawn(inputs: Sequence[Input], shapes: Shapes, sizes: Sizes) -> tuple[list[dict[str, int]], list[Array]]:
    """What is fed in each round to placeholders of these shapes, as indices into the arrays."""
    arrays: list[Array] = []
    rounds = []
    for turn in range(ROUNDS):
        rounds.append({each.name: len(arrays) + at for at, each in enumerate(inputs)})
        arrays += [_fed(each, shapes[each.name], sizes, turn, at) for at, each in enumerate(inputs)]
    return rounds, arrays


def _fed(each: Input, declared: Sequence[int | None] | None, sizes: Sizes, turn: int, at: int) -> Array:
    domain = each.domain
    feeds = [feed for feed in domain.feeds if feed is not None] if isinstance(domain, Fed) else []
    dtype = "float64" if domain.dtype == "float32" else domain.dtype
    if declared is None and feeds and feeds[turn % len(feeds)].value is not None:
        return np.asarray(feeds[turn % len(feeds)].value).astype(dtype)
    fed = feeds[turn % len(feeds)].shape if feeds else sizes.untold
    batch = sizes.batch * (2 if each.name == sizes.twice else 1)
    shape = fed if declared is None else tuple(batch if size is None else size for size in declared)
    if np.dtype(dtype).kind in "iub":
        numbers = sizes.lowest + (np.arange(int(np.prod(shape))) + turn) % sizes.several
        return numbers.reshape(shape).astype(dtype)
    if not shape:  # a rate, mostly, or what is kept
        return np.abs(ordinary(Domain(), shape, turn, at)).astype(dtype)
    return ordinary(domain, shape, turn, at).astype(dtype)
