"""The arrays that stand for a domain keep its promises, and reach its hard places."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tfloss_migrate.domains import (
    BinaryLabels,
    BinaryLogits,
    ClassIds,
    Count,
    Directions,
    Domain,
    FromZero,
    HingeLabels,
    Hyperparameter,
    LabelDistribution,
    LabelWeights,
    Logits,
    Nonzero,
    Positive,
    Probabilities,
    Real,
    SampleWeight,
    UnitInterval,
)
from tfloss_migrate.model import Input, Question
from tfloss_migrate.referee.draws import Case, Group, draw

DOMAINS = [Real(), Positive(), Logits(), BinaryLogits(), LabelDistribution(), LabelWeights(), BinaryLabels()]
DOMAINS += [Probabilities(), Probabilities(normalised=True), UnitInterval(), ClassIds(), SampleWeight()]
DOMAINS += [FromZero(), Nonzero(), HingeLabels(), Directions()]


def drawn(*domains: Domain, ranks: tuple[int, ...] = (1, 2, 3)) -> tuple[Group, ...]:
    return draw(Question("", "", tuple(Input("abc"[at], domain) for at, domain in enumerate(domains)), ranks))


def cases(*domains: Domain, kinds: tuple[str, ...] = ("ordinary", "stress")) -> list[Case]:
    return [case for group in drawn(*domains) for case in group.cases if case.kind in kinds]


@pytest.mark.parametrize("domain", DOMAINS, ids=repr)
def test_every_float_drawn_is_a_float32_so_that_both_precisions_meet_the_same_point(domain: Domain) -> None:
    for case in cases(domain):
        for array in case.arrays.values():
            assert array.dtype == (np.int32 if isinstance(domain, ClassIds) else np.float32)
            assert np.isfinite(array).all()


def test_counts_are_those_of_the_rows_and_classes_of_the_case() -> None:
    groups = drawn(Logits(), Count(), Count(rows=True), ranks=(2, 3))
    assert len({group.shapes["a"] for group in groups}) > 2
    for group in groups:
        assert group.scalars == {"b": group.shapes["a"][-1], "c": group.shapes["a"][0]}


def test_hard_labels_are_never_soft() -> None:
    values = {value for case in cases(BinaryLabels(hard=True)) for value in case.arrays["a"].reshape(-1)}
    assert values == {0.0, 1.0}


@pytest.mark.parametrize("domain", DOMAINS, ids=repr)
def test_draws_are_the_same_each_time(domain: Domain) -> None:
    for one, other in zip(cases(domain), cases(domain), strict=True):
        assert all(np.array_equal(one.arrays[name], other.arrays[name]) for name in one.arrays)


@pytest.mark.parametrize("domain", [LabelDistribution(), Probabilities(normalised=True)], ids=repr)
def test_rows_that_must_sum_to_one_do_so_exactly(domain: Domain) -> None:
    for case in cases(domain, kinds=("ordinary",)):
        assert (case.arrays["a"].astype(np.float64).sum(-1) == 1).all()


def test_probabilities_stay_inside_and_come_near_both_ends() -> None:
    for domain in (UnitInterval(), Probabilities()):
        values = np.concatenate([case.arrays["a"].ravel() for case in cases(domain)])
        assert 0 < values.min() < 1e-7
        assert 1 - 1e-7 < values.max() < 1


def test_logits_reach_every_gap() -> None:
    gaps = {float(np.ptp(case.arrays["a"], axis=-1).max()) for case in cases(Logits()) if case.kind == "stress"}
    assert gaps == {0, 16, 23, 30, 88, 104, 120}
    largest = {float(np.abs(case.arrays["a"]).max()) for case in cases(BinaryLogits()) if case.kind == "stress"}
    assert largest == {0, 16, 23, 30, 88, 104, 120}


def test_labels_are_one_hot_and_soft_and_where_the_domain_says_so_of_any_sum() -> None:
    sums = np.concatenate([case.arrays["a"].sum(-1).ravel() for case in cases(LabelWeights())])
    assert {0.0, 1.0} < set(sums.tolist())
    labels = [case.arrays["a"] for case in cases(LabelDistribution())]
    assert any((array.max(-1) == 1).all() for array in labels)
    assert any((array.max(-1) < 1).all() for array in labels)


def test_what_may_be_zero_is_zero_here_and_there_and_what_may_not_be_never_is() -> None:
    pairs = [case.arrays for case in cases(FromZero(), FromZero(), kinds=("ordinary",))]
    assert any(((pair["a"] == 0) & (pair["b"] > 0)).any() for pair in pairs)
    assert min(float(pair["a"].min()) for pair in pairs) == 0
    numbers = np.concatenate([case.arrays["a"].ravel() for case in cases(Nonzero())])
    assert np.abs(numbers).min() > 1e-7
    assert numbers.min() < 0 < numbers.max()
    for case in cases(Directions()):
        assert np.linalg.norm(case.arrays["a"], axis=-1).min() > 1e-4


def test_labels_of_a_hinge_are_signs_or_bits() -> None:
    values = {frozenset(case.arrays["a"].ravel().tolist()) for case in cases(HingeLabels())}
    assert {frozenset({-1.0, 1.0}), frozenset({0.0, 1.0})} <= values


def test_weights_come_in_every_layout_and_sign() -> None:
    groups = [group for group in drawn(Real(), SampleWeight(), ranks=(2,)) if group.cases[0].kind != "beyond"]
    assert {group.shapes["b"] for group in groups if group.shapes["a"] == (4, 3)} == {(4, 3), (), (4, 1), (1, 3), (3,)}
    for group in groups:
        assert np.broadcast_shapes(group.shapes["a"], group.shapes["b"]) == group.shapes["a"]
    weights = [case.arrays["b"] for group in groups for case in group.cases if case.kind != "beyond"]
    assert any((array < 0).any() for array in weights)
    assert any((array == 0).any() and array.any() for array in weights)
    assert any(not array.any() for array in weights)


def test_what_is_squeezed_has_an_axis_of_one_behind_it_with_and_without_the_other() -> None:
    inputs = (ClassIds(axes="squeezable-rows"), SampleWeight(axes="squeezable-broadcast-rows"), Logits())
    pairs = {(g.shapes["a"], g.shapes["b"]) for g in drawn(*inputs, ranks=(2, 3)) if g.cases[0].kind != "beyond"}
    assert {((4,), (4,)), ((4,), (4, 1)), ((4, 1), (4, 1)), ((4, 1), ()), ((4,), (1,))} <= pairs
    assert {((2, 3), (2, 3)), ((2, 3), (2, 3, 1)), ((2, 3, 1), (2, 3, 1))} <= pairs


def test_equal_values_and_large_ones_are_met_by_all_inputs_at_once() -> None:
    by_name = {case.name: case.arrays for case in cases(Real(), Real())}
    assert np.array_equal(by_name["equal values"]["a"], by_name["equal values"]["b"])
    assert np.abs(by_name["values up to 1000"]["a"] - by_name["values up to 1000"]["b"]).max() > 900


def test_shapes_follow_ranks_and_class_ids_lack_the_last_axis() -> None:
    assert {len(group.shapes["a"]) for group in drawn(Real(), ranks=(2,))} == {2}
    for group in drawn(ClassIds(), Logits()):
        assert group.shapes["a"] == group.shapes["b"][:-1]
        assert all((case.arrays["a"] < group.shapes["b"][-1]).all() for case in group.cases)


def test_a_hyperparameter_is_a_plain_number_with_several_values() -> None:
    values = {group.scalars["b"] for group in drawn(Real(), Hyperparameter())}
    assert len(values) > 2
    assert min(values) > 0


def test_what_lies_beyond_the_promises_is_marked() -> None:
    names = [case.name for case in cases(UnitInterval(), BinaryLabels(), kinds=("beyond",))]
    assert "a: probabilities of exactly 0 and 1" in names
    assert "an empty batch" in names
    assert "a of shape (B,) against b of shape (B, 1)" in names
    names = [case.name for case in cases(LabelDistribution(), Logits(), kinds=("beyond",))]
    assert {"a: all-zero label rows", "a: rows that do not sum to one", "b: a value of nan"} < set(names)


@pytest.mark.parametrize("dtype", ["int32", "bool"])
@pytest.mark.parametrize("domain", [Real(), BinaryLabels(), LabelWeights(), SampleWeight()], ids=repr)
def test_what_is_whole_in_the_code_is_drawn_whole_and_has_no_values_that_only_floats_have(
    domain: Domain, dtype: str
) -> None:
    found = cases(replace(domain, dtype=dtype), kinds=("ordinary", "stress", "beyond"))
    assert {case.arrays["a"].dtype for case in found} == {np.dtype(dtype)}
    assert {case.name for case in found if case.kind == "beyond"} <= {"an empty batch"}
    assert len({value for case in found for value in case.arrays["a"].ravel().tolist()}) > 1
