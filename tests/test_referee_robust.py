"""A crash, a hang or a kill of TensorFlow costs one verdict, and never the run."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Input, Question, Verdict
from tfloss_migrate.record import replace
from tfloss_migrate.referee import child
from tfloss_migrate.referee.referee import Referee

pytestmark = pytest.mark.skipif(find_spec("tensorflow") is None, reason="TensorFlow is not installed")

INPUTS = (Input("y", Real()), Input("p", Real()))
GOOD = Question("tf.reduce_mean(tf.square(y - p))", "tf.reduce_mean(tf.square(y - p))", INPUTS, (2,))
ENDLESS = "tf.while_loop(lambda i, x: i < 1, lambda i, x: (i * 1, x), [0, tf.reduce_sum(y - p)])[1]"
HANGS = Question(ENDLESS, "tf.reduce_sum(y - p)", INPUTS, (2,))
TOO_LARGE = "tf.reduce_sum(tf.tile(y - p, tf.stack([tf.shape(y)[0] * 100000, tf.shape(y)[0] * 10000])))"
EXHAUSTS = Question(TOO_LARGE, "tf.reduce_sum(y - p)", INPUTS, (2,))


def children() -> set[int]:
    """The processes that this one started and that still run."""
    listed = [file.read_text().split() for file in Path("/proc/self/task").glob("*/children")]
    return {int(pid) for pids in listed for pid in pids}


@pytest.fixture(scope="module")
def referee() -> Iterator[Referee]:
    with Referee(use_cache=False, verify_all=True, time_limit=5) as referee:
        assert referee.ask([GOOD])[GOOD].status == "same"
        yield referee


def test_too_much_memory_costs_one_verdict(referee: Referee) -> None:
    verdicts = referee.ask([EXHAUSTS, GOOD])
    assert verdicts[EXHAUSTS].status == "unknown"
    assert verdicts[GOOD].status == "same"


@pytest.mark.skipif(sys.platform != "linux", reason="finds the child in /proc")
def test_a_killed_child_costs_one_verdict_and_the_run_goes_on(referee: Referee) -> None:
    found: dict[Question, Verdict] = {}
    before = children()
    thread = threading.Thread(target=lambda: found.update(referee.ask([HANGS])))
    thread.start()
    time.sleep(1)
    for pid in children() & before:
        os.kill(pid, signal.SIGKILL)
    thread.join()
    assert found[HANGS].status == "unknown"
    assert "signal 9" in found[HANGS].sentence
    assert referee.ask([GOOD])[GOOD].status == "same"


@pytest.mark.skipif(sys.platform != "linux", reason="finds the child in /proc")
def test_a_child_that_has_grown_too_large_is_started_anew(referee: Referee, monkeypatch: pytest.MonkeyPatch) -> None:
    before = children()
    assert before
    monkeypatch.setattr(child, "LARGEST", 1)
    another = replace(GOOD, legacy=GOOD.legacy.replace("y - p", "p - y"))
    assert referee.ask([another])[another].status == "same"
    assert not children() & before


def test_a_hang_ends_at_the_time_limit_and_the_run_goes_on(referee: Referee) -> None:
    verdicts = referee.ask([HANGS, GOOD])
    assert verdicts[HANGS].status == "unknown"
    assert "no answer within 5 s" in verdicts[HANGS].sentence
    assert verdicts[GOOD].status == "same"


@pytest.mark.skipif(sys.platform != "linux", reason="finds the child in /proc")
def test_closing_ends_the_child_even_in_the_middle_of_a_question() -> None:
    before = children()
    referee = Referee(use_cache=False, verify_all=True)
    found: dict[Question, Verdict] = {}
    thread = threading.Thread(target=lambda: found.update(referee.ask([HANGS])))
    thread.start()
    while not children() - before:
        time.sleep(0.05)
    time.sleep(0.5)
    referee.close()
    thread.join()
    assert children() <= before
    assert found[HANGS].status == "unknown"


def test_an_interpreter_that_does_not_start_is_a_reason_not_a_traceback() -> None:
    with Referee(use_cache=False, legacy_python="/nowhere/python") as referee:
        verdict = referee.ask([GOOD])[GOOD]
    assert verdict.status == "unknown"
    assert "/nowhere/python does not start" in verdict.sentence
