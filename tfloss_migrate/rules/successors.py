"""What became of each name of TF1 in TF2: TensorFlow's published table, and a table by hand of what that one lacks."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Literal

from tfloss_migrate.record import dataclass, replace
from tfloss_migrate.rules import contrib, published

#: `identical`: one function under two names. `twin`: another function for the same, of which the arguments are known.
#: `v1`: only below `tf.compat.v1`. `other`: there too, and TF2 has something else under the old name.
Kind = Literal["identical", "twin", "v1", "other"]

#: As in `published.TWINS`: names of 0.x; `tf.compat.v1` has none of them.
_OLDER = """
sub subtract 3 x y name; mul multiply 3 x y name; neg negative 2 x name; inv math.reciprocal 2 x name;
complex_abs abs 2 x name; pack stack 3 values axis name; unpack unstack 4 value num axis name;
batch_matmul matmul 2 x:a y:b adj_x:adjoint_a adj_y:adjoint_b name; select where 3 condition x y name;
listdiff compat.v1.setdiff1d 2 x y name;
scalar_summary compat.v1.summary.scalar 2 tags:name values:tensor collections name:;
histogram_summary compat.v1.summary.histogram 2 tag:name values collections name:;
image_summary compat.v1.summary.image 3 tag:name tensor max_images:max_outputs collections name:;
audio_summary compat.v1.summary.audio 4 tag:name tensor sample_rate max_outputs collections name:;
merge_summary compat.v1.summary.merge 3 inputs collections name;
merge_all_summaries compat.v1.summary.merge_all 1 key;
train.SummaryWriter compat.v1.summary.FileWriter 5 logdir graph max_queue flush_secs graph_def;
nn.rnn compat.v1.nn.static_rnn 0 cell inputs initial_state dtype sequence_length scope;
nn.bidirectional_rnn compat.v1.nn.static_bidirectional_rnn 8 cell_fw cell_bw inputs initial_state_fw initial_state_bw
dtype sequence_length scope;
"""

#: Of what `tf.compat.v1` has, what TensorFlow's table sends there without need, or does not say.
_BY_HAND = """
div divide 3 x y name; where where 3 condition x y name; device device 1 device_name_or_function:device_name;
concat concat 3 values axis name concat_dim:axis;
split split 3 value num_or_size_splits axis num name split_dim:axis num_split:num_or_size_splits;
nn.dropout nn.dropout 1 x keep_prob:rate noise_shape seed name rate;
nn.max_pool nn.max_pool 6 value:input ksize strides padding data_format name input;
nn.avg_pool nn.avg_pool 6 value:input ksize strides padding data_format name input;
nn.l2_normalize nn.l2_normalize 4 x axis epsilon name dim:axis;
math.l2_normalize math.l2_normalize 4 x axis epsilon name dim:axis;
set_random_seed random.set_seed 1 seed; random.set_random_seed random.set_seed 1 seed;
"""

#: Names that TF2 has for something else, and that TensorFlow's own table leaves as they are, with the parameters that
#: TF2 lacks.
_OTHER = """
Variable collections expected_shape use_resource; summary.audio tensor collections family;
summary.histogram values collections family; summary.image tensor collections family;
summary.scalar tensor collections family; summary.text tensor collections; image.resize align_corners;
image.extract_glimpse uniform_noise; image.draw_bounding_boxes; image.sample_distorted_bounding_box seed2;
nn.ctc_beam_search_decoder merge_repeated; nn.dilation2d filter rates; nn.erosion2d kernel rates;
nn.fractional_avg_pool deterministic seed2; nn.fractional_max_pool deterministic seed2;
nn.safe_embedding_lookup_sparse partition_strategy; space_to_batch block_size; nn.space_to_batch block_size;
batch_to_space block_size; data.Iterator;
"""

#: What of `tf.compat.v1` is in the package tf_keras, and is found there if TF_USE_LEGACY_KERAS says so.
_LEGACY_KERAS = ("layers", "nn.rnn_cell")
#: What TensorFlow's tables leave out, of `tf.compat.v1` too.
_ONLY_V1 = "saved_model.constants saved_model.signature_constants saved_model.signature_def_utils saved_model.utils"

#: Names that other rules look after, with more than a new name.
_ELSEWHERE = frozenset(
    "nn.softmax_cross_entropy_with_logits nn.sparse_softmax_cross_entropy_with_logits "
    "nn.sigmoid_cross_entropy_with_logits nn.nce_loss nn.sampled_softmax_loss".split()
)

#: What is gone from TF2 whatever it is called, with the reason; these and all below them.
GONE = {
    "contrib": "tf.contrib is gone from TF2; what of it lives on is in other packages, or in none",
    **dict.fromkeys(
        [f"nn.rnn_cell.{name}" for name in contrib.CELLS_OF_0X],
        "this cell of 0.x was moved to tf.contrib.rnn in 1.0, and is gone with it",
    ),
    "nn.seq2seq": "tf.nn.seq2seq was moved to tf.contrib in 1.0, and is gone with it",
    "concat_v2": "tf.concat_v2 of 0.12 is tf.concat since 1.0, with the same arguments",
    "split_v": "tf.split_v of 0.12 is tf.split since 1.0: size_splits is num_or_size_splits, and split_dim is axis",
    "models": "tf.models was moved out of TensorFlow in 1.0",
    "estimator": "tf.estimator is gone from TF2 since 2.16",
    "examples": "tensorflow.examples is gone from TF2; tf.keras.datasets.mnist has the images, from 0 to 255, and "
    "ids as labels; next_batch shuffled: batches come in another order",
}


@dataclass(frozen=True)
class Successor:
    """What a name of TF1 is in TF2.

    `same`: how many leading arguments mean the same by position. `parameters`: those of the old function, each with
    what the new one calls it, "" where it has nothing like it; of what is something `other`, only these. `defaults`:
    what to write where an old parameter is not given, since the new one has another default. `also_in_v1`: whether
    `tf.compat.v1` has the new name. `kept`: the old function below `tf.compat.v1`, None if it is not there.
    """

    old: str
    new: str
    kind: Kind
    same: int = 0
    parameters: tuple[tuple[str, str], ...] = ()
    defaults: tuple[tuple[str, str], ...] = ()
    also_in_v1: bool = False
    kept: str | None = None

    @property
    def is_of_legacy_keras(self) -> bool:
        """Whether the new name is one of `tf.compat.v1` that the package tf_keras has."""
        return f"{self.new}.".startswith(tuple(f"compat.v1.{module}." for module in _LEGACY_KERAS))

    @property
    def is_in_tf2(self) -> bool:
        """Whether TF2 has the old name, for the same or for something else."""
        return self.kind == "other" or self.old == self.new


@functools.cache
def successor(symbol: str) -> Successor | None:
    """What became of a symbol; None where TF2 has it as it was, or where nothing is known of it."""
    entries = _entries()
    if symbol in entries:
        return _read(symbol, *entries[symbol])
    module, _, top = symbol.rpartition(".")
    twin = _read(top, *entries[top]) if module in ("math", "linalg", "nn", "manip") and top in entries else None
    if twin is None or twin.kind != "twin" or not twin.is_in_tf2:
        old = _by_new_name().get(symbol)
        twin = None if old is None else _read(old, *entries[old])
    return replace(twin, old=symbol, new=symbol, kept=f"compat.v1.{symbol}") if twin is not None else None


@functools.cache
def longest(symbol: str) -> Successor | None:
    """What became of the longest beginning of a symbol of which something is known; of all of it, if a function."""
    whole = successor(symbol)
    while whole is None and "." in symbol:
        symbol = symbol.rpartition(".")[0]
        part = successor(symbol)
        if part is not None and part.kind != "twin":
            return part
    return whole


@functools.cache
def gone(symbol: str) -> str | None:
    """Why a symbol is in TF2 under no name, None if it is not known to be gone."""
    return next((why for name, why in GONE.items() if symbol == name or symbol.startswith(f"{name}.")), None)


def every() -> Iterator[Successor]:
    """All that the table says."""
    for symbol, entry in _entries().items():
        yield _read(symbol, *entry)


@functools.cache
def _entries() -> dict[str, tuple[Kind, str]]:
    """What the table says of each symbol, unread: nothing more is made of it before somebody asks."""
    entries: dict[str, tuple[Kind, str]] = dict.fromkeys(published.ONLY_V1.split(), ("v1", ""))
    entries.update(dict.fromkeys((*_LEGACY_KERAS, *_ONLY_V1.split()), ("v1", "")))
    entries.update(_lines(published.OTHER_IN_TF2, "other"))
    entries.update(_lines(published.IDENTICAL, "identical"))
    entries.update(dict.fromkeys(contrib.SAME, ("identical", "")))
    entries.update(_lines(f"{published.TWINS}{_BY_HAND}{_OLDER}{contrib.TWINS}", "twin"))
    entries.update(_lines(_OTHER, "other"))
    return {symbol: entry for symbol, entry in entries.items() if symbol not in _ELSEWHERE}


def _lines(text: str, kind: Kind) -> dict[str, tuple[Kind, str]]:
    pairs = [line.replace("\n", " ").strip().partition(" ") for line in text.split(";")[:-1]]
    return {old: (kind, rest) for old, _, rest in pairs}


@functools.cache
def _by_new_name() -> dict[str, str]:
    """The twins that `tf.compat.v1` has under the new name as well, by that: there they have the old arguments."""
    twins = _lines(published.TWINS, "twin").items()
    return {new.rstrip("+"): old for old, (_, text) in twins if (new := text.partition(" ")[0]).endswith("+")}


@functools.cache
def _older() -> dict[str, str | None]:
    """The names that `tf.compat.v1` lacks, with what it has for them all the same."""
    older = [*_lines(f"{_OLDER}{contrib.TWINS}", "twin"), *contrib.SAME]
    return {old: "compat.v1.where" if old == "select" else None for old in older}


def _read(old: str, kind: Kind, text: str) -> Successor:
    kept = f"compat.v1.{old}"
    if kind in ("v1", "other"):
        return Successor(old, kept, kind, parameters=tuple((lacking, "") for lacking in text.split()), kept=kept)
    new, *rest = (contrib.SAME.get(old) or text).split()
    also, new = new.endswith("+"), new.rstrip("+")
    if kind == "identical":
        return Successor(old, new, kind, also_in_v1=also, kept=_older().get(old, kept))
    said = [(p.partition(":")[0], p.partition(":")[2] if ":" in p else p) for p in rest[1:]]
    pairs = tuple((parameter, text.partition("=")[0]) for parameter, text in said)
    defaults = tuple((parameter, text) for parameter, text in said if "=" in text)
    return Successor(old, new, kind, int(rest[0]), pairs, defaults, also, _older().get(old, kept))
