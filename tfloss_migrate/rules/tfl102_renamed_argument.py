"""An argument has another name in TF2, or another place, and means the same under it.

Why: `reduction_indices` and `keep_dims` of the reductions became `axis` and `keepdims`; `dim` of the softmaxes and of
`expand_dims` became `axis`. TF2 raises TypeError on the old names. Where TF2 has the arguments in another order, an
argument by position would silently be another one, as in `tf.argmax(x, 1, "best")`: those are named. `keep_prob` of
`tf.nn.dropout` became `rate`, which counts what is dropped. 0.x had the axis first in `tf.concat` and `tf.split`.
"""

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Input, NearMiss, Rule
from tfloss_migrate.rules.examples import forms

#: Calls as TF1 and as TF2 read them, without the `tf.` in front.
_EXAMPLES = """
reduce_sum(x, reduction_indices=-1) => reduce_sum(x, axis=-1)
reduce_mean(x, reduction_indices=-1) => reduce_mean(x, axis=-1)
reduce_max(x, reduction_indices=-1) => reduce_max(x, axis=-1)
reduce_min(x, reduction_indices=-1) => reduce_min(x, axis=-1)
reduce_prod(x, reduction_indices=-1) => reduce_prod(x, axis=-1)
reduce_logsumexp(x, reduction_indices=-1) => reduce_logsumexp(x, axis=-1)
reduce_sum(x, axis=-1, keep_dims=True) => reduce_sum(x, axis=-1, keepdims=True)
reduce_mean(x, axis=-1, keep_dims=True) => reduce_mean(x, axis=-1, keepdims=True)
reduce_max(x, axis=-1, keep_dims=True) => reduce_max(x, axis=-1, keepdims=True)
reduce_min(x, axis=-1, keep_dims=True) => reduce_min(x, axis=-1, keepdims=True)
reduce_prod(x, axis=-1, keep_dims=True) => reduce_prod(x, axis=-1, keepdims=True)
reduce_logsumexp(x, axis=-1, keep_dims=True) => reduce_logsumexp(x, axis=-1, keepdims=True)
reduce_all(x > y, reduction_indices=-1, keep_dims=True) => reduce_all(x > y, axis=-1, keepdims=True)
reduce_any(x > y, reduction_indices=-1, keep_dims=True) => reduce_any(x > y, axis=-1, keepdims=True)
nn.softmax(x, dim=-1) => nn.softmax(x, axis=-1)
nn.log_softmax(x, dim=-1) => nn.log_softmax(x, axis=-1)
nn.l2_normalize(x, dim=-1) => nn.l2_normalize(x, axis=-1)
expand_dims(x, dim=-1) => expand_dims(x, axis=-1)
squeeze(tf.expand_dims(x, 0), squeeze_dims=0) => squeeze(tf.expand_dims(x, 0), axis=0)
argmax(x, dimension=0) => argmax(x, axis=0)
argmin(x, dimension=0) => argmin(x, axis=0)
concat([x, y], concat_dim=0) => concat([x, y], axis=0)
norm(x, axis=-1, keep_dims=True) => norm(x, axis=-1, keepdims=True)
concat(0, [x, y]) => concat(axis=0, values=[x, y])
split(0, 1, x)[0] => split(axis=0, num_or_size_splits=1, value=x)[0]
transpose(x, None, "turned") => transpose(x, None, name="turned")
boolean_mask(x, x > y, "kept") => boolean_mask(x, x > y, name="kept")
pad(x, [[1, 1]], "CONSTANT", "padded", 1.0) => pad(x, [[1, 1]], "CONSTANT", name="padded", constant_values=1.0) | 1
gather_nd(x, [[0]], "picked") => gather_nd(x, [[0]], name="picked")
nn.moments(x, [0], None, "of", True)[1] => nn.moments(x, [0], None, name="of", keepdims=True)[1]
nn.crelu(x, "both") => nn.crelu(x, name="both")
ones_like(tensor=x) => ones_like(input=x)
zeros_like(tensor=x) => zeros_like(input=x)
convert_to_tensor(x, None, "given") => convert_to_tensor(x, None, name="given")
shape(x, "extent") => shape(x, name="extent")
size(x, "number") => size(x, name="number")
reverse_sequence(x, [1], seq_dim=0, batch_dim=1) => reverse_sequence(x, [1], seq_axis=0, batch_axis=1) | 2
nn.weighted_moments(x, [0], y, "of", True)[0] => nn.weighted_moments(x, [0], y, name="of", keepdims=True)[0]
nn.weighted_cross_entropy_with_logits(targets=y, logits=x, pos_weight=2.0) => \
nn.weighted_cross_entropy_with_logits(labels=y, logits=x, pos_weight=2.0)
nn.conv2d(IMAGE, filter=FILTER, strides=[1, 1, 1, 1], padding="SAME") => \
nn.conv2d(IMAGE, filters=FILTER, strides=[1, 1, 1, 1], padding="SAME")
nn.max_pool(value=IMAGE, ksize=[1, 2, 1, 1], strides=[1, 1, 1, 1], padding="SAME") => \
nn.max_pool(input=IMAGE, ksize=[1, 2, 1, 1], strides=[1, 1, 1, 1], padding="SAME")
nn.avg_pool(value=IMAGE, ksize=[1, 2, 1, 1], strides=[1, 1, 1, 1], padding="SAME") => \
nn.avg_pool(input=IMAGE, ksize=[1, 2, 1, 1], strides=[1, 1, 1, 1], padding="SAME")
nn.conv2d_transpose(value=IMAGE, filter=FILTER, output_shape=tf.shape(IMAGE), strides=[1, 1, 1, 1]) => \
nn.conv2d_transpose(input=IMAGE, filters=FILTER, output_shape=tf.shape(IMAGE), strides=[1, 1, 1, 1])
nn.conv1d(value=SEQUENCE, filters=tf.reshape(y, [-1, 1, 1]), stride=1, padding="SAME") => \
nn.conv1d(input=SEQUENCE, filters=tf.reshape(y, [-1, 1, 1]), stride=1, padding="SAME")
"""

#: What stands for these in the examples: arrays of the rank that the operation wants.
_SHAPED = {
    "IMAGE": "tf.reshape(x, [1, -1, 1, 1])",
    "FILTER": "tf.reshape(y, [-1, 1, 1, 1])",
    "SEQUENCE": "tf.reshape(x, [1, -1, 1])",
}
for _name, _array in _SHAPED.items():
    _EXAMPLES = _EXAMPLES.replace(_name, _array)

RULE = Rule(
    id="TFL102",
    name="renamed-argument",
    message="this argument has another name or place in TF2",
    severity="error",
    by_name=True,
    inputs=(Input("x", Real()), Input("y", Real())),
    forms=forms(_EXAMPLES),
    leave_alone=(
        NearMiss("np.sum(x, keep_dims=True)", because="numpy is not TensorFlow"),
        NearMiss("my.reduce_sum(x, reduction_indices=1)", because="not TensorFlow's function"),
        NearMiss("tf.reduce_sum(x, axis=1, keepdims=True)", because="the new names already"),
        NearMiss("tf.reduce_sum(x, **options)", because="the names of the arguments are not in the code"),
        NearMiss("tf.argmax(x, 1, name='best')", because="the name is named already"),
        NearMiss("tf.concat([a, b], 1)", because="the order of 1.x, which is today's"),
        NearMiss("tf.nn.dropout(x, rate=0.5)", because="counts what is dropped already"),
        NearMiss("tf.reduce_sum(x, 1, True)", because="these have the same place in TF2"),
    ),
)
