"""Names and arguments of TF1: what is written for them, where, and what is left alone."""

from __future__ import annotations

from textwrap import dedent

import pytest
from rule_cases import findings_in

from tfloss_migrate.migrate import Job, Migrated, Migration
from tfloss_migrate.parse import Parsed, parse
from tfloss_migrate.settings import Settings

TF1 = "import tensorflow as tf\nsess = tf.Session()\n"


def migrated(text: str, *, unsafe: bool = True, **settings: object) -> Migrated:
    """What becomes of a text without a verdict of any example: they are trusted here, and run elsewhere."""
    parsed = parse("program.py", dedent(text))
    assert isinstance(parsed, Parsed)
    chosen = Settings(mode="write", unsafe=unsafe, no_verify=True, no_cache=True, **settings)  # type: ignore[arg-type]
    migration = Migration(chosen, lambda *_: "program.py" if "get_total_loss" in text else None)
    try:
        (done,) = migration.run([Job(parsed)])
    finally:
        migration.answers.close()
    return done


def written(text: str) -> str:
    """The new text of a program, in which there is nothing more to write."""
    new = migrated(text).new_text
    assert new is not None
    assert migrated(new).new_text is None
    return new


def line(code: str, before: str = TF1) -> str:
    """What becomes of a line in a program of TF1 that keeps its session."""
    text = f"{before}{code}\nsess.run(tf.train.GradientDescentOptimizer(0.1).minimize(loss))\n"
    return written(text).replace("tf.compat.v1.disable_v2_behavior()\n", "").splitlines()[before.count("\n")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x = tf.placeholder(tf.float32)", "x = tf.compat.v1.placeholder(tf.float32)"),
        ("x = tf.random_normal([2])", "x = tf.random.normal([2])"),
        ("k = tf.argmax(x, 1, 'best')", "k = tf.argmax(x, 1, name='best')"),
        ("k = tf.argmax((x), ( 1 ), ('best'))", "k = tf.argmax((x), ( 1 ), name=('best'))"),
        ("n = tf.count_nonzero(x, reduction_indices=1)", "n = tf.math.count_nonzero(x, axis=1)"),
        ("h = tf.nn.dropout(x, 0.5)", "h = tf.nn.dropout(x, rate=1 - 0.5)"),
        ("h = tf.nn.dropout(x, keep_prob=a + b)", "h = tf.nn.dropout(x, rate=1 - (a + b))"),
        ("h = tf.nn.dropout(x, keep_prob=None, rate=r)", "h = tf.compat.v1.nn.dropout(x, keep_prob=None, rate=r)"),
        ("m = tf.multinomial(p, 3, 7)", "m = tf.random.categorical(p, 3, seed=7)"),
        ("r = tf.random_poisson(2.0, [3])", "r = tf.random.poisson(lam=2.0, shape=[3])"),
        ("z = tf.concat(1, [a, b])", "z = tf.concat(axis=1, values=[a, b])"),
        ("z = tf.split(-1, 3, a)", "z = tf.split(axis=-1, num_or_size_splits=3, value=a)"),
        ("z = tf.batch_matmul(a, b, True)", "z = tf.matmul(a, b, adjoint_a=True)"),
        ("q = tf.div(n, 2)", "q = tf.compat.v1.div(n, 2)"),
        ("q = tf.div(tf.exp(n), m)", "q = tf.divide(tf.exp(n), m)"),
        ("q = tf.div(tf.matmul(n, tf.ones([2, 3])), m)", "q = tf.divide(tf.matmul(n, tf.ones([2, 3])), m)"),
        ("q = tf.div(tf.gather(tf.exp(n), i)[:, 0], m)", "q = tf.divide(tf.gather(tf.exp(n), i)[:, 0], m)"),
        ("p = tf.truediv(1, n); q = tf.div(p, m)", "p = tf.truediv(1, n); q = tf.divide(p, m)"),
        ("q = tf.div(tf.constant([1, 2.0]), m)", "q = tf.divide(tf.constant([1, 2.0]), m)"),
        ("q = tf.div(tf.constant([1, 2]), m)", "q = tf.compat.v1.div(tf.constant([1, 2]), m)"),
        ("q = tf.div(tf.div(n, m), m)", "q = tf.compat.v1.div(tf.compat.v1.div(n, m), m)"),
        ("p, q = tf.exp(n), i; q = tf.div(q, m)", "p, q = tf.exp(n), i; q = tf.compat.v1.div(q, m)"),
        ("p = [tf.exp(n), 1]; q = tf.div(p[1], m)", "p = [tf.exp(n), 1]; q = tf.compat.v1.div(p[1], m)"),
        ("o = tf.where(rows, a, b)", "o = tf.compat.v1.where(rows, a, b)"),
        ("o = tf.select(rows, a, b)", "o = tf.compat.v1.where(rows, a, b)"),
        ("c = tf.cond(p, f, g)", "c = tf.compat.v1.cond(p, f, g)"),
        ("c = tf.cond(p, lambda: [a], lambda: [b])", "c = tf.compat.v1.cond(p, lambda: [a], lambda: [b])"),
        ("w = tf.while_loop(test, body, [i])", "w = tf.compat.v1.while_loop(test, body, [i])"),
        ("s = tf.name_scope(scope, 'loss', [a])", "s = tf.compat.v1.name_scope(scope, 'loss', [a])"),
        ("v = tf.Variable(1.0)", "v = tf.compat.v1.Variable(1.0)"),
        ("i = tf.zeros_initializer()", "i = tf.compat.v1.zeros_initializer()"),
        ("i = dict(init=tf.zeros_initializer)", "i = dict(init=tf.compat.v1.zeros_initializer)"),
        ("f = tf.count_nonzero", "f = tf.compat.v1.count_nonzero"),
        ("n = tf.count_nonzero(x, **options)", "n = tf.compat.v1.count_nonzero(x, **options)"),
        ("c = tf.nn.conv2d(x, w, s, 'SAME', True)", "c = tf.compat.v1.nn.conv2d(x, w, s, 'SAME', True)"),
        ("g = tf.gradients(y, x, colocate_gradients_with_ops=True)",
         "g = tf.compat.v1.gradients(y, x, colocate_gradients_with_ops=True)"),
        ("r = tf.reduce_sum(x, **options)", "r = tf.compat.v1.reduce_sum(x, **options)"),
        ("k = tf.GraphKeys.LOSSES", "k = tf.compat.v1.GraphKeys.LOSSES"),
        ("e = tf.gfile.Exists(filename='x')", "e = tf.io.gfile.exists(path='x')"),
        ("f = tf.gfile.FastGFile('x', 'rb')", "f = tf.compat.v1.gfile.FastGFile('x', 'rb')"),
        ("tf.scalar_summary('loss', loss)", "tf.compat.v1.summary.scalar('loss', loss)"),
        ("tf.image_summary('x', x, max_images=2)", "tf.compat.v1.summary.image('x', x, max_outputs=2)"),
        ("w = tf.train.SummaryWriter('logs', sess.graph)", "w = tf.compat.v1.summary.FileWriter('logs', sess.graph)"),
        ("i = tf.contrib.layers.xavier_initializer()", "i = tf.compat.v1.glorot_uniform_initializer()"),
        ("i = tf.contrib.layers.xavier_initializer(seed=1)", "i = tf.compat.v1.glorot_uniform_initializer(seed=1)"),
        ("tf.set_random_seed(1)", "tf.random.set_seed(1)"),
        ("g = tf.contrib.framework.get_global_step()", "g = tf.compat.v1.train.get_global_step()"),
        ("d = tf.contrib.distributions.Normal(m, s)", "d = tf.compat.v1.distributions.Normal(m, s)"),
        ("s = tf.saved_model.utils.build_tensor_info(x)", "s = tf.compat.v1.saved_model.utils.build_tensor_info(x)"),
        ("m = tf.nn.max_pool(value=x, ksize=k, strides=s, padding='SAME')",
         "m = tf.nn.max_pool(input=x, ksize=k, strides=s, padding='SAME')"),
        ("r = tf.sparse.reduce_sum(x, keep_dims=True)", "r = tf.compat.v1.sparse.reduce_sum(x, keep_dims=True)"),
    ],
)  # fmt: skip
def test_a_name_of_tf1_is_written_natively_only_where_that_is_the_same(old: str, new: str) -> None:
    assert line(old) == new


@pytest.mark.parametrize(
    "same",
    [
        "k = tf.argmax(x, 1)",
        "o = tf.where(a > 0, a, tf.zeros_like(a))",
        "c = tf.cond(p, lambda: a, lambda: b)",
        "w = tf.while_loop(test, body, [i, total])",
        "s = tf.name_scope('loss')",
        "s = tf.name_scope('gpu_%d' % i)",
        "d = tf.device('/gpu:{}'.format(i))",
        "t = isinstance(w, tf.Variable)",
        "c = tf.nn.conv2d(x, w, [1, 1, 1, 1], 'SAME')",
        "e = tf.nn.embedding_lookup(table, ids)",
        "z = tf.concat([a, b], 1)",
    ],
)
def test_what_means_the_same_in_tf2_is_left_alone(same: str) -> None:
    assert line(same) == same


def test_a_module_by_another_name_is_renamed_where_it_gets_that() -> None:
    text = TF1 + "flags = tf.app.flags\nFLAGS = flags.FLAGS\nflags.DEFINE_float('rate', 0.1, '')\n"
    new = written(text)
    assert "flags = tf.compat.v1.app.flags\nFLAGS = flags.FLAGS\nflags.DEFINE_float(" in new


def test_a_module_that_tf2_has_too_is_left_at_its_import_and_gone_round_where_it_lacks_a_name() -> None:
    text = "from tensorflow import train\nopt = train.AdamOptimizer(0.1)\npath = train.latest_checkpoint('.')\n"
    assert written(text) == (
        "import tensorflow as tf\nfrom tensorflow import train\n"
        "opt = tf.compat.v1.train.AdamOptimizer(0.1)\npath = train.latest_checkpoint('.')\n"
    )


def test_names_are_imported_from_where_they_live_now() -> None:
    text = "from tensorflow import placeholder, log, reduce_sum, sub as minus\nx = log(placeholder('float'))\n"
    assert written(text).startswith(
        "from tensorflow import reduce_sum\nfrom tensorflow.compat.v1 import placeholder\n"
        "from tensorflow.math import log\nfrom tensorflow import subtract as minus\n"
    )


def test_a_file_that_tells_tf1_from_tf2_means_tf2_by_the_names_that_both_have() -> None:
    text = "import tensorflow as tf\nw = tf.compat.v1.get_variable('w', [2])\nz = tf.where(rows, a, b)\n"
    assert migrated(text).new_text is None


def test_a_file_of_tf2_keeps_the_names_that_both_have() -> None:
    text = "import tensorflow as tf\n\n\n@tf.function\ndef f(x):\n    tf.summary.scalar('x', x, step=1)\n"
    assert (
        migrated(text + "    return tf.Variable(x), tf.zeros_initializer(), tf.argmax(x, 1, tf.int32)\n").new_text
        is None
    )
    assert (
        migrated("import tensorflow as tf\nckpt = tf.train.Checkpoint()\ntf.summary.scalar('x', 1)\n").new_text is None
    )


def test_what_is_imported_from_compat_v1_is_there_already() -> None:
    text = "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nx = tf.div(tf.placeholder(tf.float32), n)\n"
    assert [f for f in findings_in(text) if f.rule in ("TFL104", "TFL102")] == []


def test_what_is_gone_for_good_is_told_once_for_each_symbol() -> None:
    text = TF1 + "from tensorflow.contrib import slim\na = slim.separable_conv2d(x)\nb = slim.separable_conv2d(a)\n"
    text += "i = tf.contrib.layers.xavier_initializer(uniform=False)\n"
    found = [(f.old, f.rewrites) for f in findings_in(text) if f.rule == "TFL106"]
    assert found == [("slim.separable_conv2d", ()), ("tf.contrib.layers.xavier_initializer", ())]


EVALUATES = """\
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 2])
loss = tf.reduce_mean(tf.square(x))
with tf.Session() as sess:
    print(sess.run(loss, {x: [[1.0, 2.0]]}))
"""
TRAINS = EVALUATES.replace("with", "step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)\nwith").replace(
    "sess.run(loss,", "sess.run([loss, step],"
)


def test_a_program_that_is_converted_has_nothing_of_compat_v1_and_its_names_are_inside_that() -> None:
    done = migrated(EVALUATES)
    assert done.new_text is not None
    assert "compat.v1" not in done.new_text
    inside = [one.reason for one in done.findings if one.finding.rule == "TFL104"]
    assert inside == ["within TFL501", "within TFL501"]
    assert [one.new for one in done.findings if one.finding.rule == "TFL501"] == [""]
    assert "TFL505" not in {one.finding.rule for one in done.findings}


def test_a_program_that_keeps_its_session_says_once_that_it_builds_a_graph() -> None:
    new = written(TRAINS)
    assert new.startswith("import tensorflow as tf\ntf.compat.v1.disable_v2_behavior()\n")
    assert new.count("disable_v2_behavior") == 1


@pytest.mark.parametrize(
    "tests",
    [
        "def test_loss():\n    with tf.Session() as sess:\n        assert sess.run(f(1.0)) == 1\n",
        "class LossTest(tf.test.TestCase):\n    def test_loss(self):\n        self.x = tf.Session().run(f(1.0))\n",
    ],
)
def test_a_file_of_tests_begins_a_process_too(tests: str) -> None:
    assert "tf.compat.v1.disable_v2_behavior()\n" in written(f"import tensorflow as tf\nfrom m import f\n\n\n{tests}")


def test_a_session_on_a_graph_of_its_own_wants_the_variables_of_tf1_too() -> None:
    text = "import tensorflow as tf\ngraph = tf.Graph()\nwith graph.as_default():\n    x = tf.placeholder(tf.float32)\n"
    assert "disable_v2" not in written(text)
    assert "tf.compat.v1.disable_v2_behavior()\n" in written(
        f"{text}tf.train.Saver()\ntf.Session(graph=graph).run(y)\n"
    )


_KERAS = 'os.environ["TF_USE_LEGACY_KERAS"] = "1"  # for the layers and cells of tf.compat.v1, which are in tf_keras\n'
_SWITCH = "tf.compat.v1.disable_v2_behavior()\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tf.layers.dense(x, 3, tf.nn.relu, name='h')", "tf.compat.v1.layers.dense(x, 3, tf.nn.relu, name='h')"),
        ("tf.nn.rnn_cell.LSTMStateTuple(c, h)", "tf.compat.v1.nn.rnn_cell.LSTMStateTuple(c, h)"),
        ("[tf.contrib.rnn.GRUCell]", "[tf.compat.v1.nn.rnn_cell.GRUCell]"),
        ("tf.contrib.layers.flatten(x)", "tf.compat.v1.layers.flatten(x)"),
        ("tf.contrib.layers.fully_connected(x, 3)", 'tf.compat.v1.layers.dense(x, 3, activation="relu")'),
        ("tf.contrib.layers.fully_connected(x, (3), None)", "tf.compat.v1.layers.dense(x, (3), activation=None)"),
        ("tf.contrib.layers.fully_connected(x, (\n    3  # many\n), )",
         'tf.compat.v1.layers.dense(x, (\n    3  # many\n), activation="relu", )'),
        ("tf.contrib.layers.dropout(x, k, is_training=t)", "tf.compat.v1.layers.dropout(x, rate=1 - k, training=t)"),
        ("tf.contrib.slim.max_pool2d(x, 3)", "tf.compat.v1.layers.max_pooling2d(x, 3, strides=2)"),
        ("tf.contrib.slim.conv2d(x, 8, 3, 2, scope='c')",
         'tf.compat.v1.layers.conv2d(x, 8, 3, 2, name=\'c\', padding="same", activation="relu")'),
    ],
)  # fmt: skip
def test_layers_and_cells_are_those_of_the_legacy_keras(old: str, new: str) -> None:
    assert written(f"{TF1}y = {old}\n").startswith(
        f"import os\n{_KERAS}import tensorflow as tf\n{_SWITCH}sess = tf.compat.v1.Session()\ny = {new}\n"
    )


@pytest.mark.parametrize(
    "left",
    [
        "tf.contrib.layers.fully_connected(x, 3, normalizer_fn=f)",
        "tf.contrib.layers.fully_connected(x, 3, biases_initializer=None)",
        "tf.contrib.layers.fully_connected(x, 3, **options)",
        "tf.contrib.layers.fully_connected(x, 3)\nwith tf.contrib.framework.arg_scope([f], activation_fn=None):\n    z",
        "tf.contrib.layers.fully_connected(x, 3)\nwith tf.variable_scope('s', initializer=i):\n    z",
        "tf.contrib.layers.max_pool2d(x, 3, data_format='NCHW')",
        "tf.contrib.layers.batch_norm(x)",
        "tf.nn.rnn_cell.EmbeddingWrapper(cell, 9)",
    ],
)
def test_a_layer_that_says_what_tf2_cannot_is_left_and_told(left: str) -> None:
    text = f"{TF1}y = {left}\n"
    assert left.partition("\n")[0] in (migrated(text).new_text or "")
    assert left.partition("(")[0] in [found.old for found in findings_in(text) if found.rule == "TFL106"]


def test_a_layer_that_was_imported_by_its_name_is_written_out() -> None:
    text = f"from tensorflow.contrib.layers import fully_connected as fc\n{TF1}y = fc(x, 3, activation_fn=None)\n"
    new = written(text)
    assert "contrib" not in new
    assert "y = tf.compat.v1.layers.dense(x, 3, activation=None)\n" in new
    cell = written("from tensorflow.contrib.rnn import GRUCell\ncell = GRUCell(3)\n")
    assert "from tensorflow.compat.v1.nn.rnn_cell import GRUCell\ncell = GRUCell(3)\n" in cell


@pytest.mark.parametrize(
    ("head", "new"),
    [
        ("import os\nimport tensorflow as tf\n", f"import os\n{_KERAS}import tensorflow as tf\n"),
        ("import tensorflow as tf\nimport os\n", f"import tensorflow as tf\nimport os\n{_KERAS}"),
        ("import tensorflow as tf\nfrom os import path\n",
         f"import os\n{_KERAS}import tensorflow as tf\nfrom os import path\n"),
        ("import os\nos.environ['TF_USE_LEGACY_KERAS'] = 'True'\nimport tensorflow as tf\n",
         "import os\nos.environ['TF_USE_LEGACY_KERAS'] = 'True'\nimport tensorflow as tf\n"),
    ],
)  # fmt: skip
def test_a_file_with_layers_of_tf1_asks_for_their_keras_once(head: str, new: str) -> None:
    assert written(f"{head}y = tf.layers.dense(x, 1)\n") == f"{new}y = tf.compat.v1.layers.dense(x, 1)\n"


def test_a_file_that_goes_by_compat_v1_asks_for_the_keras_of_its_layers_and_for_nothing_else() -> None:
    text = "import tensorflow.compat.v1 as tf\nsess = tf.Session()\ny = tf.layers.dense(x, 1)\n"
    assert written(text) == f"import os\n{_KERAS}{text}"
    assert migrated("import tensorflow as tf\nsess = tf.compat.v1.Session()\n").new_text is None


@pytest.mark.parametrize(
    ("more", "begins"),
    [("train()\n", True), ("def run():\n    train()\n\nx = run()\n", True), ("Net()\n", True), ("save()\n", False)],
)
def test_a_process_begins_where_what_needs_a_graph_is_called(more: str, begins: bool) -> None:
    text = "import tensorflow as tf\n\ndef train():\n    return tf.Session()\n\ndef save():\n    pass\n\n"
    text += f"class Net:\n    def __init__(self):\n        self.x = tf.placeholder(tf.float32)\n\n{more}"
    assert (_SWITCH in written(text)) is begins


def test_labels_of_another_rank_than_the_logits_stay_with_the_operation_of_tensorflow() -> None:
    old = "loss = tf.nn.softmax_cross_entropy_with_logits_v2(labels=tf.stop_gradient({}), logits=z)"
    before = f"{TF1}y, z = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.float32, [None, 3])\n"
    kept = "loss = tf.nn.softmax_cross_entropy_with_logits(labels=tf.stop_gradient([y]), logits=z)"
    before = before.replace("y, z = ", "y = ").replace(", tf.placeholder", "\nz = tf.placeholder")
    assert line(old.format("[y]"), before) == kept
    assert "keras.losses.categorical_crossentropy(" in line(old.format("y"), before)


@pytest.mark.parametrize(
    "library",
    [
        "import tensorflow as tf\n\n\ndef inputs():\n    return tf.placeholder(tf.float32)\n",
        "import tensorflow as tf\n\n\nclass Net:\n    def __init__(self):\n        self.sess = tf.Session()\n",
        "import tensorflow as tf\nwith tf.Graph().as_default():\n    x = tf.placeholder(tf.float32)\n",
        "import tensorflow as tf\ntf.enable_eager_execution()\nx = tf.placeholder(tf.float32)\n",
    ],
)
def test_a_file_that_does_not_begin_the_process_leaves_that_to_who_does(library: str) -> None:
    assert "disable_v2" not in written(library)


@pytest.mark.parametrize(
    ("head", "new"),
    [
        ("import tensorflow as tf  # TF", "import tensorflow as tf  # TF\ntf.compat.v1.disable_v2_behavior()\n"),
        ("import tensorflow as tf; import os",
         "import tensorflow as tf; tf.compat.v1.disable_v2_behavior(); import os\n"),
        ("try:\n    import tensorflow as tf\nexcept ImportError:\n    raise",
         "try:\n    import tensorflow as tf\nexcept ImportError:\n    raise\ntf.compat.v1.disable_v2_behavior()\n"),
    ],
)  # fmt: skip
def test_the_line_goes_below_the_import_however_that_is_laid_out(head: str, new: str) -> None:
    text = f"{head}\n\n\ndef main():\n    return tf.Session()\n\n\nif __name__ == '__main__':\n    main()\n"
    assert written(text).startswith(new)


@pytest.mark.parametrize(("layer", "told"), [("fully_connected(x, 3)", True), ("flatten(x)", False)])
def test_a_layer_whose_variables_get_other_names_says_so(layer: str, told: bool) -> None:
    text = TRAINS.replace("loss =", f"h = tf.contrib.layers.{layer}\nloss =")
    sentences = [
        one.verdict.sentence for one in migrated(text).findings if one.verdict and "contrib" in one.finding.old
    ]
    assert [("checkpoints written before do not restore" in sentence) for sentence in sentences] == [told]


def test_lines_that_end_in_a_carriage_return_alone_are_lines() -> None:
    text = "import tensorflow as tf  # TF\rk = tf.argmax(x,  # where\r    1, 'k')\rprint(tf.Session().run(k))\r"
    assert (migrated(text + TRAINS.replace("\n", "\r")).new_text or "").startswith(
        "import tensorflow as tf  # TF\rtf.compat.v1.disable_v2_behavior()\n"  # the newline that it was told
        "k = tf.argmax(x,  # where\r    1, name='k')\rprint(tf.compat.v1.Session().run(k))\r"
    )


def test_without_the_names_of_compat_v1_the_program_does_not_say_that_it_builds_a_graph() -> None:
    assert "disable_v2" not in (migrated(TRAINS, ignore=("TFL104",)).new_text or "")


def test_a_loss_of_keras_is_not_written_for_what_has_no_rank_in_a_graph() -> None:
    text = TRAINS.replace("tf.square(x)", "tf.square(x - y)").replace(
        "loss =", "y = tf.placeholder(tf.float32)\nloss ="
    )
    assert "keras" not in (migrated(text).new_text or "keras")
    assert "tf.keras.losses.MSE(" in (migrated(text.replace("(tf.float32)", "(tf.float32, [None, 2])")).new_text or "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "tf.math.count_nonzero(x, reduction_indices=[0])",
            "tf.compat.v1.math.count_nonzero(x, reduction_indices=[0])",
        ),
        ("tf.math.softmax(x, dim=1)", "tf.compat.v1.math.softmax(x, dim=1)"),
        ("tf.nn.convolution(x, filter=f)", "tf.compat.v1.nn.convolution(x, filter=f)"),
        ("tf.assert_equal(x, y, data=[x])", "tf.compat.v1.assert_equal(x, y, data=[x])"),
        ("tf.summary.scalar('x', tensor=x)", "tf.compat.v1.summary.scalar('x', tensor=x)"),
        ("tf.norm(x, keep_dims=True)", "tf.norm(x, keepdims=True)"),
        ("tf.nn.moments(x, [0], keep_dims=True)", "tf.nn.moments(x, [0], keepdims=True)"),
    ],
)
def test_an_argument_that_tf2_has_not_is_never_left_though_nothing_else_tells_the_era(old: str, new: str) -> None:
    text = migrated(f"import tensorflow as tf\n\nn = {old}\n").new_text
    assert text is not None
    assert f"n = {new}" in text.splitlines()


def test_arguments_that_both_have_tell_nothing() -> None:
    assert migrated("import tensorflow as tf\n\nn = tf.math.count_nonzero(x, axis=[0])\n").new_text is None


@pytest.mark.parametrize(
    ("table", "stays"),
    [("[a, b]", False), ("[a]", True), ("tf.get_variable('t', [9, 2], partitioner=cut)", False), ("a", True)],
)
def test_rows_of_a_table_in_pieces_are_looked_up_as_tf1_deals_them_out(table: str, stays: bool) -> None:
    new = line("loss = tf.nn.embedding_lookup(t, ids)", f"{TF1}t = {table}\n")
    assert new == f"loss = tf.{'' if stays else 'compat.v1.'}nn.embedding_lookup(t, ids)"


_IMPORTS = "from tensorflow.losses import mean_squared_error, Reduction\nimport tensorflow as tf\n\n\n"
_USES = "def loss(y, p):\n    return mean_squared_error(y, p, reduction=Reduction.SUM)\n"


def test_an_import_goes_when_no_code_uses_it_any_more() -> None:
    kept = "import tensorflow as tf\n\n\ndef loss(y, p):\n    return tf.reduce_sum(tf.math.squared_difference(p, y))\n"
    assert written(_IMPORTS + _USES) == kept
    assert written(_IMPORTS.replace("import mean", "import huber_loss, mean") + _USES).startswith(
        "from tensorflow.compat.v1.losses import huber_loss\n"
    )


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ("\nhow = Reduction.MEAN\n", ["Reduction"]),
        ("\n__all__ = ['mean_squared_error']\n", ["mean_squared_error"]),
        ("\nlosses = {1: mean_squared_error}\n", ["mean_squared_error"]),
    ],
)
def test_an_import_stays_while_anything_uses_it(more: str, kept: list[str]) -> None:
    new = written(_IMPORTS + _USES + more)
    assert [line for line in new.splitlines() if line.startswith("from")] == [
        f"from tensorflow.compat.v1.losses import {name}" for name in kept
    ]


def test_an_import_that_nothing_used_before_is_no_business_of_a_rewrite() -> None:
    head = "from tensorflow.compat.v1.losses import Reduction\n"
    assert written(
        head + _IMPORTS.replace(", Reduction", "") + _USES.replace(", reduction=Reduction.SUM", "")
    ).startswith(head)


def test_arguments_that_stand_in_another_order_are_told_as_such() -> None:
    text = "import tensorflow as tf\n\na = tf.split(3, 2, x)\nb = tf.reduce_sum(x, reduction_indices=1)\n"
    told = [finding.message for finding in findings_in(text) if finding.rule == "TFL102"]
    assert told == [
        "TF2 has its arguments in another order: axis, num_or_size_splits and value are named",
        "this argument has another name or place in TF2: reduction_indices is axis",
    ]
