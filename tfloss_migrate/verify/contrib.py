"""`tf.contrib`'s losses and regularisers: the real ones, or the same formulas where `contrib` is gone.

Runs inside the child process, also on Python 2.7 and 3.7; TensorFlow is handed in.
"""

LIKE_LOSSES = (
    "absolute_difference cosine_distance hinge_loss log_loss mean_squared_error sigmoid_cross_entropy "
    "softmax_cross_entropy sparse_softmax_cross_entropy"
).split()
BY_ELEMENT = ("absolute_difference", "log_loss", "mean_squared_error", "sigmoid_cross_entropy")


def names(tf, find):
    """Functions by path, `contrib.losses.*` also as `contrib.slim.losses.*`."""
    made = {"contrib.losses." + name: over_losses(tf, name) for name in LIKE_LOSSES if find(tf, "losses." + name)}
    made["contrib.losses.mean_pairwise_squared_error"] = lambda *given, **named: pairwise(tf, *given, **named)
    made["contrib.layers.l1_regularizer"] = lambda scale, scope=None: lambda x: scale * tf.reduce_sum(tf.abs(x))
    made["contrib.layers.l2_regularizer"] = lambda scale, scope=None: lambda x: scale * tf.nn.l2_loss(x)
    made["contrib.layers.l1_l2_regularizer"] = lambda scale_l1=1.0, scale_l2=1.0, scope=None: (
        lambda x: scale_l1 * tf.reduce_sum(tf.abs(x)) + scale_l2 * tf.nn.l2_loss(x)
    )
    made["contrib.seq2seq.sequence_loss"] = lambda *given, **named: sequence_loss(tf, *given, **named)
    wanted = list(made) + ["contrib.losses." + name for name in LIKE_LOSSES]
    made.update({path: find(tf, path) for path in wanted if find(tf, path) is not None})
    made.update({path.replace(".losses", ".slim.losses"): function for path, function in list(made.items())})
    return made


def over_losses(tf, name):
    """A loss made of that of `tf.losses`: predictions come first, and weights may lack axes at the end."""
    function = getattr(tf.losses, name)

    def loss(predictions, labels=None, *given, **named):
        labels = named.pop("onehot_labels", named.pop("targets", labels))
        order = ["weights", "scope"]
        if name == "cosine_distance":
            order.insert(0, "axis")
        if name in ("sigmoid_cross_entropy", "softmax_cross_entropy"):
            order.insert(1, "label_smoothing")
        named.update(zip(order, given))
        for old, new in (("weight", "weights"), ("dim", "axis")):
            if old in named:
                named[new] = named.pop(old)
        if name == "hinge_loss":
            return tf.nn.relu(1.0 - (2.0 * labels - 1.0) * predictions)
        weights = named.get("weights")
        if name in BY_ELEMENT and getattr(weights, "shape", None) is not None and len(weights.shape) > 0:
            for _ in range(len(predictions.shape) - len(weights.shape)):
                weights = tf.expand_dims(weights, -1)
            named["weights"] = weights
        return function(labels, predictions, **named)

    return loss


def pairwise(tf, predictions, labels, weights=1.0, scope=None):
    """The sum over samples of 2 sum(d^2) / n - 2 sum(d)^2 / n^2, d = predictions - labels of n values a sample."""
    difference = predictions - labels
    axes = list(range(1, len(difference.shape)))
    count = tf.cast(tf.size(difference) / tf.shape(difference)[0], difference.dtype)
    squares = tf.reduce_sum(tf.square(difference), axes)
    return tf.reduce_sum(weights * (2.0 * squares / count - 2.0 * tf.square(tf.reduce_sum(difference, axes) / count)))


def sequence_loss(
    tf, logits, targets, weights, average_across_timesteps=True, average_across_batch=True, softmax_loss_function=None
):
    """Weighted sparse cross-entropy over (batch, time), averaged by the sum of the weights plus 1e-12."""
    losses = weights * tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=logits)
    if not average_across_timesteps and not average_across_batch:
        return losses
    axis = None if average_across_timesteps and average_across_batch else (1 if average_across_timesteps else 0)
    return tf.reduce_sum(losses, axis) / (tf.reduce_sum(weights, axis) + 1e-12)
