"""Why a program with a symbol of TensorFlow keeps its session, in words."""

from __future__ import annotations


def _names(prefix: str, names: str) -> frozenset[str]:
    return frozenset(prefix + name for name in names.split())


_ASSIGNING = _names("", "assign assign_add assign_sub scatter_add scatter_sub scatter_update")
_QUEUES = _names(
    "", "FIFOQueue RandomShuffleQueue PaddingFIFOQueue PriorityQueue TFRecordReader TextLineReader WholeFileReader"
) | _names(
    "train.",
    "Coordinator QueueRunner add_queue_runner start_queue_runners batch batch_join shuffle_batch shuffle_batch_join "
    "input_producer range_input_producer slice_input_producer string_input_producer limit_epochs match_filenames_once",
)
_SUMMARIES = _names("", "merge_all_summaries merge_summary scalar_summary histogram_summary image_summary") | _names(
    "train.", "SummaryWriter"
)
_CHECKPOINTS = _names(
    "train.",
    "Saver latest_checkpoint get_checkpoint_state import_meta_graph export_meta_graph write_graph checkpoint_exists",
)

_REASONS = {
    "gradients": "tf.gradients needs a tape in eager code",
    "hessians": "tf.hessians needs a tape in eager code",
    "Print": "tf.Print prints when the graph runs it",
    "print": "tf.print prints when the graph runs it",
    "py_func": "tf.py_func calls Python when the graph runs",
    "Assert": "tf.Assert checks only what the session runs",
    "control_dependencies": "tf.control_dependencies orders what the session runs",
    "cond": "tf.cond chooses when the graph runs",
    "case": "tf.case chooses when the graph runs",
    "while_loop": "tf.while_loop loops when the graph runs",
    "nn.dropout": "tf.nn.dropout draws anew at each run",
    "layers.dropout": "tf.layers.dropout draws anew at each run",
    "get_default_graph": "tf.get_default_graph looks into the graph",
    "get_collection": "tf.get_collection looks into the graph",
    "get_default_session": "tf.get_default_session hands the session on",
    "placeholder_with_default": "tf.placeholder_with_default is fed or not, run by run",
    "sparse_placeholder": "tf.sparse_placeholder is fed with sparse values",
    "import_graph_def": "tf.import_graph_def names its results by text",
    "get_variable": "tf.get_variable shares variables through scopes",
    "variable_scope": "tf.variable_scope shares variables",
}


def why_not(symbol: str) -> str:
    """Why a program with this symbol keeps its session, in words."""
    if symbol in _REASONS:
        return _REASONS[symbol]
    if symbol in _ASSIGNING:
        return f"tf.{symbol} changes a variable when the session runs it"
    if symbol in _QUEUES:
        return f"tf.{symbol} is part of an input queue, which a session runs"
    if symbol in _SUMMARIES or symbol.startswith("summary."):
        return f"tf.{symbol} is for summaries of what a session runs"
    if symbol in _CHECKPOINTS:
        return f"tf.{symbol} saves or restores what a session holds"
    if symbol.startswith("contrib."):
        return f"tf.{symbol} is gone from TF2"
    if symbol.startswith("data."):
        return f"tf.{symbol} makes iterators that a session advances"
    return f"tf.{symbol} is not known to mean the same without a session"
