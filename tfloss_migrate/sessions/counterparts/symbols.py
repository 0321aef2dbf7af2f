"""What a TensorFlow symbol means to a program that is to run without a session.

*Native* symbols are in TF2 under the same name and, by the order of their leading arguments, with the same meaning.
*Old* ones are TF1 spellings of operations that have a TF2 spelling. Whatever is in no table keeps a program as it is.
"""

from __future__ import annotations

from tfloss_migrate.syntax.ops import ARGUMENT_NAMES, BY_SYMBOL

SESSIONS = frozenset({"Session", "InteractiveSession"})
SUPERVISED = frozenset(
    f"train.{name}"
    for name in ("MonitoredTrainingSession", "MonitoredSession", "SingularMonitoredSession", "Supervisor")
)
PLACEHOLDER, WITH_DEFAULT = "placeholder", "placeholder_with_default"
PLACEHOLDERS = frozenset({PLACEHOLDER, WITH_DEFAULT})
GRAPH, MAIN = "Graph", "app.run"
VARIABLES = frozenset({"Variable", "get_variable"})

#: Operations that set the variables to their initial values: in TF2 a variable has its value from the start.
INITIALIZERS = frozenset(
    "global_variables_initializer initialize_all_variables local_variables_initializer initialize_local_variables "
    "tables_initializer initialize_all_tables initializers.global_variables initializers.local_variables "
    "initializers.tables_initializer variables_initializer initialize_variables initializers.variables".split()
)

#: Calls that switch TF2 off, or tidy the default graph away: as statements they say nothing to eager code.
SWITCHES = frozenset(
    "disable_v2_behavior disable_eager_execution disable_resource_variables disable_v2_tensorshape "
    "disable_tensor_equality disable_control_flow_v2 reset_default_graph "
    "python.framework.ops.reset_default_graph".split()
)

#: How a session runs, not what it computes.
SETTINGS = frozenset({"ConfigProto", "GPUOptions", "OptimizerOptions", "GraphOptions", "ConfigProto.OptimizerOptions"})

SEEDS = frozenset({"set_random_seed", "random.set_random_seed"})
NEW_SEED = "random.set_seed"

#: Names that were never in TensorFlow, and the name that is meant.
NO_SUCH_NAME = {
    "session": "Session",
    "interactive_session": "InteractiveSession",
    "interactivesession": "InteractiveSession",
    "interactiveSession": "InteractiveSession",
    "Placeholder": "placeholder",
}


def _names(prefix: str, names: str) -> frozenset[str]:
    return frozenset(prefix + name for name in names.split())


_REDUCTIONS = "reduce_all reduce_any reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_sum"
_ELEMENTWISE = (
    "abs acos acosh add add_n argmax argmin asin asinh atan atan2 atanh cos cosh cumsum divide equal exp floor greater "
    "greater_equal less less_equal logical_and logical_not logical_or maximum minimum multiply negative not_equal pow "
    "round sigmoid sign sin sinh sqrt square subtract tan tanh truediv"
)

#: Native operations whose result is one tensor.
_NATIVE_TENSORS = (
    _names("", f"{_REDUCTIONS} {_ELEMENTWISE}")
    | _names("math.", f"{_REDUCTIONS} {_ELEMENTWISE}")
    | _names(
        "",
        "Variable argsort as_string bitcast boolean_mask broadcast_to cast clip_by_norm clip_by_value complex concat "
        "constant convert_to_tensor einsum ensure_shape expand_dims eye fill gather gather_nd identity linspace matmul "
        "norm one_hot ones ones_like pad range rank realdiv repeat reshape reverse roll saturate_cast scatter_nd "
        "sequence_mask shape size slice sort squeeze stack stop_gradient tensordot tile transpose where "
        "zeros zeros_like dynamic_stitch edit_distance foldl foldr histogram_fixed_width map_fn reverse_sequence "
        "scalar_mul scan searchsorted strided_slice tensor_scatter_nd_add tensor_scatter_nd_update truncatediv "
        "truncatemod unravel_index",
    )
    | _names(
        "math.",
        "angle betainc ceil confusion_matrix conj count_nonzero cumprod digamma divide_no_nan erf erfc expm1 floordiv "
        "floormod imag is_finite is_inf is_nan l2_normalize lbeta lgamma log log1p log_sigmoid log_softmax logical_xor "
        "mod multiply_no_nan polygamma real reciprocal reciprocal_no_nan reduce_std reduce_variance rint rsqrt "
        "segment_max segment_mean segment_min segment_prod segment_sum softmax softplus softsign squared_difference "
        "unsorted_segment_max unsorted_segment_mean unsorted_segment_min unsorted_segment_sum xdivy xlogy "
        "zero_fraction",
    )
    | _names(
        "nn.",
        "avg_pool batch_normalization bias_add conv2d conv2d_transpose elu embedding_lookup l2_loss l2_normalize "
        "leaky_relu log_poisson_loss log_softmax local_response_normalization lrn max_pool nce_loss relu relu6 "
        "sampled_softmax_loss selu sigmoid sigmoid_cross_entropy_with_logits silu softmax "
        "softmax_cross_entropy_with_logits softplus softsign sparse_softmax_cross_entropy_with_logits swish tanh "
        "weighted_cross_entropy_with_logits zero_fraction",
    )
    | _names(
        "linalg.",
        "band_part cholesky cross det diag diag_part einsum expm eye global_norm inv l2_normalize matmul "
        "matrix_transpose matvec norm set_diag solve tensor_diag tensor_diag_part tensordot trace triangular_solve "
        "cholesky_solve eigvalsh logdet logm lstsq pinv sqrtm",
    )
    | _names("signal.", "fft fft2d fft3d ifft ifft2d ifft3d rfft irfft")
    | _names("sparse.", "reduce_sum sparse_dense_matmul to_dense")
    | _names(
        "image.",
        "adjust_brightness adjust_contrast adjust_gamma adjust_hue adjust_saturation central_crop convert_image_dtype "
        "crop_to_bounding_box flip_left_right flip_up_down grayscale_to_rgb hsv_to_rgb image_gradients "
        "pad_to_bounding_box per_image_standardization psnr rgb_to_grayscale rgb_to_hsv rot90 sobel_edges ssim "
        "total_variation",
    )
)

#: Native operations whose result is several tensors: as a list, or as a tuple with names.
LISTS = frozenset({"split", "unstack", "meshgrid", "dynamic_partition", "gradients"})
_TUPLES = frozenset(
    "nn.moments nn.top_k math.top_k unique unique_with_counts linalg.svd linalg.qr linalg.eigh linalg.logdet "
    "linalg.slogdet clip_by_global_norm while_loop".split()
)
_OLD_TUPLES = frozenset({"self_adjoint_eig", "svd", "qr"})
#: Those whose result is a tuple without names.
PLAIN_TUPLES = frozenset({"nn.moments", "self_adjoint_eig", "linalg.eigh"})

#: Native names that are no operations.
_NATIVE_VALUES = frozenset(
    "float16 float32 float64 half double bfloat16 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool string "
    "complex64 complex128 newaxis DType TensorShape Tensor TensorSpec as_dtype is_tensor device name_scope function "
    "__version__ executing_eagerly losses.Reduction keras.utils.to_categorical keras.backend.epsilon "
    "keras.backend.floatx cond summary.create_file_writer train.Checkpoint keras.metrics.Accuracy SparseTensor "
    "sparse.SparseTensor test.is_built_with_cuda int32.as_numpy_dtype int64.as_numpy_dtype float32.as_numpy_dtype "
    "float64.as_numpy_dtype data.Dataset data.TextLineDataset data.TFRecordDataset data.FixedLengthRecordDataset "
    "data.experimental.AUTOTUNE".split()
)
_NATIVE_PREFIXES = tuple(
    "__version__. examples.tutorials.mnist. dtypes. errors. keras.losses. keras.datasets. losses.Reduction. "
    "data.Dataset. io.decode_ io.parse_single_ io.read_file io.FixedLen".split()
)
_MODULES = frozenset(
    {"", "math", "nn", "linalg", "losses", "dtypes", "errors", "keras", "keras.losses", "keras.datasets", "data"}
)

_LOSSES = (
    "absolute_difference compute_weighted_loss cosine_distance hinge_loss huber_loss log_loss "
    "mean_pairwise_squared_error mean_squared_error sigmoid_cross_entropy softmax_cross_entropy "
    "sparse_softmax_cross_entropy"
)
_OLD_TENSORS = (
    (frozenset(BY_SYMBOL) - _NATIVE_TENSORS - {PLACEHOLDER})
    | _names("losses.", _LOSSES)
    | _names("contrib.losses.", _LOSSES)
    | _names(
        "",
        "angle arg_min batch_matmul betainc ceil cholesky conj count_nonzero cross cumprod diag diag_part digamma "
        "div_no_nan erf erfc expm1 floor_div floordiv floormod global_norm imag is_finite is_inf is_nan lbeta lgamma "
        "lin_space logical_xor matrix_band_part matrix_determinant matrix_diag matrix_diag_part matrix_inverse "
        "matrix_set_diag matrix_solve matrix_transpose mod polygamma real reverse_v2 rint segment_max segment_mean "
        "cholesky_solve fft fft2d fft3d ifft ifft2d ifft3d matrix_solve_ls matrix_triangular_solve "
        "self_adjoint_eigvals sparse_reduce_sum sparse_tensor_dense_matmul sparse_tensor_to_dense "
        "segment_min segment_prod segment_sum trace unsorted_segment_max unsorted_segment_mean unsorted_segment_min "
        "unsorted_segment_sum",
    )
)

#: Operations that read what a file holds, which TF2 has in `tf.io` and `tf.strings`.
_READING = _names("", "decode_csv decode_raw parse_single_example read_file string_to_number FixedLenFeature")
TENSORS = _NATIVE_TENSORS | _OLD_TENSORS

DROPOUT = "nn.dropout"

#: Operations that draw: in a graph at each run, eagerly once.
RANDOM = (
    frozenset({DROPOUT, "nn.nce_loss", "nn.sampled_softmax_loss"})
    | _names("", "random_normal random_uniform truncated_normal random_gamma random_poisson random_shuffle multinomial")
    | _names("random.", "normal uniform truncated_normal gamma categorical shuffle multinomial poisson")
)
_NATIVE_RANDOM = _names("random.", "normal uniform truncated_normal categorical shuffle")

#: Argument names of TF1, in calls of native names.
_OLD_ARGUMENTS = frozenset(ARGUMENT_NAMES) | _names(
    "",
    "squeeze_dims concat_dim dimension targets seq_dim batch_dim collections expected_shape use_resource verify_shape "
    "keep_prob partition_strategy _sentinel value filter optimize fn1 fn2 strict",
)
_VALUE_IS_TODAYS = frozenset({"constant", "convert_to_tensor", "fill", "pad", "nn.bias_add"})

#: What is there for the sake of training: optimizers, learning rates, training loops.
_TRAINING_PREFIXES = ("estimator.", "contrib.learn.", "contrib.training.", "contrib.slim.learning.")
_TRAINING = _names(
    "train.",
    "MonitoredTrainingSession Supervisor exponential_decay inverse_time_decay natural_exp_decay "
    "piecewise_constant polynomial_decay cosine_decay",
) | _names("contrib.layers.", "optimize_loss")
_DATA_OF_TRAIN = _names("train.", "Example Features Feature BytesList FloatList Int64List SequenceExample FeatureList")

#: Calls whose result trains when it is run.
TRAINING_STEPS = _names("contrib.", "layers.optimize_loss slim.learning.create_train_op training.create_train_op")
#: Methods whose result trains when it is run, on whatever object.
TRAINING_METHODS = frozenset({"minimize", "apply_gradients"})
#: Methods of a variable that change it.
ASSIGNING_METHODS = frozenset({"assign", "assign_add", "assign_sub"})


def is_training(symbol: str) -> bool:
    """Whether the symbol is there for the sake of training."""
    optimizer = symbol.startswith("train.") and symbol.endswith("Optimizer")
    return optimizer or symbol in _TRAINING or symbol.startswith(_TRAINING_PREFIXES)


#: Operations that choose or loop in a graph, and in a function.
CONTROL = frozenset({"cond", "while_loop", "gradients"})


def is_summary(symbol: str) -> bool:
    """Whether the symbol is a summary that TF1 and TF2 have under one name."""
    return symbol in ("summary.scalar", "summary.histogram", "summary.image")


def is_tuple(symbol: str) -> bool:
    """Whether the operation's result is a tuple of tensors."""
    return symbol in _TUPLES | _OLD_TUPLES


def is_native(symbol: str) -> bool:
    """Whether TF2 has the symbol under this name, with the same meaning."""
    return (
        symbol in _NATIVE_TENSORS
        or symbol in _NATIVE_VALUES
        or symbol in _MODULES
        or symbol in LISTS
        or symbol in _TUPLES
        or symbol in _NATIVE_RANDOM
        or symbol in _DATA_OF_TRAIN
        or symbol == NEW_SEED
        or symbol.startswith(_NATIVE_PREFIXES)
        or is_keras_loss(symbol)
    )


def is_old(symbol: str) -> bool:
    """Whether the symbol is the TF1 name of something that TF2 has under another name."""
    return not is_native(symbol) and symbol in _OLD_TENSORS | _OLD_TUPLES | RANDOM | _READING


def is_keras_loss(symbol: str) -> bool:
    """Whether the symbol is a Keras loss, as a class or as a function; in TF2 `tf.losses` is `tf.keras.losses`."""
    head, _, name = symbol.rpartition(".")
    return head == "keras.losses" or (head == "losses" and name[:1].isupper() and name != "Reduction")


def has_old_arguments(symbol: str, keywords: set[str], positional: int, first_is_number: bool) -> bool:
    """Whether a call of a native symbol is written with TF1's argument names or an order that TF2 reads differently."""
    old = keywords & _OLD_ARGUMENTS
    if symbol in _VALUE_IS_TODAYS:
        old -= {"value"}
    if symbol.endswith("_cross_entropy_with_logits") and positional:
        return True
    if symbol in ("concat", "split") and first_is_number and positional > 1:
        return True
    if symbol == DROPOUT and positional > 1:
        return True
    if symbol in ("Variable", "name_scope") and positional > (2 if symbol == "Variable" else 1):
        return True
    return bool(old)
