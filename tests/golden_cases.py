"""What real TensorFlow 1.15.5 and 0.12.1 computed for 275 legacy loss expressions, as typed cases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "golden"

TensorFlowVersion = Literal["1.15.5", "0.12.1"]


@dataclass(frozen=True, eq=False)
class GoldenCase:
    """One legacy expression over named inputs, and what TensorFlow `tf` made of it. The arrays are read-only.

    `out` is None where it raised, and `raises` then says what. `grads` are those of the sum of `out`;
    `no_grad` names the float inputs that TensorFlow gave no gradient. `losses_collected` counts what went into the
    losses collection (None: not measured). `changed_by_graph_optimiser`: `out` was computed with the
    graph optimiser on, and is another value without it.
    """

    id: str
    section: str
    tf: TensorFlowVersion
    expr: str
    inputs: Mapping[str, NDArray[Any]]
    out: NDArray[Any] | None = None
    grads: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    no_grad: tuple[str, ...] = ()
    raises: str | None = None
    losses_collected: int | None = None
    changed_by_graph_optimiser: bool = False

    def __str__(self) -> str:
        return self.id


@cache
def golden_cases(tf: TensorFlowVersion | None = None) -> tuple[GoldenCase, ...]:
    """All cases, or those that one TensorFlow computed, in the order of the file."""
    entries = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))["cases"]
    arrays = _arrays()
    return tuple(_case(entry, arrays) for entry in entries if tf in (None, entry["tf"]))


def golden_case(name: str) -> GoldenCase:
    """The case of that name, such as "A|mean_squared_error|R_BC". Raises KeyError."""
    for case in golden_cases():
        if case.id == name:
            return case
    raise KeyError(name)


@cache
def _arrays() -> Mapping[str, NDArray[Any]]:
    with np.load(FOLDER / "golden.npz", allow_pickle=False) as archive:
        arrays = {key: archive[key] for key in archive.files}
    for array in arrays.values():
        array.setflags(write=False)
    return arrays


def _case(entry: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> GoldenCase:
    return GoldenCase(
        id=entry["name"],
        section=entry["section"],
        tf=entry["tf"],
        expr=entry["expr"],
        inputs={name: arrays[key] for name, key in entry["inputs"].items()},
        out=arrays[entry["out"]] if "out" in entry else None,
        grads={name: arrays[key] for name, key in entry.get("grads", {}).items()},
        no_grad=tuple(entry.get("no_grad", ())),
        raises=entry.get("raises"),
        losses_collected=entry.get("n_losses_collected"),
        changed_by_graph_optimiser=entry.get("changed_by_graph_optimiser", False),
    )
