"""A name of TF1 for which TF2 has no native equal is written as `tf.compat.v1.NAME`.

Why: placeholders, sessions, optimizers, collections, `tf.app.flags` and much else are in TF2 below `tf.compat.v1`
alone: there each is what it was, so that the file runs. The same holds where TF2 has something else under the name, or
something that means the same only for some arguments: `tf.where` selects rows by a vector, `tf.cond` opens a list of
one, `tf.image.resize` samples other points, `tf.zeros_initializer` and its kin have other defaults, and a
`tf.Variable` that is fetched beside a training step is read before it, not after. Those are left alone where the file
also speaks the language of TF2. What is written by this rule is what remains to be migrated by hand; the report
counts it.
"""

from tfloss_migrate.model import ONLY_V1, Catch, NearMiss, Rule

_IMPORT = "import tensorflow as tf\n"

RULE = Rule(
    id=ONLY_V1,
    name="only-in-compat-v1",
    message="TF2 has this only below tf.compat.v1",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss("tf.compat.v1.placeholder(tf.float32)", because="it is written so already"),
        NearMiss("isinstance(w, tf.Variable)", because="both kinds of variable are of this class"),
        NearMiss("tf.name_scope('loss')", because="a scope by its name is the same in TF2"),
        NearMiss("tf.device('/cpu:0')", because="a device by its name is the same in TF2"),
        NearMiss("tf.where(a > b, a, b)", because="condition and values have one shape: elements are selected"),
        NearMiss("tf.cond(p, lambda: a, lambda: b)", because="each branch gives what it is asked for"),
        NearMiss("tf.while_loop(test, body, [i, total])", because="several variables come back as they went in"),
        NearMiss("session.placeholder(tf.float32)", because="not TensorFlow's function"),
        NearMiss(
            "import tensorflow.compat.v1 as tf1\nx = tf1.placeholder(tf1.float32)", because="it is imported from there"
        ),
        NearMiss(
            "w = tf.compat.v1.get_variable('w', [2])\nz = tf.zeros_initializer()",
            because="the file tells TF1's names from TF2's, and means TF2's here",
        ),
    ),
    catches=(
        Catch(f"{_IMPORT}x = tf.placeholder(tf.float32)\n", "tf.placeholder", "tf.compat.v1.placeholder"),
        Catch(
            f"{_IMPORT}keys = tf.GraphKeys.TRAINABLE_VARIABLES\n",
            "tf.GraphKeys",
            "tf.compat.v1.GraphKeys",
        ),
        Catch(f"{_IMPORT}flags = tf.app.flags\nflags.DEFINE_float('rate', 0.1, '')\n", "tf.app", "tf.compat.v1.app"),
        Catch(f"{_IMPORT}q = tf.div(n, 2)\n", "tf.div", "tf.compat.v1.div"),
    ),
)
