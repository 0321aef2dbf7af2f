"""Claims about datasets in programs with sessions: what iterators give is taken by hand, one element for each run."""

from __future__ import annotations

import ast

import pytest
from session_texts import IMPORT, left

from tfloss_migrate.sessions.plain.getting import gotten
from tfloss_migrate.sessions.plain.iterating import DOUBLE, iterated
from tfloss_migrate.sessions.plain.looping import looped
from tfloss_migrate.sessions.plain.placing import placed
from tfloss_migrate.sessions.reading.shuffling import NEW_ORDER, OTHER_NUMBERS, OTHER_ORDER
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names

MADE = "d = tf.data.Dataset.from_tensor_slices((a, b))\n"
ONCE = "it = d.make_one_shot_iterator()\nx, y = it.get_next()\nloss = f(x, y)\nsess = tf.Session()\n"
EACH = "it = d.make_initializable_iterator()\nx, y = it.get_next()\nloss = f(x, y)\nsess = tf.Session()\n"
TAKEN = "x·next, y·next = next(it)\n"
FED = "sess.run(loss, feed_dict={x: x·next, y: y·next})\n"
SUM = "sess = tf.Session()\nsess.run(x + 1)\n"
UNTIL = "except tf.errors.OutOfRangeError:\n"
AGAIN = "for i in range(2):\n    sess.run(it.initializer)\n    sess.run(loss)\n"
ENDLESS = """\
for i in range(3):
    sess.run(it.initializer)
    try:
        while True:
            sess.run(loss)
            n += 1  # counted
    except tf.errors.OutOfRangeError:
        AT_THE_END
"""


def plainly(body: str) -> str:
    """The text of a program without its iterators, from where its session is made."""
    text = IMPORT + body
    tree = ast.parse(text)
    text = apply(text, iterated(text, Names(tree), tree)[0])
    tree = ast.parse(text)
    return apply(text, looped(text, Names(tree), tree)).removeprefix(IMPORT)


def running(body: str) -> str:
    return plainly(body).partition("sess = tf.Session()\n")[2]


def said(body: str) -> tuple[str, ...]:
    text = IMPORT + body
    tree = ast.parse(text)
    edits, told = iterated(text, Names(tree), tree)
    assert edits
    return told


def test_each_run_that_needs_an_element_takes_one_however_much_it_fetches() -> None:
    assert running(MADE + ONCE + "sess.run(loss)\n") == TAKEN + FED
    both = "sess.run([loss, x], feed_dict={x: x·next, y: y·next})\n"
    assert running(MADE + ONCE + "sess.run([loss, x])\n") == TAKEN + both
    assert (
        running(MADE + ONCE + "print(loss.eval())\n") == TAKEN + "print(loss.eval(feed_dict={x: x·next, y: y·next}))\n"
    )


def test_a_run_that_needs_none_or_is_fed_all_it_needs_takes_none() -> None:
    body = MADE + ONCE + "w = tf.Variable(1.0)\nsess.run(w)\nsess.run(loss, {x: 1, y: 2})\nsess.run(loss)\n"
    untouched = "w = tf.Variable(1.0)\nsess.run(w)\nsess.run(loss, {x: 1, y: 2})\n"
    assert running(body) == untouched + TAKEN + FED
    only_x = "x·next, y·next = next(it)\nsess.run(loss, {x: 1, y: y·next})\n"
    assert running(MADE + ONCE + "sess.run(loss, {x: 1})\n") == only_x


def test_placeholders_stand_for_the_elements_of_a_dataset() -> None:
    text = plainly(MADE + ONCE + "sess.run(loss)\n")
    assert 'x = tf.placeholder(tf.float32, name="d.element_spec[0] of 2")\n' in text
    assert "it = iter(d)\n" in text
    unnamed = plainly("x = tf.data.Dataset.range(3).make_one_shot_iterator().get_next()\n" + SUM)
    assert unnamed.startswith(
        'iterator = iter(tf.data.Dataset.range(3))\nx = tf.placeholder(tf.float32, name="iterator.'
    )


def test_ids_are_whole_numbers_and_shapes_are_those_that_the_code_shows() -> None:
    body = (
        "a = tf.zeros([6, 3])\n" + MADE + "d = d.batch(2).repeat()\n" + ONCE + "h = tf.one_hot(y, 3)\nsess.run(loss)\n"
    )
    text = plainly(body)
    assert 'x = tf.placeholder(tf.float32, [None, 3], name="d.element_spec[0] of 2")\n' in text
    assert 'y = tf.placeholder(tf.int64, name="d.element_spec[1] of 2")\n' in text


def test_a_loop_until_the_data_ends_is_a_loop_over_the_dataset() -> None:
    run = "        sess.run(loss, feed_dict={x: x·next, y: y·next})\n"
    body = f"    for x·next, y·next in d:\n{run}        n += 1  # counted\n"
    assert running(MADE + EACH + ENDLESS.replace("AT_THE_END", "pass")) == "for i in range(3):\n" + body
    ended = running(MADE + EACH + ENDLESS.replace("AT_THE_END", "print(n)"))
    assert ended == "for i in range(3):\n" + body + "    print(n)\n"


def test_a_loop_that_an_exception_breaks_is_one_too() -> None:
    loop = f"while True:\n    try:\n        sess.run(loss)\n    {UNTIL}        print(1)\n        break\n"
    over = "for x·next, y·next in d:\n    sess.run(loss, feed_dict={x: x·next, y: y·next})\nprint(1)\n"
    assert running(MADE + EACH + "sess.run(it.initializer)\n" + loop) == over
    assert running(MADE + ONCE + loop) == over


@pytest.mark.parametrize(
    "loop",
    [
        "try:\n    while True:\n        n += 1\n        sess.run(loss)\n" + UNTIL + "    pass\n",
        "try:\n    while True:\n        sess.run(loss)\n        sess.run(loss)\n" + UNTIL + "    pass\n",
        "try:\n    while True:\n        sess.run(loss)\n        if n:\n            break\n" + UNTIL + "    n = 1\n",
        "try:\n    for i in range(9):\n        sess.run(loss)\n" + UNTIL + "    pass\n",
    ],
)
def test_other_loops_end_by_an_exception(loop: str) -> None:
    text = running(MADE + ONCE + loop)
    assert "except StopIteration:" in text
    assert "x·next, y·next = next(it)" in text


def test_what_goes_on_with_the_same_iterator_does_so() -> None:
    loop = "try:\n    while True:\n        sess.run(loss)\n        if n:\n            break\n" + UNTIL + "    pass\n"
    text = running(MADE + EACH + "sess.run(it.initializer)\n" + loop + "sess.run(loss)\n")
    assert text.startswith("it = iter(d)\nfor x·next, y·next in it:\n")


def test_a_structure_is_that_of_the_dataset_that_is_started() -> None:
    made = (
        MADE
        + "e = d.take(1)\nit = tf.data.Iterator.from_structure(d.output_types, d.output_shapes)\nx, y = it.get_next()\n"
    )
    begun = "one = it.make_initializer(d)\ntwo = it.make_initializer(e)\nsess = tf.Session()\n"
    text = running(made + begun + "sess.run(one)\nsess.run(x + y)\nsess.run([two])\nsess.run(x + y)\n")
    taken = TAKEN + "sess.run(x + y, feed_dict={x: x·next, y: y·next})\n"
    assert text == "it = iter(d)\n" + taken + "it = iter(e)\n" + taken


def test_elements_that_are_only_fetched_are_arrays() -> None:
    assert running(MADE + ONCE + "p, q = sess.run([x, y])\n") == "p, q = next(it)\n"
    assert "it = d.as_numpy_iterator()" in plainly(MADE + ONCE + "p, q = sess.run([x, y])\n")
    whole = MADE + "it = d.make_one_shot_iterator()\nsess = tf.Session()\np = sess.run(it.get_next())\n"
    assert running(whole) == "p = next(it)\n"
    mixed = running(MADE + ONCE + "p, q = sess.run([x, y])\nsess.run(loss)\n")
    assert mixed == "p, q = [value.numpy() for value in next(it)]\n" + TAKEN + FED


def test_what_is_fed_to_a_dataset_stands_in_its_place() -> None:
    fed = "p = tf.placeholder(tf.float32, [6])\nq = tf.placeholder(b.dtype, b.shape)\n"
    text = plainly(
        fed + MADE.replace("a, b", "p, q") + EACH + "sess.run(it.initializer, {p: a, q: b})\nsess.run(loss)\n"
    )
    assert text.startswith("d = tf.data.Dataset.from_tensor_slices((tf.cast(a, tf.float32), b))\n")
    assert text.endswith("it = iter(d)\n" + TAKEN + FED)


def test_a_dataset_that_is_fed_one_value_and_another_is_made_by_a_function() -> None:
    fed = "p = tf.placeholder(tf.float32, [None, 3])\nn = tf.placeholder(tf.int64)\n"
    made = "d = tf.data.Dataset.from_tensor_slices((p, p))\nd = d.batch(n)\n"
    starts = "sess.run(it.initializer, {p: a, n: 4})\nsess.run(loss)\n"
    starts += "sess.run(it.initializer, {p: b, n: 1})\nsess.run(loss)\n"
    text = plainly(fed + made + EACH + starts)
    body = "    d = tf.data.Dataset.from_tensor_slices((p, p))\n    d = d.batch(n)\n    return d\n"
    assert f"def make_dataset(p, n):\n{body}" in text
    assert "it = iter(make_dataset(tf.cast(b, tf.float32), 1))\n" in text
    assert "x = tf.placeholder(tf.float32, [None, 3])\n" in text


@pytest.mark.parametrize(
    ("method", "starts", "told"),
    [
        (".shuffle(9)", "", (OTHER_ORDER,)),
        (".shuffle(9, seed=1)", "", ()),
        (".shuffle(9, seed=1).repeat()", "", (OTHER_ORDER,)),
        (".shuffle(9, 1, reshuffle_each_iteration=False).repeat()", "", ()),
        (".shuffle(9, 1)", "again", (NEW_ORDER,)),
        (".shuffle(9, 1, False)", "again", ()),
        (".map(lambda p, q: (p + tf.random_uniform([]), q))", "", (OTHER_NUMBERS,)),
    ],
)
def test_another_order_is_told_of(method: str, starts: str, told: tuple[str, ...]) -> None:
    body = EACH + AGAIN if starts else ONCE + "sess.run(loss)\n"
    assert said(MADE.rstrip() + method + "\n" + body) == told


def test_layers_over_numbers_that_may_be_of_float64_are_told_of() -> None:
    layers = ONCE + "h = tf.layers.dense(x, 3)\nsess.run(loss)\n"
    assert said(MADE + layers) == (DOUBLE,)
    assert said(MADE.replace("(a, b)", "(np.float32(a), b)") + layers) == ()


def named(body: str) -> str:
    """The text of a program in which elements have their names at once, and placeholders statements of their own."""
    text = IMPORT + body
    for change in (placed, gotten, gotten):
        tree = ast.parse(text)
        text = apply(text, change(text, Names(tree), tree))
    return text.removeprefix(IMPORT)


def test_the_parts_of_an_element_have_their_names_at_once() -> None:
    once = MADE + "it = d.make_one_shot_iterator()\nx, y = it.get_next()\n"
    whole = MADE + "it = d.make_one_shot_iterator()\nbatch = it.get_next()\n"
    assert named(whole + "x, y = batch\n") == once
    assert named(whole + "x = batch[0]\ny = batch[1]\n") == once
    for more in ("x = batch[0]\n", "x, y = batch\nf(batch)\n", "x = batch[0]\ny = batch[1]\nx = 1\n"):
        assert named(whole + more) == whole + more


def test_a_function_returns_the_dataset_whose_iterator_it_made() -> None:
    function = "def data(n):\n    d = tf.data.Dataset.from_tensor_slices((a, b)).batch(n)\n"
    asked = function + "    return d\nx, y = data(3).make_one_shot_iterator().get_next()\n"
    assert named(function + "    return d.make_one_shot_iterator().get_next()\nx, y = data(3)\n") == asked
    parts = "    it = d.make_one_shot_iterator()\n    p, q = it.get_next()\n    return p, q\nx, y = data(3)\n"
    assert named(function + parts) == asked
    other = (
        function + "    it = d.make_one_shot_iterator()\n    p, q = it.get_next()\n    return q, p\nx, y = data(3)\n"
    )
    assert named(other) == other


def test_placeholders_side_by_side_have_statements_of_their_own() -> None:
    both = "x, y = tf.placeholder(tf.float32), tf.placeholder(tf.int32, [3])  # both\n"
    assert named(both) == "x = tf.placeholder(tf.float32)\ny = tf.placeholder(tf.int32, [3])  # both\n"
    mixed = "x, y = tf.placeholder(tf.float32), f(tf.placeholder(tf.float32))\n"
    assert named(mixed) == mixed


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (MADE + ONCE + "z, t = it.get_next()\nsess.run(loss)\n", "several elements of"),
        (MADE + ONCE + "print(sess.run(loss), sess.run(x))\n", "one statement takes several elements"),
        (MADE + ONCE + "n and sess.run(loss)\n", "when sess.run(loss) takes an element is not known"),
        (MADE + ONCE + "f(g(), sess.run(loss))\n", "takes an element after other calls"),
        (MADE + ONCE + "def g():\n    yield sess.run(loss)\n", "takes an element"),
        (MADE + ONCE + "if n:\n    loss = w\nsess.run(loss)\n", "takes an element hangs on loss"),
        (MADE + ONCE + "f(it)\nsess.run(loss)\n", "does with an iterator is not known"),
        (MADE + EACH + "def g():\n    sess.run(it.initializer)\ng()\nsess.run(loss)\n", "another function takes from"),
        (MADE.replace("a, b", "tf.Variable(a), b") + ONCE + "sess.run(loss)\n", "is what a dataset is made of"),
        (MADE.replace("a, b", "tf.random_normal([4]), b") + EACH + AGAIN, "at each start of an iterator, TF2 once"),
        (MADE + EACH + "d = 1\nsess.run(it.initializer)\nsess.run(loss)\n", "which dataset"),
    ],
)
def test_iterators_that_are_used_otherwise_stay(body: str, why: str) -> None:
    text = IMPORT + body
    tree = ast.parse(text)
    assert iterated(text, Names(tree), tree)[0] == []
    assert why in left(body)


@pytest.mark.parametrize(
    "body",
    [
        MADE + ".shuffle(9, reshuffle_each_iteration=False)",
        "x = tf.data.Dataset.from_tensor_slices(a).map(g).make_one_shot_iterator().get_next()",
    ],
)
def test_what_would_be_another_order_or_several_tensors_stays(body: str) -> None:
    runs = "\nsess = tf.Session()\nsess.run(h(x))\n"
    made = body.replace("\n.", ".") + "\n" + EACH if "shuffle" in body else body + runs
    start = "for i in range(2):\n    sess.run(it.initializer)\n    sess.run(loss)\n" if "shuffle" in body else ""
    text = IMPORT + made + start
    tree = ast.parse(text)
    assert iterated(text, Names(tree), tree) == ([], ())
