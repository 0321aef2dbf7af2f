"""Answers that are known are looked up: without numpy, without TensorFlow, and never from a damaged file."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tfloss_migrate import __version__
from tfloss_migrate.domains import ClassIds, Logits, Real
from tfloss_migrate.model import Counterexample, Input, Question, Shift, Verdict
from tfloss_migrate.referee import cache, referee, ship, shipped
from tfloss_migrate.referee.referee import Referee

QUESTION = Question("tf.square(y)", "y * y", (Input("y", Real()),))
EXAMPLE = Counterexample("draw 1", "value", {"y": [1.0]}, 1.0, "nan", "import numpy")
VERDICT = Verdict("different", "value is 1 and nan", 3, "tf.compat.v1 2.21", 1.0, 1.0, 0.0, "finite", EXAMPLE)


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def kept(question: Question = QUESTION, **settings: str) -> Path:
    """Puts the verdict where a referee with these settings looks for it."""
    name = cache.key(question, Referee(**settings)._surroundings())  # type: ignore[arg-type]
    cache.save(name, VERDICT)
    return cache.path_of(name)


def shipping(monkeypatch: pytest.MonkeyPatch, tool: str = __version__, version: str = "2.21.0") -> None:
    verdict = dataclasses.replace(VERDICT, status="same", counterexample=None)
    content = {"tool": tool, "versions": {"tensorflow": version}, **ship.packed({QUESTION: verdict})}
    monkeypatch.setattr(shipped, "content", lambda: content)


def test_a_kept_verdict_comes_back_whole(own_cache: Path) -> None:
    assert own_cache in kept().parents
    assert Referee(run=False).ask([QUESTION])[QUESTION] == VERDICT


def test_looking_up_imports_neither_numpy_nor_tensorflow() -> None:
    kept()
    code = (
        "import sys\n"
        "from tfloss_migrate.domains import Real\n"
        "from tfloss_migrate.model import Input, Question\n"
        "from tfloss_migrate.referee.referee import Referee\n"
        "with Referee() as referee:\n"
        "    question = Question('tf.square(y)', 'y * y', (Input('y', Real()),))\n"
        "    print(referee.ask([question])[question].status, {'numpy', 'tensorflow', 'keras'} & set(sys.modules))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["different", "set()"]


def test_without_the_cache_nothing_is_read_from_it() -> None:
    kept()
    assert Referee(run=False, use_cache=False).ask([QUESTION])[QUESTION].status == "unknown"
    assert "switched off" in Referee(run=False, verify_all=True).ask([QUESTION])[QUESTION].sentence


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"status": 1, "sentence": 2}', '{"status": "same"}', "\xff"])
def test_a_damaged_file_is_no_verdict(text: str) -> None:
    kept().write_bytes(text.encode("latin-1"))
    assert Referee(run=False).ask([QUESTION])[QUESTION].status == "unknown"


@pytest.mark.parametrize(
    "other",
    [
        Question("tf.square(y)", "y * y", (Input("y", Logits()),)),
        Question("tf.square(y)", "y * y", (Input("y", Real(constant=True)),)),
        Question("tf.square(y)", "y * y", (Input("y", ClassIds()),)),
        Question("tf.square(y)", "y * y", QUESTION.inputs, ranks=(2,)),
        Question("tf.square(y)", "y * y", QUESTION.inputs, shift=Shift("rounding", 0.1)),
        Question("tf.square(y)", "y * y", QUESTION.inputs, intended="y"),
        Question("tf.square(y)", "y * y", QUESTION.inputs, promises=("static shapes",)),
        Question("tf.square(y)", "y * y * 1.0", QUESTION.inputs),
    ],
)
def test_whatever_the_verdict_hangs_on_is_part_of_the_key(other: Question) -> None:
    kept()
    assert Referee(run=False).ask([other])[other].status == "unknown"


def test_another_interpreter_or_other_fixtures_have_their_own_verdicts(tmp_path: Path) -> None:
    kept()
    assert Referee(run=False, legacy_python="/opt/old/bin/python").ask([QUESTION])[QUESTION].status == "unknown"
    (tmp_path / "own.npz").write_bytes(b"")
    assert Referee(run=False, fixtures=str(tmp_path)).ask([QUESTION])[QUESTION].status == "unknown"


def test_a_cache_that_cannot_be_written_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    cache.save("ab12", VERDICT)
    assert cache.load("ab12") is None


def test_without_tensorflow_shipped_verdicts_are_used_and_the_rest_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(referee, "installed_versions", dict)
    shipping(monkeypatch)
    other = dataclasses.replace(QUESTION, target="y ** 2")
    verdicts = Referee().ask([QUESTION, other])
    assert verdicts[QUESTION].status == "same"
    assert verdicts[QUESTION].oracle.endswith("run when this version was built")
    assert verdicts[other] == Verdict("unknown", referee.NOT_INSTALLED)


def test_shipped_verdicts_hold_for_the_versions_they_were_earned_on(monkeypatch: pytest.MonkeyPatch) -> None:
    shipping(monkeypatch)
    assert shipped.lookup(QUESTION, {"tensorflow": "2.21.0"}) is not None
    assert shipped.lookup(QUESTION, {"tensorflow": "2.20.0"}) is None
    assert shipped.lookup(QUESTION, {}) is not None


def test_of_two_oracles_the_less_reassuring_is_shipped_and_nothing_where_they_disagree() -> None:
    good, bad = Verdict("same", "no difference", oracle="a"), Verdict("different", "value", oracle="b")
    assert ship.agreed(good, bad) is None
    assert ship.agreed(good, Verdict("steadier", "less", oracle="b")) == Verdict("steadier", "less", oracle="a; b")
    assert ship.agreed(good, Verdict("unknown", "no such name")) == good


def test_what_is_kept_is_plain_json() -> None:
    assert json.loads(kept().read_text())["counterexample"]["old"] == 1.0
