"""What is known of the elements of a dataset, by what it is made of and by what is done with them."""

from __future__ import annotations

import ast

from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.reading.iterators import Iterated
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.sights import Sights

#: Methods of datasets whose elements consist of what those before did.
_KEEPING = frozenset("shuffle repeat batch prefetch take skip cache filter shard padded_batch".split())
#: What takes class ids, and as which argument.
_OF_IDS = {
    "one_hot": ("indices",),
    "nn.embedding_lookup": ("params", "ids"),
    "gather": ("params", "indices"),
    "nn.nce_loss": ("weights", "biases", "labels"),
    "nn.sampled_softmax_loss": ("weights", "biases", "labels"),
    "losses.sparse_softmax_cross_entropy": ("labels",),
    "nn.sparse_softmax_cross_entropy_with_logits": ("_sentinel", "labels"),
    "keras.losses.sparse_categorical_crossentropy": ("labels",),
}


def is_single(one: Iterated, sights: Sights) -> bool:
    """Whether an element that has one name is surely one tensor."""
    assert one.got is not None
    scope = sights.place(one.got).scope.owner_of(one.elements[0])
    loads = sights.loads(one.elements[0], scope) if scope is not None else []
    return _is_of_one(one.spec, sights) or all(_is_operand(load, sights) for load in loads)


def _is_operand(load: ast.Name, sights: Sights) -> bool:
    """Whether a name is what TensorFlow computes with: a tensor, and no several."""
    above = sights.parent(load)
    if isinstance(above, ast.BinOp):
        return True
    call = sights.parent(above) if isinstance(above, ast.keyword) else above
    return isinstance(call, ast.Call) and sights.called(call) in symbols.TENSORS and call.func is not load


def _is_of_one(dataset: ast.expr, sights: Sights) -> bool:
    """Whether a dataset is made of one array."""
    if isinstance(dataset, ast.Name):
        held = sights.may_hold(dataset)
        return len(held) == 1 and held[0].value is not None and _is_of_one(held[0].value, sights)
    symbol = sights.called(dataset)
    if symbol in ("data.Dataset.range", "data.TextLineDataset", "data.TFRecordDataset"):
        return True
    if symbol in ("data.Dataset.from_tensor_slices", "data.Dataset.from_tensors") and isinstance(dataset, ast.Call):
        return bool(dataset.args) and _is_array(dataset.args[0], sights)
    method = dataset.func if isinstance(dataset, ast.Call) and isinstance(dataset.func, ast.Attribute) else None
    return method is not None and method.attr in _KEEPING and _is_of_one(method.value, sights)


def _is_array(node: ast.expr, sights: Sights) -> bool:
    """Whether an expression is an array, a list or a tensor, and no tuple or dict."""
    if isinstance(node, ast.Name):
        held = sights.may_hold(node)
        return len(held) == 1 and held[0].value is not None and _is_array(held[0].value, sights)
    if isinstance(node, ast.Call):
        root: ast.expr = node
        while isinstance(root, (ast.Attribute, ast.Call)):
            root = root.value if isinstance(root, ast.Attribute) else root.func
        held = sights.may_hold(root) if isinstance(root, ast.Name) else ()
        numpy = [alias.name for one in held if isinstance(one.node, ast.Import) for alias in one.node.names]
        return numpy == ["numpy"] or sights.called(node) in symbols.TENSORS | symbols.RANDOM | symbols.PLACEHOLDERS
    return isinstance(node, (ast.List, ast.BinOp, ast.Constant))


def dtype_of(name: str, one: Iterated, sights: Sights) -> str:
    """The dtype with which a part of an element is played: whole numbers where the graph takes ids."""
    assert one.got is not None
    scope = sights.place(one.got).scope.owner_of(name)
    loads = sights.loads(name, scope) if scope is not None else []
    return "int64" if any(_is_id(load, sights) for load in loads) else "float32"


def _is_id(load: ast.Name, sights: Sights) -> bool:
    above = sights.parent(load)
    call = sights.parent(above) if isinstance(above, ast.keyword) else above
    parameters = _OF_IDS.get(sights.called(call) or "", ())
    if not isinstance(call, ast.Call) or not parameters:
        return False
    return load in call.args[len(parameters) - 1 : len(parameters)] or getattr(above, "arg", "") == parameters[-1]


def may_be_double(one: Iterated, sights: Sights) -> bool:
    """Whether the numbers of a dataset may be of float64, as NumPy makes them: nothing shows that they are not."""
    code = Needs(sights).code(one.spec)
    named = {getattr(node, "attr", getattr(node, "value", None)) for node in code}
    digits = any(isinstance(node, ast.Name) and node.id == "mnist" for node in code)
    return one.got is not None and not digits and "float32" not in named
