"""A loss of `tf.contrib.losses.metric_learning` that mines its batch has no counterpart in TensorFlow 2.

Why: the semi-hard triplet, lifted structure, cluster and multi-label npairs losses look for pairs in the whole batch,
in dozens of operations each (cluster_loss in a loop of its own). Neither TF2 nor Keras has them. TensorFlow Addons had
the first two as classes; it is no longer maintained, and made for Keras 2. What is sure is to keep a copy of the
function in the project, and to migrate that like any other code.
Source: TensorFlow 1.15, `contrib/losses/python/metric_learning/metric_loss_ops.py`.
"""

from tfloss_migrate.model import NearMiss, Rule

_HOME = "contrib.losses.metric_learning"

RULE = Rule(
    id="TFL272",
    name="metric-loss-contrib",
    message="tf.contrib does not exist in TF2",
    severity="error",
    speaks_for=tuple(
        f"{_HOME}.{name}"
        for name in ("triplet_semihard_loss", "lifted_struct_loss", "cluster_loss", "npairs_loss_multilabel")
    ),
    otherwise="no TF2 or Keras function computes it: keep a copy of TensorFlow 1.15's own, in "
    "contrib/losses/python/metric_learning/metric_loss_ops.py, and migrate that",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss("metric_learning.triplet_semihard_loss(y, e)", because="not TensorFlow's module here"),
        NearMiss("tfa.losses.TripletSemiHardLoss()(y, e)", because="TensorFlow Addons, a package of its own"),
        NearMiss("batch_hard_triplet_loss(y, e, margin)", because="a function of the code's own"),
    ),
)
