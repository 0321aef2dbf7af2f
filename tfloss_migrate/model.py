"""The words that all rooms share: rules, findings, rewrites, questions to the referee, verdicts, outcomes."""

from __future__ import annotations

from tfloss_migrate.domains import Domain, Play, Source
from tfloss_migrate.record import dataclass

TYPE_CHECKING = False  # importing `typing` for it takes longer than all of this file

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterator
    from typing import Any, Literal

    from tfloss_migrate.curves import Curve
    from tfloss_migrate.runs import WholeRun

    Severity = Literal["error", "warning", "info"]
    Status = Literal["same", "steadier", "shifted", "repaired", "different", "unknown"]
    Era = Literal["0.x", "1.x", "2.x", "unknown"]
    Sureness = Literal["certain", "likely", "possible"]
    FileStatus = Literal["unchanged", "would-change", "changed", "failed"]
else:
    Severity = Status = Era = Sureness = FileStatus = str

#: How severe a bug is, by how surely it was found.
SEVERITY: dict[Sureness, Severity] = {"certain": "error", "likely": "warning", "possible": "info"}

#: Why a lint shows no new text.
LINT_ONLY = "only looked for: run without --check to see the rewrite and its verdict"
#: Begins the reason of a finding that is left to a rewrite around it; the id of that rule follows.
WITHIN = "within "

#: The rule that leaves names of `tf.compat.v1` behind, and those that take a program's sessions away.
ONLY_V1, EVALUATES, TRAINS = "TFL104", "TFL501", "TFL502"
#: From the most to the least reassuring; the worst of several verdicts is the last in this order.
STATUSES: tuple[Status, ...] = ("same", "steadier", "repaired", "shifted", "unknown", "different")


@dataclass(frozen=True)
class Input:
    """A named input, and what values it may hold. `cast`: the old function makes floats of whole numbers and lists."""

    name: str
    domain: Domain
    cast: bool = False


@dataclass(frozen=True)
class Shift:
    """A declared change of meaning: in words, and how far the new value may be from the old one.

    `bound` is absolute-or-relative: |new - old| <= bound * max(1, |old|), on ordinary inputs,
    for values and, through `gradient_bound`, for gradients (None: gradients are not bounded).
    """

    because: str
    bound: float
    gradient_bound: float | None = None


@dataclass(frozen=True)
class Form:
    """One legacy expression and the expression that replaces it, over the rule's inputs.

    `target` is None where nothing may be written: the place is found and told, and the rule's `otherwise` says why.
    `intended` (for repairs) is the legacy formula that the author meant, and that the target must compute.
    `needs` names facts that the code must show (see `recognise.evidence`); `promises` are said with the verdict.
    """

    legacy: str
    target: str | None
    shift: Shift | None = None
    intended: str | None = None
    needs: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    ranks: tuple[int, ...] = (1, 2, 3)


@dataclass(frozen=True)
class Catch:
    """A program in which the rule finds the text `old`, and offers `new` for it, if anything."""

    code: str
    old: str
    new: str | None = None


@dataclass(frozen=True)
class NearMiss:
    """Code that looks like the rule's business and is not: an expression, or a whole program of several lines."""

    code: str
    because: str


@dataclass(frozen=True)
class Sighting:
    """A place that a rule found by looking at a whole program: what no single expression shows.

    `replacements` are nodes of the program with their new source, in which other nodes stand for their own source, ""
    for a statement or an argument that goes; `question` must be answered before they are written, unless a `verdict`
    says that there is nothing to run. `reason` says why there is no rewrite. `sure`, of a bug, is said and decides the
    severity.
    """

    node: ast.expr | ast.stmt
    message: str
    reason: str | None = None
    replacements: tuple[
        tuple[ast.expr | ast.stmt | ast.keyword | ast.alias, str | tuple[str | ast.expr, ...]], ...
    ] = ()
    question: Question | None = None
    verdict: Verdict | None = None
    repair: bool = False
    sure: Sureness | None = None


@dataclass(frozen=True)
class Look:
    """How a rule looks at a whole program (`syntax.program.Program`), where one of the symbols `at` is named in it.

    A symbol that ends in a point stands for all below it, `.value` for that attribute of anything.
    """

    at: tuple[str, ...]
    find: Callable[[Any], Iterator[Sighting]]


@dataclass(frozen=True)
class Rule:
    """A pair of plain-Python expressions, legacy => target, over named inputs with declared domains.

    `by_name`: the forms are examples of a renaming, found by the name alone; the others are found by their structure.
    `speaks_for`: symbols whose calls are told, and left because of `otherwise`, where no form fits them.
    `look`: finds what is more than an expression, as in the programs of `catches`.
    `told_by`: rules whose findings tell as much already: inside one of theirs, a finding of this rule is left out.
    `doc` is the docstring of the rule's file.
    """

    id: str
    name: str
    inputs: tuple[Input, ...]
    forms: tuple[Form, ...]
    message: str
    leave_alone: tuple[NearMiss, ...] = ()
    severity: Severity = "warning"
    by_name: bool = False
    speaks_for: tuple[str, ...] = ()
    otherwise: str = "no form of this rule fits these arguments"
    look: Look | None = None
    told_by: tuple[str, ...] = ()
    catches: tuple[Catch, ...] = ()
    doc: str = ""


@dataclass(frozen=True)
class Span:
    """A place in a text: lines from 1, columns from 0 in characters, offsets in characters."""

    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Edit:
    """Replace text[start:end] by `text`. Equal edits of several findings are made once; `owner` tells them apart."""

    start: int
    end: int
    text: str
    owner: int = 0


@dataclass(frozen=True)
class Question:
    """What the referee is asked: do two expressions compute the same? With `plays`: do two programs?

    Both are over the inputs' names and `tf.`: `legacy` in the TF1 language (any of 0.x and 1.x names), `target` in that
    of TF2. `source` is told where arrays are given by name, and only there.
    """

    legacy: str
    target: str
    inputs: tuple[Input, ...]
    ranks: tuple[int, ...] = (1, 2, 3)
    shift: Shift | None = None
    intended: str | None = None
    promises: tuple[str, ...] = ()
    source: Source | None = None
    plays: tuple[Play, ...] = ()


@dataclass(frozen=True)
class Counterexample:
    """Inputs on which old and new differ, and a test that can be pasted."""

    case: str
    what: str
    inputs: dict[str, object]
    old: object
    new: object
    test: str


@dataclass(frozen=True)
class Verdict:
    """What running both sides showed. `cases` counts the compared runs; differences are the largest seen.

    There is a `curve` only where one is asked for, and old and new differ somewhere.
    """

    status: Status
    sentence: str
    cases: int = 0
    oracle: str = ""
    max_abs: float = 0.0
    max_rel: float = 0.0
    grad_max_abs: float = 0.0
    domain: str = ""
    counterexample: Counterexample | None = None
    curve: Curve | None = None


@dataclass(frozen=True)
class Rewrite:
    """A proposed new text for a found place: the edits that make it, and the question that must be answered first.

    `question` is None for a name-for-name rewrite, which carries `verdict` from the start.
    """

    new: str
    edits: tuple[Edit, ...]
    question: Question | None = None
    verdict: Verdict | None = None
    repair: bool = False


@dataclass(frozen=True)
class Finding:
    """Something found at a place. `rewrites` are alternatives, the preferred one first."""

    rule: str
    name: str
    severity: Severity
    message: str
    span: Span
    old: str
    rewrites: tuple[Rewrite, ...] = ()
    reason: str | None = None
    cell: int | None = None


@dataclass(frozen=True)
class Offer:
    """A stronger rewrite that the given flags refuse."""

    new: str
    verdict: Verdict


@dataclass(frozen=True)
class Settled:
    """A finding with what becomes of it under the given flags; `fingerprint` is made only where it is asked for."""

    finding: Finding
    new: str | None
    reason: str | None
    verdict: Verdict | None
    severity: Severity
    offered: Offer | None = None
    fingerprint: str = ""

    @property
    def inside_another(self) -> bool:
        """Whether a rewrite around this one takes care of it."""
        return self.reason is not None and self.reason.startswith(WITHIN)


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file. `old_text` and `new_text` are None where the file was not decoded.

    Encoding either text with `encoding` (`utf-8-sig` where there is a byte order mark) gives the bytes of the file.
    `known` are findings that count for nothing: they are in the baseline, or were silenced just now.
    """

    path: str
    status: FileStatus
    findings: tuple[Settled, ...] = ()
    error: str | None = None
    old_text: str | None = None
    new_text: str | None = None
    encoding: str = "utf-8"
    known: tuple[Settled, ...] = ()
    run: WholeRun | None = None
