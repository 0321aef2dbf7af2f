"""Recurrent cells, batch normalization and momentum of TF1 as classes of Keras, with the same variables and formula.

Keras' own cells have other ones: two kernels, gates in another order, and other initial values. Its normalization takes
no tensor for a flag, and its moving variance is another one. Its momentum gathers steps, each as long as its rate said,
and that of TF1 gradients, which is the same until the rate changes. A program that is converted gets the class itself,
since no package has it.
"""

from __future__ import annotations

_LSTM = '''class BasicLSTMCell(tf.keras.layers.Layer):
    """The LSTM cell of TF1: one kernel for all gates, and a bias on what is forgotten."""

    def __init__(self, units, forget_bias=1.0, activation=tf.tanh):
        super().__init__()
        self.units, self.forget_bias, self.activation = units, forget_bias, activation
        self.state_size = [units, units]

    def build(self, shape):
        self.kernel = self.add_weight(shape=[shape[-1] + self.units, 4 * self.units], initializer="glorot_uniform")
        self.bias = self.add_weight(shape=[4 * self.units], initializer="zeros")

    def call(self, x, states):
        c, h = states
        gates = tf.matmul(tf.concat([x, h], axis=1), self.kernel) + self.bias
        i, j, f, o = tf.split(gates, 4, axis=1)
        c = c * tf.sigmoid(f + self.forget_bias) + tf.sigmoid(i) * self.activation(j)
        h = self.activation(c) * tf.sigmoid(o)
        return h, [c, h]
'''

_RNN = '''class BasicRNNCell(tf.keras.layers.Layer):
    """The recurrent cell of TF1: one kernel for what comes in and what was there."""

    def __init__(self, units, activation=tf.tanh):
        super().__init__()
        self.units = self.state_size = units
        self.activation = activation

    def build(self, shape):
        self.kernel = self.add_weight(shape=[shape[-1] + self.units, self.units], initializer="glorot_uniform")
        self.bias = self.add_weight(shape=[self.units], initializer="zeros")

    def call(self, x, states):
        h = self.activation(tf.matmul(tf.concat([x, states[0]], axis=1), self.kernel) + self.bias)
        return h, [h]
'''

_GRU = '''class GRUCell(tf.keras.layers.Layer):
    """The GRU cell of TF1: what was there is reset before it goes into the kernel."""

    def __init__(self, units, activation=tf.tanh):
        super().__init__()
        self.units = self.state_size = units
        self.activation = activation

    def build(self, shape):
        size, units = shape[-1] + self.units, self.units
        self.gates = self.add_weight(shape=[size, 2 * units], initializer="glorot_uniform")
        self.gates_bias = self.add_weight(shape=[2 * units], initializer="ones")
        self.candidate = self.add_weight(shape=[size, units], initializer="glorot_uniform")
        self.candidate_bias = self.add_weight(shape=[units], initializer="zeros")

    def call(self, x, states):
        h = states[0]
        both = tf.sigmoid(tf.matmul(tf.concat([x, h], axis=1), self.gates) + self.gates_bias)
        reset, update = tf.split(both, 2, axis=1)
        new = self.activation(tf.matmul(tf.concat([x, reset * h], axis=1), self.candidate) + self.candidate_bias)
        h = update * h + (1 - update) * new
        return h, [h]
'''

_NORMALIZATION = '''class BatchNormalization(tf.keras.layers.BatchNormalization):
    """The batch normalization of TF1: the flag may be a tensor; of images, or if told so, unbiased variances move."""

    def __init__(self, unbiased=None, **keywords):
        super().__init__(**keywords)
        self.unbiased = unbiased

    def call(self, x, training=False):
        return tf.cond(tf.cast(training, tf.bool), lambda: self.by_batch(x), lambda: self.by_averages(x))

    def by_batch(self, x):
        mean, variance = tf.nn.moments(x, list(range(len(x.shape) - 1)))
        n = tf.cast(tf.size(x) / tf.size(mean), x.dtype)
        unbiased = len(x.shape) == 4 if self.unbiased is None else self.unbiased
        moving = variance * n / tf.maximum(n - 1, 1) if unbiased else variance
        self.moving_mean.assign_sub((self.moving_mean - mean) * (1 - self.momentum))
        self.moving_variance.assign_sub((self.moving_variance - moving) * (1 - self.momentum))
        return tf.nn.batch_normalization(x, mean, variance, self.beta, self.gamma, self.epsilon)

    def by_averages(self, x):
        mean, variance = self.moving_mean, self.moving_variance
        return tf.nn.batch_normalization(x, mean, variance, self.beta, self.gamma, self.epsilon)
'''

_MOMENTUM = '''class Momentum(tf.keras.optimizers.SGD):
    """The momentum of TF1: it gathers gradients, so that a rate that changes changes all that has gathered."""

    def build(self, variables):
        super().build(variables)
        self.moved = getattr(self, "moved", None) or list(variables)

    def update_step(self, gradient, variable, learning_rate=None):
        rate = tf.cast(self.learning_rate if learning_rate is None else learning_rate, variable.dtype)
        at = [one is variable for one in self.moved].index(True)
        gathered = self.momentums[at] * self.momentum + gradient
        self.momentums[at].assign(gathered)
        variable.assign_sub(rate * (gradient + gathered * self.momentum if self.nesterov else gathered))
'''

_DROPOUT = '''class DropoutWrapper(tf.keras.layers.Layer):
    """A cell of which what comes in, what it gives, and its state are dropped anew at each step, as TF1 did."""

    def __init__(self, cell, input_keep_prob=1.0, output_keep_prob=1.0, state_keep_prob=1.0):
        super().__init__()
        self.cell, self.state_size = cell, cell.state_size
        self.rates = [1 - kept for kept in (input_keep_prob, output_keep_prob, state_keep_prob)]

    def build(self, shape):
        if not self.cell.built:
            self.cell.build(shape)

    def call(self, x, states):
        of_input, of_output, of_state = self.rates
        h, states = self.cell(tf.nn.dropout(x, rate=of_input), states)
        states = [*states[:-1], tf.nn.dropout(states[-1], rate=of_state)]  # of an LSTM, c stays
        return tf.nn.dropout(h, rate=of_output), states
'''

#: The classes, by name, as code in which TensorFlow is called `tf`.
CELLS = {
    "BasicLSTMCell": _LSTM,
    "BasicRNNCell": _RNN,
    "GRUCell": _GRU,
    "DropoutWrapper": _DROPOUT,
    "BatchNormalization": _NORMALIZATION,
    "Momentum": _MOMENTUM,
}
