"""A dataset of TF2 makes no iterator for a session, and does not tell its types: functions of `tf.compat.v1.data` do.

Why: `tf.data.Dataset` has lost `make_one_shot_iterator`, `make_initializable_iterator`, `output_types`, `output_shapes`
and `output_classes`; the functions are what these were. Nothing is rewritten where datasets are those of
`tf.compat.v1`, which have them.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting, Verdict
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.scopes import Place

_ITERATORS = frozenset({"make_one_shot_iterator", "make_initializable_iterator"})
_TOLD = frozenset({"output_types", "output_shapes", "output_classes"})


def _find(program: Program) -> Iterator[Sighting]:
    names = program.reader.names
    v1 = ("Dataset" in symbol and names.goes_by_v1(node, place.scope) for node, place, symbol in names.uses())
    if not program.before_2 or any(v1):
        return
    for call, place in names.calls:
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr in _ITERATORS and names.symbol(func, place.scope) is None:
            pairs = [(", ", value) for value in call.args] + [(f", {k.arg}=", k.value) for k in call.keywords]
            given = (part for pair in pairs for part in pair)
            yield from _sighting(program, call, place, func.attr, (func.value, *given))
    if not program.names(("data.Iterator", "data.Iterator.")):
        return
    for chain, _, place in names.chains:
        if isinstance(chain, ast.Attribute) and chain.attr in _TOLD and names.symbol(chain, place.scope) is None:
            yield from _sighting(program, chain, place, f"get_{chain.attr}", (chain.value,))


def _sighting(
    program: Program, node: ast.expr, place: Place, name: str, given: tuple[str | ast.expr, ...]
) -> Iterator[Sighting]:
    names = program.reader.names
    root = names.root_name(place.scope)
    if root is None:
        yield Sighting(node, RULE.message, "TensorFlow has no name here")
    else:
        new = (f"{root}.compat.v1.data.{name}(", *given, ")")
        verdict = Verdict("same", f"tf.compat.v1.data.{name} is what the method or attribute was; nothing was run")
        yield Sighting(node, RULE.message, None, ((node, new),), verdict=verdict)


RULE = Rule(
    id="TFL107",
    name="dataset-method",
    message="a dataset of TF2 has not this of TF1",
    severity="error",
    inputs=(),
    forms=(),
    look=Look(("data.",), _find),
    catches=(
        Catch(
            """
import tensorflow as tf

dataset = tf.data.Dataset.from_tensor_slices(x).batch(2)
batch = dataset.make_one_shot_iterator().get_next()
session = tf.Session()
""",
            "dataset.make_one_shot_iterator()",
            "tf.compat.v1.data.make_one_shot_iterator(dataset)",
        ),
        Catch(
            """
import tensorflow as tf

dataset = tf.data.Dataset.from_tensor_slices(x)
batches = tf.data.Iterator.from_structure(dataset.output_types)
session = tf.Session()
""",
            "dataset.output_types",
            "tf.compat.v1.data.get_output_types(dataset)",
        ),
    ),
    leave_alone=(
        NearMiss("tf.data.make_one_shot_iterator(dataset)", because="the function already"),
        NearMiss("for batch in tf.data.Dataset.range(3):\n    print(batch)", because="TF2 goes through it like this"),
        NearMiss(
            "import tensorflow.compat.v1 as tf1\ntf1.data.Dataset.range(3).make_one_shot_iterator()",
            because="a dataset of TF1, which has the method",
        ),
    ),
)
