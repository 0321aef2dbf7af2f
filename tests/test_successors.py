"""What the table says of TF1's names is true of the installed TensorFlow, and TensorFlow's own tables agree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from installed import needs

from tfloss_migrate.rules import published
from tfloss_migrate.rules import tfl101_renamed_symbol as names
from tfloss_migrate.rules import tfl102_renamed_argument as arguments
from tfloss_migrate.rules.examples import symbol
from tfloss_migrate.rules.successors import Successor, every, longest, successor

ROOT = Path(__file__).parent.parent

#: Asks TensorFlow about every entry at once, for importing it takes longer than all answers.
ASK = """
import inspect, json, sys
sys.path.insert(0, "docs")
import successors_table as made
import tensorflow as tf
from tensorflow.tools.compatibility import all_renames_v2, tf_upgrade_v2

def there(path):
    return made.found(tf, path) is not made._NOTHING

entries = json.load(sys.stdin)
renamed = {k[3:]: v[3:] for k, v in all_renames_v2.symbol_renames.items() if k.startswith("tf.")}
print(json.dumps({
    "table": made.table(),
    "missing": [new for _, new, kept in entries for new in (new, kept) if new and not there(new)],
    "parameters": {old: made.parameters(made.found(tf, new)) for old, new, _ in entries if there(new)},
    "keywords": {k[3:]: v for k, v in tf_upgrade_v2.TFAPIChangeSpec().function_keyword_renames.items()},
    "renamed": renamed,
    "lacking": [old for old in renamed if not there(old)],
}))
"""


@pytest.fixture(scope="module")
def told() -> dict:
    for package in ("tensorflow", "tf_keras"):
        needs(package, reason="what is true of TensorFlow is told by TensorFlow")
    found = _asked([one for one in every() if not one.is_of_legacy_keras])
    legacy = _asked([one for one in every() if one.is_of_legacy_keras], TF_USE_LEGACY_KERAS="1")
    found["missing"] += legacy["missing"]
    found["parameters"].update(legacy["parameters"])
    return found


def _asked(entries: list[Successor], **more: str) -> dict:
    asked = json.dumps([[one.old, one.new, one.kept] for one in entries])
    run = [sys.executable, "-c", ASK]
    environment = {**os.environ, **more}
    ran = subprocess.run(
        run, cwd=ROOT, input=asked, env=environment, capture_output=True, text=True, timeout=300, check=True
    )
    return json.loads(ran.stdout.splitlines()[-1])


def test_the_generated_table_is_what_its_script_writes(told: dict) -> None:
    assert Path(published.__file__).read_text(encoding="utf-8") == told["table"]


def test_every_name_that_the_table_gives_is_in_tensorflow(told: dict) -> None:
    assert told["missing"] == []


def test_every_argument_that_the_table_gives_is_one_of_the_new_function(told: dict) -> None:
    unknown = [
        (one.old, new)
        for one in every()
        for _, new in one.parameters
        if one.kind == "twin" and new and (known := told["parameters"].get(one.old)) and new not in known
    ]
    assert unknown == []


def test_tensorflow_renames_no_argument_of_a_twin_otherwise(told: dict) -> None:
    other = [
        (one.old, old, new)
        for one in every()
        for old, new in told["keywords"].get(one.old, {}).items()
        if one.kind == "twin" and new and (old, new) not in one.parameters and old in dict(one.parameters)
    ]
    assert other == [("constant", "verify_shape", "verify_shape_is_now_always_true")]


def test_of_what_tensorflow_renames_nothing_outside_the_families_left_out_is_missing(told: dict) -> None:
    left_out = (
        "compat. contrib. contrib_ data. distribute. estimator. experimental. feature_column. keras. layers lite. "
        "nn.rnn_cell profiler. ragged. raw_ops. resource_loader. saved_model. sysconfig. test. tpu. "
        "train.experimental. train.sdca train.confusion_matrix mixed_precision."
    ).split()
    missing = [old for old in told["lacking"] if longest(old) is None]
    assert [old for old in missing if not old.startswith(tuple(left_out))] == []


def test_what_computes_something_else_in_tf2_is_not_renamed_natively() -> None:
    others = (
        "losses.mean_squared_error losses.huber_loss metrics.accuracy train.AdamOptimizer zeros_initializer "
        "random_normal_initializer image.resize summary.scalar nn.ctc_loss div Variable where"
    ).split()
    found = {name: successor(name) for name in others}
    assert {name: one.kept for name, one in found.items() if one} == {name: f"compat.v1.{name}" for name in others}
    assert [n for n, one in found.items() if one and one.kind == "identical"] == []


def test_the_names_of_0x_are_in_the_table() -> None:
    old = "sub mul neg inv pack unpack select batch_matmul complex_abs scalar_summary merge_all_summaries".split()
    assert [name for name in old if successor(name) is None] == []
    assert [name for name in ("train.SummaryWriter", "initialize_all_variables") if successor(name) is None] == []


def test_the_beginning_of_a_name_is_known_but_not_of_a_function() -> None:
    keys, flags = longest("GraphKeys.LOSSES"), longest("app.flags.FLAGS.rate")
    assert keys == Successor("GraphKeys", "compat.v1.GraphKeys", "v1", kept="compat.v1.GraphKeys")
    assert flags is not None
    assert flags.new == "compat.v1.app"
    assert longest("argmax.__doc__") is None


def test_every_example_is_of_a_name_that_the_table_renames_to_that() -> None:
    for form in names.RULE.forms:
        one = successor(symbol(form))
        assert one is not None, form
        assert f"tf.{one.new}(" in (form.target or "")
    assert [symbol(form) for form in arguments.RULE.forms if successor(symbol(form)) is None] == []
