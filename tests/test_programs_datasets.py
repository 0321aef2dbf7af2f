"""Programs that go through datasets print what they printed in a session, before and after."""

from __future__ import annotations

from pathlib import Path

import pytest
from installed import needs
from trained_programs import assert_they_print_alike, written

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

DATA = """
xs = np.random.uniform(size=(10, 3)).astype(np.float32)
ys = xs.sum(1, keepdims=True)
"""
NETWORK = """
w = tf.Variable(tf.ones([3, 1]))
loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - y))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
"""
ROUND = """
    total = 0
    try:
        while True:
            _, value = sess.run([train, loss])
            total += value
    except tf.errors.OutOfRangeError:
        print(total)
"""

PROGRAMS = {
    "one iterator, and runs that take": DATA
    + """
dataset = tf.data.Dataset.from_tensor_slices((xs, ys)).shuffle(10, seed=4).batch(4)
x, y = dataset.make_one_shot_iterator().get_next()
"""
    + NETWORK
    + """
sess.run(train)
print(sess.run(w), sess.run(loss, {x: xs[:2], y: ys[:2]}))
seen, value, _ = sess.run([x, loss, train])
print(seen, value)
print(sess.run(loss))
""",
    "an iterator that is started again": DATA
    + """
dataset = tf.data.Dataset.from_tensor_slices((xs, ys)).shuffle(10, 4, reshuffle_each_iteration=False).batch(4)
iterator = dataset.make_initializable_iterator()
x, y = iterator.get_next()
"""
    + NETWORK
    + "for epoch in range(3):\n    sess.run(iterator.initializer)\n"
    + ROUND,
    "two datasets of one structure": DATA
    + """
training = tf.data.Dataset.from_tensor_slices((xs, ys)).map(lambda x, y: (x * 2, y)).batch(4)
testing = tf.data.Dataset.from_tensor_slices((xs, ys)).batch(5)
iterator = tf.data.Iterator.from_structure(training.output_types, training.output_shapes)
x, y = iterator.get_next()
start_training = iterator.make_initializer(training)
start_testing = iterator.make_initializer(testing)
"""
    + NETWORK
    + """
for epoch in range(3):
    sess.run(start_training)
    while True:
        try:
            sess.run(train)
        except tf.errors.OutOfRangeError:
            break
    sess.run(start_testing)
    print(sess.run(loss), sess.run(w))
""",
    "a dataset of what is fed": DATA
    + """
data_x = tf.placeholder(tf.float32, [None, 3])
data_y = tf.placeholder(tf.float32, [None, 1])
size = tf.placeholder(tf.int64)
dataset = tf.data.Dataset.from_tensor_slices((data_x, data_y)).batch(size)
iterator = dataset.make_initializable_iterator()
x, y = iterator.get_next()
"""
    + NETWORK
    + """
for epoch in range(3):
    sess.run(iterator.initializer, {data_x: xs[:8], data_y: ys[:8], size: 4})
    for _ in range(2):
        sess.run(train)
    sess.run(iterator.initializer, {data_x: xs[8:], data_y: ys[8:], size: 2})
    print(sess.run(loss))
""",
    "elements that are fetched and fed": DATA
    + """
batch = tf.data.Dataset.from_tensor_slices((xs, ys)).repeat().batch(4).make_one_shot_iterator().get_next()
x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.float32, [None, 1])
"""
    + NETWORK
    + """
for step in range(5):
    some_x, some_y = sess.run(batch)
    print(sess.run([loss, train], {x: some_x, y: some_y})[0])
""",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict, str]]:
    folder: Path = tmp_path_factory.mktemp("programs")
    return written(PROGRAMS, folder)


def test_programs_print_what_they_printed(files: dict[str, tuple[dict, str]]) -> None:
    assert_they_print_alike(PROGRAMS, files)


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_session_is_left(name: str, files: dict[str, tuple[dict, str]]) -> None:
    report, text = files[name]
    verdicts = [one["verdict"]["status"] for one in report["findings"] if one["rule"] == "TFL502"]
    assert verdicts == ["same"]
    assert not any(word in text for word in ("Session", "compat", "get_next", "OutOfRange", "initializer)"))
