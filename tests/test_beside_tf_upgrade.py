"""Beside TensorFlow's own upgrade script: what it upgrades rightly, this does too; some of the rest as well.

Right is what runs on today's TensorFlow and prints what the program printed as TF1: as `tf.compat.v1`, and in the real
TensorFlow 1.15 where that is at hand.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from textwrap import dedent

import pytest
from installed import needs
from test_renames import migrated

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

REAL = os.environ.get("TFLOSS_TF115_PYTHON")

#: Each keeps its session, for it has variables in a scope.
HEAD = "import os, tempfile\nimport numpy as np\nimport tensorflow as tf\n\ntf.set_random_seed(3)\n"
TAIL = """
v = tf.get_variable("v", [2], initializer=tf.constant_initializer(0.5))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for value in sess.run([v, *values]):
        print(np.round(np.asarray(value, dtype="float64"), 5).tolist())
"""
ARRAYS = "x = tf.constant([[1.0, -2.0, 0.5], [0.25, 4.0, -1.0]])\ny = tf.constant([[0.5, 1.0, 2.0], [3.0, 0.1, 1.0]])\n"

PROGRAMS = {
    "arguments by old names": """
        values = [tf.reduce_sum(x, reduction_indices=1, keep_dims=True), tf.argmax(x, dimension=1),
                  tf.nn.softmax(x, dim=0), tf.expand_dims(x, dim=0), tf.count_nonzero(x, reduction_indices=[0]),
                  tf.norm(x, axis=1, keep_dims=True), tf.squeeze(tf.expand_dims(x, 0), squeeze_dims=[0])]
    """,
    "arguments by old places": """
        values = [tf.argmax(x, 1, "best"), tf.transpose(x, [1, 0], "turned"),
                  tf.pad(x, [[1, 1], [0, 0]], "CONSTANT", "padded"),
                  tf.boolean_mask(x, [True, False], "kept"), tf.shape(x, "s"), *tf.nn.moments(x, [0], None, "m", True)]
    """,
    "draws": """
        values = [tf.random_normal([3], seed=1), tf.multinomial(x, 4, 7), tf.random_poisson(2.0, [3], seed=5),
                  tf.nn.dropout(x, 0.5, seed=2), tf.nn.dropout(x, keep_prob=0.8, seed=2),
                  tf.truncated_normal([2], stddev=0.1), tf.random_uniform([2]), tf.random_shuffle([1, 2, 3, 4])]
    """,
    "mathematics": """
        values = [tf.log(y), tf.rsqrt(y), tf.lgamma(y), tf.mod(x, y), tf.squared_difference(x, y), tf.ceil(x),
                  tf.div(7, 2), tf.div(x, y), tf.floor_div(x, y), tf.to_float(3), tf.is_nan(x), tf.global_norm([x, y]),
                  tf.matrix_band_part(x, 0, 1), tf.cumprod(y), tf.lin_space(0.0, 1.0, 3), tf.reciprocal(y)]
    """,
    "rows selected by a vector": """
        values = [tf.where(tf.constant([True, False]), x, y), tf.where(x > 0, x, y), tf.where(x > 0)]
    """,
    "control flow": """
        values = [tf.cond(tf.reduce_sum(x) > 0, lambda: x, lambda: y),
                  *tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s + 2.0), (0, 1.0))]
    """,
    "layers by hand": """
        image = tf.reshape(tf.range(32.0), [1, 4, 4, 2])
        kernel = tf.ones([2, 2, 2, 1])
        values = [tf.nn.conv2d(image, filter=kernel, strides=[1, 1, 1, 1], padding="SAME"),
                  tf.nn.max_pool(value=image, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME"),
                  tf.nn.avg_pool(image, [1, 2, 2, 1], [1, 2, 2, 1], "VALID"), tf.nn.embedding_lookup(x, [1, 0]),
                  tf.image.resize_images(image, [2, 3]), tf.image.resize_bilinear(image, [3, 3], True)]
    """,
    "losses of the library": """
        values = [tf.losses.mean_squared_error(x, y), tf.losses.huber_loss(x, y, weights=[[1.0], [0.0]]),
                  tf.losses.absolute_difference(x, y), tf.losses.get_total_loss(),
                  tf.nn.weighted_cross_entropy_with_logits(targets=y, logits=x, pos_weight=2.0)]
    """,
    "training": """
        p = tf.placeholder(tf.float32, [None, 3])
        w = tf.Variable(tf.random_normal([3, 1], stddev=0.1, seed=1), name="w")
        b = tf.get_variable("b", [1], initializer=tf.zeros_initializer())
        loss = tf.reduce_mean(tf.square(tf.matmul(p, w) + b - 1.0))
        step = tf.train.AdamOptimizer(0.1).minimize(loss, global_step=tf.train.get_or_create_global_step())
        values = []
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            for _ in range(5):
                print(np.round(session.run([loss, w, step], {p: np.eye(3)})[0], 5))
            print(session.run(tf.train.get_global_step()), len(tf.trainable_variables()))
            print(len(tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)))
    """,
    "files and flags": """
        folder = tempfile.mkdtemp()
        path = os.path.join(folder, "a.txt")
        tf.gfile.MakeDirs(dirname=os.path.join(folder, "b"))
        with tf.gfile.GFile(path, "w") as file:
            file.write("x")
        tf.gfile.Copy(path, path + "2")
        tf.gfile.Rename(oldname=path, newname=path + "3")
        print(tf.gfile.Exists(path), sorted(tf.gfile.ListDirectory(folder)), len(tf.gfile.Glob(folder + "/a*")))
        tf.gfile.Remove(path + "2")
        print(tf.gfile.IsDirectory(folder), tf.gfile.Exists(path + "2"))
        tf.gfile.DeleteRecursively(folder)
        print(tf.gfile.Exists(folder))
        flags = tf.app.flags
        tf.logging.set_verbosity(tf.logging.ERROR)
        values = [x]
    """,
    "summaries": """
        tf.summary.scalar("x", tf.reduce_sum(x))
        writer = tf.summary.FileWriter(tempfile.mkdtemp())
        merged = tf.summary.merge_all()
        values = [tf.size(merged)]
    """,
}

#: What the script does not do: it leaves the names of 0.x, and opens no list of one.
ONLY_HERE = {
    "names of 0.x": """
        values = [tf.mul(x, y), tf.sub(x, y), tf.neg(x), tf.pack([x, y]), tf.select(x > 0, x, y),
                  tf.concat(1, [x, y]), tf.split(0, 2, x)[1], tf.inv(y), tf.batch_matmul([x], [y], adj_y=True)]
    """,
    "a loop over one variable": """
        values = [tf.while_loop(lambda i: i < 3, lambda i: i + 1, [0])]
    """,
}

RUN_ALL = """
import contextlib, io, json, sys
programs, switch = json.load(sys.stdin)
import tensorflow as tf
if switch:
    tf.compat.v1.disable_v2_behavior()
printed = {}
for name, text in programs.items():
    out = io.StringIO()
    tf.compat.v1.reset_default_graph()
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(text, name, "exec"), {"__name__": "__main__"})
        printed[name] = out.getvalue()
    except Exception as error:
        printed[name] = "%s: %s" % (type(error).__name__, error)
print(json.dumps(printed))
"""

UPGRADE = """
import io, json, sys
from tensorflow.tools.compatibility import ast_edits, tf_upgrade_v2
upgraded = {}
for name, text in json.load(sys.stdin)[0].items():
    out = io.StringIO()
    upgrader = ast_edits.ASTCodeUpgrader(tf_upgrade_v2.TFAPIChangeSpec())
    upgrader.process_opened_file(name, io.StringIO(text), name, out)
    upgraded[name] = out.getvalue()
print(json.dumps(upgraded))
"""


def run(script: str, programs: dict[str, str], *, switch: bool = True, python: str = sys.executable) -> dict[str, str]:
    surroundings = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    ran = subprocess.run(
        [python, "-c", script],
        input=json.dumps([programs, switch]),
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
        env=surroundings,
    )
    return json.loads(ran.stdout.splitlines()[-1])


def whole(body: str) -> str:
    return f"{HEAD}{ARRAYS}{dedent(body)}{TAIL}"


@pytest.fixture(scope="module")
def programs() -> dict[str, str]:
    return {name: whole(body) for name, body in {**PROGRAMS, **ONLY_HERE}.items()}


@pytest.fixture(scope="module")
def ours(programs: dict[str, str]) -> dict[str, str]:
    new = {name: migrated(text).new_text or text for name, text in programs.items()}
    assert [name for name, text in new.items() if "disable_v2_behavior()" not in text] == []
    return run(RUN_ALL, new, switch=False)


@pytest.fixture(scope="module")
def right(programs: dict[str, str]) -> dict[str, str]:
    """What the programs print as TF1; the names of 0.x are those of 1.x there."""
    old = {name: text for name, text in programs.items() if name != "names of 0.x"}
    old["names of 0.x"] = (
        programs["names of 0.x"]
        .replace("tf.mul", "tf.multiply").replace("tf.sub(", "tf.subtract(").replace("tf.neg", "tf.negative")
        .replace("tf.pack", "tf.stack").replace("tf.select", "tf.where").replace("tf.inv", "tf.reciprocal")
        .replace("tf.concat(1, [x, y])", "tf.concat([x, y], 1)").replace("tf.split(0, 2, x)", "tf.split(x, 2, 0)")
        .replace("tf.batch_matmul([x], [y], adj_y", "tf.matmul([x], [y], adjoint_b")
    )  # fmt: skip
    old = {
        name: text.replace("import tensorflow as tf", "import tensorflow.compat.v1 as tf") for name, text in old.items()
    }
    return run(RUN_ALL, old)


def numbers(printed: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", printed)]


def test_every_program_runs_on_tf2_and_prints_what_it_printed_as_tf1(
    ours: dict[str, str], right: dict[str, str]
) -> None:
    assert [name for name, printed in right.items() if "Error" in printed] == []
    assert ours == right


def test_what_the_upgrade_script_does_rightly_is_done_here_and_more(
    programs: dict[str, str], ours: dict[str, str], right: dict[str, str]
) -> None:
    theirs = run(RUN_ALL, run(UPGRADE, programs))
    rightly = {name for name in programs if theirs[name] == right[name]}
    assert rightly >= {"arguments by old names", "mathematics", "training"}
    assert rightly <= {name for name in programs if ours[name] == right[name]}
    assert not rightly & set(ONLY_HERE)


@pytest.mark.skipif(REAL is None, reason="TFLOSS_TF115_PYTHON names no real TensorFlow 1.15")
def test_the_real_tensorflow_1_15_prints_the_same(programs: dict[str, str], ours: dict[str, str]) -> None:
    assert REAL is not None
    old = {name: text for name, text in programs.items() if name not in ("names of 0.x", "draws")}
    real = run(RUN_ALL, old, python=REAL)
    for name, printed in real.items():
        assert numbers(ours[name]) == pytest.approx(numbers(printed), abs=2e-4, rel=1e-4), name
