"""Every public loss of real TensorFlow 1.15 has a rule that speaks for it, or a reason; every target exists today."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from installed import needs

from tfloss_migrate.rules.registry import all_rules

_FILE = Path(__file__).parent / "names" / "losses.json"

_KEPT = "TF2 has it under the same name"

#: Names that no rule speaks for, each with its reason.
REASONS = {
    "losses.Reduction": "how a loss is reduced: read with the loss whose argument it is",
    "contrib.losses.metric_learning": "a module",
    "contrib.slim.losses.metric_learning": "a module",
    "nn.compute_average_loss": _KEPT,
    "nn.scale_regularization_loss": _KEPT,
}

_RESOLVE = """
import json, sys
import tensorflow as tf
from tfloss_migrate.referee.inside.dialect import find
print(json.dumps([name for name in json.load(sys.stdin) if find(tf, name) is None]))
"""


def names() -> list[str]:
    """The symbols of all public losses of TensorFlow 1.15."""
    found = json.loads(_FILE.read_text(encoding="utf-8"))
    assert found["tensorflow"].startswith("1.15")
    return [f"{module}.{name}" for module, listed in found["names"].items() for name in listed]


@functools.cache
def spoken_for() -> set[str]:
    """The symbols that a rule speaks for, looks at, or finds by a form that is a call of it."""
    found: set[str] = set()
    for rule in all_rules():
        found.update(rule.speaks_for, rule.look.at if rule.look is not None else ())
        for form in rule.forms if not rule.by_name else ():
            found.update(re.findall(r"\btf\.([\w.]+)\(", form.legacy))
    return found


@pytest.mark.parametrize("name", names())
def test_every_public_loss_has_a_rule_or_a_reason(name: str) -> None:
    assert name in spoken_for() or name in REASONS
    assert not (name in spoken_for() and name in REASONS), "a reason is given for what has a rule"


def test_nothing_is_excused_that_is_not_there() -> None:
    assert set(REASONS) <= set(names())


@pytest.mark.parametrize("keras", ["3", "2"])
def test_every_name_in_a_target_exists_today(keras: str) -> None:
    needs("tensorflow", reason="asks it for its names")
    if keras == "2":
        needs("tf_keras", reason="asks it for its names")
    targets = [form.target for rule in all_rules() for form in rule.forms if form.target is not None]
    kept = {name for name, reason in REASONS.items() if reason == _KEPT}
    wanted = sorted({*kept, *(name for text in targets for name in re.findall(r"\btf\.([A-Za-z_][\w.]*)", text))})
    assert len(wanted) > 50
    environment = {**os.environ, "TF_USE_LEGACY_KERAS": str(int(keras == "2")), "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment["PYTHONPATH"] = os.pathsep.join([*_helpers(), environment.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", _RESOLVE],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def _helpers() -> list[str]:
    """Where the modules are that run in the child process, which import one another by their bare names."""
    import tfloss_migrate.referee.inside

    return [str(Path(tfloss_migrate.referee.inside.__path__[0]))]
