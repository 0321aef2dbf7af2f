"""`tf.contrib`'s losses and regularisers: the real ones, or the same formulas where `contrib` is gone.

Runs inside the child process, also on Python 2.7 and 3.7; TensorFlow is handed in.
"""

LIKE_LOSSES = (
    "absolute_difference compute_weighted_loss cosine_distance hinge_loss log_loss mean_squared_error "
    "sigmoid_cross_entropy softmax_cross_entropy sparse_softmax_cross_entropy"
).split()
#: Whose losses have as many axes as what they are given.
BY_ELEMENT = ("absolute_difference", "compute_weighted_loss", "log_loss", "mean_squared_error", "sigmoid_cross_entropy")
#: Other names of arguments.
MEANT = {
    "weight": "weights",
    "dim": "axis",
    "target": "labels",
    "targets": "labels",
    "onehot_labels": "labels",
    "multi_class_labels": "labels",
    "logits": "predictions",
    "losses": "predictions",
}


def names(tf, find, floating):
    """Functions by path, `contrib.losses.*` also as `contrib.slim.losses.*`; `floating` is the dtype to compute in."""
    known = [name for name in LIKE_LOSSES if find(tf, "losses." + name)]
    made = {"contrib.losses." + name: over_losses(tf, name, floating) for name in known}
    made["contrib.losses.mean_pairwise_squared_error"] = lambda *given, **named: pairwise(tf, floating, *given, **named)
    made.update({"contrib.layers." + name: function for name, function in regularizers(tf).items()})
    made["contrib.seq2seq.sequence_loss"] = lambda *given, **named: sequence_loss(tf, *given, **named)
    metric = "contrib.losses.metric_learning."
    made[metric + "contrastive_loss"] = lambda *given, **named: contrastive_loss(tf, *given, **named)
    made[metric + "npairs_loss"] = lambda *given, **named: npairs_loss(tf, *given, **named)
    wanted = list(made) + ["contrib.losses." + name for name in LIKE_LOSSES]
    made.update({path: find(tf, path) for path in wanted if find(tf, path) is not None})
    made.update({path.replace(".losses", ".slim.losses"): function for path, function in list(made.items())})
    made.update(over_lists(tf, find))
    return made


def regularizers(tf):
    """Functions that make functions of the weights; a scale of 0 makes one that returns None."""

    def l1(scale, scope=None):
        return (lambda x: scale * tf.reduce_sum(tf.abs(x))) if scale else (lambda x: None)

    def l2(scale, scope=None):
        return (lambda x: scale * tf.nn.l2_loss(x)) if scale else (lambda x: None)

    def l1_l2(scale_l1=1.0, scale_l2=1.0, scope=None):
        if not scale_l1 or not scale_l2:
            return l1(scale_l1) if scale_l1 else l2(scale_l2)
        return lambda x: l1(scale_l1)(x) + l2(scale_l2)(x)

    return {"l1_regularizer": l1, "l2_regularizer": l2, "l1_l2_regularizer": l1_l2}


def over_losses(tf, name, floating):
    """A loss made of that of `tf.losses`: predictions come first, and weights have the first axes of the losses."""
    function = getattr(tf.losses, name)

    order = ["predictions", "labels", "weights", "scope"]
    if name == "compute_weighted_loss":
        order.remove("labels")
    if name == "cosine_distance":
        order.insert(2, "axis")
    if name in ("sigmoid_cross_entropy", "softmax_cross_entropy"):
        order.insert(3, "label_smoothing")
    if name == "log_loss":
        order.insert(3, "epsilon")

    def loss(*given, **named):
        named = {MEANT.get(label, label): value for label, value in named.items()}
        named.update(zip(order, given))
        predictions, labels = named.pop("predictions"), named.pop("labels", None)
        if name == "hinge_loss":
            return tf.nn.relu(1.0 - (2.0 * tf.cast(labels, floating) - 1.0) * predictions)
        weights = named.get("weights")
        if getattr(weights, "shape", None) is not None and len(weights.shape) > 0:
            if len(weights.shape) > 1 and weights.shape[-1] == 1:
                weights = tf.squeeze(weights, [-1])
            for _ in range(len(predictions.shape) - (name not in BY_ELEMENT) - len(weights.shape)):
                weights = tf.expand_dims(weights, -1)
            named["weights"] = tf.expand_dims(weights, named["axis"]) if name == "cosine_distance" else weights
        return function(*([predictions] if labels is None else [labels, predictions]), **named)

    return loss


def pairwise(tf, floating, predictions, labels, weights=1.0, scope=None):
    """The sum over samples of 2 sum(d^2) / n - 2 sum(d)^2 / n^2, d = predictions - labels of n values a sample."""
    difference = tf.cast(predictions, floating) - tf.cast(labels, floating)
    weights = tf.cast(weights, floating)
    axes = list(range(1, len(difference.shape)))
    count = tf.cast(tf.size(difference) / tf.shape(difference)[0], difference.dtype)
    squares = tf.reduce_sum(tf.square(difference), axes)
    variances = 2.0 * squares / count - 2.0 * tf.square(tf.reduce_sum(difference, axes) / count)
    return tf.reduce_sum(weights * tf.cast(tf.not_equal(weights, 0), difference.dtype) * variances)


def sequence_loss(
    tf,
    logits,
    targets,
    weights,
    average_across_timesteps=True,
    average_across_batch=True,
    sum_over_timesteps=False,
    sum_over_batch=False,
    softmax_loss_function=None,
):
    """Weighted sparse cross-entropy over (batch, time), divided by the sum or the count of the weights, 0 if that is 0.

    An average goes before a sum: only without any average do the sums count.
    """
    if (average_across_timesteps and sum_over_timesteps) or (average_across_batch and sum_over_batch):
        raise ValueError("an average and a sum over the same axis")
    losses = weights * tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=logits)
    average = average_across_timesteps or average_across_batch
    over_time, over_batch = sum_over_timesteps, sum_over_batch
    if average:
        over_time, over_batch = average_across_timesteps, average_across_batch
    if not over_time and not over_batch:
        return losses
    axis = None if over_time and over_batch else [1 if over_time else 0]
    count = weights if average else tf.cast(tf.not_equal(weights, 0), losses.dtype)
    return tf.div_no_nan(tf.reduce_sum(losses, axis), tf.reduce_sum(count, axis))


def over_lists(tf, find):
    """The sequence losses over lists, one tensor for each step; a tensor in the place of a list is taken apart."""
    homes = ("contrib.legacy_seq2seq.", "nn.seq2seq.", "python.ops.seq2seq.")

    def real(name):
        return next((find(tf, home + name) for home in homes if find(tf, home + name) is not None), None)

    def listed(function):
        def loss(logits, targets, weights, *given, **named):
            steps = [x if isinstance(x, list) else tf.unstack(x) for x in (logits, targets, weights)]
            return function(*(steps + list(given)), **named)

        return loss

    def by_example(logits, targets, weights, average_across_timesteps=True, softmax_loss_function=None):
        cross_entropy = tf.nn.sparse_softmax_cross_entropy_with_logits
        steps = [(z, tf.reshape(k, [-1]), w) for z, k, w in zip(logits, targets, weights)]
        total = tf.add_n([cross_entropy(labels=k, logits=z) * w for z, k, w in steps])
        return total / (tf.add_n(weights) + 1e-12) if average_across_timesteps else total

    def over_all(logits, targets, weights, average_across_timesteps=True, average_across_batch=True):
        total = by_example(logits, targets, weights, average_across_timesteps)
        return tf.reduce_mean(total) if average_across_batch else tf.reduce_sum(total)

    functions = {"sequence_loss": over_all, "sequence_loss_by_example": by_example}
    return {home + name: listed(real(name) or own) for name, own in functions.items() for home in homes}


def contrastive_loss(tf, labels, embeddings_anchor, embeddings_positive, margin=1.0):
    """The mean over pairs of l d^2 + (1 - l) max(margin - d, 0)^2, d the distance of the embeddings."""
    distance = tf.sqrt(tf.reduce_sum(tf.squared_difference(embeddings_anchor, embeddings_positive), 1))
    labels = tf.cast(labels, distance.dtype)
    return tf.reduce_mean(labels * distance**2 + (1.0 - labels) * tf.maximum(margin - distance, 0.0) ** 2)


def npairs_loss(tf, labels, embeddings_anchor, embeddings_positive, reg_lambda=0.002):
    """Cross-entropy of the similarities against equal labels, plus reg_lambda / 4 times the mean squared lengths."""
    similarities = tf.matmul(embeddings_anchor, embeddings_positive, transpose_b=True)
    same = tf.cast(tf.equal(labels[:, None], labels[None, :]), similarities.dtype)
    same = same / tf.reduce_sum(same, 1, keepdims=True)
    losses = tf.nn.softmax_cross_entropy_with_logits(labels=same, logits=similarities)
    lengths = [tf.reduce_mean(tf.reduce_sum(x**2, 1)) for x in (embeddings_anchor, embeddings_positive)]
    return 0.25 * reg_lambda * (lengths[0] + lengths[1]) + tf.reduce_mean(losses)
