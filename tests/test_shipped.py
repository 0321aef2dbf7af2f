"""The verdicts that come with the package: what a light install, without TensorFlow, can write."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tfloss_migrate
from tfloss_migrate.domains import Real
from tfloss_migrate.model import Input, Question, Verdict
from tfloss_migrate.recognise.specimens import Specimen, specimens
from tfloss_migrate.referee import ship, shipped
from tfloss_migrate.referee.referee import Referee
from tfloss_migrate.referee.sentence import domain
from tfloss_migrate.shipping import asked

PACKAGE = Path(tfloss_migrate.__file__).parent
LEGACY = PACKAGE.parent / "fixtures" / "legacy"


@pytest.mark.parametrize("case", [*specimens(by_name=False), *specimens(by_name=True)], ids=str)
def test_every_question_that_a_form_asks_has_a_shipped_verdict(case: Specimen) -> None:
    expression = "tf.div(x, 2.0)" if case.form.legacy.startswith("tf.div(") else case.with_numbers(case.form.legacy)
    unanswered = [question for question in asked(case.program(expression=expression)) if not found(question)]
    assert unanswered == []


@pytest.mark.parametrize(
    "expression",
    [
        "tf.reduce_mean(tf.pow(tf.subtract(labels, predictions), 2.0))",
        "tf.reduce_mean((predictions - labels) ** 2)",
        "tf.reduce_mean(tf.squared_difference(labels, predictions), axis=1)",
        "tf.reduce_mean(-tf.reduce_sum(labels * tf.log(tf.nn.softmax(logits)), reduction_indices=[1]))",
        "-tf.reduce_sum(labels * tf.log(tf.clip_by_value(tf.nn.softmax(logits), 1e-10, 1.)), 1)",
        "-tf.reduce_mean(labels * tf.log(tf.sigmoid(logits)) + (1. - labels) * tf.log(1. - tf.sigmoid(logits)))",
        "tf.losses.mean_squared_error(predictions=predictions, labels=labels)",
    ],
)
def test_everyday_spellings_have_a_shipped_verdict(expression: str) -> None:
    names = ", ".join(name for name in ("labels", "predictions", "logits") if name in expression)
    text = f"import tensorflow as tf\n\n\ndef loss({names}):\n    return {expression}\n\n\nsession = tf.Session()\n"
    questions = list(asked(text))
    assert questions
    assert [question for question in questions if not found(question)] == []


def found(question: Question) -> Verdict | None:
    return shipped.lookup(question, {})


def test_what_is_shipped_may_be_written_under_some_flag_and_says_where_it_is_from() -> None:
    content = shipped.content()
    verdicts = [shipped.unpacked(content, place) for place in set(content["verdicts"].values())]
    assert {verdict.status for verdict in verdicts} == set(ship.SHIPPED)
    assert all(verdict.cases and verdict.sentence and "tf.compat.v1" in verdict.oracle for verdict in verdicts)
    asked_there = sum("TensorFlow 1.15" in verdict.oracle for verdict in verdicts)
    assert asked_there > 0.9 * len(verdicts)  # the rest is written for a later Keras, which 1.15 cannot run
    assert (PACKAGE / "referee" / shipped.FILE).stat().st_size < 400_000


def test_packing_loses_nothing_but_digits(tmp_path: Path) -> None:
    question = Question("tf.square(y)", "y * y", ())
    verdict = Verdict("same", "no difference; none at all", 3, "a; b", 0.123456, 0.0, 1e-17, "finite")
    packed = json.loads(json.dumps(ship.packed({question: verdict})))
    assert shipped.unpacked(packed, 0) == Verdict(
        "same", "no difference; none at all", 3, "a; b", 0.12, 0.0, 1e-17, "finite"
    )


def test_a_verdict_that_is_kept_tells_its_promises_in_the_words_of_today() -> None:
    question = Question("tf.square(y)", "y * y", (Input("y", Real()),))
    kept = Verdict("same", "no difference found in 3 cases, for old words; beyond: none", 3, "a", domain="old words")
    today = domain(question)
    assert ship.reworded(question, kept).sentence == f"no difference found in 3 cases, for {today}; beyond: none"
    assert ship.reworded(question, kept).domain == today


def test_without_tensorflow_the_common_rewrites_are_written(tmp_path: Path) -> None:
    shutil.copy(LEGACY / "mse_and_softmax.py", tmp_path / "program.py")
    code = (
        "import importlib.metadata as metadata, sys\n"
        "known = metadata.version\n"
        "def version(name):\n"
        "    if name in ('tensorflow', 'keras', 'tf_keras'):\n"
        "        raise metadata.PackageNotFoundError(name)\n"
        "    return known(name)\n"
        "metadata.version = version\n"
        "sys.modules['tensorflow'] = None\n"
        "sys.argv = ['tfloss-migrate', '--write', '--no-cache', 'program.py']\n"
        "from tfloss_migrate.__main__ import main\n"
        "main()\n"
    )
    surroundings = {**os.environ, "PYTHONPATH": str(PACKAGE.parent), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=surroundings, check=False, capture_output=True)
    written = (tmp_path / "program.py").read_text()
    assert "tf.keras.losses.MSE(" in written


def test_a_referee_without_tensorflow_answers_from_what_is_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tfloss_migrate.referee.referee.installed_versions", dict)
    question = next(asked(specimens(by_name=False)[0].program()))
    verdict = Referee(use_cache=False).ask([question])[question]
    assert verdict.oracle.endswith("run when this version was built")
