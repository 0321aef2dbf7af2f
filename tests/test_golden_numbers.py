"""What the rules write computes the golden numbers of real TensorFlow 1.15.5 and 0.12.1, values and gradients."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from golden_cases import golden_cases
from golden_programs import NewProgram, Run, deviation, migrated, run_all
from installed import needs

needs("tensorflow", reason="needs TensorFlow to run what was written")

Runs = Mapping[NewProgram, Mapping[str, Run] | str]

#: Cases beyond the promises of the rule that rewrites them, each with what is broken there: the old side, or a promise.
OUTSIDE = {
    "A|log_loss eps|B_p01bad": "a probability of exactly 1, where the old graph optimiser loses the epsilon",
    "A|sparse_softmax_cross_entropy|M64_BC": "the old side adds up in float32, whatever it is given",
    "B|contrib log_loss|B_p01bad": "a probability of exactly 1, where the old graph optimiser loses the epsilon",
    "C|bce eps 1e-7|B_p01bad": "a probability of exactly 1: the epsilon is lost or not, with the graph optimiser",
    "C|bce eps 1e-8|B_p01bad": "a probability of exactly 1: the epsilon is lost or not, with the graph optimiser",
    "B|l1_regularizer|P_x64": "weights of float64: Keras keeps the scale in float32",
    "tf012|bce eps 1e-7|B_p01bad": "a probability of exactly 1: the epsilon is lost or not, with the graph optimiser",
    "C|ce log(softmax(z))|M_ext": "the old side is NaN where a softmax underflows",
    "tf012|ce log(softmax)|M_ext": "the old side is NaN where a softmax underflows",
    "tf012|ce log(softmax)|M_unn": "rows of labels that do not sum to one",
    "C|logcosh exp|R_big": "the old side is infinite where cosh overflows",
    "C|logcosh cosh|R_big": "the old side is infinite where cosh overflows",
    "A|mean_squared_error|R_mix": "(B,) against (B, 1), which the old side refuses",
    "A|mean_squared_error+w|RW_B6": "weights that do not broadcast, which the old side refuses",
    "A|softmax_cross_entropy+w|MW_B1": "weights that do not broadcast, which the old side refuses",
    "A|sparse_softmax_cross_entropy|M_koor": "class ids out of range, which the old side refuses",
    "tf012|contrib abs|R_mix": "(B,) against (B, 1), which the old side refuses",
    "tf012|contrib log|B_p01bad": "a probability of exactly 1: the epsilon is lost or not, with the graph optimiser",
    "tf012|contrib mse|R_empty": "an empty batch",
    "tf012|sparse positional|M_koor": "class ids out of range, which the old side refuses",
}

#: Cases beyond the promises of what only `--unsafe` writes.
OUTSIDE_UNSAFE = {
    "A|log_loss eps|B_p01bad": "probabilities of exactly 0 and 1, which are wrong",
    "C|bce log|B_ext": "a sigmoid that is exactly 0 or 1: the old side is NaN",
    "C|bce log|B_p01bad": "probabilities of exactly 0 and 1, which are wrong: the old side is infinite",
    "C|bce eps 1e-8|B_p01bad": "probabilities of exactly 0 and 1, which are wrong: the old side is infinite",
    "C|focal sigmoid|B_ext": "a sigmoid that is exactly 0 or 1: the old side is NaN",
    "C|focal softmax|M_p01bad": "probabilities of exactly 0 and 1: the old side is NaN",
    "C|msle|R_BC": "numbers below -1, which have no logarithm: the old side is NaN",
    "C|msle log1p|R_BC": "numbers below -1, which have no logarithm: the old side is NaN",
    "C|logcosh exp|R_big": "the old side is infinite where cosh overflows",
    "C|logcosh cosh|R_big": "the old side is infinite where cosh overflows",
    "C|poisson|R_pos0": "a prediction of zero: the old side is NaN",
    "C|ce log(p)|M_ext": "a softmax that is exactly 0: the old side is NaN",
    "C|ce log(p)|M_p01bad": "probabilities of exactly 0 and 1: the old side is NaN",
    "C|ce log(p+1e-8)|M_p01bad": "probabilities of exactly 0 and 1, which are wrong",
    "C|ce clip(p,1e-8,1)|M_p01bad": "probabilities of exactly 0 and 1, which are wrong",
}


def _others() -> tuple[NewProgram, ...]:
    """The programs that `--unsafe` makes something else of."""
    safe = {program.case.id: program.text for program in migrated(unsafe=False)}
    return tuple(program for program in migrated(unsafe=True) if safe.get(program.case.id) != program.text)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """What the programs computed, those of `--write` and those of `--unsafe`, all in one process."""
    programs = (*migrated(unsafe=False), *_others())
    return dict(zip(programs, run_all(programs, tmp_path_factory.mktemp("golden")), strict=True))


def _deviations(program: NewProgram, ran: Mapping[str, Run] | str) -> list[str]:
    if isinstance(ran, str):
        return [ran]
    if program.case.out is None:
        return ["computes what the old side refuses"]
    found = [(mode, deviation(program.case, run, program.verdicts)) for mode, run in ran.items()]
    return [f"{mode}: {what}" for mode, what in found if what is not None]


def test_256_of_275_cases_fall_under_a_rule() -> None:
    assert len(golden_cases()) == 275
    assert len(migrated(unsafe=False)) == 256
    by_version = [program.case.tf for program in migrated(unsafe=False)]
    assert (by_version.count("1.15.5"), by_version.count("0.12.1")) == (205, 51)
    assert len(_others()) == 48


def test_every_case_within_the_promises_is_reproduced_eagerly_and_in_a_function(runs: Runs) -> None:
    deviating = {program.case.id: _deviations(program, runs[program]) for program in migrated(unsafe=False)}
    assert {name: what for name, what in deviating.items() if what and name not in OUTSIDE} == {}
    assert len([what for what in deviating.values() if not what]) == 236
    assert {name for name, what in deviating.items() if what} == set(OUTSIDE)


def test_what_only_unsafe_writes_stays_within_the_bounds_that_it_declares(runs: Runs) -> None:
    deviating = {program.case.id: _deviations(program, runs[program]) for program in _others()}
    assert all(program.shifted for program in _others())
    assert {name: what for name, what in deviating.items() if what and name not in OUTSIDE_UNSAFE} == {}
    assert len([what for what in deviating.values() if not what]) == 33
    assert {name for name, what in deviating.items() if what} == set(OUTSIDE_UNSAFE)


def test_labels_that_had_no_gradient_have_none(runs: Runs) -> None:
    without = [program for program in migrated(unsafe=False) if program.case.no_grad and program.case.raises is None]
    assert len(without) == 20
    for program in without:
        ran = runs[program]
        assert not isinstance(ran, str), ran
        for mode in ("eager", "function"):
            assert not set(program.case.no_grad) & set(ran[mode].gradients), program.case.id


def test_what_write_writes_without_unsafe_shifts_nothing() -> None:
    assert not [program.case.id for program in migrated(unsafe=False) if program.shifted]


def test_a_wrong_number_would_be_seen() -> None:
    for case in golden_cases():
        if case.out is None or not case.out.size:
            continue
        same = Run(case.out, case.grads)
        assert deviation(case, same) is None
        assert deviation(case, Run(case.out * 1.001 + 0.001, case.grads)) is not None or not (abs(case.out) < 1e9).any()
        for name in case.no_grad:
            assert deviation(case, Run(case.out, {**case.grads, name: case.inputs[name]})) is not None
