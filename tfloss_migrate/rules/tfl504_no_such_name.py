"""A name that was never in TensorFlow is reported, with the one that is meant.

Why: articles spell it `tf.session()`; TensorFlow has only ever had `tf.Session`, so that the program cannot have run.
It is reported wherever it is used, and the program stays as it is.
"""

from tfloss_migrate.model import NearMiss, Rule

RULE = Rule(
    id="TFL504",
    name="no-such-name",
    message="this name was never in TensorFlow",
    severity="error",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss("db.session()", because="not TensorFlow"),
        NearMiss("orm.session", because="not TensorFlow either, and not called"),
        NearMiss("tf.Session()", because="the name that there is"),
    ),
)
