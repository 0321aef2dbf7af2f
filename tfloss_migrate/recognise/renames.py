"""Findings of names and arguments that TF2 has otherwise, has only below `tf.compat.v1`, or has no more."""

from __future__ import annotations

import ast
import functools
from collections.abc import Collection, Iterator

from tfloss_migrate.model import Edit, Finding, Form, Rule, Verdict
from tfloss_migrate.recognise.calls import CannotTellError, Change, changes, edits, names_old
from tfloss_migrate.recognise.careful import CAREFUL
from tfloss_migrate.recognise.imported import home_of
from tfloss_migrate.recognise.symbols import Symbols, Use
from tfloss_migrate.recognise.writing import Writing
from tfloss_migrate.record import replace
from tfloss_migrate.rules import published
from tfloss_migrate.rules import tfl101_renamed_symbol as renamed
from tfloss_migrate.rules import tfl102_renamed_argument as argument
from tfloss_migrate.rules import tfl104_only_in_compat_v1 as only_v1
from tfloss_migrate.rules import tfl106_gone_symbol as gone_rule
from tfloss_migrate.rules.examples import symbol as called
from tfloss_migrate.rules.successors import Successor
from tfloss_migrate.syntax.ops import BY_SYMBOL
from tfloss_migrate.syntax.reader import Reader

#: What TF2's class of the same name is the base of, so that it may be named where nothing is made.
_CLASSES = frozenset({"Variable"})

#: What no array shows, and how the project's tests run both sides of it.
_FILES = "the new one takes its place in TensorFlow's own table; both were run on files when this version was built"
_DRAWS = "both draw the same numbers from the same seed: run when this version was built"
_RUN_BY_TESTS = {
    **dict.fromkeys(
        (
            "gfile.Copy gfile.DeleteRecursively gfile.Exists gfile.Glob gfile.IsDirectory gfile.ListDirectory "
            "gfile.MakeDirs gfile.MkDir gfile.Remove gfile.Rename"
        ).split(),
        _FILES,
    ),
    **dict.fromkeys(
        (
            "multinomial random.multinomial random_poisson random.poisson nn.dropout set_random_seed "
            "random.set_random_seed"
        ).split(),
        _DRAWS,
    ),
}


#: What those of `tf.compat.v1` do eagerly that collect, and so are what they were within a graph alone.
_NOT_COLLECTED = "nothing is collected"
_STAYS = "what is collected stays from one call to the next"
_EAGERLY = {
    **dict.fromkeys(("add_to_collection", "add_to_collections", "get_collection", "get_collection_ref"), _STAYS),
    "losses.mean_pairwise_squared_error": f"{_NOT_COLLECTED}, and a weight that is one number gives another loss",
}


class Renames:
    """Finds in one file. `is_tf1`: its names are surely those of TF1 where TF2 has something else under them."""

    def __init__(self, reader: Reader, symbols: Symbols, writing: Writing, is_tf1: bool | None) -> None:
        self._reader, self._writing = reader, writing
        self._uses = symbols.old()
        lacking = any(use.gone or (use.successor and not use.successor.is_in_tf2) for use in self._uses)
        otherwise = symbols.speaks_v1() or symbols.speaks_v2()
        self.is_tf1 = lacking and not otherwise if is_tf1 is None else is_tf1
        self._calls = {id(call.func): call for call, _, _ in symbols.calls}

    def findings(self, spoken_for: Collection[str], told: set[int]) -> Iterator[Finding]:
        """Every finding but those of symbols that other rules speak for, and of the nodes that are `told` already.

        What is gone for good is told once for each symbol.
        """
        gone: set[str] = set()
        for use in self._uses:
            if use.gone is not None and (use.successor is None or not self._is_written(use, use.successor)):
                if use.symbol not in gone and use.symbol not in spoken_for and use.symbol not in BY_SYMBOL:
                    gone.add(use.symbol)
                    yield self._gone(use, use.gone)
            elif use.successor is not None and id(use.node) not in told:
                yield from self._of(use, use.successor)

    def _is_written(self, use: Use, successor: Successor) -> bool:
        """Whether what is gone has a name all the same, for these arguments."""
        try:
            return self._changes(use, successor, self._calls.get(id(use.node))) is not None
        except CannotTellError:
            return False

    def _gone(self, use: Use, why: str) -> Finding:
        span = self._writing.spans.of(use.node)
        return self._writing.finding(gone_rule.RULE, span, f"{gone_rule.RULE.message}: tf.{use.symbol}", reason=why)

    def _of(self, use: Use, successor: Successor) -> Iterator[Finding]:
        call = self._calls.get(id(use.node)) if use.symbol == successor.old else None
        try:
            changed = self._changes(use, successor, call)
        except CannotTellError:
            yield from self._kept(use, successor, call)
            return
        if changed is None:
            return
        if successor.new != successor.old:
            if not use.by_v1 or successor.also_in_v1:
                yield from self._renamed(use, successor, call, changed)
        elif call is not None:
            yield from self._arguments(use, call, changed)

    def _changes(self, use: Use, successor: Successor, call: ast.Call | None) -> tuple[Change, ...] | None:
        """What becomes of the arguments; None if nothing is to be done. Raises CannotTellError: it must be kept."""
        if successor.kind == "identical":
            return ()
        careful = CAREFUL.get(successor.old)
        if call is None:
            if successor.is_in_tf2 and (successor.kind == "twin" or successor.old in _CLASSES):
                return None
            raise CannotTellError
        if careful and not careful(call, use.place, self._reader):
            raise CannotTellError
        if successor.kind != "twin":
            raise CannotTellError
        changed = changes(call, successor)
        if successor.is_in_tf2 and not self.is_tf1:  # in TF2's own order, unless a name of TF1 says otherwise
            changed = tuple(change for change in changed if change.sure)
        if changed or not successor.is_in_tf2:
            self._earned(successor, changed)
        return changed

    def _earned(self, successor: Successor, changed: tuple[Change, ...]) -> None:
        rule = argument.RULE if successor.is_in_tf2 else renamed.RULE
        if successor.new.startswith("compat.v1.") or successor.old in _RUN_BY_TESTS:
            return
        if _example(rule, successor.old) is None:
            raise CannotTellError

    def _kept(self, use: Use, successor: Successor, call: ast.Call | None) -> Iterator[Finding]:
        """What only `tf.compat.v1` has, or has as it was."""
        means_v1 = not successor.is_in_tf2 or self.is_tf1 or (call is not None and names_old(call, successor))
        if use.by_v1 or successor.kept is None or not means_v1:
            return
        what = f"tf.{successor.old}"
        package = ", with the package tf_keras," if successor.is_of_legacy_keras else ""
        eagerly = _EAGERLY.get(successor.old) or (_NOT_COLLECTED if successor.old.startswith("losses.") else "")
        where = f", within a graph (eagerly {eagerly})" if eagerly else ""
        because = f"tf.compat.v1 of TensorFlow {published.VERSION}{package} keeps {what} as TF1 has it{where}"
        message = f"{only_v1.RULE.message}: {what}" if not successor.is_in_tf2 else f"TF2's {what} is another one"
        verdict = Verdict("same", f"{because}; nothing was run")
        yield from self._name(use, successor.old, successor.kept, only_v1.RULE, message, verdict, ())

    def _renamed(
        self, use: Use, successor: Successor, call: ast.Call | None, changed: tuple[Change, ...]
    ) -> Iterator[Finding]:
        more = tuple(edits(call, changed, self._writing.spans)) if call is not None else ()
        rule = only_v1.RULE if successor.new.startswith("compat.v1.") else renamed.RULE
        said = ", ".join([f"tf.{successor.old} is tf.{successor.new}", *map(str, changed)])
        form = _example(rule, successor.old) if rule is renamed.RULE else None
        basis: Form | Verdict = form if form is not None else Verdict("same", _sentence(successor))
        yield from self._name(use, successor.old, successor.new, rule, f"{rule.message}: {said}", basis, more)

    def _name(
        self, use: Use, old: str, new: str, rule: Rule, message: str, basis: Form | Verdict, more: tuple[Edit, ...]
    ) -> Iterator[Finding]:
        """A finding of a name, or of the beginning of one: the rest of it stays."""
        node = use.node
        at_import = use.successor is None or home_of(use.successor) is not None
        if (f"{use.root}.".startswith(f"{old}.") and at_import) or (use.root and use.by_v1):
            return  # it is bound elsewhere, which is where it is renamed
        for _ in range(use.symbol.count(".") - old.count(".")):
            assert isinstance(node, ast.Attribute)
            node = node.value
        yield self._writing.name(node, use.place, use.root, (old, new), rule, message, basis, more)

    def _arguments(self, use: Use, call: ast.Call, changed: tuple[Change, ...]) -> Iterator[Finding]:
        rule, spans = argument.RULE, self._writing.spans
        named = tuple(change for change in changed if not isinstance(change.node, ast.keyword))
        groups = [named, *((change,) for change in changed if change not in named)]
        for group in filter(None, groups):
            first = group[0]
            form = _example(rule, use.symbol, first.old)
            made = tuple(edits(call, group, spans))
            message = f"{rule.message}: {', '.join(map(str, group))}"
            if all(not change.old and not change.is_added for change in group):
                names = " and ".join(filter(None, (", ".join(c.name for c in group[:-1]), group[-1].name)))
                message = f"TF2 has its arguments in another order: {names} {'are' if len(group) > 1 else 'is'} named"
            basis = form if form is not None else Verdict("same", _RUN_BY_TESTS.get(use.symbol, ""))
            start, end = spans.of(first.node), spans.of(group[-1].node)
            span = replace(start, end=end.end, end_line=end.end_line, end_column=end.end_column)
            yield self._writing.finding(rule, span, message, made, basis)


#: Layers whose variables `tf.contrib` called otherwise.
_WITH_VARIABLES = tuple(f"compat.v1.layers.{layer}" for layer in ("dense", "conv2d", "conv2d_transpose"))
_OTHER_VARIABLES = ". Its variables have other names (kernel, bias): checkpoints written before do not restore into it"


def _sentence(successor: Successor) -> str:
    """What is known of a renaming of which no example is run over arrays."""
    old, new = f"tf.{successor.old}", f"tf.{successor.new}"
    if successor.kind == "identical" and not old.startswith("tf.contrib."):
        return f"{new} is the very function or value that TF1 calls {old}, in TensorFlow {published.VERSION}"
    if successor.old.startswith("contrib."):
        run = f"{old} gave the same numbers in TensorFlow 1.15, where both were run; {new} is that one still"
        return f"{run}{_OTHER_VARIABLES}" if successor.new in _WITH_VARIABLES else run
    if successor.new.startswith("compat.v1."):
        return f"{new} is the name since 1.0 of what 0.x calls {old}; nothing was run"
    return _RUN_BY_TESTS[successor.old]


def _example(rule: Rule, symbol: str, keyword: str = "") -> Form | None:
    """The form of a rule that shows a renaming; of several the one with that argument."""
    forms = _examples(rule is argument.RULE, symbol)
    return next((form for form in forms if keyword and f"{keyword}=" in form.legacy), next(iter(forms), None))


@functools.cache
def _examples(of_argument: bool, symbol: str) -> tuple[Form, ...]:
    """The forms that show how a symbol, or one of its arguments, is renamed."""
    rule = argument.RULE if of_argument else renamed.RULE
    top = symbol.removeprefix("math.").removeprefix("linalg.")
    return tuple(form for form in rule.forms if called(form) in (symbol, top))
