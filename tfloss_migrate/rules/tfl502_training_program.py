"""A program that is written to train in a session is left as it is, and told.

Why: an optimizer that a session runs needs a training loop with a tape, which is more than another spelling. The reason
names the first run that trains or, where none is seen, the first optimizer, learning rate or training loop.
"""

from tfloss_migrate.model import NearMiss, Rule

RULE = Rule(
    id="TFL502",
    name="training-program",
    message="this program is written to train in a session",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss("scipy.optimize.minimize(loss, start)", because="scipy trains without a session"),
        NearMiss("frame.assign(total=1)", because="pandas assigns columns"),
        NearMiss("tf.train.Example()", because="a record of data, in TF2 as well"),
    ),
)
