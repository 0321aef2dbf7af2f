"""`state.h` as `state[1]`: the parts of an LSTM's state are in TF1 told by names too, and in Keras a list."""

from __future__ import annotations

import ast

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts.states import PARTS, depth_of_state
from tfloss_migrate.sessions.text.layout import layout_of
from tfloss_migrate.sessions.text.sights import sights_of
from tfloss_migrate.syntax.names import Names


def parted(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits by which parts of states are told by their place."""
    if "_rnn" not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    edits = []
    for node in sights.all(ast.Attribute):
        if node.attr in PARTS and isinstance(node.ctx, ast.Load) and depth_of_state(node.value, sights) == 1:
            edits.append(
                Edit(layout.spans.of(node.value).end, layout.spans.of(node).end, f"[{PARTS.index(node.attr)}]")
            )
    return edits
