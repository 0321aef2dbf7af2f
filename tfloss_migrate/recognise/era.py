"""Which TensorFlow a file was written for, by the names that it uses."""

from __future__ import annotations

from collections.abc import Iterable

from tfloss_migrate.model import Era
from tfloss_migrate.record import dataclass

#: Gone in 1.0.
_ONLY_0 = frozenset(
    (
        "sub mul neg pack unpack select inv complex_abs batch_matmul batch_cholesky listdiff scalar_summary "
        "image_summary histogram_summary audio_summary merge_summary merge_all_summaries train.SummaryWriter "
        "nn.seq2seq nn.rnn nn.bidirectional_rnn python.platform models.rnn"
    ).split()
)
#: New in 1.0 or later.
_SINCE_1 = (
    *("layers.", "losses.", "metrics.", "data.", "estimator.", "feature_column.", "keras.", "compat.v", "saved_model."),
    *("math.", "random.", "io.", "contrib.legacy_seq2seq.", "contrib.eager."),
)
_SINCE_1_NAMES = frozenset(
    (
        "nn.softmax_cross_entropy_with_logits_v2 nn.leaky_relu AUTO_REUSE variance_scaling_initializer norm "
        "enable_eager_execution GradientTape train.get_or_create_global_step contrib.seq2seq.sequence_loss "
        "contrib.rnn.BasicLSTMCell contrib.rnn.BasicRNNCell contrib.rnn.GRUCell contrib.rnn.LSTMCell "
        "contrib.rnn.MultiRNNCell contrib.rnn.RNNCell contrib.rnn.static_rnn contrib.rnn.static_bidirectional_rnn"
    ).split()
)
#: Gone in 2.0.
_BEFORE_2 = frozenset(
    (
        "Session InteractiveSession placeholder placeholder_with_default global_variables_initializer "
        "to_float to_int32 initialize_all_variables get_variable variable_scope log div reset_default_graph "
        "set_random_seed trainable_variables random_normal random_uniform truncated_normal ConfigProto "
        "assign_add get_collection add_to_collection local_variables_initializer "
        "losses.huber_loss losses.log_loss losses.softmax_cross_entropy losses.sparse_softmax_cross_entropy "
        "losses.sigmoid_cross_entropy losses.absolute_difference losses.hinge_loss losses.cosine_distance "
        "losses.compute_weighted_loss losses.mean_pairwise_squared_error losses.add_loss losses.get_losses "
        "losses.get_total_loss losses.get_regularization_loss losses.get_regularization_losses "
        "disable_v2_behavior disable_eager_execution nn.softmax_cross_entropy_with_logits_v2"
    ).split()
)
_BEFORE_2_MODULES = ("contrib.", "layers.", "train.", "app.", "flags.", "gfile.", "GraphKeys.", "summary.FileWriter")
_SINCE_2 = frozenset({"function", "GradientTape", "TensorSpec", "math.log", "random.normal"})


@dataclass(frozen=True)
class Evidence:
    """The era of a file, and the names that tell it. `before_2`: at least it was not written for TF2.

    `since_1`: it names what came with 1.0 or later, so that arguments by position are in the order of 1.x.
    """

    era: Era
    because: tuple[str, ...]
    before_2: bool = False
    since_1: bool = False


def era_of(symbols: Iterable[str]) -> Evidence:
    """The era that the TensorFlow symbols of a file speak for.

    Names of 0.x beside names that came with 1.0 do not tell which of the two: "unknown".
    """
    used = sorted(set(symbols))
    old = tuple(symbol for symbol in used if symbol in _ONLY_0 or symbol.rpartition(".")[0] in _ONLY_0)
    since_1 = tuple(symbol for symbol in used if symbol.startswith(_SINCE_1) or symbol in _SINCE_1_NAMES)
    before_2 = tuple(symbol for symbol in used if symbol in _BEFORE_2 or symbol.startswith(_BEFORE_2_MODULES))
    if old:
        return Evidence("unknown", (*old[:2], *since_1[:2]), True) if since_1 else Evidence("0.x", old[:3], True)
    if before_2:
        return Evidence("1.x", before_2[:3], True, bool(since_1))
    since_2 = tuple(symbol for symbol in used if symbol in _SINCE_2 or symbol.startswith("keras."))
    return Evidence("2.x", since_2[:3], since_1=True) if since_2 else Evidence("unknown", (), since_1=bool(since_1))
