"""A shape of TF2 holds numbers, which have no `.value`: `tf.compat.dimension_value` reads both kinds of shape.

Why: in TF1 `x.get_shape()[1]` is a `Dimension`, whose number is its `.value`; in TF2 it is the number itself, so that
`.value` raises AttributeError. `tf.compat.dimension_value` gives the number of either, None where the size is not
known. In code of TF2 the `.value` goes. Nothing is said where a file puts TF1's shapes back
(`disable_v2_behavior`, `disable_v2_tensorshape`), or reads `shape.dims`, which still holds Dimensions.
"""

from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting, Verdict
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.sizes import sizes_read

_TF1_SHAPES = frozenset({"disable_v2_behavior", "disable_v2_tensorshape"})
_READ = Verdict("same", "tf.compat.dimension_value is the number of a dimension, in TF1 and in TF2; nothing was run")
_BARE = Verdict("same", "in TF2 a dimension is its number; nothing was run")


def _find(program: Program) -> Iterator[Sighting]:
    if not _TF1_SHAPES.isdisjoint(program.used):
        return
    for read, place in sizes_read(program.reader.names, program.values.origins):
        root = program.reader.names.root_name(place.scope)
        if program.era == "2.x":
            yield Sighting(read, RULE.message, None, ((read, (read.value,)),), verdict=_BARE)
        elif root is None:
            yield Sighting(read, RULE.message, "TensorFlow has no name here")
        else:
            new = (f"{root}.compat.dimension_value(", read.value, ")")
            yield Sighting(read, RULE.message, None, ((read, new),), verdict=_READ)


def _example(line: str) -> str:
    return f"\nimport tensorflow as tf\n\nx = tf.placeholder(tf.float32, [None, 784])\n{line}\n"


RULE = Rule(
    id="TFL108",
    name="value-of-dimension",
    message="a dimension of TF2 is a number, and has no .value",
    severity="error",
    inputs=(),
    forms=(),
    look=Look((".value",), _find),
    catches=(
        Catch(
            _example("w = tf.get_variable('w', [x.get_shape()[-1].value, 10])"),
            "x.get_shape()[-1].value",
            "tf.compat.dimension_value(x.get_shape()[-1])",
        ),
        Catch(
            _example("n = tf.layers.flatten(x).shape[1].value"),
            "tf.layers.flatten(x).shape[1].value",
            "tf.compat.dimension_value(tf.layers.flatten(x).shape[1])",
        ),
        Catch(
            _example("shape = x.get_shape()\nn = shape[1].value"),
            "shape[1].value",
            "tf.compat.dimension_value(shape[1])",
        ),
        Catch(
            _example("sizes = [d.value for d in x.get_shape()[1:]]"),
            "d.value",
            "tf.compat.dimension_value(d)",
        ),
        Catch(
            _example("rows, columns = x.get_shape()\nn = columns.value"),
            "columns.value",
            "tf.compat.dimension_value(columns)",
        ),
        Catch(
            "\nimport tensorflow as tf\n\nmodel = tf.keras.models.load_model(path)\nn = model.input.shape[1].value\n",
            "model.input.shape[1].value",
            "model.input.shape[1]",
        ),
    ),
    leave_alone=(
        NearMiss("n = x.get_shape().as_list()[1]", because="a list of numbers in TF1 too"),
        NearMiss("n = x.get_shape().dims[1].value", because="dims holds Dimensions in TF2 too"),
        NearMiss("n = FLAGS['rate'].value", because="a flag"),
        NearMiss("n = layout.shape['width'].value", because="no shape has an entry by a word"),
        NearMiss("n = memory[-1].value", because="nothing says that this is a shape"),
        NearMiss("n = shape[0].value", because="where the shape comes from is not seen"),
        NearMiss(
            "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nn = x.get_shape()[1].value",
            because="the file puts TF1's shapes back",
        ),
    ),
)
