"""Claims about sessions that only evaluate: what they run becomes values, and they are gone."""

from __future__ import annotations

import pytest
from session_texts import conversion, converted, program, same


def test_the_body_of_a_session_moves_out_and_its_runs_are_values() -> None:
    same(
        """
        x = tf.constant([1.0, 2.0])
        with tf.Session() as sess:
            print("sum", sess.run(tf.reduce_sum(x)))
        """,
        """
        x = tf.constant([1.0, 2.0])
        print("sum", tf.reduce_sum(x).numpy())
        """,
    )


def test_a_session_in_a_variable_goes_with_its_close() -> None:
    same(
        """
        x = tf.constant(1.0)
        sess = tf.Session(config=tf.ConfigProto(allow_soft_placement=True))
        print(sess.run(x))
        sess.close()
        """,
        """
        x = tf.constant(1.0)
        print(x.numpy())
        """,
    )


def test_an_interactive_session_goes_and_eval_is_a_value() -> None:
    same(
        """
        sess = tf.InteractiveSession()
        a = tf.constant(1.0)
        print(a.eval(), (a - 2.0).eval(session=sess), (-a).eval())
        """,
        """
        a = tf.constant(1.0)
        print(a.numpy(), (a - 2.0).numpy(), (-a).numpy())
        """,
    )


@pytest.mark.parametrize(
    ("fetch", "value"),
    [
        ("a", "a.numpy()"),
        ("a + b", "(a + b).numpy()"),
        ("-a", "(-a).numpy()"),
        ("a < b", "(a < b).numpy()"),
        ("a if flag else b", "(a if flag else b).numpy()"),
        ("tf.add(a, b)", "tf.add(a, b).numpy()"),
        ("a[0]", "a[0].numpy()"),
        ("[a, b]", "[a.numpy(), b.numpy()]"),
        ("(a, a * b)", "(a.numpy(), (a * b).numpy())"),
        ("[a, [b]]", "[a.numpy(), [b.numpy()]]"),
        ("{'one': a, 'two': b}", "{'one': a.numpy(), 'two': b.numpy()}"),
        ("both", "[value.numpy() for value in both]"),
        ("both[1]", "both[1].numpy()"),
        ("pair", "tuple(value.numpy() for value in pair)"),
        ("table", "{key: value.numpy() for key, value in table.items()}"),
        ("half", "half.numpy()"),
        ("tf.split(a, 2)", "[value.numpy() for value in tf.split(a, 2)]"),
        ("fetches=a", "a.numpy()"),
        ("own(a)", "own(a).numpy()"),
        ("loss_of(a, b)", "loss_of(a, b).numpy()"),
        ("total", "total.numpy()"),
    ],
)
def test_a_fetch_becomes_the_value_of_the_same_expression(fetch: str, value: str) -> None:
    graph = """
def own(t):
    return tf.square(t)

flag = True
a = tf.constant([1.0, 2.0])
b = tf.constant([3.0, 4.0])
both = [a, b]
pair = (a, b)
table = {"a": a}
half, rest = tf.split(a, 2)
loss_of = tf.keras.losses.MeanSquaredError()
total = tf.zeros([2])
for t in both:
    total += t
"""
    before = graph + f"with tf.Session() as sess:\n    v = sess.run({fetch})\n"
    assert converted(before) == graph.lstrip("\n") + f"v = {value}\n"


def test_a_list_that_is_unpacked_needs_no_brackets() -> None:
    same(
        """
        a = tf.constant(1.0)
        sess = tf.Session()
        x, y = sess.run([a, a + 1])
        """,
        """
        a = tf.constant(1.0)
        x, y = a.numpy(), (a + 1).numpy()
        """,
    )


def test_initialisers_go_where_nothing_trains() -> None:
    same(
        """
        w = tf.Variable(tf.ones([2]), name="w")
        init = tf.global_variables_initializer()
        with tf.Session() as sess:
            sess.run(init)
            sess.run(tf.local_variables_initializer())
            tf.initialize_all_variables().run()
            print(sess.run(w * 2))
        """,
        """
        w = tf.Variable(tf.ones([2]), name="w")
        print((w * 2).numpy())
        """,
    )


def test_graphs_and_default_sessions_go_as_well() -> None:
    same(
        """
        tf.reset_default_graph()
        graph = tf.Graph()
        with graph.as_default():
            x = tf.constant(1.0)
        sess = tf.Session(graph=graph)
        with sess.as_default():
            print(x.eval())
        with tf.Graph().as_default(), tf.Session() as s:
            print(s.run(tf.exp(1.0)))
        """,
        """
        x = tf.constant(1.0)
        print(x.numpy())
        print(tf.exp(1.0).numpy())
        """,
    )


def test_settings_of_a_session_go_with_it() -> None:
    same(
        """
        config = tf.ConfigProto()
        config.gpu_options.allow_growth = True
        with tf.Session(config=config) as sess:
            print(sess.run(tf.ones([1])))
        """,
        """
        print(tf.ones([1]).numpy())
        """,
    )


def test_a_loop_over_tensors_runs_each_of_them() -> None:
    same(
        """
        with tf.Session() as sess:
            for t in [tf.ones([1]), tf.zeros([1])]:
                print(sess.run(t))
        """,
        """
        for t in [tf.ones([1]), tf.zeros([1])]:
            print(t.numpy())
        """,
    )


def test_a_comprehension_over_tensors_runs_each_of_them() -> None:
    before = "ts = [tf.ones([1]), tf.zeros([1])]\nsess = tf.Session()\nvs = [sess.run(t) for t in ts]\n"
    assert converted(before) == "ts = [tf.ones([1]), tf.zeros([1])]\nvs = [t.numpy() for t in ts]\n"


def test_a_random_tensor_that_is_run_once_is_drawn_once() -> None:
    same(
        """
        noise = tf.random_normal([3])
        with tf.Session() as sess:
            print(sess.run(noise * 2))
        """,
        """
        noise = tf.random_normal([3])
        print((noise * 2).numpy())
        """,
    )


def test_a_variable_may_start_from_random_numbers() -> None:
    before = "w = tf.Variable(tf.random_normal([3]))\nsess = tf.Session()\nprint(sess.run(w), sess.run(w))\n"
    assert converted(before) == "w = tf.Variable(tf.random_normal([3]))\nprint(w.numpy(), w.numpy())\n"


def test_a_seed_without_random_numbers_has_its_new_name() -> None:
    same(
        """
        tf.set_random_seed(1)
        sess = tf.Session()
        print(sess.run(tf.ones([1])))
        """,
        """
        tf.random.set_seed(1)
        print(tf.ones([1]).numpy())
        """,
    )


@pytest.mark.parametrize(
    "old",
    [
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n",
        "from tensorflow.compat import v1 as tf\ntf.disable_eager_execution()\n",
        "try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    import tensorflow as tf\n",
        "import tensorflow as tf\ntf = tf.compat.v1\n",
        "import tensorflow as tf\ntf.compat.v1.disable_v2_behavior()\n",
    ],
)
def test_nothing_of_version_one_is_imported_afterwards(old: str) -> None:
    body = "x = tf.ones([2])\nsess = tf.Session()\nprint(sess.run(tf.reduce_sum(x)))\n"
    assert converted(old + body) == "import tensorflow as tf\nx = tf.ones([2])\nprint(tf.reduce_sum(x).numpy())\n"


def test_symbols_of_version_one_are_those_of_today() -> None:
    same(
        """
        x = tf.compat.v1.ones([2])
        with tf.compat.v1.Session() as sess:
            print(sess.run(tf.compat.v1.reduce_sum(x)))
        """,
        """
        x = tf.ones([2])
        print(tf.reduce_sum(x).numpy())
        """,
    )


def test_an_imported_session_class_is_imported_no_more() -> None:
    same(
        """
        from tensorflow import Session, nn, ones
        with Session() as s:
            print(s.run(nn.relu(ones([2]))))
        """,
        """
        from tensorflow import nn, ones
        print(nn.relu(ones([2])).numpy())
        """,
    )


def test_the_finding_tells_what_is_fetched() -> None:
    text = program("a = tf.ones([1])\nsess = tf.Session()\nprint(sess.run([a, a + 1]), a.eval(session=sess))\n")
    (finding,) = conversion(text).findings
    assert [text[start:end] for start, end in finding.fetches] == ["[a, a + 1]", "a"]
    assert (finding.rule, finding.name, finding.old) == ("TFL501", "session-evaluates", "tf.Session()")
    assert (finding.span.line, finding.span.column) == (3, 7)


def test_every_session_of_a_program_has_a_finding_of_its_own() -> None:
    text = program(
        "with tf.Session() as s:\n    s.run(tf.ones([1]))\nwith tf.Session() as s:\n    s.run(tf.ones([2]))\n"
    )
    found = [[text[start:end] for start, end in finding.fetches] for finding in conversion(text).findings]
    assert found == [["tf.ones([1])"], ["tf.ones([2])"]]


def test_a_text_without_sessions_is_nobodys_business() -> None:
    assert conversion(program("x = tf.log(2.0)\n")).findings == ()
    assert conversion("import requests\nsession = requests.Session()\nsession.run(1)\n").findings == ()


def test_what_is_drawn_for_several_runs_is_drawn_by_a_function_each_time() -> None:
    new = converted(
        "a = tf.random_normal([3])\nb = a * a\nc = tf.random_normal([2])\nsess = tf.Session()\n"
        "print(sess.run(a), sess.run([a, b]))\nfor i in range(2):\n    print(sess.run(b))\nprint(sess.run(c))\n"
    )
    assert "def compute_a():\n    a = tf.random_normal([3])\n    return a\n" in new
    both = "def compute_a_and_b():\n    a = compute_a()\n    b = a * a\n    return a, b\n"
    assert both in new
    assert "c = tf.random_normal([2])\n" in new
    assert "print(c.numpy())" in new


@pytest.mark.parametrize("seeded", ["tf.set_random_seed(1)\na = tf.zeros([2])", "a = tf.random_uniform([2], seed=1)"])
def test_that_the_numbers_of_a_seed_are_others_is_said(seeded: str) -> None:
    text = (
        f"import tensorflow as tf\nb = tf.random_normal([2])\n{seeded}\nsess = tf.Session()\nprint(sess.run([a, b]))\n"
    )
    assert conversion(text).said == ("the numbers that follow a seed are others in TF2",)
