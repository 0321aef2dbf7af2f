"""The TensorFlow operations that losses are made of: how each is spelled, its parameters, and what is known of it.

A line reads: `operation: spellings | parameters | traits`. Parameters are in the order of TF 1.15; one with `=`
has a default that need not be written. Old names of arguments stand in `ARGUMENT_NAMES`.

Traits: `elementwise` (the result has the shape of its inputs), `pure` (same inputs, same result: may be moved
and written twice), `float` (the result is a float whatever the input), `blocked` (no gradient reaches the input),
`lists` (takes lists of tensors, which are looked into).
"""

from __future__ import annotations

from tfloss_migrate.record import dataclass

_TABLE = """
add: add math.add | x y | elementwise pure
subtract: sub subtract math.subtract | x y | elementwise pure
multiply: mul multiply math.multiply | x y | elementwise pure
divide: div divide truediv realdiv math.divide math.truediv RealDiv | x y | elementwise pure
negative: neg negative math.negative | x | elementwise pure
pow: pow math.pow | x y | elementwise pure
square: square math.square | x | elementwise pure
squared_difference: squared_difference math.squared_difference | x y | elementwise pure
sqrt: sqrt math.sqrt | x | elementwise pure float
rsqrt: rsqrt math.rsqrt | x | elementwise pure float
reciprocal: inv reciprocal math.reciprocal | x | elementwise pure float
abs: abs math.abs complex_abs | x | elementwise pure
sign: sign math.sign | x | elementwise pure
cosh: cosh math.cosh | x | elementwise pure float
exp: exp math.exp | x | elementwise pure float
log: log math.log | x | elementwise pure float
log1p: log1p math.log1p | x | elementwise pure float
expm1: expm1 math.expm1 | x | elementwise pure float
sigmoid: sigmoid nn.sigmoid math.sigmoid | x | elementwise pure float
log_sigmoid: log_sigmoid math.log_sigmoid nn.log_sigmoid | x | elementwise pure float
softplus: nn.softplus math.softplus | features | elementwise pure float
tanh: tanh nn.tanh math.tanh | x | elementwise pure float
relu: nn.relu | features | elementwise pure
softmax: nn.softmax math.softmax | logits axis=-1 | elementwise pure float
log_softmax: nn.log_softmax math.log_softmax | logits axis=-1 | elementwise pure float
l2_normalize: nn.l2_normalize math.l2_normalize linalg.l2_normalize | x axis=None epsilon=1e-12 | elementwise pure float
maximum: maximum math.maximum | x y | elementwise pure
minimum: minimum math.minimum | x y | elementwise pure
clip_by_value: clip_by_value | t clip_value_min clip_value_max | elementwise pure
where: select where | condition x=None y=None | elementwise pure
less: less math.less | x y | elementwise pure blocked
less_equal: less_equal math.less_equal | x y | elementwise pure blocked
greater: greater math.greater | x y | elementwise pure blocked
greater_equal: greater_equal math.greater_equal | x y | elementwise pure blocked
equal: equal math.equal | x y | elementwise pure blocked
not_equal: not_equal math.not_equal | x y | elementwise pure blocked
reduce_sum: reduce_sum math.reduce_sum | input_tensor axis=None keepdims=False | pure
reduce_mean: reduce_mean math.reduce_mean | input_tensor axis=None keepdims=False | pure
reduce_max: reduce_max math.reduce_max | input_tensor axis=None keepdims=False | pure
reduce_min: reduce_min math.reduce_min | input_tensor axis=None keepdims=False | pure
reduce_prod: reduce_prod math.reduce_prod | input_tensor axis=None keepdims=False | pure
reduce_logsumexp: reduce_logsumexp math.reduce_logsumexp | input_tensor axis=None keepdims=False | pure float
reduce_all: reduce_all math.reduce_all | input_tensor axis=None keepdims=False | pure blocked
reduce_any: reduce_any math.reduce_any | input_tensor axis=None keepdims=False | pure blocked
cast: cast | x dtype | elementwise pure
to_float: to_float | x | elementwise pure float
to_double: to_double | x | elementwise pure float
to_int32: to_int32 | x | elementwise pure blocked
to_int64: to_int64 | x | elementwise pure blocked
stop_gradient: stop_gradient | input | elementwise pure blocked
identity: identity | input | elementwise pure
one_hot: one_hot | indices depth on_value=1.0 off_value=0.0 axis=-1 dtype=tf.float32 | pure blocked
range: range | start limit delta=1 dtype=tf.int32 | pure blocked
gather_nd: gather_nd | params indices | pure
boolean_mask: boolean_mask | tensor mask axis=None | pure
ones: ones | shape dtype=None | pure blocked
sequence_mask: sequence_mask | lengths maxlen=None dtype=tf.bool | pure blocked
ones_like: ones_like | input dtype=None optimize=True | elementwise pure blocked
zeros_like: zeros_like | input dtype=None optimize=True | elementwise pure blocked
constant: constant | value dtype=None shape=None | pure blocked
placeholder: placeholder | dtype shape=None | blocked
convert_to_tensor: convert_to_tensor | value dtype=None | pure
matmul: matmul linalg.matmul | a b transpose_a=False transpose_b=False | pure
reshape: reshape | tensor shape | pure
squeeze: squeeze | input axis=None | pure
expand_dims: expand_dims | input axis=None | pure
transpose: transpose | a perm=None | pure
concat: concat | values axis | pure lists
stack: pack stack | values axis=0 | pure lists
shape: shape | input | pure blocked
size: size | input | pure blocked
argmax: argmax math.argmax arg_max | input axis=None | pure blocked
bias_add: nn.bias_add | value bias | elementwise pure
l2_loss: nn.l2_loss | t | pure
add_n: add_n | inputs | elementwise pure
softmax_cross_entropy: nn.softmax_cross_entropy_with_logits | @named axis=-1 | pure
softmax_cross_entropy_v2: nn.softmax_cross_entropy_with_logits_v2 | labels logits axis=-1 | pure
sparse_softmax_cross_entropy: nn.sparse_softmax_cross_entropy_with_logits | @named | pure
sigmoid_cross_entropy: nn.sigmoid_cross_entropy_with_logits | @named | elementwise pure
losses.mean_squared_error: losses.mean_squared_error | labels predictions weights=1.0 @collected | pure
losses.huber_loss: losses.huber_loss | labels predictions weights=1.0 delta=1.0 @collected | pure
losses.log_loss: losses.log_loss | labels predictions weights=1.0 epsilon=1e-07 @collected | pure
losses.softmax_cross_entropy: losses.softmax_cross_entropy | onehot_labels logits weights=1.0 @smoothed | pure
losses.sparse_softmax_cross_entropy: losses.sparse_softmax_cross_entropy | labels logits weights=1.0 @collected | pure
losses.sigmoid_cross_entropy: losses.sigmoid_cross_entropy | multi_class_labels logits weights=1.0 @smoothed | pure
sequence_loss: contrib.seq2seq.sequence_loss | @sequence @batch @summed @function | pure
legacy_sequence_loss: @over_lists_everywhere | @sequence @batch @function | pure lists
sequence_loss_by_example: @by_example_everywhere | @sequence @function | pure lists
contrastive_loss: contrib.losses.metric_learning.contrastive_loss | labels @embeddings margin=1.0 | pure
npairs_loss: contrib.losses.metric_learning.npairs_loss | labels @embeddings reg_lambda=0.002 print_losses=False | pure
losses.absolute_difference: losses.absolute_difference | labels predictions weights=1.0 @collected | pure
losses.cosine_distance: losses.cosine_distance | labels predictions axis=None weights=1.0 @collected | pure
losses.hinge_loss: losses.hinge_loss | labels logits weights=1.0 @collected | pure
losses.mean_pairwise_squared_error: losses.mean_pairwise_squared_error | @errors loss_collection=losses | pure
losses.compute_weighted_loss: losses.compute_weighted_loss | losses weights=1.0 @collected | pure
contrib.absolute_difference: @contrib.absolute_difference | @guesses | pure
contrib.mean_squared_error: @contrib.mean_squared_error | @guesses | pure
contrib.log_loss: @contrib.log_loss | predictions labels weights=1.0 epsilon=1e-07 scope=None | pure
contrib.hinge_loss: @contrib.hinge_loss | logits labels scope=None | pure
contrib.cosine_distance: @contrib.cosine_distance | predictions labels axis=None weights=1.0 scope=None | pure
contrib.mean_pairwise_squared_error: @contrib.mean_pairwise_squared_error | @guesses | pure
contrib.sigmoid_cross_entropy: @contrib.sigmoid_cross_entropy | logits multi_class_labels @from_logits | pure
contrib.softmax_cross_entropy: @contrib.softmax_cross_entropy | logits onehot_labels @from_logits | pure
contrib.sparse_softmax_cross_entropy: @contrib.sparse_softmax_cross_entropy | logits labels @weighted | pure
contrib.compute_weighted_loss: @contrib.compute_weighted_loss | losses @weighted | pure
"""

#: Old names of arguments, for every operation that has the new one.
ARGUMENT_NAMES = {
    "reduction_indices": "axis",
    "reduction_index": "axis",
    "keep_dims": "keepdims",
    "dim": "axis",
    "weight": "weights",
    "target": "labels",
    "targets": "labels",
}

#: Arguments that name or collect things in the graph and change no number.
DECORATIONS = frozenset({"name", "scope", "loss_collection"})

#: The values of `tf.losses.Reduction`, by the name of the member.
REDUCTIONS = {
    "NONE": "none",
    "SUM": "weighted_sum",
    "MEAN": "weighted_mean",
    "SUM_OVER_BATCH_SIZE": "weighted_sum_over_batch_size",
    "SUM_BY_NONZERO_WEIGHTS": "weighted_sum_by_nonzero_weights",
    "SUM_OVER_NONZERO_WEIGHTS": "weighted_sum_by_nonzero_weights",
}


@dataclass(frozen=True)
class Operation:
    """One operation: its parameters in order, defaults as text, traits."""

    name: str
    parameters: tuple[str, ...]
    defaults: dict[str, str]
    traits: frozenset[str]


#: Parameters that several operations share, and spellings that are long.
_SHARED = {
    "@weighted": "weights=1.0 scope=None",
    "@errors": "labels predictions weights=1.0 scope=None",
    "@guesses": "predictions labels weights=1.0 scope=None",
    "@from_logits": "weights=1.0 label_smoothing=0 scope=None",
    "@smoothed": "label_smoothing=0 @collected",
    "@collected": "scope=None loss_collection=losses reduction=weighted_sum_by_nonzero_weights",
    "@named": "_sentinel=None labels=None logits=None",
    "@sequence": "logits targets weights average_across_timesteps=True",
    "@batch": "average_across_batch=True",
    "@summed": "sum_over_timesteps=False sum_over_batch=False",
    "@function": "softmax_loss_function=None",
    "@embeddings": "embeddings_anchor embeddings_positive",
    "@over_lists_everywhere": "contrib.legacy_seq2seq.sequence_loss nn.seq2seq.sequence_loss "
    "python.ops.seq2seq.sequence_loss",
    "@by_example_everywhere": "contrib.legacy_seq2seq.sequence_loss_by_example nn.seq2seq.sequence_loss_by_example "
    "python.ops.seq2seq.sequence_loss_by_example",
}


#: Where `tf.contrib` keeps one and the same losses.
_CONTRIB = ("contrib.losses", "contrib.slim.losses")


def _read(table: str) -> tuple[dict[str, Operation], dict[str, tuple[str, ...]]]:
    by_symbol: dict[str, Operation] = {}
    spellings: dict[str, tuple[str, ...]] = {}
    for line in table.strip().splitlines():
        for short, long in _SHARED.items():
            line = line.replace(short, long)
        head, parameters, traits = line.split(" | ")
        name, symbols = head.split(": ")
        pairs = [parameter.partition("=") for parameter in parameters.split()]
        operation = Operation(
            name, tuple(p[0] for p in pairs), {p[0]: p[2] for p in pairs if p[1]}, frozenset(traits.split())
        )
        both = [symbol.replace("@contrib", module) for symbol in symbols.split() for module in _CONTRIB]
        spellings[name] = tuple(dict.fromkeys(both))
        by_symbol.update(dict.fromkeys(spellings[name], operation))
    return by_symbol, spellings


#: From a symbol (`math.log`) to its operation, and from an operation's name to its symbols.
BY_SYMBOL, SPELLINGS = _read(_TABLE)

#: The losses that add themselves to a collection of the graph; the hinge loss of `tf.contrib` does not.
ADDS_ITSELF = frozenset(
    symbol
    for symbol, operation in BY_SYMBOL.items()
    if operation.name.startswith(("losses.", "contrib.")) and operation.name != "contrib.hinge_loss"
)
