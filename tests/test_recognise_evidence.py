"""What the code itself shows against a promise turns the form off."""

from __future__ import annotations

import pytest
from rule_cases import findings_in

#: Rules whose promises are about whole arrays: of shapes, of rows, of floats.
_LOSSES = ("TFL201", "TFL202", "TFL301", "TFL303", "TFL305", "TFL310", "TFL311")


def _new(body: str) -> list[str]:
    text = f"import numpy as np\nimport tensorflow as tf\n\nsession = tf.Session()\n\n\n{body}\n"
    return [r.new for f in findings_in(text) if f.rule in _LOSSES for r in f.rewrites]


@pytest.mark.parametrize(
    "body",
    [
        "x = tf.constant([1, 2, 3])\nt = tf.constant([2, 0, 3])\nloss = tf.reduce_mean(tf.square(x - t))",
        "x = tf.placeholder(tf.int32, [3])\nt = tf.placeholder(tf.int32, [3])\nloss = tf.reduce_mean(tf.abs(x - t))",
        "x = tf.cast(w, tf.int64)\nloss = tf.reduce_mean(tf.square(x - t))",
        "loss = tf.reduce_mean(tf.square(tf.to_int32(x) - t))",
        "loss = tf.reduce_sum(tf.square(tf.constant([1, 2]))) / 2",
        "x = np.array([1, 2, 3])\nloss = tf.reduce_mean(tf.square(tf.constant(x) - t))",
        "x = np.ones(3, dtype=np.int32)\nloss = tf.reduce_mean(tf.square(tf.convert_to_tensor(x) - t))",
    ],
)
def test_losses_of_whole_numbers_stay(body: str) -> None:
    assert _new(body) == []


@pytest.mark.parametrize(
    "body",
    [
        "x = tf.constant([1.0, 2, 3])\nloss = tf.reduce_mean(tf.square(x - t))",
        "x = tf.placeholder(tf.float32, [3])\nloss = tf.reduce_mean(tf.abs(x - t))",
        "x = tf.cast(tf.to_int32(w), tf.float32)\nloss = tf.reduce_mean(tf.square(x - t))",
        "x = np.array([1, 2, 3], dtype=np.float32)\nloss = tf.reduce_mean(tf.square(tf.constant(x) - t))",
    ],
)
def test_losses_of_floats_do_not(body: str) -> None:
    assert _new(body)


@pytest.mark.parametrize(
    "body",
    [
        "a = tf.reshape(v, [-1])\nb = tf.reshape(w, [-1, 1])\nloss = tf.reduce_mean(tf.square(a - b))",
        "a = tf.placeholder(tf.float32, [None, 4])\nb = tf.placeholder(tf.float32, [None, 5])\n"
        "loss = tf.reduce_mean(tf.square(a - b))",
        "a = tf.placeholder(tf.float32, [None])\nb = tf.expand_dims(tf.placeholder(tf.float32, [None]), 1)\n"
        "loss = tf.reduce_mean(tf.abs(a - b))",
        "z = tf.reshape(logits, [2, 4, 3])\nloss = -tf.reduce_sum(y * tf.log(tf.nn.softmax(z)), 1)",
        "z = tf.placeholder(tf.float32, [None, 4, 3])\nloss = -tf.reduce_sum(y * tf.log(tf.nn.softmax(z)), 1)",
        "loss = tf.losses.mean_squared_error(tf.reduce_mean(a), tf.reduce_mean(b))",
        "a = tf.placeholder(tf.float32, [None])\nb = tf.placeholder(tf.float32, [None])\n"
        "loss = tf.reduce_mean(tf.square(a[0] - b[0]))",
        "y = tf.one_hot(ids, 3, on_value=2.0, off_value=0.1)\n"
        "loss = -tf.reduce_sum(y * tf.log(tf.nn.softmax(logits)), 1)",
        "loss = tf.reduce_mean(-tf.reduce_sum(y * tf.log(tf.nn.sigmoid(z)), 1))",
    ],
)
def test_losses_over_arrays_that_break_a_promise_stay(body: str) -> None:
    assert _new(body) == []


_VALUES = """\
r = tf.placeholder(tf.float32, {reward})
a = tf.placeholder(tf.int32, [None])
q = tf.layers.dense(tf.placeholder(tf.float32, [None, 8]), 4)
after = tf.layers.dense(tf.placeholder(tf.float32, [None, 8]), 4)
target = tf.stop_gradient(r + {gamma} * tf.reduce_max(after, axis=1))
chosen = tf.gather_nd(q, tf.stack([tf.range(tf.shape(a)[0]), a], axis=1))
loss = tf.reduce_mean(tf.squared_difference(target, chosen))"""


def test_values_of_actions_are_held_against_each_other_where_both_are_seen_to_be_one_for_each_row() -> None:
    new = ["tf.reduce_mean(tf.keras.losses.MSE(target, chosen))"]
    assert _new(_VALUES.format(reward="[None]", gamma="0.9")) == new
    assert _new(_VALUES.format(reward="[None]", gamma="options.gamma")) == new
    assert _new(_VALUES.format(reward="[None, 1]", gamma="options.gamma")) == []
    assert _new(_VALUES.format(reward="None", gamma="0.9")) == []
    assert _new(_VALUES.format(reward="[None]", gamma="tf.ones([32, 1])")) == []
    unknown = _VALUES.format(reward="[None]", gamma="0.9").replace("[0]), a]", "[0]), numbers]")
    assert _new(unknown) == []


@pytest.mark.parametrize(("weights", "is_written"), [("np.array([[1.0], [0.5]])", True), ("load([[1.0]])", False)])
def test_weights_that_are_written_out_may_be_written_twice(weights: str, is_written: bool) -> None:
    assert bool(_new(f"loss = tf.losses.mean_squared_error(y, x, weights={weights})")) is is_written


def test_a_slice_of_what_is_fed_gets_no_gradient_either() -> None:
    call = "tf.nn.softmax_cross_entropy_with_logits(labels={}, logits=tf.matmul(x, w))"
    fed = f"y = tf.placeholder(tf.float32, [None, 12])\nt = y[:, :10]\nloss = {call.format('t')}"
    (found,) = (f for f in findings_in(f"import tensorflow as tf\n\n{fed}\n") if f.rule == "TFL211")
    assert "stop_gradient" not in found.rewrites[0].new
    (found,) = (f for f in findings_in(f"import tensorflow as tf\n\nloss = {call.format('h[:, :10]')}\n"))
    assert "stop_gradient" in found.rewrites[0].new


def test_of_two_inputs_that_nothing_tells_apart_the_output_of_a_model_is_the_prediction() -> None:
    assert _new("loss = tf.reduce_mean(tf.abs(net(x) - x))") == ["tf.reduce_mean(tf.keras.losses.MAE(x, net(x)))"]
    assert _new("loss = tf.reduce_mean(tf.abs(net(y) - y))") == ["tf.reduce_mean(tf.keras.losses.MAE(y, net(y)))"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("tf.constant([1.0, 2.0])", "tf.constant([[1.0], [2.0]])"),
        ("np.random.randn(4, 1)", "np.zeros((4, 3))"),
    ],
)
def test_arrays_that_are_written_out_show_their_shapes_to_the_functions_that_get_them(first: str, second: str) -> None:
    body = "def loss(a, b):\n    return tf.reduce_mean(tf.square(a - b))\n\n\nprint(session.run(loss({}, {})))"
    assert _new(body.format(first, second)) == []
    assert _new(body.format(second, second)) == ["tf.reduce_mean(tf.keras.losses.MSE(a, b))"]


@pytest.mark.parametrize(("rows", "count"), [("[[0.0, 2.0], [1.0, 0.0]]", 0), ("[[0.5, 0.5], [1.0, 0.0]]", 1)])
def test_labels_that_are_written_out_show_whether_their_rows_sum_to_one(rows: str, count: int) -> None:
    loss = "loss = -tf.reduce_sum(labels * tf.log(tf.nn.softmax(logits)), 1)"
    new = _new(f"labels = tf.constant({rows})\n{loss}")
    assert len([text for text in new if "keras" in text]) == count


def test_a_last_axis_that_shows_is_the_one_that_is_reduced() -> None:
    body = "z = tf.placeholder(tf.float32, [None, 4, 3])\nloss = -tf.reduce_sum(y * tf.log(tf.nn.softmax(z)), {axis})"
    assert _new(body.format(axis=2))
    assert _new(body.format(axis=-1))


@pytest.mark.parametrize(
    "call",
    [
        "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z, dim=d)",
        "tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=z, axis=d)",
        "tf.nn.softmax_cross_entropy_with_logits_v2(**batch)",
    ],
)
def test_a_loss_that_no_form_fits_is_told_by_the_words_of_its_own_call(call: str) -> None:
    found = findings_in(f"import tensorflow as tf\n\n\ndef loss(y, z, d, batch):\n    return {call}\n")
    assert [(finding.rule, finding.old, finding.rewrites) for finding in found if finding.rule == "TFL211"] == [
        ("TFL211", call, ())
    ]


@pytest.mark.parametrize(
    ("class_ids", "depth", "is_sparse"),
    [("[2, 0, 1]", 3, True), ("[2, 0, -1]", 3, False), ("[2, 0, 3]", 3, False), ("[[2, 0], [1, -1]]", 3, False)],
)
def test_a_class_number_that_is_seen_to_be_out_of_range_stays_a_row_of_zeros(
    class_ids: str, depth: int, is_sparse: bool
) -> None:
    body = f"loss = -tf.reduce_sum(tf.one_hot({class_ids}, {depth}) * tf.nn.log_softmax(z), axis=-1)"
    found = findings_in(f"import tensorflow as tf\n\nsession = tf.Session()\n{body}\n")
    new = [rewrite.new for finding in found if finding.rule[:4] == "TFL3" for rewrite in finding.rewrites]
    assert [".keras.losses.sparse" in text for text in new] == ([True] if is_sparse else [])


@pytest.mark.parametrize(("axis", "rest"), [("1", (2, 3)), ("2", (3,)), ("-1", (2, 3))])
def test_an_operation_keeps_the_axis_that_is_written_whatever_the_rank(axis: str, rest: tuple[int, ...]) -> None:
    losses = "-y * tf.log(tf.sigmoid(z)) - (1 - y) * tf.log(1 - tf.sigmoid(z))"
    found = findings_in(f"import tensorflow as tf\n\nsession = tf.Session()\nloss = tf.reduce_sum({losses}, {axis})\n")
    ((new, question),) = [
        (r.new, r.question) for f in found if f.rule == "TFL320" for r in f.rewrites if "sum" in r.new
    ]
    assert new.endswith(f"axis={axis})")
    assert question is not None
    assert set(rest) <= set(question.ranks)
    assert not any("last axis" in promise for promise in question.promises)


def test_a_picked_probability_has_no_rows_that_sum_to_one() -> None:
    body = "p = tf.reduce_sum(tf.nn.softmax(z) * one_hot, axis=1)\nloss = -tf.reduce_sum(tf.log(p + 1e-13) * gain)"
    found = findings_in(f"import tensorflow as tf\n\nsession = tf.Session()\n{body}\n")
    assert [r.new for f in found if f.rule in ("TFL310", "TFL311") for r in f.rewrites] == []


@pytest.mark.parametrize(
    ("body", "new"),
    [
        ("loss = tf.reduce_mean(tf.abs(self.y_hat - self.y))", "MAE(self.y, self.y_hat)"),
        ("loss = tf.reduce_mean(tf.square(p[:, :-1] - y[:, 1:]))", "MSE(y[:, 1:], p[:, :-1])"),
        ("loss = tf.reduce_mean(tf.square(y_pred - y_))", "MSE(y_, y_pred)"),
        ("y = tf.sigmoid(tf.matmul(z, w))\nloss = tf.reduce_mean(tf.squared_difference(x, y))", "MSE(x, y)"),
        ("loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - y))", "MSE(y, tf.matmul(x, w))"),
        ("y = decoder(z, 9)\nloss = tf.reduce_mean(tf.squared_difference(x, y))", "MSE(x, y)"),
        ("y = read_labels(f)\nloss = tf.reduce_mean(tf.squared_difference(x, y))", "MSE(y, x)"),
    ],
)
def test_what_a_network_gives_is_no_label_whatever_it_is_called(body: str, new: str) -> None:
    assert _new(body) == [f"tf.reduce_mean(tf.keras.losses.{new})"]
