"""Names that a second graph of a file gives anew: `x` of the second graph is `x_2`."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.reading.graphs import Graphs
from tfloss_migrate.sessions.reading.sessions import Reading
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.text.layout import layout_of
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.names import Names


def regraphed(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that give what a graph is made of a name that no graph before it has."""
    if text.count("reset_default_graph(") == 0:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    graphs, taken = Graphs(sights), {node.id for node in sights.all(ast.Name)}
    edits = []
    for name in sorted(_of_graphs(sights)):
        several = _by_graph(name, sights, graphs)
        for number, uses in enumerate(several[1:], start=2):
            if f"{name}_{number}" not in taken:
                spans = map(layout.spans.of, uses)
                edits += [Edit(span.start, span.end, f"{name}_{number}") for span in spans]
    return edits


def _of_graphs(sights: Sights) -> set[str]:
    """The names of the module that what is fetched, fed and trained is made of."""
    program = Reading(sights, Tensors(sights)).program
    statements = [one.statement for one in program.placeholders] + [one.statement for one in program.steps]
    results = frozenset(id(run.call) for run in program.runs)
    needed = Needs(sights, results).of(*statements, *(run.fetch for run in program.runs))
    nodes = [one.node for one in needed.values() if one.scope is sights.names.module]
    nodes += statements
    targets = [target for node in nodes if isinstance(node, ast.Assign) for target in node.targets]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _by_graph(name: str, sights: Sights, graphs: Graphs) -> list[list[ast.Name]]:
    """The uses of a name, those of each graph that binds it; none where a use may be of a graph before its own."""
    module = sights.names.module
    uses = [node for node in sights.all(ast.Name) if node.id == name]
    if any(sights.place(node).scope.owner_of(name) is not module for node in uses):
        return []
    if not all(sights.function_around(node) is sights.tree for node in uses):
        return []
    bound = {graphs.of(one.node) for one in module.bindings[name] if isinstance(one.node, ast.stmt)}
    for node in [one for one in uses if isinstance(one.ctx, ast.Load)]:
        if any(_graph(one.node, graphs) != graphs.of(node) for one in sights.may_hold(node)):
            return []
    return [_in(graph, uses, graphs) for graph in sorted(bound)]


def _graph(node: ast.AST, graphs: Graphs) -> int:
    return graphs.of(node) if isinstance(node, (ast.expr, ast.stmt)) else -1


def _in(graph: int, uses: Iterable[ast.Name], graphs: Graphs) -> list[ast.Name]:
    return [node for node in uses if graphs.of(node) == graph]
