"""Claims about placeholders: they become parameters of functions, which hold what the fetches need."""

from __future__ import annotations

from session_texts import converted, same


def test_a_placeholder_becomes_a_parameter() -> None:
    same(
        """
        import tensorflow as tf

        x = tf.placeholder(tf.float32, [None, 3], name="x")
        # the mean of squares
        loss = tf.reduce_mean(tf.square(x))  # a scalar
        data = [[1, 2, 3]]
        with tf.Session() as sess:
            print(sess.run(loss, feed_dict={x: data}))
        """,
        """
        import tensorflow as tf


        @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
        def compute_loss(x):
            # the mean of squares
            loss = tf.reduce_mean(tf.square(x))  # a scalar
            return loss


        data = [[1, 2, 3]]
        print(compute_loss(data).numpy())
        """,
    )


def test_a_graph_in_a_function_gives_a_function_inside_it() -> None:
    same(
        """
        def main(rows):
            a = tf.placeholder("float")
            w = tf.constant(2.0)
            b = tf.multiply(a, w)
            sess = tf.Session()
            for row in rows:
                print(sess.run(b, {a: row}), b.eval({a: 1}, session=sess))
        """,
        """
        def main(rows):
            w = tf.constant(2.0)

            @tf.function(input_signature=[tf.TensorSpec(None, tf.float32)])
            def compute_b(a):
                b = tf.multiply(a, w)
                return b

            for row in rows:
                print(compute_b(row).numpy(), compute_b(1).numpy())
        """,
    )


_TWO = "x = tf.placeholder(tf.float32)\ny = tf.placeholder(tf.float32)\n"


def _functions(body: str) -> list[str]:
    """The functions of a converted program, without their decorators, and the lines that call them."""
    lines = converted(_TWO + body).splitlines()
    return [line for line in lines if line.strip() and not line.startswith("@")]


def test_several_fetches_of_one_run_share_a_function() -> None:
    body = "d = x - y\na = tf.abs(d)\nb = d ** 2\nsess = tf.Session()\nm, n = sess.run([a, b], {x: 1, y: 2})\n"
    assert _functions(body) == [
        "def compute_a_and_b(x, y):",
        "    d = x - y",
        "    a = tf.abs(d)",
        "    b = d ** 2",
        "    return a, b",
        "m, n = [value.numpy() for value in compute_a_and_b(1, 2)]",
    ]


def test_a_function_calls_the_one_that_returns_what_it_needs() -> None:
    body = "d = x - y\na = tf.abs(d)\nsess = tf.Session()\nsess.run(d, {x: 1, y: 2})\nsess.run(a, {x: 1, y: 2})\n"
    assert _functions(body) == [
        "def compute_d(x, y):",
        "    d = x - y",
        "    return d",
        "def compute_a(x, y):",
        "    d = compute_d(x, y)",
        "    a = tf.abs(d)",
        "    return a",
        "compute_d(1, 2).numpy()",
        "compute_a(1, 2).numpy()",
    ]


def test_what_two_functions_need_is_computed_by_a_third() -> None:
    runs = "sess.run(a, {x: 1, y: 2})\nsess.run(b, {x: 1, y: 2})\n"
    body = f"d = x - y\na = tf.abs(d)\nb = d ** 2\nsess = tf.Session()\n{runs}"
    assert _functions(body) == [
        "def compute_d(x, y):",
        "    d = x - y",
        "    return d",
        "def compute_a(x, y):",
        "    d = compute_d(x, y)",
        "    a = tf.abs(d)",
        "    return a",
        "def compute_b(x, y):",
        "    d = compute_d(x, y)",
        "    b = d ** 2",
        "    return b",
        "compute_a(1, 2).numpy()",
        "compute_b(1, 2).numpy()",
    ]


def test_the_same_run_twice_is_one_function() -> None:
    body = "a = x + y\nsess = tf.Session()\nsess.run(a, {x: 1, y: 2})\nsess.run(a, feed_dict={y: 3, x: 4})\n"
    assert _functions(body)[-2:] == ["compute_a(1, 2).numpy()", "compute_a(4, 3).numpy()"]


def test_what_is_fed_is_evaluated_in_the_order_of_the_code() -> None:
    body = "a = x + y\nsess = tf.Session()\nsess.run(a, {y: next(it), x: next(it)})\n"
    assert _functions("it = iter([1, 2])\n" + body)[-1] == "compute_a(y=next(it), x=next(it)).numpy()"


def test_a_dict_of_fetches_stays_a_dict() -> None:
    body = "a = x + y\nb = x - y\nsess = tf.Session()\nr = sess.run({'a': a, 'b': b}, {x: 1, y: 2})\n"
    assert _functions(body)[-2:] == [
        "    return {'a': a, 'b': b}",
        "r = {key: value.numpy() for key, value in compute_a_and_b(1, 2).items()}",
    ]


def test_an_expression_that_is_fetched_is_returned() -> None:
    body = "sess = tf.Session()\ntotal = sess.run(tf.reduce_sum(x + y), {x: [1], y: [2]})\n"
    assert _functions(body) == [
        "def compute_total(x, y):",
        "    return tf.reduce_sum(x + y)",
        "total = compute_total([1], [2]).numpy()",
    ]


def test_a_placeholder_that_no_fetch_needs_is_no_parameter() -> None:
    body = "a = x * 2\nsess = tf.Session()\nsess.run(a, {x: 1, y: 2})\n"
    assert _functions(body) == ["def compute_a(x):", "    a = x * 2", "    return a", "compute_a(1).numpy()"]


def test_what_hangs_on_no_placeholder_stays_outside() -> None:
    body = "w = tf.constant(2.0)\na = x * w + y\nsess = tf.Session()\nsess.run([w, a], {x: 1, y: 2})\n"
    assert _functions(body) == [
        "w = tf.constant(2.0)",
        "def compute_a(x, y):",
        "    a = x * w + y",
        "    return a",
        "[w.numpy(), compute_a(1, 2).numpy()]",
    ]


def test_a_rebound_name_is_rebound_in_the_function() -> None:
    body = "h = x + y\nh = tf.nn.relu(h)\nsess = tf.Session()\nsess.run(h, {x: 1, y: 2})\n"
    assert _functions(body)[:4] == ["def compute_h(x, y):", "    h = x + y", "    h = tf.nn.relu(h)", "    return h"]


def test_a_name_that_is_taken_is_not_given_again() -> None:
    body = "compute_a = 1\na = x + y\nsess = tf.Session()\nprint(sess.run(a, {x: compute_a, y: 2}))\n"
    assert _functions(body)[-1] == "print(compute_a_2(compute_a, 2).numpy())"


def test_own_functions_may_be_called_in_the_graph() -> None:
    body = "def half(t):\n    return t / 2\n\na = half(x) + y\nsess = tf.Session()\nsess.run(a, {x: 1, y: 2})\n"
    assert "    a = half(x) + y" in _functions(body)


def test_long_signatures_stand_on_several_lines() -> None:
    text = converted(
        _TWO.replace("float32)", "float32, [None, 28, 28, 3])") + "sess = tf.Session()\nsess.run(x + y, {x: 1, y: 2})\n"
    )
    spec = "        tf.TensorSpec([None, 28, 28, 3], tf.float32),\n"
    assert f"@tf.function(\n    input_signature=[\n{spec}{spec}    ]\n)\ndef compute_value(x, y):\n" in text


def test_random_numbers_of_a_fed_graph_are_drawn_at_each_call() -> None:
    run = "sess.run(a, {x: 1, y: 2})\n"
    body = f"a = x + y + tf.random_normal(tf.shape(x))\nsess = tf.Session()\n{run}{run}"
    assert "    a = x + y + tf.random_normal(tf.shape(x))" in _functions(body)
