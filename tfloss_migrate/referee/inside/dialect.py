"""Which `tf.` names an expression may use, and what they mean: the TF1 language of all versions, and that of TF2.

No operation here reads a file, runs Python or draws a random number. Runs inside the child process, also on
Python 2.7 and 3.7; TensorFlow is handed in.
"""

import contrib
from expression import RefusedError

PLAIN = """
abs accumulate_n acos acosh add add_n angle arg_max arg_min argmax argmin asin asinh assert_equal atan atan2 atanh
batch_to_space bitcast boolean_mask bool broadcast_dynamic_shape broadcast_static_shape broadcast_to case cast ceil
clip_by_average_norm clip_by_global_norm clip_by_norm clip_by_value complex concat cond confusion_matrix conj constant
convert_to_tensor cos cosh cross cumprod cumsum diag diag_part digamma div div_no_nan divide dynamic_partition
dynamic_stitch edit_distance einsum equal erf erfc exp expand_dims expm1 eye fill float32 float64 floor floor_div
floordiv floormod foldl foldr gather gather_nd global_norm greater greater_equal group histogram_fixed_width identity
imag int32 int64 int8 int16 uint8 invert_permutation is_finite is_inf is_nan less less_equal lgamma lin_space linspace
log log1p log_sigmoid logical_and logical_not logical_or logical_xor map_fn matmul matrix_band_part matrix_diag
matrix_diag_part matrix_inverse matrix_transpose maximum meshgrid minimum mod multiply negative no_op norm not_equal
one_hot ones ones_like pad parallel_stack polygamma pow range rank real realdiv reciprocal reduce_all reduce_any
reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_sum repeat reshape reverse reverse_sequence
rint roll round rsqrt saturate_cast scalar_mul scan scatter_nd segment_max segment_mean segment_min segment_prod
segment_sum sequence_mask setdiff1d shape shape_n sigmoid sign sin sinh size slice softplus sort split sqrt square
squared_difference squeeze stack stop_gradient strided_slice subtract switch_case tan tanh tensor_scatter_nd_update
tensordot tile to_bfloat16 to_double to_float to_int32 to_int64 trace transpose transpose truediv truncatediv
truncatemod tuple unique unsorted_segment_max unsorted_segment_mean unsorted_segment_sum unstack where while_loop
zeros zeros_like zeta
nn.bias_add nn.crelu nn.elu nn.l2_loss nn.l2_normalize nn.leaky_relu nn.log_poisson_loss nn.log_softmax nn.moments
nn.in_top_k nn.normalize_moments nn.relu nn.relu6 nn.selu nn.sigmoid nn.sigmoid_cross_entropy_with_logits nn.silu
nn.softmax nn.softmax_cross_entropy_with_logits nn.softmax_cross_entropy_with_logits_v2 nn.softplus nn.softsign
nn.sparse_softmax_cross_entropy_with_logits nn.swish nn.tanh nn.top_k nn.weighted_cross_entropy_with_logits
nn.weighted_moments nn.xw_plus_b nn.zero_fraction nn.avg_pool nn.max_pool nn.conv1d nn.conv2d nn.conv2d_transpose
nn.batch_normalization nn.local_response_normalization nn.lrn
nn.ctc_loss SparseTensor nn.depth_to_space depth_to_space
losses.absolute_difference losses.compute_weighted_loss losses.cosine_distance losses.hinge_loss losses.huber_loss
losses.log_loss losses.mean_pairwise_squared_error losses.mean_squared_error losses.sigmoid_cross_entropy
losses.softmax_cross_entropy losses.sparse_softmax_cross_entropy losses.Reduction.MEAN losses.Reduction.NONE
losses.Reduction.SUM losses.Reduction.SUM_BY_NONZERO_WEIGHTS losses.Reduction.SUM_OVER_BATCH_SIZE
losses.Reduction.SUM_OVER_NONZERO_WEIGHTS GraphKeys.LOSSES
losses.add_loss losses.get_total_loss losses.get_regularization_loss get_collection
linalg.norm linalg.matmul linalg.diag linalg.diag_part linalg.trace linalg.matrix_transpose linalg.inv linalg.logdet
linalg.band_part linalg.det linalg.eye linalg.tensordot linalg.matvec linalg.einsum linalg.normalize
linalg.global_norm linalg.tensor_diag linalg.tensor_diag_part
linalg.solve linalg.cholesky linalg.cholesky_solve linalg.eigvalsh linalg.eigh linalg.lstsq linalg.pinv linalg.qr
linalg.svd linalg.triangular_solve linalg.cross cholesky cholesky_solve matrix_determinant matrix_solve matrix_solve_ls
matrix_triangular_solve matrix_set_diag qr self_adjoint_eig self_adjoint_eigvals svd fft fft2d fft3d ifft ifft2d ifft3d
signal.fft signal.fft2d signal.fft3d signal.ifft signal.ifft2d signal.ifft3d signal.rfft signal.irfft
foldl foldr scan searchsorted sparse_reduce_sum sparse_tensor_dense_matmul sparse_tensor_to_dense sparse.reduce_sum
sparse.sparse_dense_matmul sparse.to_dense sparse.SparseTensor betainc lbeta
image.adjust_brightness image.adjust_contrast image.adjust_gamma image.adjust_hue image.adjust_saturation
image.central_crop image.convert_image_dtype image.crop_to_bounding_box image.flip_left_right image.flip_up_down
image.grayscale_to_rgb image.hsv_to_rgb image.pad_to_bounding_box image.per_image_standardization image.rgb_to_grayscale
image.rgb_to_hsv image.rot90
image.ssim image.psnr image.total_variation image.sobel_edges image.ssim_multiscale image.image_gradients
debugging.check_numerics debugging.assert_all_finite sets.size
"""
ALLOWED = frozenset(PLAIN.split())
#: Whole families without harm: below these, any public name but the excluded.
FAMILIES = ("math.", "keras.losses.", "keras.regularizers.", "keras.metrics.", "keras.activations.", "keras.backend.")
EXCLUDED = frozenset(
    "get deserialize serialize function set_floatx set_epsilon set_image_data_format eval clear_session print_tensor "
    "get_session set_session".split()
)
#: Names that came or went, with what says the same in the other versions.
SPELLINGS = {
    "sub": "subtract", "mul": "multiply", "neg": "negative", "inv": "reciprocal", "select": "where", "pack": "stack",
    "unpack": "unstack", "batch_matmul": "matmul", "complex_abs": "abs", "concat_v2": "concat",
    "lin_space": "linspace", "div_no_nan": "math.divide_no_nan", "log_sigmoid": "math.log_sigmoid",
    "matrix_transpose": "linalg.matrix_transpose", "floormod": "mod", "divide": "truediv",
    "subtract": "sub", "multiply": "mul", "negative": "neg", "stack": "pack", "unstack": "unpack", "where": "select",
}  # fmt: skip


def find(tf, path):
    """What `path` names below the module `tf`, or None."""
    value = tf
    for part in path.split("."):
        if part.startswith("_"):
            return None
        try:
            value = getattr(value, part)
        except AttributeError:
            return None
    return value


def permitted(tf, path):
    """Whether a path is on the allow-list: named there, in a harmless family, or a function of `tf.math`."""
    last = path.split(".")[-1]
    if path in ALLOWED or path in SPELLINGS or path == "keras.losses.get":  # looks up a name of Keras' own
        return True
    return last not in EXCLUDED and (path.startswith(FAMILIES) or find(tf, "math." + path) is not None)


def double_creators(tf):
    """The operations whose own default is float32, with float64 in its place."""
    float64 = tf.float64
    default_last = {"ones": 1, "zeros": 1, "one_hot": 5, "eye": 3, "linalg.eye": 3}

    def creator(path, position):
        function = find(tf, path)

        def create(*arguments, **keywords):
            if len(arguments) <= position and keywords.get("dtype") is None:
                keywords["dtype"] = float64
            return function(*arguments, **keywords)

        return create

    made = {path: creator(path, at) for path, at in default_last.items() if find(tf, path) is not None}
    made["float32"] = float64
    made["to_float"] = lambda x, name=None: tf.cast(x, float64)
    return made


def target_names(tf, keras, double):
    """`resolve` for expressions in the TF2 language, with `keras` in the place of `tf.keras`."""
    own = sampled(tf)
    own.update(double_creators(tf) if double else {})
    old = legacy_names(tf.compat.v1, keras, double)

    def resolve(path):
        if path in own:
            return own[path]
        if path.startswith("compat.v1."):
            return old(path[len("compat.v1.") :])
        if not permitted(tf, path):
            raise RefusedError("tf.%s" % path)
        value = find(keras, path[len("keras.") :]) if path.startswith("keras.") else find(tf, path)
        if value is None:
            raise AttributeError("this TensorFlow has no tf.%s" % path)
        return value

    return resolve


def legacy_names(tf, keras, double):
    """`resolve` for expressions in the TF1 language: any name of 0.x and 1.x, on whichever TensorFlow runs."""
    own = reordered(tf)
    own.update(sampled(tf))
    own.update(contrib.names(tf, find, tf.float64 if double else tf.float32))
    if double:
        own.update(double_creators(tf))

    def resolve(path):
        if path.startswith("compat.v1."):
            path = path[len("compat.v1.") :]
        if path in own:
            return own[path]
        if not permitted(tf, path):
            raise RefusedError("tf.%s" % path)
        if path.startswith("keras.") and keras is not None:
            value = find(keras, path[len("keras.") :])
        else:
            value = find(tf, path)
            for other in (SPELLINGS.get(path), path.replace("math.", "", 1), "math." + path):
                value = find(tf, other) if value is None and other else value
        if value is None:
            raise AttributeError("the TF1 side has no tf.%s" % path)
        return value

    return resolve


def sampled(tf):
    """The losses over sampled classes, which draw no candidates here: they must be given."""

    def given(name):
        function = find(tf, "nn." + name)

        def loss(*arguments, **keywords):
            if keywords.get("sampled_values") is None:
                raise RefusedError("tf.nn.%s, which draws its candidates at random" % name)
            return function(*arguments, **keywords)

        return loss

    return {"nn." + name: given(name) for name in ("nce_loss", "sampled_softmax_loss")}


def reordered(tf):
    """Operations whose arguments changed order or name between 0.x and 1.x, in both orders."""
    ops = {}

    def fused(name, label):
        function = find(tf, "nn." + name)

        def loss(*arguments, **keywords):
            keywords.pop("_sentinel", None)
            if arguments and isinstance(arguments[0], type(None)):
                arguments = arguments[1:]
                keywords.update(zip(("labels", "logits"), arguments))
            else:
                keywords.update(zip(("logits", "labels"), arguments))
            if label in keywords:
                keywords["labels"] = keywords.pop(label)
            if "axis" in keywords and "dim" not in keywords and not name.endswith("_v2"):
                keywords["dim"] = keywords.pop("axis")
            try:
                return function(**keywords)
            except TypeError:
                labels = keywords.pop("labels")
                return function(keywords.pop("logits"), labels, **keywords)

        return loss

    ops["nn.softmax_cross_entropy_with_logits"] = fused("softmax_cross_entropy_with_logits", "labels")
    ops["nn.sigmoid_cross_entropy_with_logits"] = fused("sigmoid_cross_entropy_with_logits", "targets")
    ops["nn.sparse_softmax_cross_entropy_with_logits"] = fused("sparse_softmax_cross_entropy_with_logits", "labels")

    def concat(values, axis=None, name="concat", concat_dim=None):
        if concat_dim is not None:
            values, axis = (axis if axis is not None else values), concat_dim
        if isinstance(values, int):
            values, axis = axis, values
        try:
            return tf.concat(values, axis)
        except TypeError:
            return tf.concat(axis, values)

    def split(value, num_or_size_splits=None, axis=0, **keywords):
        if isinstance(value, int):
            value, axis = axis, value
        try:
            return tf.split(value, num_or_size_splits, axis)
        except TypeError:
            return tf.split(axis, num_or_size_splits, value)

    def extremum(name):
        function = find(tf, name)

        def position(x, axis=None, dimension=None, name=None, output_type=None):
            kept = {} if output_type is None else {"output_type": output_type}
            return function(x, dimension if axis is None else axis, **kept)

        return position

    ops.update({"concat": concat, "split": split, "argmax": extremum("argmax"), "arg_max": extremum("argmax")})
    ops.update({"argmin": extremum("argmin"), "arg_min": extremum("argmin")})
    ops["floor_div"] = find(tf, "floor_div") or (lambda x, y, name=None: tf.floordiv(x, y))
    return ops


def session_config(tf1, optimised):
    """One thread, and the graph as it was written unless it is to be `optimised`."""
    config = tf1.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    rewriting = getattr(config.graph_options, "rewrite_options", None)
    if rewriting is not None and hasattr(rewriting, "disable_meta_optimizer"):
        rewriting.disable_meta_optimizer = not optimised
    if rewriting is None or not optimised:
        config.graph_options.optimizer_options.opt_level = -1
    return config
