"""What a program feeds to its own placeholders: each run that shows it becomes an ordinary case."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tfloss_migrate.domains import Fed
from tfloss_migrate.model import Question
from tfloss_migrate.referee.arrays import Array
from tfloss_migrate.referee.draws import SHAPES, Case, Group, declared, layouts, ordinary_arrays

CASE = "what the program feeds"


def groups(question: Question) -> Iterator[Group]:
    """A group for each run of the program, with what is fed as it is fed; what the code does not show is drawn."""
    fed = {each.name: each.domain.feeds for each in question.inputs if isinstance(each.domain, Fed)}
    for turn in range(max(map(len, fed.values()), default=0)):
        feeds = {name: feed for name, each in fed.items() if (feed := each[turn]) is not None}
        shapes = {
            each.name: feeds[each.name].shape if each.name in feeds else layouts(each.domain, SHAPES[0])[0]
            for each in question.inputs
        }
        arrays: dict[str, Array] = ordinary_arrays(question.inputs, shapes, 0)
        for name, feed in feeds.items():
            if feed.value is not None:
                arrays[name] = np.asarray(feed.value, np.float32)
        name = ", ".join(f"{name} {list(shape)}" for name, shape in shapes.items())
        yield Group(
            name, False, None, shapes, {}, (Case(CASE, "ordinary", arrays),), declared(question.inputs), origin="fed"
        )
