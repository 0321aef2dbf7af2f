"""Networks that train against each other, whose variables stand in dicts, and who are fed more than they need."""

from __future__ import annotations

import pytest
from installed import needs
from trained_programs import START, assert_another_is_different, assert_they_print_alike, question, written

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

AGAINST = """
xs = np.random.rand(12, 3)


def noise(size):
    return np.random.rand(size, 2)


X = tf.placeholder(tf.float32, [None, 3])
Z = tf.placeholder(tf.float32, [None, 2])
d_weights = {"w": tf.Variable(tf.ones([3, 1]) * 0.3), "b": tf.Variable(tf.zeros([1]))}
g_weights = {"w": tf.Variable(tf.ones([2, 3]) * 0.2)}
scale = tf.get_variable("scale", initializer=tf.constant(1.5))
sample = tf.nn.sigmoid(tf.matmul(Z, g_weights["w"])) * scale
real = tf.matmul(X, d_weights["w"]) + d_weights["b"]
fake = tf.matmul(sample, d_weights["w"]) + d_weights["b"]
D_loss = tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(fake))
G_loss = tf.reduce_mean(tf.nn.softplus(-fake))
D_solver = tf.train.AdamOptimizer().minimize(D_loss, var_list=d_weights.values())
G_solver = tf.train.AdamOptimizer().minimize(G_loss, var_list=list(g_weights.values()))
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(5):
    _, d = sess.run([D_solver, D_loss], feed_dict={X: xs, Z: noise(12)})
    _, g = sess.run([G_solver, G_loss], feed_dict={X: xs, Z: noise(12)})
    print(i, d, g)
print(sess.run(G_loss, feed_dict={X: xs[:2], Z: xs[:, :2]}), sess.run(real, feed_dict={X: xs, Z: noise(12)}))
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict, str]]:
    return written({"against": AGAINST}, tmp_path_factory.mktemp("programs"))


def test_they_print_what_they_printed_for_what_is_computed_to_be_fed_is_computed_still(
    files: dict[str, tuple[dict, str]],
) -> None:
    text = files["against"][1]
    assert "variables = list(d_weights.values())\n" in text
    assert 'scale = tf.Variable(tf.constant(1.5), name="scale")\n' in text
    assert "compute_real(xs, noise(12))" in text
    assert "Session" not in text
    assert_they_print_alike({"against": AGAINST}, files)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("list(d_weights.values())", "[d_weights['w']]"),
        ("list(g_weights.values())", "list(d_weights.values())"),
        ("constant(1.5)", "constant(1.0)"),
    ],
)
def test_networks_that_train_other_variables_are_different(old: str, new: str) -> None:
    assert_another_is_different(question(START + AGAINST), old, new)
