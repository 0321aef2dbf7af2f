"""Recurrent cells, for programs that are played: TF1's own where it is there, else out of operations, and Keras'.

Their variables start from what `initial` gives to a shape, on both sides alike. Runs inside the child process, also on
Python 2.7 and 3.7; TensorFlow is handed in.
"""

from __future__ import division

import itertools

import numpy as np
from expression import RefusedError
from layers import named, size

LOOPS = ("nn.dynamic_rnn", "nn.static_rnn", "contrib.rnn.static_rnn")


class Space(object):
    """A module in which some names mean something else."""

    def __init__(self, module, **others):
        self._module, self._others = module, others

    def __getattr__(self, name):
        return self._others[name] if name in self._others else getattr(self._module, name)


def of_keras(tf, keras, initial, dropout, made, texts):
    """What a converted program holds as classes, cells and momentum, by name; `texts` is the package's own code."""

    def cell(name):
        space = {"tf": Space(tf, keras=keras, nn=Space(tf.nn, dropout=dropout))}
        exec(texts[name], space)
        if name == "DropoutWrapper" or issubclass(space[name], keras.optimizers.Optimizer):
            return space[name]

        class Fixed(space[name]):
            def add_weight(self, shape=None, initializer=None, **keywords):
                if initializer == "glorot_uniform":
                    initializer = lambda shape, dtype=None, **more: initial(shape)  # noqa: E731
                return super(Fixed, self).add_weight(shape=shape, initializer=initializer, **keywords)

        def build(*arguments, **keywords):
            found = Fixed(*arguments, **keywords)
            made.append(found)
            return found

        return build

    return {name: cell(name) for name in texts}


def of_tf1(tf, initial, dropout, made):
    """The cells of TF1 and the loops over them, by their names behind `tf.`."""
    kinds = {"BasicLSTMCell": _lstm, "LSTMCell": _lstm, "BasicRNNCell": _plain, "GRUCell": _gru}
    real, numbers = hasattr(tf, "contrib"), itertools.count()

    def cell(name):
        def build(*arguments, **keywords):
            found = Cell(tf, initial, kinds[name], named(arguments, keywords, "num_units forget_bias"))
            if real:
                found = Real(tf, initial, getattr(tf.nn.rnn_cell, name), found.given, next(numbers))
            made.append(found)
            return found

        return build

    def stack(cells, state_is_tuple=True):
        if real:
            own = [one.cell for one in cells]
            return Real(tf, initial, lambda: tf.nn.rnn_cell.MultiRNNCell(own), {}, next(numbers))
        return Stack(cells)

    def wrapper(cell, *arguments, **keywords):
        kept = named(arguments, keywords, "input_keep_prob output_keep_prob state_keep_prob")
        if real:
            return Real(tf, initial, lambda: dropping(tf, dropout)(cell.cell, **kept), {}, next(numbers))
        return Wrapper(cell, dropout, kept)

    def loop(in_steps):
        def run(cell, inputs, initial_state=None, dtype=None, sequence_length=None, **how):
            steps = list(inputs) if in_steps else tf.unstack(inputs, axis=1)
            if real:
                told = {"sequence_length": sequence_length, "initial_state": initial_state, "dtype": steps[0].dtype}
                return cell.run(tf.nn.static_rnn if in_steps else tf.nn.dynamic_rnn, inputs, told)
            outputs, state = [], initial_state
            for at, step in enumerate(steps):
                output, new = cell(step, state)
                if sequence_length is not None:
                    lasts = tf.reshape(tf.cast(tf.less(at, sequence_length), step.dtype), [-1, 1])
                    output, new = output * lasts, kept(new, state, lasts)
                outputs.append(output)
                state = new
            return (outputs if in_steps else tf.stack(outputs, axis=1)), state

        return run

    def both(forward, backward, inputs, **how):
        if real:
            told = {"dtype": inputs[0].dtype}
            return forward.run(tf.nn.static_bidirectional_rnn, [backward.cell, inputs], told)
        there, back = loop(True)(forward, inputs)[0], loop(True)(backward, inputs[::-1])[0][::-1]
        return [tf.concat(each, 1) for each in zip(there, back)], None, None

    def dynamic_both(forward, backward, inputs, sequence_length=None, **how):
        if real:
            told = {"dtype": inputs.dtype, "sequence_length": sequence_length}
            return forward.run(tf.nn.bidirectional_dynamic_rnn, [backward.cell, inputs], told)

        def turned(x):
            return tf.reverse(x, [1]) if sequence_length is None else tf.reverse_sequence(x, sequence_length, 1)

        there = loop(False)(forward, inputs, sequence_length=sequence_length)[0]
        back = loop(False)(backward, turned(inputs), sequence_length=sequence_length)[0]
        return (there, turned(back)), None

    found = {module + name: cell(name) for name in kinds for module in ("contrib.rnn.", "nn.rnn_cell.")}
    found.update({module + "DropoutWrapper": wrapper for module in ("contrib.rnn.", "nn.rnn_cell.")})
    found.update({module + "MultiRNNCell": stack for module in ("contrib.rnn.", "nn.rnn_cell.")})
    found.update({module + "static_bidirectional_rnn": both for module in ("nn.", "contrib.rnn.")})
    found["nn.bidirectional_dynamic_rnn"] = dynamic_both
    found.update({name: loop(name != "nn.dynamic_rnn") for name in LOOPS})
    return found


def kept(new, old, lasts):
    """New states where a sequence lasts, else the old ones; None is zeros."""
    if isinstance(new, (list, tuple)):
        olds = [None] * len(new) if old is None else old
        return [kept(each, one, lasts) for each, one in zip(new, olds)]
    return new * lasts if old is None else new * lasts + old * (1 - lasts)


class Real(object):
    """A cell of a real TF1, with other initial values."""

    def __init__(self, tf, initial, make, given, number):
        self.tf, self.number, self.cell = tf, number, make(**given)
        self.start = lambda shape, dtype=None, partition_info=None: tf.constant(initial(shape), dtype)

    def run(self, loop, inputs, told):
        with self.tf.variable_scope("cell_%d" % self.number, initializer=self.start):
            return loop(self.cell, *(inputs if "bidirectional" in loop.__name__ else [inputs]), **told)

    def zero_state(self, batch_size, dtype):
        return None

    @property
    def weights(self):
        return self.cell.variables


def dropping(tf, dropout):
    """The wrapper of a real TF1 that drops what `dropout` does, where it says so."""
    if not hasattr(tf.nn.rnn_cell.DropoutWrapper, "_dropout"):
        raise RefusedError("a DropoutWrapper of a TensorFlow before 1.3")

    class Dropping(tf.nn.rnn_cell.DropoutWrapper):
        def _dropout(self, values, prefix, noise, keep_prob, parts=None):
            if isinstance(values, tuple) and parts is not None:
                each = [self._dropout(value, prefix, noise, keep_prob, part) for value, part in zip(values, parts)]
                return type(values)(*each)
            return values if parts is False else dropout(values, keep_prob)

    return Dropping


class Wrapper(object):
    """A cell of which some is dropped at each step."""

    def __init__(self, cell, dropout, kept):
        self.cell, self.dropout, self.kept = cell, dropout, kept

    def zero_state(self, batch_size, dtype):
        return None

    def dropped(self, what, x):
        return self.dropout(x, self.kept[what]) if what in self.kept else x

    def __call__(self, x, state):
        h, state = self.cell(self.dropped("input_keep_prob", x), state)
        last = self.dropped("state_keep_prob", state[-1] if isinstance(state, tuple) else state)
        return self.dropped("output_keep_prob", h), state[:-1] + (last,) if isinstance(state, tuple) else last


class Stack(object):
    """Cells of which each takes what the one before gives."""

    def __init__(self, cells):
        self.cells = cells

    def zero_state(self, batch_size, dtype):
        return None

    def __call__(self, x, states):
        found = []
        for cell, state in zip(self.cells, states or [None] * len(self.cells)):
            x, state = cell(x, state)
            found.append(state)
        return x, found


class Cell(object):
    """A cell out of operations; its formula takes what it holds, what comes in, and its state."""

    def __init__(self, tf, initial, formula, given):
        self.tf, self.initial, self.formula, self.given, self.weights = tf, initial, formula, given, []
        self.activation = given.get("activation") or tf.tanh

    def zero_state(self, batch_size, dtype):
        return None

    def kernel(self, x, outputs, bias):
        return [
            self.tf.Variable(self.initial([size(x) + self.given["num_units"], outputs])),
            self.tf.Variable(np.zeros([outputs]) + bias),
        ]

    def zeros(self, x):
        return self.tf.zeros([self.tf.shape(x)[0], self.given["num_units"]], x.dtype)

    def __call__(self, x, state):
        return self.formula(self, x, state)

    def product(self, x, at):
        return self.tf.matmul(self.tf.concat(x, 1), self.weights[at]) + self.weights[at + 1]


def _lstm(cell, x, state):
    tf, units = cell.tf, cell.given["num_units"]
    cell.weights = cell.weights or cell.kernel(x, 4 * units, 0.0)
    c, h = state or (cell.zeros(x), cell.zeros(x))
    i, j, f, o = tf.split(cell.product([x, h], 0), 4, 1)
    c = c * tf.sigmoid(f + cell.given.get("forget_bias", 1.0)) + tf.sigmoid(i) * cell.activation(j)
    h = cell.activation(c) * tf.sigmoid(o)
    return h, (c, h)


def _plain(cell, x, state):
    cell.weights = cell.weights or cell.kernel(x, cell.given["num_units"], 0.0)
    h = cell.activation(cell.product([x, cell.zeros(x) if state is None else state], 0))
    return h, h


def _gru(cell, x, state):
    tf, units = cell.tf, cell.given["num_units"]
    cell.weights = cell.weights or cell.kernel(x, 2 * units, 1.0) + cell.kernel(x, units, 0.0)
    h = cell.zeros(x) if state is None else state
    reset, update = tf.split(tf.sigmoid(cell.product([x, h], 0)), 2, 1)
    new = cell.activation(cell.product([x, reset * h], 2))
    h = update * h + (1 - update) * new
    return h, h
