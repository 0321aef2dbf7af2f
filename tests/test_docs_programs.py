"""The programs of docs/programs.md become what is shown there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_renames import migrated

PAGE = (Path(__file__).parent.parent / "docs" / "programs.md").read_text(encoding="utf-8")
PARTS = PAGE.split("\n## ")[1:]


def test_six_programs_are_shown() -> None:
    assert len(PARTS) == 6


@pytest.mark.parametrize("part", PARTS, ids=[part.splitlines()[0] for part in PARTS])
def test_a_program_becomes_what_is_shown(part: str) -> None:
    before, after = re.findall(r"```python\n(.*?)```", part, re.DOTALL)
    assert migrated(before).new_text == after
    assert migrated(after).new_text is None


def test_a_converted_program_is_of_tf2_whatever_else_it_names() -> None:
    before = """
from tensorflow.examples.tutorials.mnist import input_data
import tensorflow as tf

x = tf.placeholder(tf.float32)
y = tf.placeholder(tf.float32)
w = tf.Variable(1.0)
loss = tf.reduce_mean(tf.square(x * w - y))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
mnist = input_data.read_data_sets("data")
sess.run(train, {x: mnist.train.images, y: mnist.train.labels})
"""
    after = migrated(before).new_text
    assert after is not None
    assert "w = tf.Variable(1.0)\n" in after
    assert "tf.square(x * w - y)" in after
    assert migrated(after).new_text is None
