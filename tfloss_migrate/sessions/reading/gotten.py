"""`tf.get_variable` as `tf.Variable`: why not, and how it is written."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.counterparts.initializers import is_initializer, spelled
from tfloss_migrate.sessions.reading.program import short
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given

_GET_VARIABLE = ("name", "shape", "dtype", "initializer")


def why_kept(call: ast.Call, sights: Sights) -> str | None:
    """Why `tf.get_variable` cannot become `tf.Variable`; None if it can."""
    known = given(call, (*_GET_VARIABLE, "trainable"))
    made = known is not None and "shape" not in known and _is_value(known.get("initializer"), sights)
    if known is None or "name" not in known or ("shape" not in known and not made):
        return f"{short(call)} is called with what is not known"
    scopes = [one for one in sights.above(call) if isinstance(one, ast.With) and not sights.is_bare(one)]
    around = [item for one in scopes for item in one.items]
    if any((sights.called(item.context_expr) or "scope").endswith("scope") for item in around):
        return f"{short(call)} stands in a scope, in which it may share its variable"
    several = (
        (ast.For, ast.While, ast.Lambda)
        if not _is_reused(sights)
        else (ast.For, ast.While, ast.Lambda, ast.FunctionDef)
    )
    if any(isinstance(one, several) for one in sights.above(call)):
        return f"{short(call)} may be called again, for the same variable"
    initializer = known.get("initializer")
    if initializer is not None and not made and not is_initializer(initializer, sights):
        return f"{short(initializer)} is not known to draw the same in TF2"
    return None


def _is_value(node: ast.expr | None, sights: Sights) -> bool:
    """Whether what a variable starts from is a value itself, as a call of TensorFlow makes it, and says its shape."""
    symbol = sights.called(node)
    return symbol in symbols.TENSORS or symbol in symbols.RANDOM


def _is_reused(sights: Sights) -> bool:
    """Whether a file says that variables are shared: without that, no name is given twice."""
    words = [getattr(node, "arg", None) or getattr(node, "attr", None) for node in sights.nodes]
    return "reuse" in words or "reuse_variables" in words


def remade(call: ast.Call, sights: Sights, root: str, source: Callable[[ast.expr], str]) -> str:
    """`tf.get_variable(name, shape, initializer=i())` as `tf.Variable(i()(shape), name=name)`."""
    known = given(call, (*_GET_VARIABLE, "trainable")) or {}
    initializer = known.get("initializer")
    trainable = f", trainable={source(known['trainable'])}" if "trainable" in known else ""
    if initializer is not None and "shape" not in known:
        return f"{root}.Variable({source(initializer)}, name={source(known['name'])}{trainable})"
    made = f"{root}.keras.initializers.GlorotUniform()"
    if isinstance(initializer, ast.Call):
        made = spelled(initializer, sights, root, source)
    shape, dtype = source(known["shape"]), f", dtype={source(known['dtype'])}" if "dtype" in known else ""
    value = f"{made}({shape}{dtype})"
    return f"{root}.Variable({value}, name={source(known['name'])}{trainable})"
