"""Whether code says already what a rewrite of it would say."""

from __future__ import annotations

import ast

from tfloss_migrate.model import Form
from tfloss_migrate.syntax.ops import DECORATIONS
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.scopes import Place


def says_form(node: ast.expr, place: Place, form: Form, reader: Reader) -> bool:
    """Whether an instance of a form is its target already, told without composing it: by the name of what is called.

    A mistake is none: what is meant calls the same operation.
    """
    if form.target is None or form.intended is not None:
        return False
    called = reader.operation(node, place.scope) if isinstance(node, ast.Call) else None
    if called is None or not form.target.startswith(f"tf.{called[0]}("):
        return False
    if form.legacy == form.target:
        return _named_as(node, form.target)
    return "keras" not in form.target and len(form.needs) == 0


def same_code(new: str, node: ast.expr) -> bool:
    """Whether new text is the code that stands there, but for its layout and the order of keywords."""
    try:
        return _dump(ast.parse(f"({new}\n)", mode="eval").body) == _dump(node)
    except SyntaxError:
        return False


def _dump(node: ast.expr) -> str:
    """What an expression is, blind to the order of the keywords of a call."""
    if isinstance(node, ast.Call):
        node = ast.Call(node.func, node.args, sorted(node.keywords, key=lambda keyword: keyword.arg or ""))
    return ast.dump(node)


def _named_as(node: ast.expr, target: str) -> bool:
    """Whether a call names its arguments as the call `target` does."""
    wanted = ast.parse(target, mode="eval").body
    if not isinstance(node, ast.Call) or not isinstance(wanted, ast.Call) or len(node.args) != len(wanted.args):
        return False
    return {k.arg for k in wanted.keywords} == {k.arg for k in node.keywords} - DECORATIONS
