"""Names of TF1 that `from tensorflow import ...` brings: they are imported from where they live now, if still used."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit, Finding, Form, Verdict
from tfloss_migrate.recognise import comments
from tfloss_migrate.recognise.careful import CAREFUL
from tfloss_migrate.recognise.writing import Writing
from tfloss_migrate.rules import published
from tfloss_migrate.rules import tfl101_renamed_symbol as renamed
from tfloss_migrate.rules import tfl104_only_in_compat_v1 as only_v1
from tfloss_migrate.rules.examples import symbol as called
from tfloss_migrate.rules.successors import Successor, successor
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.scopes import symbol_of_module


class Imported:
    """Finds in one file. `is_tf1`: its names are surely those of TF1 where TF2 has something else under them.

    `before` are the names of the file as it was, where it was rewritten since.
    """

    def __init__(self, writing: Writing, is_tf1: bool, names: Names, before: Names | None) -> None:
        self._writing, self._is_tf1, self._names, self._before = writing, is_tf1, names, before

    def findings(self) -> Iterator[Finding]:
        """One finding for each import that brings such a name."""
        for node in {id(node): node for node in self._names.imports}.values():
            if node.level or node.module is None or not node.module.startswith("tensorflow"):
                continue
            idle = self._idle(node)
            if idle:
                yield from self._without(node, idle)
                continue
            if node.module.startswith("tensorflow.compat"):
                continue
            homes = [(alias, self._home(node.module, alias.name)) for alias in node.names]
            if any(home is not None for _, home in homes):
                yield self._finding(node, homes)

    def _idle(self, node: ast.ImportFrom) -> list[ast.alias]:
        """The imported names that the file used before it was rewritten, and uses no more."""
        if self._before is None:
            return []
        bound = [(alias, alias.asname or alias.name) for alias in node.names]
        used, had = (
            {root for _, root, _ in names.chains if any(root == name for _, name in bound)}
            for names in (self._names, self._before)
        )
        text = self._writing.spans.text
        quoted = {name for _, name in bound if f'"{name}"' in text or f"'{name}'" in text}
        return [alias for alias, name in bound if name in had - used - quoted]

    def _without(self, node: ast.ImportFrom, idle: list[ast.alias]) -> Iterator[Finding]:
        """An import without some of its names; with its line, where it has one of its own, if none is left."""
        spans, span = self._writing.spans, self._writing.spans.of(node)
        kept = [alias for alias in node.names if alias not in idle]
        start, end = span.start, span.end
        if not kept:
            start, after = spans.line_start(start), spans.text[end:].partition("\n")[0]
            end = min(end + len(after) + 1, len(spans.text))
            if node.col_offset or after.strip():
                return
        if comments.lost(spans.text[start:end], ""):
            return
        made = (Edit(start, end, _import(node.module or "", kept)),)
        names = ", ".join(alias.asname or alias.name for alias in idle)
        verdict = Verdict("same", f"no code uses {names} any more; nothing was run")
        yield self._writing.finding(only_v1.RULE, span, f"{only_v1.RULE.message}: {names}", made, verdict)

    def _home(self, module: str, name: str) -> tuple[Successor, str] | None:
        """What became of an imported name, and where it is now; None if it stays."""
        inside = symbol_of_module(module)
        known = successor(f"{inside}.{name}" if inside else name)
        if known is None or (known.is_in_tf2 and (known.kind == "twin" or not self._is_tf1)):
            return None
        home = home_of(known)
        return (known, home) if home is not None else None

    def _finding(self, node: ast.ImportFrom, homes: list[tuple[ast.alias, tuple[Successor, str] | None]]) -> Finding:
        writing, span = self._writing, self._writing.spans.of(node)
        lines = [_import(node.module or "", [alias for alias, home in homes if home is None])]
        told, found = [], [(alias, *home) for alias, home in homes if home is not None]
        for alias, known, home in found:
            module, _, name = f"tensorflow.{home}".rpartition(".")
            lines.append(
                _import(module, [ast.alias(name, alias.asname or (alias.name if alias.name != name else None))])
            )
            told.append(f"tf.{known.old} is tf.{home}")
        indent = writing.spans.indent(span.start)
        new = ("; " if indent is None else writing.newline + indent).join(filter(None, lines))
        lost = comments.lost(writing.spans.text[span.start : span.end], "")
        kept = comments.above(lost, node, writing.spans, writing.newline, span.start)
        reason = comments.NO_ROOM if lost and kept is None else None
        more = (kept,) if lost and kept is not None else ()
        by_v1 = any(home.startswith("compat.v1.") for _, _, home in found)
        rule = only_v1.RULE if by_v1 else renamed.RULE
        made = (*more, Edit(span.start, span.end, new))
        return writing.finding(
            rule, span, f"{rule.message}: {', '.join(told)}", made, _basis(found[0][1], told), reason
        )


def home_of(known: Successor) -> str | None:
    """Where a name is imported from whatever its calls say, None if it must be written out at each of them."""
    same = known.kind == "identical" or (known.parameters and known.same == len(known.parameters))
    exact = same and not any(old != new for old, new in known.parameters) and known.old not in CAREFUL
    return known.new if exact else known.kept


def _basis(known: Successor, told: list[str]) -> Form | Verdict:
    forms = [form for form in renamed.RULE.forms if called(form) == known.old]
    if forms:
        return forms[0]
    return Verdict("same", f"{', '.join(told)}: the very one, in TensorFlow {published.VERSION}; nothing was run")


def _import(module: str, aliases: list[ast.alias]) -> str:
    return ast.unparse(ast.ImportFrom(module, aliases, 0)) if aliases else ""
