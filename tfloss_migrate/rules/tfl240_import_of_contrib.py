"""`tf.contrib`, and slim in it, is gone from TF2: importing it raises.

Why: where nothing uses such an import any more, it goes; as long as other functions of it are used, it stays, and so
does the program with TensorFlow 1. It is told where the losses of `tf.contrib` are used, or nothing is.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting, Verdict
from tfloss_migrate.syntax.names import Names, dotted
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.scopes import symbol_of_module

_MESSAGE = "tf.contrib does not exist in TF2"
_UNUSED = Verdict("same", "nothing uses this import")


def _find(program: Program) -> Iterator[Sighting]:
    names = program.reader.names
    exported = any("__all__" in scope.bindings for scope in names.scopes) or program.path.endswith("__init__.py")
    for statement in names.module.node.body if isinstance(names.module.node, ast.Module) else ():
        if not isinstance(statement, (ast.Import, ast.ImportFrom)) or not any(_contrib(statement)):
            continue
        contrib = [alias for alias, gone in zip(statement.names, _contrib(statement), strict=True) if gone]
        uses = {_bound(alias, statement): _uses(names, _bound(alias, statement)) for alias in contrib}
        unused = [alias for alias in contrib if not uses[_bound(alias, statement)]]
        if unused and not exported:
            kept = [alias for alias in statement.names if alias not in unused]
            text = ast.unparse(_with(statement, kept)) if kept else ""
            yield Sighting(statement, _MESSAGE, None, ((statement, text),), verdict=_UNUSED)
            continue
        chains = [chain for found in uses.values() for chain in found]
        losses = [chain for chain in chains if ".losses." in f".{dotted(chain)}"]
        others = [chain for chain in chains if chain not in losses]
        if losses and others:
            yield Sighting(
                statement, _MESSAGE, f"line {others[0].lineno} uses {dotted(others[0])}, which is no loss and stays"
            )
        elif losses:
            yield Sighting(
                statement, _MESSAGE, f"it goes when the losses that use it do, as in line {losses[0].lineno}"
            )


def _contrib(statement: ast.Import | ast.ImportFrom) -> list[bool]:
    """Which of the imported names are below `tf.contrib`."""
    if isinstance(statement, ast.Import):
        symbols = [symbol_of_module(alias.name) for alias in statement.names]
        return [
            symbol is not None and f"{symbol}.".startswith("contrib.") and alias.asname is not None
            for symbol, alias in zip(symbols, statement.names, strict=True)
        ]
    module = symbol_of_module(statement.module or "") if not statement.level else None
    prefix = None if module is None else f"{module}." if module else ""
    return [
        prefix is not None and alias.name != "*" and f"{prefix}{alias.name}.".startswith("contrib.")
        for alias in statement.names
    ]


def _bound(alias: ast.alias, statement: ast.Import | ast.ImportFrom) -> str:
    return alias.asname or (alias.name.split(".")[0] if isinstance(statement, ast.Import) else alias.name)


def _uses(names: Names, name: str) -> list[ast.Name | ast.Attribute]:
    return [chain for chain, root, _ in names.chains if root == name]


def _with(statement: ast.Import | ast.ImportFrom, kept: list[ast.alias]) -> ast.stmt:
    if isinstance(statement, ast.Import):
        return ast.Import(kept)
    return ast.ImportFrom(statement.module, kept, statement.level)


RULE = Rule(
    id="TFL240",
    name="import-of-contrib",
    message=_MESSAGE,
    severity="error",
    inputs=(),
    forms=(),
    look=Look(("contrib", "contrib."), _find),
    catches=(
        Catch(
            """
import tensorflow as tf
import tensorflow.contrib.slim as slim

def loss(labels, predictions):
    return tf.reduce_mean(tf.square(predictions - labels))
""",
            "import tensorflow.contrib.slim as slim",
            "",
        ),
        Catch(
            """
from tensorflow.contrib import layers, slim

def model(inputs):
    return layers.fully_connected(inputs, 10)
""",
            "from tensorflow.contrib import layers, slim",
            "from tensorflow.contrib import layers",
        ),
        Catch(
            """
from tensorflow.contrib import slim

def model(inputs, labels):
    return slim.losses.softmax_cross_entropy(slim.fully_connected(inputs, 10), labels)
""",
            "from tensorflow.contrib import slim",
        ),
    ),
    leave_alone=(
        NearMiss("import tf_slim as slim\nslim.losses.log_loss(p, y)", because="another package, which runs on TF2"),
        NearMiss("from tensorflow.contrib import layers\nlayers.flatten(x)", because="no loss: not ours to speak of"),
        NearMiss(
            "from tensorflow.contrib.slim import *\nlosses.log_loss(p, y)", because="what it brings is not in sight"
        ),
        NearMiss(
            "from tensorflow.contrib import slim\n__all__ = ['slim']", because="another file may take it from here"
        ),
    ),
)
