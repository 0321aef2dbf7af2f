"""Claims about programs that train in a session: the step that they become, and what keeps them as they are."""

from __future__ import annotations

from textwrap import indent

import pytest
from session_texts import converted, left, same

RULE = "TFL502"

LINE = """
x = tf.placeholder(tf.float32, [None])
t = tf.placeholder(tf.float32, [None])
w = tf.Variable(1.0)
b = tf.Variable(0.0)
y = x * w + b
# how far we are
loss = tf.reduce_mean(tf.square(y - t))
"""
STEP = "train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)\n"
START = "sess = tf.Session()\nsess.run(tf.global_variables_initializer())\n"
RUN = "sess.run(train, {x: a, t: c})\n"
#: 0.999 as TF1 holds it.
TOLD = "float(tf.constant(0.999))"


def test_a_step_is_a_function_with_a_tape_and_an_optimizer_of_keras() -> None:
    same(
        LINE
        + """
        # trains
        train = tf.train.GradientDescentOptimizer(learning_rate=0.1).minimize(loss)
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            for i in range(10):
                _, cost, slope = sess.run([train, loss, w], feed_dict={x: a, t: c})
                print(i, cost, slope)
        """.replace("\n        ", "\n"),
        """
        w = tf.Variable(1.0)
        b = tf.Variable(0.0)

        # trains
        optimizer = tf.keras.optimizers.SGD(learning_rate=0.1)


        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([None], tf.float32)])
        def train_step(x, t):
            with tf.GradientTape() as tape:
                y = x * w + b
                # how far we are
                loss = tf.reduce_mean(tf.square(y - t))
            gradients = tape.gradient(loss, [w, b])
            optimizer.apply_gradients(zip(gradients, [w, b]))
            return loss, w


        for i in range(10):
            cost, slope = [value.numpy() for value in train_step(a, c)]
            print(i, cost, slope)
        """,
        RULE,
    )


def test_a_step_that_gives_nothing_returns_nothing_and_what_is_computed_elsewhere_too_is_shared() -> None:
    new = converted(
        LINE + STEP + START + RUN + "print(sess.run(y, {x: a}), sess.run(w), loss.eval({x: a, t: c}))\n", RULE
    )
    assert "train_step(a, c)\nprint(compute_y(a).numpy(), w.numpy(), compute_loss(a, c).numpy())\n" in new
    assert "    with tf.GradientTape() as tape:\n        loss = compute_loss(x, t)\n    gradients" in new
    assert "    y = compute_y(x)\n" in new
    assert new.count("w + b") == 1
    assert "zip(gradients, [w, b]))\n\n\ntrain_step" in new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("GradientDescentOptimizer(1)", "SGD(1.0)"),
        ("GradientDescentOptimizer(rate, name='g', use_locking=True)", "SGD(rate)"),
        ("MomentumOptimizer(0.1, 0.9, use_nesterov=True)", "SGD(0.1, momentum=0.9, nesterov=True)"),
        ("AdamOptimizer()", f"Adam(beta_2={TOLD}, epsilon=1e-08)"),
        ("AdamOptimizer(1e-3, 0.5, beta2=0.99)", "Adam(1e-3, beta_1=0.5, beta_2=0.99, epsilon=1e-08)"),
        ("AdamOptimizer(epsilon=0.1)", f"Adam(beta_2={TOLD}, epsilon=0.1)"),
        ("AdamOptimizer(0.1, beta2=rate)", "Adam(0.1, beta_2=rate, epsilon=1e-08)"),
        ("RMSPropOptimizer(0.1, 0.999)", f"RMSprop(0.1, rho={TOLD}, epsilon=1e-10)"),
        ("AdagradOptimizer(0.1)", "Adagrad(0.1, epsilon=0.0)"),
        ("RMSPropOptimizer(0.1, decay=0.8, momentum=0.5)", "RMSprop(0.1, rho=0.8, momentum=0.5, epsilon=1e-10)"),
        ("AdadeltaOptimizer(0.1, 0.9)", "Adadelta(0.1, rho=0.9, epsilon=1e-08)"),
    ],
)
def test_an_optimizer_keeps_its_hyper_parameters(old: str, new: str) -> None:
    program = f"rate = 0.1\n{LINE}train = tf.train.{old}.minimize(loss)\n{START}{RUN}"
    assert f"optimizer = tf.keras.optimizers.{new}\n" in converted(program, RULE)


def test_mean_squares_start_from_one() -> None:
    new = converted(LINE + "train = tf.train.RMSPropOptimizer(0.1).minimize(loss)\n" + START + RUN, RULE)
    assert (
        "optimizer = tf.keras.optimizers.RMSprop(0.1, epsilon=1e-10)\n"
        "optimizer.build([w, b])\n"
        "for mean_square in optimizer._velocities:  # from 1, as in TF1; Keras starts from 0\n"
        "    mean_square.assign(tf.ones_like(mean_square))\n\n\n@tf.function"
    ) in new
    named = "opt = tf.train.RMSPropOptimizer(0.1)\ntrain = opt.minimize(loss)\n" + START + RUN + RUN
    assert converted(LINE + named, RULE).count("opt.build([w, b])") == 1


def test_momentum_whose_rate_changes_is_a_class_in_the_program() -> None:
    rate = "n = tf.Variable(0, trainable=False)\nrate = tf.train.exponential_decay(0.1, n, 9, 0.5, staircase=True)\n"
    train = "train = tf.train.MomentumOptimizer(rate, 0.9).minimize(loss, global_step=n)\n"
    new = converted(LINE + rate + train + START + RUN, RULE)
    assert "class Momentum(tf.keras.optimizers.SGD):\n" in new
    assert "optimizer = Momentum(rate, momentum=0.9)\n" in new
    taken = "class Momentum:\n    pass\n" + LINE + rate + train + START + RUN
    assert left(taken, RULE).endswith("Momentum is another thing in this file")


def test_an_optimizer_with_a_name_of_its_own_keeps_it() -> None:
    named = "adam = tf.train.AdamOptimizer(0.1)\nupdate = adam.minimize(loss)\n" + START
    new = converted(LINE + named + "update.run({x: a, t: c}, session=sess)\n", RULE)
    assert f"adam = tf.keras.optimizers.Adam(0.1, beta_2={TOLD}, epsilon=1e-08)\n\n\n@tf.function" in new
    assert "    adam.apply_gradients(zip(gradients, [w, b]))\n" in new
    twice = "opt = tf.train.AdamOptimizer(0.1)\nopt = opt.minimize(loss)\n" + START + "sess.run(opt, {x: a, t: c})\n"
    assert "    opt.apply_gradients(zip(gradients, [w, b]))\n" in converted(LINE + twice, RULE)


def test_variables_are_named_from_where_they_are_held_and_those_that_are_not_trained_are_not() -> None:
    new = converted(
        """
        def model(v):
            return tf.matmul(v, weights["a"]) * scale + biases[0]

        def weight(shape):
            start = tf.truncated_normal(shape, stddev=0.1)
            return tf.Variable(start)

        x = tf.placeholder(tf.float32, [None, 2])
        scale = tf.Variable(2.0, trainable=False)
        weights = {"a": weight([2, 2]), "b": tf.Variable(tf.ones([2]))}
        biases = [tf.Variable(tf.zeros([2]))]
        unused = tf.Variable(1.0)
        loss = tf.reduce_sum(model(x) * weights["b"])
        step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
        sess = tf.Session()
        sess.run(tf.global_variables_initializer())
        sess.run(step, {x: a})
        """,
        RULE,
    )
    assert "    variables = [*weights.values(), *biases]\n    gradients = tape.gradient(loss, variables)\n" in new


def test_a_program_in_a_function_is_converted_there_and_what_is_fed_may_have_a_name() -> None:
    body = LINE + STEP + START + "feed = {x: a, t: c}\nsess.run(train, feed)\nprint(sess.run(loss, feed_dict=feed))\n"
    new = converted(f"def main():\n{indent(body, '    ')}\nmain()\n", RULE)
    assert "    train_step(a, c)\n    print(compute_loss(a, c).numpy())\n" in new
    assert "    @tf.function(" in new
    assert "feed" not in new


def test_dropout_draws_at_each_call_and_once_in_it() -> None:
    drops = LINE.replace("y = x * w + b", "k = tf.placeholder(tf.float32)\ny = tf.nn.dropout(x * w + b, rate=1 - k)")
    runs = "sess.run([train, loss], {x: a, t: c, k: 0.5})\nv, u = sess.run([loss, y], {x: a, t: c, k: 1.0})\n"
    new = converted(drops + STEP + START + runs, RULE)
    assert new.count("tf.nn.dropout") == 1
    assert new.count("y, loss = compute_y_and_loss(x, t, k)") == 2


def test_a_variable_that_is_got_by_name_is_made() -> None:
    got = LINE.replace("tf.Variable(1.0)", "tf.get_variable('w', [1], initializer=tf.zeros_initializer())")
    got = got.replace("tf.Variable(0.0)", "tf.get_variable('b', shape=[1])")
    new = converted(got + STEP + START + RUN, RULE)
    assert "w = tf.Variable(tf.keras.initializers.Zeros()([1]), name='w')\n" in new
    assert "b = tf.Variable(tf.keras.initializers.GlorotUniform()([1]), name='b')\n" in new


_FED = "{x: a, t: c}"
LEFT = {
    "layers whose mean squares could not be set": (
        LINE.replace("y = x * w + b", "y = layer(tf.reshape(x, [-1, 1]))").replace(
            "w = ", "layer = tf.layers.Dense(1)\nw = "
        )
        + "train = tf.train.RMSPropOptimizer(0.1).minimize(loss)\n"
        + START
        + RUN,
        "line 9: tf.train.RMSPropOptimizer starts from variables that layers do not have yet",
    ),
    "a rate that is a tensor": (
        LINE + "r = tf.constant(0.1)\ntrain = tf.train.AdamOptimizer(r).minimize(loss)\n" + START + RUN,
        "line 9: learning_rate=r is not known to be a number",
    ),
    "a step that counts": (
        LINE + STEP.replace("minimize(loss)", "minimize(loss, global_step=n)") + START + RUN,
        "line 8: n counts the steps, and is not known to be a variable",
    ),
    "variables that are set back": (
        LINE + STEP + START + RUN + "sess.run(tf.global_variables_initializer())\n",
        "line 12: sess.run(tf.global_variables_initializer()) sets the variables back to their initial values",
    ),
    "a variable whose name a result takes": (
        LINE + STEP + START + RUN + "[b] = sess.run([b])\n",
        "line 12: b is a variable, and then what [b] = sess.run([b]) gives",
    ),
    "variables that are set back in a loop": (
        LINE + STEP + START.replace("sess.run", "for i in r: sess.run") + RUN,
        "line 10: sess.run(tf.global_variables_initializer()) may set the variables back to their initial values",
    ),
    "a fetch of another element at each run": (
        LINE + STEP + START + "for i in range(3):\n    " + RUN + "    sess.run(y[i], {x: a})\n",
        "line 13: i is another one at each run",
    ),
    "variables that are set back by a function": (
        LINE + STEP + "sess = tf.Session()\ndef f():\n    sess.run(tf.global_variables_initializer())\n    " + RUN,
        "line 11: sess.run(tf.global_variables_initializer()) may set the variables back to their initial values",
    ),
    "numbers that numpy draws in the graph": (
        LINE.replace("x * w", "x * w + np.random.rand()").replace(
            "\nx =", "import tensorflow as tf\nimport numpy as np\nx ="
        )
        + STEP
        + START
        + RUN,
        "line 7: what np.random.rand does with the placeholder is not known",
    ),
    "a variable that is computed with beside its step": (
        LINE + STEP + START + f"_, v = sess.run([train, w * 2], {_FED})\n",
        "line 11: w * 2 is computed beside a step, from variables before or after it",
    ),
    "a variable that is printed as it is": (
        LINE + STEP + START + RUN + "print(w)\n",
        "line 12: w is shown as an object, which TF2 shows in another way",
    ),
    "variables that are unpacked": (
        LINE.replace("w = tf.Variable(1.0)\nb = tf.Variable(0.0)", "w, b = tf.Variable(1.0), tf.Variable(0.0)")
        + STEP
        + START
        + RUN,
        "line 7: the loss hangs on tf.Variable(0.0), which has no name of its own",
    ),
    "another session": (
        LINE + STEP + START + RUN + "other = tf.Session()\nother.run(w)\n",
        "line 12: another session has variables of its own",
    ),
    "a step that is stored in an object of others": (
        LINE + "model.train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)\n" + START,
        "line 8: what tf.train.GradientDescentOptimizer(0.1).minimize returns is stored as model.train, "
        "which is not followed",
    ),
    "a step that is returned": (
        LINE + "def step():\n    return tf.train.GradientDescentOptimizer(0.1).minimize(loss)\n" + START,
        "line 9: what tf.train.GradientDescentOptimizer(0.1).minimize returns is returned",
    ),
    "a step between two values": (
        LINE + STEP + START + f"all = sess.run([y, train, loss], {_FED})\nprint(all[1])\n",
        "line 11: what is done with sess.run([y, train, loss]) is not known",
    ),
    "a step in a dict": (
        LINE + STEP + START + f"all = sess.run({{'s': train, 'l': loss}}, {_FED})\n",
        "line 11: what is done with sess.run({'s': train, 'l': loss}) is not known",
    ),
    "a step that is handed on": (
        LINE + STEP + START + RUN + "print(train)\n",
        "line 12: train trains, and is used outside of what is run",
    ),
    "a layer that makes its variables": (
        "def layer(v):\n    return v * tf.Variable(1.0)\n" + LINE.replace("x * w", "layer(x) * w") + STEP + START + RUN,
        "line 8: what layer does with the placeholder is not known",
    ),
    "a variable without a name": (
        LINE.replace("+ b", "+ b + tf.Variable(0.0)") + STEP + START + RUN,
        "line 5: a variable has no name of its own",
    ),
    "a variable whose name is another's by now": (
        LINE + STEP + START + RUN + f"b = sess.run(loss, {_FED})\nprint(sess.run(y, {{x: a}}), b)\n",
        "line 5: b is another one when the session runs",
    ),
    "a variable that is perhaps not trained": (
        LINE.replace("tf.Variable(0.0)", "tf.Variable(0.0, trainable=flag)") + STEP + START + RUN,
        "line 8: which of the variables in b are trained is not known",
    ),
    "a graph on variables in a function that runs": (
        LINE + STEP + START + "def f():\n    g = w * 2\n    " + RUN + "    return sess.run(g)\n",
        "line 12: what hangs on a placeholder stands in a block of its own",
    ),
    "a variable that may be shared": (
        LINE.replace("tf.Variable(0.0)", "tf.get_variable('b', [1], regularizer=r)") + STEP + START + RUN,
        "line 4: tf.get_variable('b', [1], regularizer=r) is called with what is not known",
    ),
}


@pytest.mark.parametrize(("body", "reason"), LEFT.values(), ids=LEFT.keys())
def test_what_may_train_in_another_way_is_left_whole(body: str, reason: str) -> None:
    assert left(body, RULE) == reason


def test_gradients_that_are_clipped_are_taken_by_the_tape() -> None:
    pairs = """
    opt = tf.train.AdamOptimizer(0.1)
    gvs = opt.compute_gradients(loss)
    capped = [(tf.clip_by_value(g, -1.0, 1.0), v) for g, v in gvs]
    train = opt.apply_gradients(capped)
    """.replace("\n    ", "\n")
    new = converted(LINE + pairs + START + RUN, RULE)
    assert "    gradients = tape.gradient(loss, [w, b])\n    gvs = list(zip(gradients, [w, b]))\n    capped = [" in new
    assert "    opt.apply_gradients(capped)\n" in new


def test_gradients_of_all_variables_by_tf_gradients() -> None:
    norm = """
    tvars = tf.trainable_variables()
    grads, _ = tf.clip_by_global_norm(tf.gradients(loss, tvars), 5.0)
    n = tf.Variable(0, trainable=False)
    train = tf.train.AdamOptimizer(0.1).apply_gradients(zip(grads, tvars), global_step=n)
    """.replace("\n    ", "\n")
    new = converted(LINE + norm + START + RUN, RULE)
    assert "tvars = [w, b]\n" in new
    assert "    gradients = tape.gradient(loss, tvars)\n    grads, _ = tf.clip_by_global_norm(gradients, 5.0)\n" in new
    assert "    optimizer.apply_gradients(zip(grads, tvars))\n    n.assign_add(1)\n" in new
    plain = norm.replace("tf.clip_by_global_norm(tf.gradients(loss, tvars), 5.0)", "tf.gradients(loss, [w, b]), 1")
    new = converted(LINE + plain.replace("grads, _ =", "grads =").replace(", 1\n", "\n") + START + RUN, RULE)
    assert "    grads = tape.gradient(loss, [w, b])\n    optimizer.apply_gradients(zip(grads, tvars))\n" in new


def test_only_the_given_variables_are_trained_and_each_step_has_its_function() -> None:
    two = """
    one = tf.train.GradientDescentOptimizer(0.1).minimize(loss, var_list=[w])
    other = tf.train.AdamOptimizer(0.1).minimize(-loss, var_list=[b])
    """.replace("\n    ", "\n")
    new = converted(LINE + two + START + f"sess.run(one, {_FED})\nsess.run([other, loss], {_FED})\n", RULE)
    assert "def one_step(x, t):" in new
    assert "def other_step(x, t):" in new
    assert "tape.gradient(loss, [w])" in new
    assert f"other_optimizer = tf.keras.optimizers.Adam(0.1, beta_2={TOLD}, epsilon=1e-08)\n" in new
    assert "        loss = compute_loss(x, t)\n        step_loss = -loss\n" in new


def test_results_that_are_kept_together_have_none_where_a_step_was() -> None:
    runs = f"""
    r = sess.run([train, loss], {_FED})
    print(r[1], sess.run((loss, y, train), {_FED}))
    n = sess.run(train, {_FED})
    print(n)
    """.replace("\n    ", "\n")
    new = converted(LINE + STEP + START + runs, RULE)
    assert "r = [None, train_step(a, c).numpy()]\n" in new
    assert "(*[value.numpy() for value in train_step_with_loss_and_y(a, c)], None)" in new
    assert "n = train_step_2(a, c)\nprint(n)\n" in new


def test_the_one_value_that_is_picked_from_a_run_with_steps_is_what_the_step_returns() -> None:
    runs = f"print(sess.run([train, loss], {_FED})[1], sess.run([loss, train], {_FED})[-2])\n"
    assert "print(train_step(a, c).numpy(), train_step(a, c).numpy())" in converted(LINE + STEP + START + runs, RULE)


def test_a_heading_stays_above_what_follows_and_is_not_of_a_placeholder() -> None:
    new = converted("##########\n# the graph\n##########" + LINE + STEP + START + RUN, RULE)
    assert "##########\n# the graph\n##########\nw = tf.Variable(1.0)\n" in new
