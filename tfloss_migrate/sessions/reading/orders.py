"""What TF1 leaves open where one run takes several steps: which of them comes first, and what the others then read.

Where no step changes what another one reads or changes, the order is the same to all. Else the new program has one of
the orders that TF1 may take: all gradients from before the run, and then one step after the other, as they are listed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import permutations

from tfloss_migrate.sessions.reading.feeding import Feeding
from tfloss_migrate.sessions.reading.program import MARK, Step


def left_open(feeding: Feeding) -> Iterator[str]:
    """What is said of the steps of runs whose order matters."""
    runs = dict.fromkeys(fed.run.steps for fed in feeding.fed)
    named = [" and ".join(step.name for step in steps) for steps in runs if _matters(steps, feeding)]
    if named:
        which = ", and of ".join(named).replace(MARK, "self.")
        yield (
            f"TF1 leaves the order of {which} in one run open: here all gradients are of the values before the run, "
            "and then one step comes after the other as they are listed"
        )


def _matters(steps: tuple[Step, ...], feeding: Feeding) -> bool:
    """Whether a step changes what another one reads or changes."""
    changed = {step: _changed(step, feeding) for step in steps}
    touched = {step: changed[step] | _variables(feeding, *step.needed) for step in steps}
    return any(changed[one] & touched[other] for one, other in permutations(steps, 2))


def _changed(step: Step, feeding: Feeding) -> set[int]:
    """The variables that a step changes, and the optimizer, if that counts the steps."""
    nodes = [one.variable if one.over is None else one.over.iter for one in step.assigned]
    nodes += [] if step.assigned else [step.variables or step.loss, *([step.counter] if step.counter else [])]
    own = {id(step.home)} if step.symbol == "train.AdamOptimizer" and step.home is not None else set[int]()
    return _variables(feeding, *nodes) | own


def _variables(feeding: Feeding, *nodes: ast.AST) -> set[int]:
    return {id(binding) for _, binding in feeding.variables_of(*nodes)}
