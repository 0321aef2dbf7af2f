"""Functions whose calls share one set of variables, by a scope with a constant name: `discriminator(x, reuse=True)`.

    def discriminator(x, reuse=False):
        with tf.variable_scope("D", reuse=reuse):

What such a function makes is made once, above it; then nothing is left to be shared, and its flag goes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.counterparts.layers import MAKERS, class_of, layer_of
from tfloss_migrate.sessions.text.layout import layout_of
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.arguments import bind_parameters
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.spans import Spans

_AUTO = "AUTO_REUSE"


@dataclass(frozen=True, eq=False)
class Shared:
    """A function with a scope that its calls share, and the flag by which all but the first call do so, if it has one.

    `asks` is the statement `if flag: scope.reuse_variables()`.
    """

    function: ast.FunctionDef
    scope: ast.With
    header: ast.Call
    name: str
    calls: tuple[ast.Call, ...]
    flag: ast.arg | None
    asks: ast.If | None


def shared_in(sights: Sights) -> dict[ast.AST, Shared]:
    """The functions of a file whose calls surely share their variables."""
    found = (_shared(node, sights) for node in sights.all(ast.FunctionDef) if sights.parent(node) is sights.tree)
    return {one.function: one for one in found if one is not None}


def _shared(function: ast.FunctionDef, sights: Sights) -> Shared | None:
    scopes = [n for n in function.body if isinstance(n, ast.With) and _header(n, sights) is not None]
    given = function.args
    if len(scopes) != 1 or function.decorator_list or given.vararg or given.kwarg or given.kwonlyargs:
        return None
    header, calls = _header(scopes[0], sights), sights.calls_of(function)
    name = header.args[0].value if header is not None and isinstance(header.args[0], ast.Constant) else None
    if header is None or not isinstance(name, str) or not calls:
        return None
    asks = next((n for n in scopes[0].body if isinstance(n, ast.If) and _asks(n, scopes[0], sights)), None)
    told = asks.test if asks is not None else header.keywords[0].value if header.keywords else ast.Constant(None)
    flag = next((one for one in given.args if isinstance(told, ast.Name) and one.arg == told.id), None)
    auto = sights.symbol(told) == _AUTO
    if (asks is not None and header.keywords) or not (flag is not None or auto or _is_off(told)):
        return None
    if flag is not None and (_reads(flag.arg, function) != 1 or not _is_last(flag, function)):
        return None
    calls.sort(key=lambda call: (call.end_lineno or 0, call.end_col_offset or 0))  # those inside of others first
    values = [_given(call, flag, function) if flag is not None else told for call in calls]
    once = _is_off(values[0]) and all(map(_is_on, values[1:]))
    if not (once or auto) or not _are_run_in_order(calls, sights):
        return None
    if any(_tells_alone(call, flag) for call in calls):
        return None
    return Shared(function, scopes[0], header, name, tuple(calls), flag, asks)


def _header(node: ast.With, sights: Sights) -> ast.Call | None:
    """The call that opens a scope for variables, which is told of no more than whether they are there."""
    call, target = node.items[0].context_expr, node.items[0].optional_vars
    if len(node.items) > 1 or not isinstance(call, ast.Call) or sights.called(call) != "variable_scope":
        return None
    if len(call.args) != 1 or [one.arg for one in call.keywords] not in ([], ["reuse"]):
        return None
    if target is not None:
        scope = sights.place(target).scope.owner_of(target.id) if isinstance(target, ast.Name) else None
        loads = sights.loads(target.id, scope) if isinstance(target, ast.Name) and scope is not None else [None]
        if not all(load is not None and _is_reused(sights.parent(load)) for load in loads):
            return None
    return call


def _is_reused(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "reuse_variables"


def _asks(node: ast.If, scope: ast.With, sights: Sights) -> bool:
    """Whether a statement is `if flag: scope.reuse_variables()`, of the scope that it stands in."""
    call = node.body[0].value if isinstance(node.body[0], ast.Expr) else None
    if node.orelse or len(node.body) != 1 or not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    target, of = scope.items[0].optional_vars, call.func.value
    own = isinstance(of, ast.Name) and isinstance(target, ast.Name) and of.id == target.id
    return call.func.attr == "reuse_variables" and (own or sights.called(of) == "get_variable_scope")


def _is_off(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value in (False, None)


def _is_on(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _reads(name: str, function: ast.FunctionDef) -> int:
    return sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(function))


def _is_last(flag: ast.arg, function: ast.FunctionDef) -> bool:
    """Whether a parameter is the last one, behind another one, and has a default."""
    return len(function.args.args) > 1 and function.args.args[-1] is flag and bool(function.args.defaults)


def _tells_alone(call: ast.Call, flag: ast.arg | None) -> bool:
    """Whether a call gives nothing but the flag, behind which there is a comma otherwise."""
    told = flag is not None and any(keyword.arg == flag.arg for keyword in call.keywords)
    return told and len(call.args) + len(call.keywords) == 1


def _given(call: ast.Call, flag: ast.arg, function: ast.FunctionDef) -> ast.expr | None:
    """What a call gives to the flag, or its default; None where that cannot be told."""
    bound = bind_parameters(call, function.args)
    return bound.get(flag.arg, function.args.defaults[-1]) if bound is not None else None


def _are_run_in_order(calls: list[ast.Call], sights: Sights) -> bool:
    """Whether calls are run once each, in the order of the text."""
    around = {sights.function_around(call) for call in calls}
    if len(around) > 1 or any(True for call in calls for _ in sights.loops(call)):
        return False
    return not any(isinstance(n, (ast.If, ast.IfExp, ast.Lambda)) for call in calls for n in sights.above(call))


def unshared(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that take the flags away from functions that make nothing any more."""
    if "variable_scope" not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    bare = [one for one in shared_in(sights).values() if not _makes(one, sights)]
    edits = [edit for one in bare for edit in _edits(one, layout.spans)]
    return [*edits, *Removal(layout).edits([one.asks for one in bare if one.asks is not None])]


def _makes(one: Shared, sights: Sights) -> bool:
    """Whether a function makes variables, or layers that have some, when it is called."""
    calls = [node for node in ast.walk(one.function) if isinstance(node, ast.Call)]
    for call in calls:
        layer = layer_of(call, sights, "tf", ast.unparse)
        symbol = sights.called(call) or ""
        if symbol in ("get_variable", "Variable") or (layer is not None and layer.kind.name in MAKERS):
            return True
        held = class_of(symbol)
        if held in MAKERS or (layer is None and held is None and symbol.startswith(("layers.", "contrib."))):
            return True
    return False


def _edits(one: Shared, spans: Spans) -> Iterator[Edit]:
    """A header that is told only its name, and no flag in the function and its calls."""
    if one.header.keywords:
        yield Edit(spans.of(one.header.args[0]).end, spans.of(one.header).end - 1, "")
    if one.flag is None:
        return
    arguments = one.function.args
    before = [spans.of(arguments.args[-2]).end, *(spans.of(n).end for n in arguments.defaults[-2:-1])]
    yield Edit(max(before), spans.of(arguments.defaults[-1]).end, "")
    for call in one.calls:
        named = [keyword.value for keyword in call.keywords]
        last = next((keyword.value for keyword in call.keywords if keyword.arg == one.flag.arg), None)
        if last is None and len(call.args) == len(arguments.args):
            last = call.args[-1]
        if last is not None:
            before = [end for n in (*call.args, *named) if (end := spans.of(n).end) < spans.of(last).start]
            yield Edit(max(before), spans.of(last).end, "")
