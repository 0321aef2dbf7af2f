"""Layers of TF1 as those of Keras, in a program that is converted, and a seed that reaches what Keras draws.

Keras 3 takes the seeds of its initializers from Python's `random`, and not from `tf.random.set_seed`: a program that
sets a seed would start from other values each time, and what it draws by `random` itself would be shifted.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts import normalizers, symbols
from tfloss_migrate.sessions.counterparts.initializers import DRAWING, is_initializer, spelled
from tfloss_migrate.sessions.counterparts.layers import MAKERS, class_of
from tfloss_migrate.sessions.text.layout import WIDTH, Layout
from tfloss_migrate.sessions.text.sights import Sights, Use

_DRAWS = tuple(f"keras.initializers.{name}" for name in DRAWING)
_OF_KERAS = "keras.layers."
#: Layers that have a kernel, which they draw at random.
_WITH_KERNELS = MAKERS - {normalizers.CLASS}


def of_keras(sights: Sights, layout: Layout) -> Iterator[Edit]:
    """The edits that name Keras' layers, and what draws their initial values."""
    for use in sights.uses():
        name = class_of(use.symbol)
        if name is None or use.call is None:
            continue
        root = _root(use, layout)
        yield _instead(use.node, f"{root}.keras.layers.{name}", layout)
        for value in (keyword.value for keyword in use.call.keywords):
            if is_initializer(value, sights) and isinstance(value, ast.Call):
                yield _instead(value, spelled(value, sights, root, layout.spans.source), layout)


FROM_PYTHON = (
    "Keras takes the seeds of its initial values from Python's random, as TF1 did not: what the program draws from "
    "that after its random.seed is something else"
)


def seeded(sights: Sights, layout: Layout) -> Iterator[Edit]:
    """The edits by which the seed of a program is also that of its initial values.

    Where nobody else draws by `random` or NumPy, one call sets all seeds; otherwise each initializer has its own.
    """
    uses = sights.uses()
    seeds = [use for use in uses if use.symbol == symbols.NEW_SEED and use.call is not None]
    value = seeds[0].call.args[0] if len(seeds) == 1 and seeds[0].call is not None and seeds[0].call.args else None
    drawing = [use for use in uses if _draws(use)]
    if not isinstance(value, ast.Constant) or not isinstance(value.value, int) or not drawing:
        return
    if not _is_drawn_elsewhere(sights):
        yield _instead(seeds[0].node, f"{_root(seeds[0], layout)}.keras.utils.set_random_seed", layout)
        return
    for seed, use in enumerate(drawing, value.value):
        assert use.call is not None
        more = f"seed={seed}"
        if use.symbol not in _DRAWS:
            more = f"kernel_initializer={_root(use, layout)}.keras.initializers.GlorotUniform({more})"
        yield _with(use.call, more, layout)


def takes_from_python(sights: Sights) -> bool:
    """Whether Keras draws seeds for initial values from the `random` that a program has seeded for itself."""
    calls = [ast.unparse(n.func) for n in sights.nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    return "random.seed" in calls and any(_draws(use) for use in sights.uses())


def _with(call: ast.Call, more: str, layout: Layout) -> Edit:
    """A call with one more argument, a line for each where they would not fit into one."""
    span = layout.spans.of(call)
    arguments = [layout.spans.source(one) for one in call.args]
    arguments += [f"{one.arg}={layout.spans.source(one.value)}" for one in call.keywords]
    start, text = layout.text[span.start : layout.spans.of(call.func).end], ", ".join([*arguments, more])
    if span.column + len(f"{start}({text})") <= WIDTH:
        return Edit(span.start, span.end, f"{start}({text})")
    indent, newline = layout.indent(span.line), layout.newline
    lines = "".join(f"{indent}    {one},{newline}" for one in (*arguments, more))
    return Edit(span.start, span.end, f"{start}({newline}{lines}{indent})")


def _draws(use: Use) -> bool:
    """Whether a call draws initial values with a seed that it is not given."""
    if use.call is None or any(keyword.arg in ("seed", "kernel_initializer") for keyword in use.call.keywords):
        return False
    return use.symbol in _DRAWS or use.symbol.removeprefix(_OF_KERAS) in _WITH_KERNELS


def _is_drawn_elsewhere(sights: Sights) -> bool:
    """Whether a file names Python's or NumPy's random numbers."""
    names = [n.id for n in sights.nodes if isinstance(n, ast.Name)]
    imports = [n for n in sights.nodes if isinstance(n, ast.ImportFrom)]
    names += [part for one in imports for part in (one.module or "").split(".")]
    attributes = [n for n in sights.nodes if isinstance(n, ast.Attribute) and n.attr == "random"]
    return "random" in names or any(sights.symbol(node) is None for node in attributes)


def _root(use: Use, layout: Layout) -> str:
    """What stands for TensorFlow itself before a symbol."""
    source = layout.spans.source(use.node)
    for module in (".keras.", ".layers.", ".random."):
        source = source.partition(module)[0]
    return source.removesuffix(".compat.v1")


def _instead(node: ast.expr, text: str, layout: Layout) -> Edit:
    span = layout.spans.of(node)
    return Edit(span.start, span.end, text)
