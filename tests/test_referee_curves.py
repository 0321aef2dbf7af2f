"""Where old and new differ, a curve of both shows it: the clip, the epsilon, the double softmax."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tfloss_migrate.curves import Curve
from tfloss_migrate.domains import BinaryLabels, ClassIds, LabelDistribution, Logits, Real, UnitInterval
from tfloss_migrate.model import Input, Question, Shift
from tfloss_migrate.referee import referee as of_referee
from tfloss_migrate.referee.referee import DIFFER, Referee

runs = pytest.mark.skipif(find_spec("tensorflow") is None, reason="TensorFlow is not installed")

KERAS = "tf.keras.losses.categorical_crossentropy(labels, logits, from_logits=True)"
INPUTS = (Input("labels", LabelDistribution()), Input("logits", Logits()))
UNDERFLOWS = Question("-tf.reduce_sum(labels * tf.log(tf.nn.softmax(logits)), axis=-1)", KERAS, INPUTS, (2,))
CLIPS = dataclasses.replace(
    UNDERFLOWS,
    legacy="-tf.reduce_sum(labels * tf.log(tf.maximum(tf.nn.softmax(logits), 1e-10)), axis=-1)",
    shift=Shift("the clip is left out", 0.02, 0.05),
)
TWICE = Question(
    "tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=tf.nn.softmax(logits))",
    KERAS,
    INPUTS,
    (2,),
    intended="tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits)",
)
SQUARED = "tf.square(labels - predictions)"
SAME = Question(SQUARED, SQUARED, (Input("labels", Real()), Input("predictions", Real())), (2,))


@pytest.fixture(scope="module")
def referee() -> Iterator[Referee]:
    with Referee(use_cache=False, verify_all=True, curves=DIFFER) as referee:
        yield referee


def curve_of(referee: Referee, question: Question) -> Curve:
    curve = referee.ask([question])[question].curve
    assert curve is not None
    return curve


def at(curve: Curve, place: float) -> int:
    return min(range(len(curve.at)), key=lambda index: abs(curve.at[index] - place))


@runs
def test_the_underflow_of_a_logarithm_is_where_the_old_line_breaks(referee: Referee) -> None:
    curve = curve_of(referee, UNDERFLOWS)
    assert (curve.moved, curve.scale) == ("logits[0, 0]", "linear")
    assert (curve.at[0], curve.at[-1]) == (-120, 120)
    assert curve.old[at(curve, -110)] == math.inf
    assert math.isnan(curve.old_gradient[at(curve, -110)])
    assert curve.new[at(curve, -110)] > 110
    assert curve.new_gradient[at(curve, -110)] == pytest.approx(-1)
    assert curve.old[at(curve, -30)] == pytest.approx(curve.new[at(curve, -30)], rel=1e-5)


@runs
def test_a_clip_is_a_level_line_without_gradient_and_the_range_is_where_it_is_seen(referee: Referee) -> None:
    curve = curve_of(referee, CLIPS)
    assert (curve.at[0], curve.at[-1]) == (-30, 30)
    assert curve.old[0] == curve.old[1] == pytest.approx(-math.log(1e-10), rel=1e-5)
    assert curve.old_gradient[0] == 0
    assert curve.new[0] > 30
    assert curve.new_gradient[0] == pytest.approx(-1)


@runs
def test_a_softmax_applied_twice_never_falls_as_low_as_what_was_meant(referee: Referee) -> None:
    curve = curve_of(referee, TWICE)
    assert (curve.at[0], curve.at[-1]) == (-8, 8)
    assert min(curve.old) > math.log(1 + 2 / math.e) - 0.01
    assert min(curve.new) < 0.01
    assert max(map(abs, curve.old_gradient)) < 0.3


@runs
def test_an_epsilon_is_looked_for_next_to_zero_and_one(referee: Referee) -> None:
    inputs = (Input("y", BinaryLabels(constant=True)), Input("p", UnitInterval()))
    log_loss = "-tf.reduce_mean(y * tf.log(p + {0}) + (1 - y) * tf.log(1 - p + {0}))"
    new = log_loss.format("0.0").replace("tf.log", "tf.math.log")
    question = Question(log_loss.format("1e-3"), new, inputs, (2,), shift=Shift("an epsilon", 0.1))
    curve = curve_of(referee, question)
    assert curve.scale == "logit"
    assert 0 < curve.at[0] < 1e-7
    assert 1 - 1e-7 < curve.at[-1] < 1
    assert max(curve.new) > max(curve.old) + 1


@runs
def test_what_agrees_has_a_curve_only_where_that_is_asked_for(referee: Referee) -> None:
    assert referee.ask([SAME])[SAME].curve is None
    with Referee(use_cache=False, verify_all=True, curves=("same",)) as other:
        curve = curve_of(other, SAME)
    assert not curve.tells
    assert "look alike" in curve.reason
    assert curve.moved == "predictions[0, 0]"
    assert (curve.at[0], curve.at[-1]) == (-4, 4)
    assert curve.old == pytest.approx(curve.new)


@runs
def test_where_no_input_can_be_moved_the_reason_is_said(referee: Referee) -> None:
    inputs = (Input("ids", ClassIds()),)
    question = Question("tf.to_float(ids)", "tf.cast(ids, tf.float32) + 1.0", inputs, (2,))
    curve = curve_of(referee, question)
    assert (curve.at, curve.reason) == ((), "no input of it can be moved on its own")


@runs
def test_a_curve_is_remembered_beside_the_verdict(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with Referee(curves=DIFFER) as first:
        found = first.ask([CLIPS])[CLIPS]
    monkeypatch.setattr(Referee, "_answers", lambda *asked: pytest.fail("it is run again") if asked[1] else ())
    assert Referee(curves=DIFFER).ask([CLIPS])[CLIPS] == found
    assert Referee().ask([CLIPS])[CLIPS] == dataclasses.replace(found, curve=None)


def test_without_tensorflow_the_curve_says_why_it_was_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(of_referee, "installed_versions", dict)
    monkeypatch.setattr(
        of_referee.shipped, "lookup", lambda *asked: of_referee.Verdict("steadier", "so it was when it was built")
    )
    verdict = Referee(curves=DIFFER).ask([UNDERFLOWS])[UNDERFLOWS]
    assert verdict.status == "steadier"
    assert verdict.curve == Curve(reason=of_referee.NOT_INSTALLED)
