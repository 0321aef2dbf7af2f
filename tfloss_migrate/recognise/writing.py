"""From a name or an argument that is written otherwise in TF2 to a finding with its rewrite."""

from __future__ import annotations

import ast

from tfloss_migrate.model import Edit, Finding, Form, Question, Rewrite, Rule, Span, Verdict
from tfloss_migrate.recognise.already import same_code
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names, dotted
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.spans import Spans
from tfloss_migrate.syntax.values import Values

_NO_PLACE = "Python does not tell its exact place"


class Writing:
    """Writes in one file. `compose` off (lint): no new text is made."""

    def __init__(self, names: Names, spans: Spans, newline: str, *, compose: bool) -> None:
        self._names, self.spans, self.newline, self._compose = names, spans, newline, compose

    def finding(
        self,
        rule: Rule,
        span: Span,
        message: str,
        made: tuple[Edit, ...] = (),
        basis: Form | Verdict | None = None,
        reason: str | None = None,
    ) -> Finding:
        """A finding at a span, with the edits that are offered for it.

        `basis` is the example that the referee is asked about, or what is known without it.
        """
        old = self.spans.text[span.start : span.end]
        rewrites: tuple[Rewrite, ...] = ()
        if reason is None and basis is not None and self._compose:
            inside = [edit for edit in made if span.start <= edit.start and edit.end <= span.end]
            new = apply(old, [Edit(e.start - span.start, e.end - span.start, e.text) for e in inside])
            rewrites = (
                Rewrite(new, made, verdict=basis)
                if isinstance(basis, Verdict)
                else Rewrite(new, made, question(rule, basis)),
            )
        return Finding(rule.id, rule.name, rule.severity, message, span, old, rewrites, reason)

    def name(
        self,
        node: ast.expr,
        place: Place,
        root: str,
        names: tuple[str, str],
        rule: Rule,
        message: str,
        basis: Form | Verdict,
        more: tuple[Edit, ...],
    ) -> Finding:
        """A finding of a symbol that gets another name; `root` is the symbol that the first part of it stands for."""
        span, (old, new) = self.spans.of(node), names
        text = self.spans.text[span.start : span.end]
        if not root:
            sure = text.endswith(old) and (text == dotted(node) or same_code(text, node))
            made = (*more, Edit(span.end - len(old), span.end, new))
            return self.finding(rule, span, message, made, basis, None if sure else _NO_PLACE)
        if not self._compose:
            return self.finding(rule, span, message)
        from tfloss_migrate.recognise.compose import CannotWriteError, Composer
        from tfloss_migrate.recognise.evidence import Shown

        made_too = list(more)
        try:
            shown = Shown(Values(Reader(self._names)))
            tensorflow = Composer(self._names, self.spans, shown, self.newline).root(place, made_too)
        except CannotWriteError as error:
            return self.finding(rule, span, message, reason=str(error))
        return self.finding(rule, span, message, (*made_too, Edit(span.start, span.end, f"{tensorflow}.{new}")), basis)


def question(rule: Rule, form: Form) -> Question:
    """What the referee is asked about an example of a renaming."""
    import re

    inputs = tuple(i for i in rule.inputs if re.search(rf"\b{i.name}\b", form.legacy))
    return Question(form.legacy, form.target or form.legacy, inputs, form.ranks)
