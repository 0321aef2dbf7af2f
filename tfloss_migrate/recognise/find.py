"""All findings of one file: renamed symbols, loss APIs, losses by hand, bugs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cached_property

from tfloss_migrate.domains import Axis, Hyperparameter, Literal
from tfloss_migrate.model import Finding, Input, Question, Rewrite, Rule
from tfloss_migrate.recognise import already
from tfloss_migrate.recognise.era import Evidence, era_of
from tfloss_migrate.recognise.evidence import Shown
from tfloss_migrate.recognise.imported import Imported
from tfloss_migrate.recognise.looks import sightings, untold
from tfloss_migrate.recognise.patterns import with_numbers
from tfloss_migrate.recognise.renames import Renames
from tfloss_migrate.recognise.shapes import outside
from tfloss_migrate.recognise.sites import Instance, Site, Sites, source_of
from tfloss_migrate.recognise.spelling import CannotSpellError, Speller
from tfloss_migrate.recognise.symbols import Symbols
from tfloss_migrate.recognise.writing import Writing
from tfloss_migrate.record import dataclass, replace
from tfloss_migrate.rules.registry import load, rule_of
from tfloss_migrate.syntax.arguments import bind_arguments, is_guarded
from tfloss_migrate.syntax.names import Names, dotted
from tfloss_migrate.syntax.ops import ADDS_ITSELF, ARGUMENT_NAMES, BY_SYMBOL
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.spans import Spans
from tfloss_migrate.syntax.terms import constant_of, number_of
from tfloss_migrate.syntax.values import Values

TYPE_CHECKING = False

if TYPE_CHECKING:
    from tfloss_migrate.recognise.compose import Composer
    from tfloss_migrate.rules.collected import Collected

#: Rules for code that TF2 runs as well as TF1 did, and as exactly.
_AS_VALID_AS_BEFORE = ("TFL30", "TFL34", "TFL35")
_UNKNOWN_ERA = "code written for TensorFlow 1"


@dataclass(frozen=True)
class FileFacts:
    """What is known of a file before it is looked into.

    `is_tf1`: whether its names are surely those of TF1, where that was seen before anything was rewritten.
    `elsewhere` tells, when asked, in which line of which other file under PATH a pattern is found, or a word
    in what matches it. `by_name`: arrays are given by name, so that questions tell the names of the code. `before` are
    the names of the file as it was, where it was rewritten since. `keras` is the version that is written for, "auto"
    both.
    """

    newline: str = "\n"
    is_tf1: bool | None = None
    path: str = "-"
    elsewhere: Callable[[bytes, bytes], str | None] = lambda pattern, word: None
    by_name: bool = False
    before: Names | None = None
    keras: str = "auto"


class Finder:
    """Finds in one parsed file. `compose` off (lint): no new text is made, and libcst stays unimported."""

    def __init__(self, text: str, names: Names, facts: FileFacts, *, compose: bool) -> None:
        self._spans, self._facts, self._compose = Spans(text), facts, compose
        self._reader = Reader(names)
        self._symbols = Symbols(self._reader)
        self.era: Evidence = era_of([*self._symbols.used, *(["compat.v1"] if names.has_compat else [])])
        self._reader.old_order = self.era.era == "0.x"
        self._values = Values(self._reader)
        self._names, self._shown = names, Shown(self._values)
        self._composer: Composer | None = None
        self._writing = Writing(names, self._spans, facts.newline, compose=compose)
        self._renames = Renames(self._reader, self._symbols, self._writing, facts.is_tf1)
        self.is_tf1 = self._renames.is_tf1
        self._collected: Collected | None = None

    def findings(self) -> Iterator[Finding]:
        """Every finding, in no particular order."""
        return untold(tuple(self._all()))

    def _all(self) -> Iterator[Finding]:
        yield from Imported(self._writing, self.is_tf1, self._names, self._facts.before).findings()
        yield from self._positional()
        owned: dict[int, ast.expr] = {}
        for site in Sites(self._reader, self._shown, self._symbols, by_meaning=self._compose):
            owned[id(site.node)] = site.node
            yield from self._of_site(site)
        yield from self._unmatched(set(owned))
        told = {id(node.func) for node in owned.values() if isinstance(node, ast.Call) and not self._compose}
        seen = list(sightings(self._program, self._spans, compose=self._compose))
        told |= self._written_whole(seen)
        yield from self._renames.findings(outside().speakers.keys(), told)
        yield from seen

    def _written_whole(self, seen: list[Finding]) -> set[int]:
        """The names of functions whose calls are written anew already, with their arguments: by identity."""
        starts = {one.span.start for one in seen if one.reason is None and one.rule == "TFL219"}
        calls = [call for call, _, _ in self._symbols.calls] if starts else []
        return {id(call.func) for call in calls if self._spans.of(call).start in starts}

    @cached_property
    def _program(self) -> Program:
        calls, used, era, facts = tuple(self._symbols.calls), self._symbols.used, self.era, self._facts
        return Program(
            self._reader,
            self._values,
            self._shown.layout.shapes,
            calls,
            used | self._names.imported | self._names.read_attributes,
            era.era,
            era.before_2,
            era.since_1,
            self._spans.source,
            facts.path,
            facts.elsewhere,
            facts.keras != "2",
        )

    def _positional(self) -> Iterator[Finding]:
        """Cross-entropies called by position: (logits, labels) in 0.x, refused by 1.x, (labels, logits) in 2.x."""
        for call, _, symbol in self._symbols.calls:
            operation = BY_SYMBOL.get(symbol)
            if operation is None or operation.parameters[:1] != ("_sentinel",) or not call.args or is_guarded(call):
                continue
            if self.era.era in ("0.x", "2.x") and bind_arguments(call, operation, old_order=True) is not None:
                continue
            rule = rule_of(_POSITIONAL[operation.name])
            names = next((f"tf.{name}" for name in self.era.because), "the file")
            reason = (
                f"by position these are (logits, labels) in 0.x and (labels, logits) in 2.x, and {names} "
                "does not tell which is meant; name the arguments"
            )
            span = self._spans.of(call)
            message = "the order of logits and labels is not known"
            yield Finding(rule.id, rule.name, "error", message, span, self._spans.source(call), (), reason)

    def _unmatched(self, owned: set[int]) -> Iterator[Finding]:
        """Calls of losses that TF2 lacks, or that mean something else there, and that no form fits: told, and left."""
        speakers = outside().speakers
        for call, place, symbol in self._symbols.calls:
            if symbol not in speakers or id(call) in owned:
                continue
            if not self.era.before_2 and not any(keyword.arg in ARGUMENT_NAMES for keyword in call.keywords):
                continue
            rule = load(speakers[symbol])
            if call.args and rule.id in _POSITIONAL.values():
                continue  # told by its order already
            span, old = self._spans.of(call), self._spans.source(call)
            reason = self._not_given(call, place, symbol, rule) or rule.otherwise
            yield Finding(rule.id, rule.name, rule.severity, rule.message, span, old, (), reason)

    def _not_given(self, call: ast.Call, place: Place, symbol: str, rule: Rule) -> str | None:
        """What a call lacks that all forms of its rule have; or that its logits may be none."""
        operation = BY_SYMBOL.get(symbol)
        has = bind_arguments(call, operation) if operation is not None else None
        if operation is None or has is None:
            return None
        if "logits" in has and self._shown.may_be_activated(self._reader.term(has["logits"], place)):
            return _ACTIVATED
        wanted = [
            bind_arguments(node, operation) or {}
            for form in rule.forms
            for node in ast.walk(ast.parse(form.legacy, mode="eval"))
            if isinstance(node, ast.Call) and dotted(node.func) == f"tf.{symbol}"
        ]
        always = set.intersection(*map(set, wanted)) if wanted else set()
        lacks = [name for name in operation.parameters if name in always and name not in has]
        return f"{' and '.join(lacks)} is not given, as TensorFlow 1 wants it" if lacks else None

    def _of_site(self, site: Site) -> Iterator[Finding]:
        by_rule: dict[str, list[Instance]] = {}
        for instance in site.instances:
            if self._applies(instance.pattern.rule):
                by_rule.setdefault(instance.pattern.rule.id, []).append(instance)
        ordinary = [instances for rule, instances in by_rule.items() if not rule.startswith("TFL4")]
        ordinary.sort(
            key=lambda instances: -instances[0].pattern.term.size
        )  # what explains most of the code goes first
        findings = [finding for instances in ordinary if (finding := self._finding(site, instances)) is not None]
        if findings:  # the first rule that can be written, else the first
            yield next((finding for finding in findings if finding.rewrites), findings[0])
        for rule, instances in by_rule.items():
            if rule.startswith("TFL4") and (finding := self._finding(site, instances)) is not None:
                yield finding

    def _applies(self, rule: Rule) -> bool:
        return not (self.era.era == "2.x" and rule.id.startswith("TFL2"))

    def _finding(self, site: Site, instances: list[Instance]) -> Finding | None:
        rule, span = instances[0].pattern.rule, self._spans.of(site.node)
        old = self._spans.text[span.start : span.end]
        severity = "info" if self.era.era == "2.x" and rule.id.startswith("TFL3") else rule.severity
        reason = self._refusal(site, rule)
        rewrites: list[Rewrite] = []
        if not self._compose and already.says_form(site.node, site.place, instances[0].pattern.form, self._reader):
            return None
        told = [instance for instance in instances if instance.pattern.form.target is None]
        if told:
            reason = reason or rule.otherwise
        elif reason is None and self._compose:
            for instance in instances:
                rewrite, why = self._rewrite(site, instance)
                reason = reason or why
                if rewrite is not None and already.same_code(rewrite.new, site.node):
                    break  # from here on the code says it already
                if rewrite is not None and all(rewrite.new != other.new for other in rewrites):
                    rewrites.append(rewrite)
            if not rewrites and reason is None:
                return None
        if rewrites:
            reason = None
        elif rule.id.startswith("TFL3" if told else _AS_VALID_AS_BEFORE) or instances[0].by_meaning:
            severity = "info"
        message = rule.message
        if instances[0].by_meaning:  # what is said behind the colon is true of the usual spelling
            message = f"{message.partition(':')[0]}, recognised by what it computes"
        return Finding(rule.id, rule.name, severity, message, span, old, tuple(rewrites), reason)

    def _refusal(self, site: Site, rule: Rule) -> str | None:
        if ADDS_ITSELF.isdisjoint(rule.speaks_for):
            return None
        if self._collected is None:
            from tfloss_migrate.rules.collected import Collected

            self._collected = Collected(self._program)
        return self._collected.refusal(site.node)

    def _rewrite(self, site: Site, instance: Instance) -> tuple[Rewrite | None, str | None]:
        from tfloss_migrate.recognise.compose import CannotWriteError, Composer

        if self._composer is None:
            self._composer = Composer(self._names, self._spans, self._shown, self._facts.newline)
        keras = ".keras." in (instance.pattern.form.target or "")
        fed = [name for name, term in instance.match.inputs if keras and self._shown.has_no_rank(term)]
        if fed:
            return None, f"the {fed[0]} are fed to a placeholder without a shape: a loss of Keras must know their rank"
        try:
            question = self._question(site, instance)
            new, edits = self._composer.compose(site, instance)
        except (CannotWriteError, CannotSpellError) as error:
            return None, str(error)
        return Rewrite(new, edits, question, repair=instance.pattern.form.intended is not None), None

    def _question(self, site: Site, instance: Instance) -> Question:
        form, rule = instance.pattern.form, instance.pattern.rule
        spelled_out = {i.name for i in rule.inputs if isinstance(i.domain, (Hyperparameter, Literal))}
        inputs_there = {
            name: term for name, term in instance.match.inputs if name not in spelled_out or number_of(term) is None
        }
        legacy = Speller(self._reader, inputs_there).spell(site.node, site.place)
        target = with_numbers(instance.target, instance.match)
        intended = None if form.intended is None else with_numbers(form.intended, instance.match)
        if instance.factor != 1.0:
            target, intended = f"{instance.factor!r} * ({target})", intended and f"{instance.factor!r} * ({intended})"
        used = {
            node.id for text in (legacy, target) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)
        }
        constant = {need.partition(":")[2] for need in form.needs if need.startswith("constant:")}
        if instance.by_meaning:
            constant |= {name for name, term in instance.match.inputs if self._shown.constant(term)}
        inputs = tuple(_as_given(i, constant, instance.dtypes) for i in rule.inputs if i.name in used)
        ranks, promises = form.ranks, form.promises
        for declared in rule.inputs:
            along = instance.match.get(declared.name) if isinstance(declared.domain, Axis) else None
            last = constant_of(along)
            ranks = (last + 1,) if isinstance(last, int) and last >= 0 else ranks
        axis = max(instance.match.axes, default=-1)
        if instance.keeps_axis:
            ranks = tuple(rank for rank in (2, 3) if rank > axis) or (axis + 1,)
        elif axis >= 1:
            ranks, promises = (axis + 1,), (*promises, f"arrays whose last axis is axis {axis}")
        if not self.era.before_2 and rule.id.startswith("TFL2"):
            promises = (*promises, _UNKNOWN_ERA)
        source = source_of(site.place, instance.match) if self._facts.by_name else None
        return Question(legacy, target, inputs, ranks, form.shift, intended, promises, source)


def _as_given(declared: Input, constant: set[str], dtypes: dict[str, str]) -> Input:
    """An input as the code gives it: out of reach of gradients, of another dtype."""
    dtype = dtypes.get(declared.name)
    kept = declared.domain.constant or declared.name in constant or dtype not in (None, "float64")
    if dtype is None and kept == declared.domain.constant:
        return declared
    return replace(declared, domain=replace(declared.domain, constant=kept, dtype=dtype or declared.domain.dtype))


_ACTIVATED = "the logits may be the output of a softmax or a sigmoid, of which Keras takes what went in: give it that"
#: The rule that speaks for a cross-entropy called by position.
_POSITIONAL = {
    "softmax_cross_entropy": "TFL211",
    "sparse_softmax_cross_entropy": "TFL212",
    "sigmoid_cross_entropy": "TFL213",
}
