"""Why code out of sight may have put losses into a collection before it is read."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from tfloss_migrate.syntax import flow
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.scopes import Binding, Place, Scope

#: Modules beside Python's own that collect no losses.
_KNOWN = frozenset(
    "numpy scipy sklearn skimage matplotlib pandas PIL cv2 six absl tqdm h5py imageio yaml requests gym seaborn".split()
)
_KNOWN_TENSORFLOW = (
    *(f"contrib.{name}." for name in "layers losses slim framework rnn metrics data opt training crf".split()),
    *(f"python.{name}." for name in "client framework platform training util".split()),
)
_UNKNOWN_TENSORFLOW = ("contrib.slim.nets.", "contrib.slim.learning.")
_HARMLESS = frozenset(
    "get_shape as_list set_shape append extend items keys values get eval run update pop lower upper split join format "
    "startswith endswith strip index insert copy astype reshape sum mean max min add_summary next next_batch".split()
)
#: Where another file names the modules that it imports, and how it imports those whose names are not in its code.
_IMPORTS = rb"(?m)^\s*(?:import|from)\b(?:\\\r?\n|[^#\n(]|\([^)]*)*|__all__[^\]]*"
_IMPORTING = rb"\b(?:import_module|__import__|run_path|run_module|load_source|spec_from_file_location|execfile|exec)\("
_OTHER_GRAPH = ("Graph", "reset_default_graph")


class Hidden:
    """Looks for what a program does not show of its collections."""

    def __init__(self, program: Program) -> None:
        self._program, self._names = program, program.reader.names

    def reason(self, read: Place, first: Place) -> str | None:
        """Why a read at `read` may find more, or less, than what the code puts there from `first` on."""
        reasons = (
            self._repeated(read.scope, 0),
            self._other_graph(first, read),
            self._imported(),
            self._unseen(),
        )
        return next(filter(None, reasons), None)

    def caller(self, scope: Scope) -> str | None:
        """What runs the code of a scope, where nothing in sight does: it may have collected losses before."""
        node = scope.node
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or scope.parent is None:
            return None
        uses = self._uses(scope)
        if node.name == "__init__" or (node.name == "main" and "app.run" in self._program.used):
            return self.caller(scope.parent)
        if not uses:
            return f"nothing here calls {node.name}, and whoever does may collect losses too, as regularizers do"
        return self.caller(uses[0].scope) or self.caller(scope.parent)

    def _uses(self, scope: Scope) -> list[Place]:
        """Where the name of a function or class is used, other than by itself."""
        name = getattr(scope.node, "name", "")
        return [
            place
            for chain, _, place in self._names.chains
            if name in (dotted(chain) or "").split(".") and place.scope is not scope
        ]

    def _repeated(self, scope: Scope, depth: int) -> str | None:
        """Why code of a scope may run more often than once in a graph."""
        node = scope.node
        if isinstance(node, ast.Module):
            return self._importer()
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.decorator_list or depth > 8:
            return "how often the code around it runs is not in sight"
        uses = self._uses(scope)
        if len(uses) > 1:
            lines = ", ".join(str(place.statement.lineno) for place in uses[:2])
            return f"{node.name} is named on lines {lines}: it may run more than once"
        for place in uses:
            if flow.in_loop(place.block) or not isinstance(place.scope.node, (ast.Module, ast.FunctionDef)):
                return f"line {place.statement.lineno} may run {node.name} more than once"
            again = self._repeated(place.scope, depth + 1)
            if again is not None:
                return again
        return self._repeated(scope.parent, depth + 1) if scope.parent is not None else None

    def alone(self) -> bool:
        """Whether no other file under PATH can run together with this one."""
        return self._imported() is None and self._importer() is None  # the other files are asked last

    def _importer(self) -> str | None:
        """Another file that imports this one, and may use it in a graph of its own."""
        *_, folder, file = ["", *self._program.path.replace("\\", "/").split("/")]
        stem = file.partition(".")[0]
        name = (folder if stem == "__init__" else stem).encode(errors="surrogateescape")
        found = self._program.elsewhere(_IMPORTS, name) or self._program.elsewhere(_IMPORTING, b"")
        return None if found is None else f"{found} may import this file, and collect more or run it more than once"

    def _other_graph(self, first: Place, read: Place) -> str | None:
        """Whether another graph becomes the current one between the first loss and the read."""
        switches = [
            (call, place)
            for call, place in self._names.calls
            if (isinstance(call.func, ast.Attribute) and call.func.attr == "as_default")
            or self._names.symbol(call.func, place.scope) in _OTHER_GRAPH
        ]
        for call, place in switches:
            if place.scope is read.scope and first.order < place.order < read.order:
                return f"line {call.lineno} may change the graph"
        return None

    def _imported(self) -> str | None:
        """A use of a module that is not known to collect nothing."""
        modules = dict(self._unknown_imports())
        if "*" in modules:
            return f"what {modules['*']} brings is not in sight"
        for chain, root, _ in self._names.chains:
            if root in modules:
                return f"line {chain.lineno} uses {modules[root]}, which may collect losses of its own"
        for call, _, symbol in self._program.calls:
            strange = symbol.startswith(("contrib.", "python.")) and not symbol.startswith(_KNOWN_TENSORFLOW)
            if strange or symbol.startswith(_UNKNOWN_TENSORFLOW):
                return f"line {call.lineno} calls tf.{symbol}, which may collect losses of its own"
        return None

    def _unknown_imports(self) -> Iterator[tuple[str, str]]:
        for scope in self._names.scopes:
            for name, bindings in scope.bindings.items():
                for binding in bindings:
                    node = binding.node
                    if binding.kind != "import" or binding.symbol is not None:
                        continue
                    module = _module_of(node, name)
                    if module is not None and module.split(".")[0] not in (_KNOWN | sys.stdlib_module_names):
                        yield name, module

    def _unseen(self) -> str | None:
        """A call of something that the module does not define."""
        functions = {name for one in self._names.scopes for name, bound in one.bindings.items() if _defines(bound)}
        for call, place in self._names.calls:
            name = dotted(call.func)
            if name is None or self._names.symbol(call.func, place.scope) is not None:
                continue
            parts = name.split(".")
            owner = place.scope.owner_of(parts[0])
            if owner is None or parts[-1] in functions:
                continue
            is_object = parts[0] in ("self", "cls") or any(map(_comes_from_outside, owner.bindings[parts[0]]))
            if is_object and (len(parts) == 1 or parts[-1] not in _HARMLESS):
                return f"line {call.lineno} calls {name}, which may collect losses of its own"
        return None

    def regularizers(self) -> str | None:
        """What shows that layers or variables may add losses of their own."""
        for call, _ in self._names.calls:
            if any("regularizer" in (keyword.arg or "") for keyword in call.keywords):
                return f"line {call.lineno} names a regularizer, whose losses are added to it"
        for node, _, symbol in self._names.uses():
            if "regulariz" in symbol.lower() and "get_regularization" not in symbol and "GraphKeys" not in symbol:
                return f"line {node.lineno} names tf.{symbol}, whose losses are added to it"
        return None


def _module_of(node: ast.AST, name: str) -> str | None:
    if isinstance(node, ast.Import):
        return next((a.name for a in node.names if (a.asname or a.name.split(".")[0]) == name), None)
    if isinstance(node, ast.ImportFrom):
        return "." * node.level + (node.module or "") if node.level or node.module else None
    return None


def _comes_from_outside(binding: Binding) -> bool:
    """Whether a name holds what was handed over, rather than what is made here."""
    handed_over = isinstance(binding.value, (ast.Name, ast.Attribute, ast.Subscript))
    return binding.kind in ("parameter", "other", "shared") or (binding.kind == "assign" and handed_over)


def _defines(bindings: list[Binding]) -> bool:
    return any(binding.kind in ("function", "class") for binding in bindings)
