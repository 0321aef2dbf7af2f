"""Golden cases as programs, migrated by the product, and the new programs run on today's TensorFlow."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from golden_cases import GoldenCase, golden_cases
from numpy.typing import NDArray

from tfloss_migrate.migrate import Job, Migration
from tfloss_migrate.model import Question, Verdict
from tfloss_migrate.parse import Parsed, parse
from tfloss_migrate.referee.referee import Referee
from tfloss_migrate.settings import Settings

#: Lines that tell the era, in a function that nobody calls.
_ERA = {"1.15.5": "return tf.Session()", "0.12.1": "return tf.initialize_all_variables(), tf.sub(1.0, 2.0)"}
_ERA_ENDS = 5

#: Runs every program eagerly and in a function, with gradients: one process, for importing TensorFlow takes longest.
_RUN_ALL = """
import json, sys
import numpy as np
import tensorflow as tf

folder = sys.argv[1]
jobs = json.load(open(folder + "/jobs.json"))
arrays = np.load(folder + "/inputs.npz")
told, results = {}, {}

def run(function, given):
    floats = [name for name in given if given[name].dtype.is_floating]
    with tf.GradientTape() as tape:
        tape.watch([given[name] for name in floats])
        out = function(**given)
        total = tf.reduce_sum(out)
    return out, dict(zip(floats, tape.gradient(total, [given[name] for name in floats])))

for job in jobs:
    given = {name: tf.constant(arrays[job["id"] + "|" + name]) for name in job["inputs"]}
    namespace = {}
    try:
        exec(job["text"], namespace)
        loss = namespace["loss"]
        for mode in ("eager", "function"):
            ran = (lambda **g: run(loss, g)) if mode == "eager" else tf.function(lambda **g: run(loss, g))
            out, gradients = ran(**given)
            results["|".join((job["id"], mode, "out"))] = np.asarray(out)
            for name, gradient in gradients.items():
                if gradient is not None:
                    results["|".join((job["id"], mode, "grad", name))] = np.asarray(gradient)
    except Exception as error:
        told[job["id"]] = type(error).__name__ + ": " + str(error)
np.savez(folder + "/outputs.npz", **results)
json.dump(told, open(folder + "/told.json", "w"))
"""


@dataclass(frozen=True)
class NewProgram:
    """What the product made of a case: its new text, and the verdicts of what it wrote into the loss."""

    case: GoldenCase
    text: str
    verdicts: tuple[Verdict, ...]

    @property
    def shifted(self) -> bool:
        """Whether the report says that it computes something else, within bounds."""
        return any(verdict.status == "shifted" for verdict in self.verdicts)


@dataclass(frozen=True)
class Run:
    """What a program computed in one mode: the value, and the gradients that there were."""

    out: NDArray[Any]
    gradients: Mapping[str, NDArray[Any]]


def program(case: GoldenCase) -> str:
    """The case as a program of its time."""
    parameters = ", ".join(case.inputs)
    return (
        f"import tensorflow as tf\n\n\ndef era():\n    {_ERA[case.tf]}\n\n\n"
        f"def loss({parameters}):\n    return {case.expr}\n"
    )


def _declared(referee: Referee, questions: Sequence[Question]) -> dict[Question, Verdict]:
    """Every verdict as the rule declares it, with the bounds of what is shifted as the measured differences."""
    verdicts = {}
    for question in questions:
        shift = question.shift
        verdicts[question] = Verdict("same", "as declared")
        if shift is not None:
            gradients = math.inf if shift.gradient_bound is None else shift.gradient_bound
            verdicts[question] = Verdict("shifted", "as declared", max_abs=shift.bound, grad_max_abs=gradients)
    return verdicts


@cache
def migrated(*, unsafe: bool) -> tuple[NewProgram, ...]:
    """Every case whose loss the product rewrites, if each verdict is what its rule declares."""
    cases = golden_cases()
    parsed = [parse(case.id, program(case)) for case in cases]
    jobs = [Job(each) for each in parsed if isinstance(each, Parsed)]
    settings = Settings(mode="write", unsafe=unsafe, no_verify=True, no_cache=True)
    with mock.patch.object(Referee, "ask", _declared):
        done = Migration(settings, lambda pattern, path: None).run(jobs)
    found = []
    for case, one in zip(cases, done, strict=True):
        written = [each for each in one.findings if each.new is not None and each.finding.span.line > _ERA_ENDS]
        if written and one.new_text is not None:
            verdicts = tuple(each.verdict for each in written if each.verdict is not None)
            found.append(NewProgram(case, one.new_text, verdicts))
    return tuple(found)


def run_all(programs: Sequence[NewProgram], folder: Path) -> list[dict[str, Run] | str]:
    """For each program: the runs by mode, or the error that there was."""
    jobs = [{"id": str(i), "inputs": list(p.case.inputs), "text": p.text} for i, p in enumerate(programs)]
    (folder / "jobs.json").write_text(json.dumps(jobs))
    arrays = {f"{i}|{name}": array for i, p in enumerate(programs) for name, array in p.case.inputs.items()}
    np.savez(folder / "inputs.npz", **arrays)
    variables = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-c", _RUN_ALL, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    assert done.returncode == 0, done.stderr
    told = json.loads((folder / "told.json").read_text())
    with np.load(folder / "outputs.npz") as archive:
        outputs = {key: archive[key] for key in archive.files}
    return [told.get(str(i)) or _runs(f"{i}|", outputs) for i in range(len(programs))]


def _runs(start: str, outputs: Mapping[str, NDArray[Any]]) -> dict[str, Run]:
    runs = {}
    for mode in ("eager", "function"):
        key = f"{start}{mode}|"
        gradients = {
            name.rpartition("|")[2]: array for name, array in outputs.items() if name.startswith(f"{key}grad|")
        }
        runs[mode] = Run(outputs[f"{key}out"], gradients)
    return runs


def deviation(case: GoldenCase, run: Run, verdicts: Sequence[Verdict] = ()) -> str | None:
    """How a run differs from the golden numbers beyond rounding and the verdicts; None: it does not."""
    assert case.out is not None
    rounding = (1e-9, 1e-12) if case.out.dtype == np.float64 else (2e-5, 1e-6)
    shift = sum(verdict.max_abs for verdict in verdicts)
    if not _close(run.out, case.out, rounding, shift):
        return f"value {run.out.ravel()[:4]} instead of {case.out.ravel()[:4]}"
    for name in case.no_grad:
        if name in run.gradients:
            return f"{name} has a gradient, and had none"
    shift = sum(verdict.grad_max_abs for verdict in verdicts)
    for name, golden in case.grads.items():
        new = run.gradients.get(name, np.zeros_like(golden))
        if shift < math.inf and not _close(new, golden, rounding, shift):
            return f"gradient of {name} {new.ravel()[:4]} instead of {golden.ravel()[:4]}"
    return None


def _close(new: NDArray[Any], golden: NDArray[Any], rounding: tuple[float, float], shift: float) -> bool:
    rtol, atol = rounding
    same_kind = new.shape == golden.shape and new.dtype == golden.dtype
    return same_kind and bool(np.allclose(new, golden, rtol=rtol + shift, atol=atol + shift, equal_nan=True))
