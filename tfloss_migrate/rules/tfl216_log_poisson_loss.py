"""`tf.nn.log_poisson_loss` took the logarithm first in TensorFlow 0.x, and takes the targets first since.

Why: by position TF2 takes 0.x code the wrong way round without an error. The formula stays the same, element by
element: exp(c) - y * c, and with `compute_full_loss` Stirling's approximation of log(y!) where y > 1.
Source: TensorFlow 0.12 and 1.15, `nn_impl.py`.
"""

from tfloss_migrate.domains import Positive, Real
from tfloss_migrate.model import Catch, Input, NearMiss, Question, Rule
from tfloss_migrate.rules.orders import Order

_INPUTS = (Input("targets", Positive()), Input("log_input", Real()))
_CALL = "tf.nn.log_poisson_loss(log_input=log_input, targets=targets)"

ORDER = Order(
    "nn.log_poisson_loss",
    old=("log_input", "targets", "compute_full_loss"),
    new=("targets", "log_input", "compute_full_loss", "name"),
    question=Question(_CALL, _CALL, _INPUTS),
)

RULE = Rule(
    id="TFL216",
    name="log-poisson-loss",
    message="tf.nn.log_poisson_loss takes its arguments otherwise in TF2",
    severity="error",
    inputs=_INPUTS,
    forms=(),
    look=ORDER.look,
    catches=(
        Catch(
            "import tensorflow as tf\ndifference = tf.sub(a, b)\nloss = tf.nn.log_poisson_loss(z, counts, True)\n",
            "tf.nn.log_poisson_loss(z, counts, True)",
            "tf.nn.log_poisson_loss(log_input=z, targets=counts, compute_full_loss=True)",
        ),
        Catch(
            "import tensorflow as tf\nsession = tf.Session()\nloss = tf.nn.log_poisson_loss(z, counts)\n",
            "tf.nn.log_poisson_loss(z, counts)",
        ),
    ),
    leave_alone=(
        NearMiss("tf.nn.log_poisson_loss(targets=y, log_input=c)", because="named: the same in all versions"),
        NearMiss("nn.log_poisson_loss(c, y)", because="`nn` is not TensorFlow's here"),
        NearMiss("tf.nn.log_poisson_loss(*batch)", because="the arguments cannot be told apart"),
        NearMiss(
            "dense = tf.layers.dense(h, 1)\nloss = tf.nn.log_poisson_loss(y, c)",
            because="tf.layers came with 1.x, when the targets were first already",
        ),
    ),
)
