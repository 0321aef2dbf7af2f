"""From a site and a form to new text: the inputs' own source, put into the form's target."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from tfloss_migrate.domains import BinaryLogits, Domain, Logits
from tfloss_migrate.model import Edit, Span
from tfloss_migrate.recognise import breaking, comments
from tfloss_migrate.recognise.evidence import Shown
from tfloss_migrate.recognise.sites import Instance, Site
from tfloss_migrate.syntax import bridge, flow
from tfloss_migrate.syntax.names import Names, dotted
from tfloss_migrate.syntax.scopes import Place, Scope
from tfloss_migrate.syntax.spans import Spans
from tfloss_migrate.syntax.terms import Term

#: A line longer than this is broken, unless by so few characters more than it had, as names that are renamed add too.
_LINE, _LITTLE = 100, 10


class CannotWriteError(Exception):
    """Why a form's target cannot be written at a site."""


class Composer:
    """Composes the new text of sites of one file."""

    def __init__(self, names: Names, spans: Spans, shown: Shown, newline: str) -> None:
        self._names, self._spans, self._shown, self._newline = names, spans, shown, newline

    def compose(self, site: Site, instance: Instance) -> tuple[str, tuple[Edit, ...]]:
        """The new expression and all edits that bring it about. Raises CannotWriteError."""
        span = self._spans.of(site.node)
        if not bridge.same_tree(self._spans.text[span.start : span.end], site.node):
            raise CannotWriteError("libcst reads this place differently from Python")
        template = instance.target
        if instance.factor != 1.0:
            template = f"{_number(instance.factor)} * {_in_brackets(template)}"
        used = Counter(n.id for n in ast.walk(ast.parse(template, mode="eval")) if isinstance(n, ast.Name))
        edits: list[Edit] = []
        pieces = {"tf": self.root(site.place, edits)}
        for name, term in instance.match.inputs:
            if used[name]:
                domain = next(i.domain for i in instance.pattern.rule.inputs if i.name == name)
                piece = self._piece(name, term, site, used[name], domain, edits)
                made = any(f"{into}({name}" in template for into in ("tf.cast", "tf.stack"))
                listed = domain.axes != "scalar" and not made and self._shown.is_list(term)
                pieces[name] = f"{pieces['tf']}.{self._shown.maker(term)}({piece})" if listed else piece
        self._check_order(template, instance, used)
        try:
            new = bridge.fill(template, pieces)
        except bridge.BridgeError as error:
            raise CannotWriteError(str(error)) from error
        new = self._named(new, site.node, pieces["tf"])
        new = self._wrapped(new, span, site)
        is_call = isinstance(ast.parse(template, mode="eval").body, ast.Call)
        if not site.bracketed and not is_call and not breaking.is_bracketed(new):
            new = f"({new})"
        if lost := comments.lost(self._spans.text[span.start : span.end], new):
            kept = comments.above(lost, site.place.statement, self._spans, self._newline, span.start)
            if kept is None:
                raise CannotWriteError(comments.NO_ROOM)
            edits.append(kept)
        return new, (*edits, Edit(span.start, span.end, new))

    def _named(self, new: str, node: ast.expr, root: str) -> str:
        """Keeps the name that a graph's tensor was given: somebody may look it up."""
        keywords = node.keywords if isinstance(node, ast.Call) else []
        name = next((self._spans.source(k.value) for k in keywords if k.arg == "name"), None)
        if name is None:
            return new
        call = ast.parse(f"({new}\n)", mode="eval").body
        function = dotted(call.func) if isinstance(call, ast.Call) else None
        if function is None or ".keras." in function:
            return f"{root}.identity({new}, name={name})"
        return f"{new.rstrip()[:-1]}, name={name})"

    def _wrapped(self, new: str, span: Span, site: Site) -> str:
        """Breaks what makes a line too long where a person would: behind a bracket, so that both parts fit.

        A comment behind it does not count: it makes the line as long wherever that is broken.
        """
        line_start = self._spans.line_start(span.start)
        before = self._spans.text[line_start : span.start]
        rest = self._spans.text[span.end :].partition("\n")[0].partition("#")[0].rstrip()
        grown = len(new) - (span.end - span.start)
        fits = len(before) + len(new) + len(rest) <= _LINE or grown <= _LITTLE
        if fits or not bridge.on_one_line(new) or _in_string(site.node, site.place.statement) or _is_of_a_name(new):
            return new
        indent = before[: len(before) - len(before.lstrip(" \t"))] + "    "
        first, second = _LINE - len(before), _LINE - len(indent) - len(rest)
        at = breaking.break_in(new, first, second)
        if at is None:
            return new
        if not breaking.fits_in_two(new, at, first, second):
            return self._newline.join(breaking.lay_out(new, indent[:-4], first, len(rest), _LINE))
        return f"{new[:at]}{self._newline}{indent}{new[at:].lstrip()}"

    def _piece(self, name: str, term: Term, site: Site, uses: int, domain: Domain, edits: list[Edit]) -> str:
        if term.kind == "num":
            return _number(term.number)
        if term.node is None or term.place is None:
            raise CannotWriteError(f"the {name} are not written as one expression")
        source = self._spans.source(term.node)
        inside, whole = self._spans.of(term.node), self._spans.of(site.node)
        if whole.start <= inside.start and inside.end <= whole.end:
            if uses > 1 and _computes(term) and not self._shown.is_written_out(term):
                raise CannotWriteError(f"{source!r} would be computed {uses} times")
            return source
        used = frozenset(
            text
            for part in ast.walk(term.node)
            if isinstance(part, (ast.Name, ast.Attribute)) and (text := dotted(part))
        )
        simple = isinstance(term.node, (ast.Name, ast.Attribute, ast.Constant))
        if simple and flow.unchanged(used, term.place, site.place):
            return source
        if not isinstance(domain, (Logits, BinaryLogits)):
            raise CannotWriteError(_not_held(name, source, simple, term.place.scope is site.place.scope))
        return self._hoisted(name, term.node, term.place, site, edits)

    def _hoisted(self, name: str, node: ast.expr, place: Place, site: Site, edits: list[Edit]) -> str:
        """Gives an expression inside an earlier assignment its own name: `p = softmax(h @ w)` becomes two lines."""
        statement = place.statement
        if place.scope is not site.place.scope or not isinstance(statement, ast.Assign):
            raise CannotWriteError(_out_of_reach(name, self._spans.source(node), place.scope, site.place.scope))
        outer, inner = self._spans.of(statement), self._spans.of(node)
        indent = self._spans.indent(outer.start)
        if indent is None or any(isinstance(child, ast.NamedExpr) for child in ast.walk(statement)):
            raise CannotWriteError(f"there is no room for a line of its own for the {name}")
        fresh = self._fresh(name, statement, place.scope)
        before = self._spans.text[outer.start : inner.start]
        after = self._spans.text[inner.end : outer.end]
        source = self._spans.source(node)
        bare = bridge.on_one_line(source) or isinstance(node, (ast.Call, ast.Subscript))
        opened, closed = ("", "") if bare else ("(", ")")
        edits.append(Edit(outer.start, inner.start, f"{fresh} = {opened}"))
        edits.append(Edit(inner.end, outer.end, f"{closed}{self._newline}{indent}{before}{fresh}{after}"))
        return fresh

    def _fresh(self, name: str, statement: ast.Assign, scope: Scope) -> str:
        target = dotted(statement.targets[0])
        candidates = [name, f"{target}_{name}" if target and "." not in target else f"{name}_", f"{name}_in"]
        for candidate in candidates:
            if scope.owner_of(candidate) is None:
                return candidate
        raise CannotWriteError(f"no name is free for the {name}")

    def root(self, place: Place, edits: list[Edit]) -> str:
        """The user's own name for TensorFlow at a place; an import is added where there is none."""
        known = self._names.root_name(place.scope)
        if known is not None:
            return known
        if self._names.module.owner_of("tf") is not None:
            raise CannotWriteError("TensorFlow has no name here, and `tf` is taken")
        first = next(self._tensorflow_imports(), None)
        if first is None:
            raise CannotWriteError("TensorFlow has no name here")
        start = self._spans.of(first).start
        indent = self._spans.indent(start)
        if indent is None:
            raise CannotWriteError("TensorFlow has no name here, and no line for its import")
        edits.append(Edit(start, start, f"import tensorflow as tf{self._newline}{indent}"))
        return "tf"

    def _tensorflow_imports(self) -> Iterator[ast.stmt]:
        for bindings in self._names.module.bindings.values():
            for binding in bindings:
                if binding.kind == "import" and binding.symbol is not None and isinstance(binding.node, ast.stmt):
                    yield binding.node

    def _check_order(self, template: str, instance: Instance, used: Counter[str]) -> None:
        """Calls that are not known to be pure must stay in their order."""
        impure = [name for name, term in instance.match.inputs if used[name] and _computes(term)]
        if len(impure) < 2:
            return
        order = [n.id for n in ast.walk(ast.parse(template, mode="eval")) if isinstance(n, ast.Name) and n.id in impure]
        nodes = {name: instance.match.get(name) for name in impure}
        places = [
            node.node.lineno * 10_000 + node.node.col_offset for name in order if (node := nodes[name]) and node.node
        ]
        if places != sorted(places):
            raise CannotWriteError("two calls would change their order")


def _in_string(node: ast.expr, statement: ast.stmt) -> bool:
    """Whether an expression stands in an f-string, where no line may be broken."""
    strings = (part for part in ast.walk(statement) if isinstance(part, ast.JoinedStr))
    return any(part is node for string in strings for part in ast.walk(string))


def _is_of_a_name(text: str) -> bool:
    """Whether an expression is a call of one name, `tf.nn.log_softmax(logits)`: a name on a line of its own reads worse
    than a long line.
    """
    call = ast.parse(text, mode="eval").body
    return isinstance(call, ast.Call) and not call.keywords and len(call.args) == 1 and dotted(call.args[0]) is not None


def _computes(term: Term) -> bool:
    """Whether a term is written as a call whose order or number matters; a name only looks up what is there."""
    return not term.pure and term.node is not None and not isinstance(term.node, (ast.Name, ast.Attribute))


def _out_of_reach(name: str, source: str, inside: Scope, here: Scope) -> str:
    """Why logits cannot be given a name at a loss, and what to do about it."""
    function = inside.node
    if inside is not here and isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return (
            f"the {name} are {source!r} inside {function.name}, which does not return them: let it return them as well"
        )
    return f"the {name} are computed inside {source!r}, out of reach from here"


def _not_held(name: str, source: str, simple: bool, is_same_scope: bool) -> str:
    """Why nothing at a loss holds what one of its inputs is."""
    if not simple:
        return f"the {name} are computed as {' '.join(source.split())!r} elsewhere, and have no name here"
    if is_same_scope:
        return f"the {name} were in {source}, which is given another value before this loss"
    return f"the {name} are in {source} of another function, out of reach from here"


def _number(value: float) -> str:
    return repr(value)


def _in_brackets(text: str) -> str:
    return text if isinstance(ast.parse(text, mode="eval").body, ast.Call) else f"({text})"
