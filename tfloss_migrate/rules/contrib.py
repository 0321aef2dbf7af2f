"""What of `tf.contrib` TF2 has below `tf.compat.v1`: the same by another name, or by other arguments.

The layers, and slim's, are those of `tf.layers` with other names and defaults of the arguments. What fills an argument
without a like, such as `normalizer_fn`, is not written. `batch_norm` is not here: its moving variance is unbiased
where that of `tf.layers` is not. Nor is `variance_scaling_initializer`, which draws from a little wider normal.
"""

from __future__ import annotations

#: Cells that `tf.nn.rnn_cell` had in 0.x, and has no more.
CELLS_OF_0X = "EmbeddingWrapper InputProjectionWrapper OutputProjectionWrapper linear".split()

_CELLS = (
    "BasicLSTMCell BasicRNNCell DeviceWrapper DropoutWrapper GRUCell LSTMCell LSTMStateTuple MultiRNNCell RNNCell "
    "ResidualWrapper"
).split()
_RNNS = "static_rnn static_bidirectional_rnn static_state_saving_rnn".split()
_DISTRIBUTIONS = (
    "Bernoulli Beta Categorical Dirichlet DirichletMultinomial Distribution Exponential Gamma Laplace Multinomial "
    "Normal RegisterKL StudentT Uniform kl_divergence"
).split()

#: The very same, by their old name and that of `tf.compat.v1`.
SAME = {
    **{f"contrib.rnn.{name}": f"compat.v1.nn.rnn_cell.{name}" for name in _CELLS},
    **{f"contrib.rnn.{name}": f"compat.v1.nn.{name}" for name in _RNNS},
    "contrib.framework.get_global_step": "compat.v1.train.get_global_step",
    "contrib.framework.get_or_create_global_step": "compat.v1.train.get_or_create_global_step",
    **{f"contrib.distributions.{name}": f"compat.v1.distributions.{name}" for name in _DISTRIBUTIONS},
}

_WEIGHTS = """
weights_initializer:kernel_initializer weights_regularizer:kernel_regularizer biases_initializer:bias_initializer
biases_regularizer:bias_regularizer reuse variables_collections: outputs_collections: trainable scope:name
"""
_CONVOLVED = "inputs num_outputs:filters kernel_size stride:strides"
_POOLED = "3 inputs kernel_size:pool_size stride:strides=2 padding data_format: outputs_collections: scope:name"
_CONVOLUTION = f"""compat.v1.layers.conv2d 4 {_CONVOLVED} padding:padding="same" data_format: rate:dilation_rate
activation_fn:activation="relu" normalizer_fn: normalizer_params: {_WEIGHTS}"""
_TRANSPOSED = f"""compat.v1.layers.conv2d_transpose 4 {_CONVOLVED} padding:padding="same" data_format:
activation_fn:activation="relu" normalizer_fn: normalizer_params: {_WEIGHTS}"""
_LAYERS = f"""
fully_connected compat.v1.layers.dense 2 inputs num_outputs:units activation_fn:activation="relu" normalizer_fn:
normalizer_params: {_WEIGHTS};
linear compat.v1.layers.dense 2 inputs num_outputs:units activation_fn:activation normalizer_fn: normalizer_params:
{_WEIGHTS};
conv2d {_CONVOLUTION}; convolution2d {_CONVOLUTION};
conv2d_transpose {_TRANSPOSED}; convolution2d_transpose {_TRANSPOSED};
max_pool2d compat.v1.layers.max_pooling2d {_POOLED};
avg_pool2d compat.v1.layers.average_pooling2d {_POOLED};
flatten compat.v1.layers.flatten 1 inputs outputs_collections: scope:name;
dropout compat.v1.layers.dropout 1 inputs keep_prob:rate noise_shape is_training:training=True outputs_collections:
scope:name seed;
"""

#: As in `published.TWINS`, with the default that an argument must be given where the new function has another one.
TWINS = """
contrib.layers.xavier_initializer compat.v1.glorot_uniform_initializer 0 uniform: seed dtype;
contrib.layers.xavier_initializer_conv2d compat.v1.glorot_uniform_initializer 0 uniform: seed dtype;
"""
LAYERS = tuple(
    f"{module}.{line.strip()}" for module in ("contrib.layers", "contrib.slim") for line in _LAYERS.split(";")[:-1]
)
TWINS += "".join(f"{line};\n" for line in LAYERS)
