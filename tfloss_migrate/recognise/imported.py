"""Names of TF1 that `from tensorflow import ...` brings: they are imported from where they live now."""

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
from tfloss_migrate.syntax.scopes import symbol_of_module


class Imported:
    """Finds in one file. `is_tf1`: its names are surely those of TF1 where TF2 has something else under them."""

    def __init__(self, writing: Writing, is_tf1: bool) -> None:
        self._writing, self._is_tf1 = writing, is_tf1

    def findings(self, imports: list[ast.ImportFrom]) -> Iterator[Finding]:
        """One finding for each import that brings such a name."""
        for node in {id(node): node for node in imports}.values():
            if node.level or node.module is None or not node.module.startswith("tensorflow"):
                continue
            if node.module.startswith("tensorflow.compat"):
                continue
            homes = [(alias, self._home(node.module, alias.name)) for alias in node.names]
            if any(home is not None for _, home in homes):
                yield self._finding(node, homes)

    def _home(self, module: str, name: str) -> tuple[Successor, str] | None:
        """What became of an imported name, and where it is now; None if it stays."""
        inside = symbol_of_module(module)
        known = successor(f"{inside}.{name}" if inside else name)
        if known is None or (known.is_in_tf2 and (known.kind == "twin" or not self._is_tf1)):
            return None
        same = known.kind == "identical" or (known.parameters and known.same == len(known.parameters))
        exact = same and not any(old != new for old, new in known.parameters) and known.old not in CAREFUL
        home = known.new if exact else known.kept
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


def _basis(known: Successor, told: list[str]) -> Form | Verdict:
    forms = [form for form in renamed.RULE.forms if called(form) == known.old]
    if forms:
        return forms[0]
    return Verdict("same", f"{', '.join(told)}: the very one, in TensorFlow {published.VERSION}; nothing was run")


def _import(module: str, aliases: list[ast.alias]) -> str:
    return ast.unparse(ast.ImportFrom(module, aliases, 0)) if aliases else ""
