"""What TF1 collects by itself never vanishes from a total: the total names its losses, or all stays as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

import pytest
from installed import needs

from tfloss_migrate.model import FileOutcome, Question, Verdict
from tfloss_migrate.pipeline import run
from tfloss_migrate.referee.referee import Referee
from tfloss_migrate.settings import Settings

TWO_LOSSES = """import tensorflow as tf


def model(labels, predictions):
    error = tf.losses.mean_squared_error(labels, predictions)
    tf.losses.absolute_difference(labels, predictions, weights=0.5)  # half of it
    penalty = 0.1 * tf.nn.l2_loss(predictions)
    tf.losses.add_loss(penalty)
    return tf.losses.get_total_loss()


loss = model(tf.placeholder(tf.float32, [None]), tf.placeholder(tf.float32, [None]))
"""
ONE_LOSS = (
    "import tensorflow as tf\n\n\ndef loss(y, p):\n    return tf.losses.mean_squared_error(y, p)\n\n\ntf.Session()\n"
)
READER = "import tensorflow as tf\n{imports}\n\ntotal = tf.losses.get_total_loss()\n"


_RUN = """
import json, sys
import numpy as np
import tensorflow

old, new = json.load(sys.stdin)
arrays = np.float32([[1, 2, 3], [4, 5, 7]]), np.float32([[1, 1, 5], [2, 5, 6]])
spaces = {}, {}
exec(old, spaces[0])
exec(new, spaces[1])
v1 = tensorflow.compat.v1
with v1.Graph().as_default(), v1.Session() as session:
    print(session.run(spaces[0]["model"](*map(v1.constant, arrays))))
print(spaces[1]["model"](*map(tensorflow.constant, arrays)).numpy())
"""


def _same(referee: Referee, questions: Sequence[Question]) -> dict[Question, Verdict]:
    return dict.fromkeys(questions, Verdict("same", "as the rules declare"))


def _written(folder: Path, **files: str) -> dict[str, FileOutcome]:
    """The outcomes of files that are migrated together, every verdict being what the rules declare."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    with mock.patch.object(Referee, "ask", _same):
        outcomes = list(run(Settings(paths=(str(folder),), mode="write", select=("TFL2",))))
    return {Path(outcome.path).stem: outcome for outcome in outcomes}


def _reasons(outcome: FileOutcome) -> dict[str, str | None]:
    return {one.finding.rule: one.reason for one in outcome.findings}


def test_a_total_names_its_losses_and_then_they_are_rewritten_and_reported(tmp_path: Path) -> None:
    outcome = _written(tmp_path, model=TWO_LOSSES)["model"]
    assert (tmp_path / "model.py").read_text().splitlines()[4:8] == [
        "    error = tf.keras.losses.MeanSquaredError()(labels, predictions)",
        "    absolute_difference_loss = 0.5 * tf.keras.losses.MeanAbsoluteError()(labels, predictions)  # half of it",
        "    penalty = 0.1 * tf.nn.l2_loss(predictions)",
        "    return tf.add_n([error, absolute_difference_loss, penalty])",
    ]
    written = [one.finding.rule for one in outcome.findings if one.new is not None and one.verdict is not None]
    assert written == ["TFL201", "TFL207", "TFL220"]


def test_a_total_by_name_computes_what_the_collection_gave(tmp_path: Path) -> None:
    needs("tensorflow", reason="runs the program before and after")
    _written(tmp_path, model=TWO_LOSSES)
    texts = [TWO_LOSSES.replace("import tensorflow as tf", "import tensorflow.compat.v1 as tf")]
    texts = [text.partition("\n\n\nloss = ")[0] for text in (*texts, (tmp_path / "model.py").read_text())]
    done = subprocess.run(
        [sys.executable, "-c", _RUN], input=json.dumps(texts), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    old, new = map(float, done.stdout.split())
    assert old == pytest.approx(new, rel=1e-6)
    assert new == pytest.approx(10 / 6 + 0.5 * 6 / 6 + 0.1 * 92 / 2, rel=1e-6)


def test_a_total_whose_caller_is_out_of_sight_names_its_losses_on_demand_only(tmp_path: Path) -> None:
    text = TWO_LOSSES.partition("\n\n\nloss = ")[0] + "\n"
    (total,) = [one for one in _written(tmp_path, model=text)["model"].findings if one.finding.rule == "TFL220"]
    assert (tmp_path / "model.py").read_text() == text
    assert "nothing here calls model" in str(total.reason)
    assert total.offered is not None
    assert total.offered.new == "tf.add_n([error, absolute_difference_loss, penalty])"


def test_several_reads_are_rewritten_together_or_not_at_all(tmp_path: Path) -> None:
    text = TWO_LOSSES.replace("    return", "    tf.summary.histogram('all', tf.losses.get_losses())\n    return")
    _written(tmp_path, model=text)
    new = (tmp_path / "model.py").read_text()
    assert "tf.summary.histogram('all', [error, absolute_difference_loss, penalty])" in new
    assert "return tf.add_n([error, absolute_difference_loss, penalty])" in new
    again = text.replace("    return", "    error = 2.0 * error\n    return")
    _written(tmp_path, model=again)
    assert (tmp_path / "model.py").read_text() == again


def test_a_second_run_makes_no_further_edit(tmp_path: Path) -> None:
    _written(tmp_path, model=TWO_LOSSES)
    assert _written(tmp_path)["model"].status == "unchanged"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("    return tf.losses.get_total_loss(scope='x')", "under one scope"),
        ("    return tf.losses.get_total_loss(), tf.get_collection(key)", "which collection line 9 reads"),
        ("    return tf.losses.get_total_loss(), tf.get_default_graph().get_collection('losses')", "of some graph"),
        ("    return tf.losses.get_total_loss(), tf.get_collection_ref('losses')", "of some graph"),
    ],
)
def test_a_total_that_cannot_be_named_leaves_its_losses_and_what_adds_to_it(
    tmp_path: Path, line: str, reason: str
) -> None:
    text = TWO_LOSSES.replace("    return tf.losses.get_total_loss()", line)
    outcome = _written(tmp_path, model=text)["model"]
    assert (tmp_path / "model.py").read_text() == text
    assert reason in str(_reasons(outcome)["TFL220"])
    assert "which line 9 reads" in str(_reasons(outcome)["TFL201"])


def test_a_loss_that_is_collected_nowhere_is_rewritten_beside_a_total(tmp_path: Path) -> None:
    text = (
        "import tensorflow as tf\n\n\ndef loss(y, p):\n    total = tf.losses.get_total_loss()\n"
        "    return tf.losses.mean_squared_error(y, p, loss_collection=None) + total\n"
    )
    _written(tmp_path, model=text)
    assert "tf.keras.losses.MeanSquaredError()(y, p) + total" in (tmp_path / "model.py").read_text()


@pytest.mark.parametrize(
    "imports", ["import model", "from nets import (\n    vgg,\n    model)", "model = importlib.import_module(name)"]
)
def test_a_total_in_a_file_that_may_import_the_loss_leaves_it_and_is_named(tmp_path: Path, imports: str) -> None:
    outcome = _written(tmp_path, model=ONE_LOSS, train=READER.format(imports=imports))["model"]
    assert outcome.status == "unchanged"
    line = 4 + imports.count("\n")
    assert f"train.py:{line} reads" in str(_reasons(outcome)["TFL201"])


def test_a_total_in_a_program_of_its_own_does_not_hold_up_other_files(tmp_path: Path) -> None:
    outcomes = _written(tmp_path, model=ONE_LOSS, other=READER.format(imports=""))
    assert outcomes["model"].status == "changed"


def test_a_comment_that_names_the_collection_reads_nothing(tmp_path: Path) -> None:
    comment = "import tensorflow as tf\nimport model\n# tf.losses.get_total_loss() is gone\n"
    assert _written(tmp_path, model=ONE_LOSS, notes=comment)["model"].status == "changed"


@pytest.mark.parametrize(
    ("collection", "reader"),
    [
        ("'mine'", "whoever asks for 'mine'"),
        ("tf.GraphKeys.REGULARIZATION_LOSSES", "train.py:4"),
        ("key", "whoever asks for it"),
    ],
)
def test_a_loss_in_another_collection_is_left_for_who_reads_that(tmp_path: Path, collection: str, reader: str) -> None:
    text = ONE_LOSS.replace("(y, p)\n\n", f"(y, p, loss_collection={collection})\n\n")
    train = READER.format(imports="import model").replace("get_total_loss", "get_regularization_losses")
    outcome = _written(tmp_path, model=text, train=train)
    assert f"{reader} reads" in str(_reasons(outcome["model"])["TFL201"])


def test_a_lint_names_the_line_that_reads(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(TWO_LOSSES)
    (outcome,) = run(Settings(paths=(str(tmp_path),), mode="check"))
    assert "which line 9 reads" in str(_reasons(outcome)["TFL201"])


@pytest.mark.parametrize(
    ("arguments", "new"),
    [
        ("label_smoothing=FLAGS.smoothing, weights=0.4", "label_smoothing=FLAGS.smoothing"),
        ("weights=1.0, label_smoothing=0", "from_logits=True)"),
        ("weights=FLAGS.weight", "tf.reshape(FLAGS.weight, [-1])"),
    ],
)
def test_a_flag_of_the_program_is_a_number_like_any_other(tmp_path: Path, arguments: str, new: str) -> None:
    text = (
        "import tensorflow as tf\nslim = tf.contrib.slim\nFLAGS = tf.app.flags.FLAGS\n\n\n"
        f"def loss(z, y):\n    return slim.losses.softmax_cross_entropy(z, y, {arguments})\n"
    )
    _written(tmp_path, model=text)
    assert new in (tmp_path / "model.py").read_text()


def test_slim_goes_with_its_last_loss(tmp_path: Path) -> None:
    text = (
        "import tensorflow as tf\nfrom tensorflow.contrib import slim\n\n\ndef loss(p, y):\n"
        "    return slim.losses.mean_squared_error(p, y)\n"
    )
    outcome = _written(tmp_path, model=text)["model"]
    assert (tmp_path / "model.py").read_text() == (
        "import tensorflow as tf\n\n\ndef loss(p, y):\n    return tf.keras.losses.MeanSquaredError()(y, p)\n"
    )
    assert _reasons(outcome) == {"TFL240": None, "TFL231": None}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from tensorflow.contrib import slim  # noqa\n", "# noqa\n"),
        ("from tensorflow.contrib import slim; import os\n", "pass; import os\n"),
        ("from tensorflow.contrib import slim, layers\n", "from tensorflow.contrib import layers\n"),
    ],
)
def test_an_import_that_goes_leaves_what_else_is_on_its_line(tmp_path: Path, old: str, new: str) -> None:
    rest = "import tensorflow as tf\n\nlayers.flatten(tf.placeholder(tf.float32))\n"
    _written(tmp_path, model=old + rest)
    assert (tmp_path / "model.py").read_text() == new + rest


def test_slim_stays_for_its_layers_and_says_so(tmp_path: Path) -> None:
    text = (
        "import tensorflow as tf\nfrom tensorflow.contrib import slim\n\n\ndef loss(x, y):\n"
        "    return slim.losses.mean_squared_error(slim.flatten(x), y)\n"
    )
    outcome = _written(tmp_path, model=text)["model"]
    assert "from tensorflow.contrib import slim" in (tmp_path / "model.py").read_text()
    assert _reasons(outcome)["TFL240"] == "line 6 uses slim.flatten, which is no loss and stays"
