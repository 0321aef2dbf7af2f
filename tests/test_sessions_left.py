"""Claims about programs that stay as they are, each with the reason that is told."""

from __future__ import annotations

import pytest
from session_texts import conversion, left, program

from tfloss_migrate.sessions.plain.summaries import NO_TENSORBOARD, has_tensorboard

_X = "x = tf.placeholder(tf.float32)\n"
_LACKING = "" if has_tensorboard() else f"; {NO_TENSORBOARD}"
_RUN = "sess = tf.Session()\nsess.run(a)\n"

TRAINING = {
    "an optimizer that is run": (
        "w = tf.Variable(1.0)\nstep = tf.train.AdamOptimizer().minimize(w)\nsess = tf.Session()\nsess.run(step)\n",
        "line 2: the variables are not given their initial values here",
    ),
    "a learning rate that is looked at": (
        "rate = tf.train.exponential_decay(0.1, 1, 10, 0.9)\nsess = tf.Session()\nsess.run(rate)\n",
        "line 1: tf.train.exponential_decay is part of a training program",
    ),
    "an optimizer of somebody else": (
        "w = tf.Variable(1.0)\nstep = make().minimize(w)\nsess = tf.Session()\nfor i in r:\n    sess.run([step, w])\n",
        "line 2: make().minimize() trains",
    ),
    "a supervisor": (
        "with tf.train.MonitoredTrainingSession() as sess:\n    sess.run(tf.ones([1]))\n",
        "line 1: tf.train.MonitoredTrainingSession is part of a training program",
    ),
}

LEFT = {
    "an assignment to what is not seen to be a variable": (
        "w = f()\nsess = tf.Session()\nsess.run(tf.assign(w, w + 1))\n",
        "line 3: tf.assign changes a variable when the session runs it",
    ),
    "a checkpoint of another program": (
        "w = tf.Variable(1.0)\nsaver = tf.train.Saver()\nsess = tf.Session()\nsaver.restore(sess, 'm')\nsess.run(w)\n",
        "line 2: tf.train.Saver saves or restores what a session holds",
    ),
    "an assignment to what has no initial value": (
        "w = tf.Variable(1.0)\nsess = tf.Session()\nsess.run(w.assign_add(2.0))\n",
        "line 2: the variables are not given their initial values here",
    ),
    "a saver": (
        "w = tf.Variable(1.0)\nsaver = tf.train.Saver()\nwith tf.Session() as sess:\n    saver.restore(sess, 'm')\n",
        "line 2: tf.train.Saver saves or restores what a session holds",
    ),
    "a coordinator": (
        "with tf.Session() as sess:\n    coord = tf.train.Coordinator()\n    print(sess.run(tf.ones([1])))\n",
        "line 2: tf.train.Coordinator is part of an input queue, which a session runs",
    ),
    "a queue": (
        "q = tf.FIFOQueue(3, tf.float32)\nx = q.dequeue()\nsess = tf.Session()\nsess.run(x)\n",
        "line 1: tf.FIFOQueue is part of an input queue, which a session runs",
    ),
    "a summary": (
        "tf.summary.image('a', tf.ones([]))\nsess = tf.Session()\nsess.run(tf.ones([1]))\n",
        f"line 1: tf.summary.image is for summaries of what a session runs{_LACKING}",
    ),
    "a placeholder beside an optimizer, without a session": (
        _X + "step = tf.train.AdamOptimizer().minimize(x)\n",
        "line 1: no session here feeds the placeholder",
    ),
    "an unknown result": (
        "a = net()\n" + _RUN,
        "line 3: what a holds, net(), is not known to be a tensor",
    ),
    "a parameter": (
        "def show(t):\n    with tf.Session() as s:\n        print(s.run(t))\n",
        "line 3: what t holds is not known to be a tensor",
    ),
    "a name that is a tensor only sometimes": (
        "a = tf.ones([1])\nif a is None:\n    a = load()\n" + _RUN,
        "line 5: what a holds is not known to be a tensor",
    ),
    "a list that is added to": (
        "a = [tf.ones([1])]\na.append(load())\n" + _RUN,
        "line 4: what a holds, [tf.ones([1])], is not known to be a tensor",
    ),
    "a name in the graph": (
        "a = tf.ones([1], name='a')\nsess = tf.Session()\nsess.run('a:0')\n",
        "line 3: a result is fetched by its name in the graph, 'a:0'",
    ),
    "a look into the graph": (
        "a = tf.ones([1])\nsess = tf.Session()\nb = sess.graph.get_tensor_by_name('a:0')\nsess.run(a)\n",
        "line 3: sess.graph is used",
    ),
    "the default graph": (
        "a = tf.get_default_graph().get_tensor_by_name('a:0')\n" + _RUN,
        "line 1: tf.get_default_graph looks into the graph",
    ),
    "a tensor's name": (
        "a = tf.ones([1])\nprint(a.name)\n" + _RUN,
        "line 2: a.name belongs to the graph",
    ),
    "a dimension's value": (
        "a = tf.ones([1])\nn = a.get_shape()[0].value\n" + _RUN,
        "line 2: a.get_shape()[0].value: in TF2 a dimension is a plain number",
    ),
    "randomness that is run by a function": (
        "a = tf.random_uniform([3])\nsess = tf.Session()\ndef draw():\n    return sess.run(a)\n",
        "line 1: tf.random_uniform([3]) draws anew at each run, and only once in eager code",
    ),
    "dropout": (
        "a = tf.nn.dropout(tf.ones([3]), 0.5)\n" + _RUN,
        "line 1: tf.nn.dropout draws anew at each run",
    ),
    "printing in the graph": (
        "a = tf.Print(tf.ones([3]), [1])\n" + _RUN,
        "line 1: tf.Print prints when the graph runs it",
    ),
    "Python in the graph": (
        "a = tf.py_func(f, [tf.ones([3])], tf.float32)\n" + _RUN,
        "line 1: tf.py_func calls Python when the graph runs",
    ),
    "order in the graph": (
        "with tf.control_dependencies([]):\n    a = tf.ones([1])\n" + _RUN,
        "line 1: tf.control_dependencies orders what the session runs",
    ),
    "a condition in the graph": (
        "a = tf.cond(tf.less(1, 2), lambda: tf.ones([1]), lambda: tf.zeros([1]))\n" + _RUN,
        "line 1: tf.cond chooses when the graph runs",
    ),
    "a loop in the graph": (
        "i, a = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s), [0, 1])\n" + _RUN,
        "line 1: tf.while_loop loops when the graph runs",
    ),
    "an iterator": (
        "it = tf.data.Dataset.range(3).make_one_shot_iterator()\na = it.get_next()\n" + _RUN,
        "line 1: tf.data.Dataset.range(3).make_one_shot_iterator() makes an iterator that a session advances",
    ),
    "gradients": (
        "w = tf.Variable(1.0)\na = tf.gradients(w * w, w)[0]\n" + _RUN,
        "line 2: tf.gradients needs a tape in eager code",
    ),
    "contrib": (
        "a = tf.contrib.layers.flatten(tf.ones([2, 2]))\n" + _RUN,
        "line 1: tf.contrib.layers.flatten is gone from TF2",
    ),
    "shared variables": (
        "a = tf.get_variable('a', [3])\n" + _RUN,
        "line 1: tf.get_variable shares variables through scopes",
    ),
    "a session that is passed on": (
        "a = tf.ones([1])\nsess = tf.Session()\nevaluate(sess, a)\nsess.run(a)\n",
        "line 3: the session is passed to evaluate",
    ),
    "a session that is stored": (
        "class Model:\n    def __init__(self):\n        self.sess = tf.Session()\n        self.sess.run(a)\n",
        "line 3: the session is stored as self.sess",
    ),
    "a session that is returned": (
        "def make():\n    return tf.Session()\n",
        "line 2: the session is handed on",
    ),
    "a name that is a session only sometimes": (
        "sess = tf.Session()\nsess = other()\nsess.run(tf.ones([1]))\n",
        "line 1: sess is not only this session",
    ),
    "a distant session": (
        "sess = tf.Session('grpc://host')\nsess.run(tf.ones([1]))\n",
        "line 1: the session runs on 'grpc://host'",
    ),
    "options of a run": (
        "sess = tf.Session()\nsess.run(tf.ones([1]), options=o, run_metadata=m)\n",
        "line 2: sess.run(tf.ones([1]), options=o, run_metadata=m) is called with options, run_metadata",
    ),
    "a partial run": (
        "sess = tf.Session()\nh = sess.partial_run_setup([tf.ones([1])])\n",
        "line 2: sess.partial_run_setup is used",
    ),
    "a session without runs": (
        "with tf.Session() as sess:\n    main()\n",
        "line 1: nothing that is seen here runs in the session",
    ),
    "an initialiser that is kept": (
        "init = tf.global_variables_initializer()\nkeep(init)\nsess = tf.Session()\nsess.run(init)\n",
        "line 1: tf.global_variables_initializer() is not only run",
    ),
    "placeholders that nobody feeds": (
        _X + "a = x + 1\n",
        "line 1: no session here feeds the placeholder",
    ),
    "a placeholder in an attribute": (
        "class M:\n    def f(self):\n        self.x = tf.placeholder(tf.float32)\n",
        "line 3: the placeholder is stored as self.x",
    ),
    "a placeholder with a default": (
        "a = tf.placeholder_with_default(1.0, [])\n" + _RUN,
        "line 1: tf.placeholder_with_default is fed or not, run by run",
    ),
    "a sparse placeholder": (
        "a = tf.sparse_placeholder(tf.float32)\n" + _RUN,
        "line 1: tf.sparse_placeholder is fed with sparse values",
    ),
    "a fed tensor that is no placeholder": (
        "c = tf.ones([])\na = c + 1\nsess = tf.Session()\nsess.run(a, {c: 2.0})\n",
        "line 4: c is fed, and is not known to be a placeholder",
    ),
    "a placeholder that is not fed": (
        _X + "a = x + 1\n" + _RUN,
        "line 4: x is needed and not fed",
    ),
    "a feed that is changed after it was built": (
        _X + "a = x + 1\nfeed = {x: 1.0}\nfeed[x] = 2.0\nsess = tf.Session()\nsess.run(a, feed)\n",
        "line 6: what is fed is not written out at the call, but feed",
    ),
    "a feed of what is another one by now": (
        _X + "a = x + 1\nv = 1.0\nfeed = {x: v}\nv = 2.0\nsess = tf.Session()\nsess.run(a, feed)\n",
        "line 7: what is fed is not written out at the call, but feed",
    ),
    "a fed value with effects that nobody needs": (
        _X + "sess = tf.Session()\nsess.run(tf.ones([1]), {x: next(data)})\n",
        "line 3: next(data) is fed, and no fetch needs it",
    ),
    "a graph statement that is used otherwise": (
        _X + "a = x + 1\nshow(a.get_shape())\nsess = tf.Session()\nsess.run(a, {x: 1.0})\n",
        "line 3: a hangs on a placeholder, and is used outside of what is run",
    ),
    "names that are set by their text": (
        _X + "a = x + 1\nglobals()['a'] = 2\nsess = tf.Session()\nsess.run(a, {x: 1.0})\n",
        "line 3: globals may give any name another value",
    ),
    "a graph in branches that do something else": (
        _X
        + "if flag:\n    a = x + 1\nelse:\n    a = x + 2\n    done.append(1)\n"
        + "sess = tf.Session()\nsess.run(a, {x: 1.0})\n",
        "line 3: what hangs on a placeholder stands in a block of its own",
    ),
    "a variable that hangs on a placeholder": (
        _X + "a = tf.Variable(x)\nsess = tf.Session()\nsess.run(a, {x: 1.0})\n",
        "line 2: a variable's shape hangs on a placeholder",
    ),
    "a shape that hangs on another placeholder": (
        _X + "y = tf.placeholder(tf.float32, x.shape)\nsess = tf.Session()\nsess.run(x + y, {x: 1.0, y: 2.0})\n",
        "line 2: the shape of a placeholder hangs on x, which does itself",
    ),
    "an unknown function of a placeholder": (
        _X + "a = tf.abs(net(x))\nsess = tf.Session()\nsess.run(a, {x: 1.0})\n",
        "line 2: what net does with the placeholder is not known",
    ),
    "a name that changes between the graph and the run": (
        _X + "k = 2.0\na = x * k\nk = 3.0\nsess = tf.Session()\nsess.run(a, {x: 1.0})\n",
        "line 3: k is another one when the session runs",
    ),
    "fetches of which only some hang on what is fed": (
        _X + "a = x + 1\nb = x - 1\nsess = tf.Session()\nsess.run([a, b, tf.ones([1])], {x: 1.0})\n",
        "line 5: some of the fetches hang on what is fed, and some do not",
    ),
    "an unknown symbol": (
        "a = tf.segment_spell(tf.ones([1]))\n" + _RUN,
        "line 1: tf.segment_spell is not known to mean the same without a session",
    ),
}

REWRITTEN = {
    "a TF1 name": ("a = tf.log(2.0)\n" + _RUN, "line 1: tf.log is of TF1 and has not been rewritten"),
    "a TF1 loss": (
        "a = tf.losses.log_loss([1.0], [0.5])\n" + _RUN,
        "line 1: tf.losses.log_loss is of TF1 and has not been rewritten",
    ),
    "a TF1 argument": (
        "a = tf.reduce_sum(tf.ones([2, 2]), reduction_indices=1)\n" + _RUN,
        "line 1: tf.reduce_sum(tf.ones([2, 2]), reduction_indices=1) is written for TF1",
    ),
    "an order of TF 0.x": (
        "a = tf.concat(0, [tf.ones([2]), tf.ones([2])])\n" + _RUN,
        "line 1: tf.concat(0, [tf.ones([2]), tf.ones([2])]) is written for TF1",
    ),
}


@pytest.mark.parametrize(("body", "reason"), TRAINING.values(), ids=TRAINING.keys())
def test_a_program_that_trains_is_left_whole(body: str, reason: str) -> None:
    assert left(body, "TFL502") == reason


@pytest.mark.parametrize(("body", "reason"), LEFT.values(), ids=LEFT.keys())
def test_what_eager_code_might_do_otherwise_is_left(body: str, reason: str) -> None:
    assert left(body) == reason


@pytest.mark.parametrize(("body", "reason"), REWRITTEN.values(), ids=REWRITTEN.keys())
def test_names_of_tf1_that_nobody_rewrote_keep_the_session(body: str, reason: str) -> None:
    assert conversion(program(body)).new_text is not None
    assert left(body, rewritten=True) == reason


def test_one_obstacle_keeps_every_session_of_the_program() -> None:
    body = "with tf.Session() as s:\n    s.run(tf.ones([1]))\nwith tf.Session() as s:\n    s.run('a:0')\n"
    found = conversion(program(body))
    assert found.new_text is None
    assert [finding.rule for finding in found.findings] == ["TFL503", "TFL503"]
    assert len({finding.reason for finding in found.findings}) == 1


def test_a_session_that_never_existed_is_told_and_left() -> None:
    body = "x = tf.ones([1])\nwith tf.session() as sess:\n    print(sess.run(x))\n"
    found = conversion(program(body)).findings
    assert [(f.rule, f.severity, f.old) for f in found] == [
        ("TFL504", "error", "tf.session"),
        ("TFL503", "warning", "tf.session()"),
    ]
    assert "the name is tf.Session" in found[0].message
    assert left(body) == "line 2: tf.session never existed; the name is tf.Session"


def test_every_obstacle_is_told_with_its_line() -> None:
    text = """
    s = tf.summary.image('a', a)
    saver = tf.train.Saver()
    t = tf.summary.image('b', b)
    with tf.Session() as sess:
        sess.run([s, t])
    """
    reasons = [finding.reason for finding in conversion(program(text)).findings]
    summary = "lines 2, 4: tf.summary.image is for summaries of what a session runs"
    assert reasons == [f"{summary}{_LACKING}; line 3: tf.train.Saver saves or restores what a session holds"]


def test_what_is_said_of_many_names_is_told_once_with_all_lines() -> None:
    body = "tf.app.flags.DEFINE_integer('n', 1, '')\n" * 4 + "tf.app.flags.DEFINE_string('s', '', '')\n"
    body += "saver = tf.train.Saver()\n" + _RUN
    text = program(body.replace("sess.run(a", "sess.run(tf.constant(1.0)"))
    (reason,) = [finding.reason for finding in conversion(text).findings]
    assert reason is not None
    assert reason.startswith(
        "lines 2, 3, 4, 5, 6: tf.app.flags.DEFINE_integer, tf.app.flags.DEFINE_string: each is not known to mean"
    )
    assert "; line 7: tf.train.Saver saves" in reason


def test_an_assignment_whose_result_is_read_keeps_the_session() -> None:
    program = "w = tf.Variable(1.0)\nup = w.assign_add(2.0)\nsess = tf.Session()\n"
    start = "sess.run(tf.global_variables_initializer())\n"
    for read in ("print(sess.run(up))", "v = sess.run(up)\nprint(v)", "v, u = sess.run([w, up])\nprint(u)"):
        assert "assigns is read" in left(f"{program}{start}{read}\n", "TFL502")
    assert conversion(f"import tensorflow as tf\n{program}{start}sess.run(up)\nprint(sess.run(w))\n").new_text
