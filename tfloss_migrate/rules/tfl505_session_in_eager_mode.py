"""A program that keeps its session says `tf.compat.v1.disable_v2_behavior()` before it builds its graph.

Why: TF2 computes at once: `tf.compat.v1.placeholder` raises, and a session finds an empty graph. The line puts back
what TF1 did. It is about the whole process, so that it stands only where the process begins: in a file that names a
session or a placeholder outside of functions and classes, or that has a `__main__` part or `tf.app.run()`. A module
that only has functions that build a graph is left alone: who imports it decides. So is a file that makes graphs of its
own with `tf.Graph` and has no session, or switches by itself. A session on such a graph needs the line too: without it
variables are others than in TF1, and a run that fetches one beside the step that moves it gives what it was before.
"""

from tfloss_migrate.model import NearMiss, Rule

RULE = Rule(
    id="TFL505",
    name="session-in-eager-mode",
    message="TF2 computes at once: a program that keeps its session must say that it builds a graph",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss("tf.compat.v1.disable_eager_execution()", because="it is said already"),
        NearMiss("with tf.Graph().as_default():\n    x = tf.placeholder(tf.float32)", because="a graph of its own"),
        NearMiss("def model():\n    return tf.placeholder(tf.float32)", because="who imports it begins the process"),
    ),
)
