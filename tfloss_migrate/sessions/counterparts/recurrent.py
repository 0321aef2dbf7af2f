"""Writes recurrent cells of TF1, and the loops over them, as cells and layers of Keras."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts.cell_kinds import ARGUMENTS, cell_of, is_zero_state, stack_of, wrapper_of
from tfloss_migrate.sessions.counterparts.recurrences import BACKWARD, FORWARD, MASK, Loop, loop_of
from tfloss_migrate.sessions.text.layout import WIDTH, Layout
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given


def recurrent(sights: Sights, layout: Layout) -> Iterator[Edit]:
    """The edits by which cells are those of Keras."""
    root, gone = sights.root() or "tf", []
    for node in sights.nodes:
        name, loop = cell_of(node, sights), loop_of(node, sights)
        if isinstance(node, ast.Assign) and is_zero_state(node.value):
            gone.append(node)
        if isinstance(node, ast.Call) and name is not None:
            span = layout.spans.of(node)
            known = given(node, ARGUMENTS[name]) or {}
            source = [layout.spans.source(known["num_units"])]
            wanted = ["forget_bias"] if _is_tanh(known.get("activation"), sights) else ["forget_bias", "activation"]
            source += [f"{one}={layout.spans.source(known[one])}" for one in wanted if one in known]
            yield Edit(span.start, span.end, f"{name}({', '.join(source)})")
        wrapper, cells = wrapper_of(node, sights), stack_of(node, sights)
        if wrapper is not None:
            span = layout.spans.of(wrapper.call.func)
            yield Edit(span.start, span.end, "DropoutWrapper")
        if cells is not None and isinstance(node, ast.Call):
            span = layout.spans.of(node.func)
            yield Edit(span.start, span.end, f"{root}.keras.layers.StackedRNNCells")
            yield Edit(layout.spans.of(cells).end, layout.spans.of(node).end, ")")
        if loop is not None:
            span, indent = layout.spans.of(loop.statement), layout.indent(loop.statement.lineno)
            below = layout.newline + indent
            told = [f"{text}{below}" for text in layout.lost_comments(span.start, span.end)]
            yield Edit(span.start, span.end, "".join([*told, below.join(_looped(loop, root, layout, indent))]))
    yield from Removal(layout).edits(gone)


def _is_tanh(node: ast.expr | None, sights: Sights) -> bool:
    return node is not None and sights.symbol(node) in ("tanh", "nn.tanh")


def _looped(loop: Loop, root: str, layout: Layout, indent: str) -> Iterator[str]:
    """The lines of a loop over Keras cells."""
    source, outputs = layout.spans.source, layout.spans.source(loop.outputs)
    inputs = source(loop.inputs)
    if loop.backward is not None and not loop.in_steps:
        yield from _both_ways(loop, root, source)
        return
    if loop.backward is not None:
        for name, cell, way in ((FORWARD, loop.cell, ""), (BACKWARD, loop.backward, ", go_backwards=True")):
            layer = f"{root}.keras.layers.RNN({source(cell)}, return_sequences=True{way})"
            yield f"{name} = {layer}({root}.stack({inputs}, axis=1))"
        both = f"[{FORWARD}, {root}.reverse({BACKWARD}, axis=[1])]"
        yield f"{outputs} = {root}.unstack({root}.concat({both}, axis=2), axis=1)"
        return
    told = [source(loop.cell), "return_sequences=True"]
    told += ["return_state=True"] * bool(loop.states) + ["zero_output_for_mask=True"] * (loop.lengths is not None)
    given = [f"{root}.stack({inputs}, axis=1)" if loop.in_steps else inputs]
    if loop.lengths is not None:
        longest = f"len({inputs})" if loop.in_steps else f"{root}.shape({inputs})[1]"
        given.append(f"mask={root}.sequence_mask({source(loop.lengths)}, {longest})")
    given += [f"initial_state={source(loop.start)}"] if loop.start is not None else []
    layer, arguments = f"{root}.keras.layers.RNN({', '.join(told)})", ", ".join(given)
    names, steps = ", ".join([outputs, *loop.states]), f"{root}.unstack({layer}({arguments}), axis=1)"
    if loop.in_steps and not loop.states and len(f"{indent}{names} = {steps}") <= WIDTH:
        yield f"{names} = {steps}"
        return
    line = f"{names} = {layer}({arguments})"
    yield from [line] if len(indent + line) <= WIDTH else [line[: -len(arguments) - 1], f"    {arguments}", ")"]
    if loop.in_steps:
        yield f"{outputs} = {root}.unstack({outputs}, axis=1)"


def _both_ways(loop: Loop, root: str, source: Callable[[ast.expr], str]) -> Iterator[str]:
    """The lines of a loop over all steps at once that goes both ways: each sequence is turned, and turned again."""
    names = [FORWARD, BACKWARD]
    if isinstance(loop.outputs, ast.Tuple):
        names = [source(one) for one in loop.outputs.elts]
    told, mask, turned, end = "return_sequences=True", "", f"{root}.reverse(", ", axis=[1])"
    inputs = source(loop.inputs)
    if loop.lengths is not None:
        lengths = source(loop.lengths)
        told += ", zero_output_for_mask=True"
        yield f"{MASK} = {root}.sequence_mask({lengths}, {root}.shape({inputs})[1])"
        mask, turned, end = f", mask={MASK}", f"{root}.reverse_sequence(", f", {lengths}, seq_axis=1)"
    assert loop.backward is not None
    layer = f"{root}.keras.layers.RNN("
    yield f"{names[0]} = {layer}{source(loop.cell)}, {told})({inputs}{mask})"
    yield f"{names[1]} = {layer}{source(loop.backward)}, {told})({turned}{inputs}{end}{mask})"
    yield f"{names[1]} = {turned}{names[1]}{end}"
    if isinstance(loop.outputs, ast.Name):
        yield f"{loop.outputs.id} = ({names[0]}, {names[1]})"
