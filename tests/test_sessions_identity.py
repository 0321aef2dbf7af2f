"""Claims about programs that tell tensors apart as objects: they keep their session, and are told the line."""

from __future__ import annotations

import pytest
from session_texts import converted, left

PROGRAM = """
a = tf.constant([1.0, 2.0])
t = a * 2
{line}
with tf.Session() as sess:
    print(sess.run(t))
"""


@pytest.mark.parametrize(
    "line",
    [
        "print(a in [t])",
        "print(a not in kept)",
        "print([1, a] == [1, t])",
        "print(a == t)",
        "print(a != None)",
        "d = {a: 1}",
        "d = {(a, 1): 1}",
        "s = {a, t}",
        "s = set([a, t])",
        "s = set(x for x in [a, t])",
        "ts = [a, t]; s = frozenset(ts)",
        "d = dict([(a, 1)])",
        "d = dict(zip([a, t], 'at'))",
        "d = dict.fromkeys([a, t])",
        "d = {x: 1 for x in [a, t]}",
        "s = {x for x in [a, t]}",
        "print(hash(a))",
        "d = {}; d[a] = 1",
        "d = dict(); print(d.get(t))",
        "print([a, t].index(t))",
        "f = lambda x: x == a",
        "def f(x, seen=()): return x in seen\nf(t)",
    ],
)
def test_a_program_that_tells_tensors_apart_is_left(line: str) -> None:
    reason = left(PROGRAM.format(line=line))
    assert reason.startswith("line 3: `"), reason
    assert reason.endswith("` tells tensors apart as objects; TF2 compares them by value, and hashes none")


@pytest.mark.parametrize(
    "line",
    [
        "d = {'a': a, 't': t}",
        "d = dict(zip('at', [a, t]))",
        "d = dict(a=a, t=t)",
        "print('a' in {'a': t}, a is t, [a, t][0] is a)",
        "d = {}; d['a'] = a",
        "def f(x, kind): return x * 2 if kind == 'twice' else x\nf(t, 'twice')",
        "v = tf.equal(a, t)",
    ],
)
def test_names_and_objects_are_told_apart_as_before(line: str) -> None:
    assert "Session" not in converted(PROGRAM.format(line=line))
