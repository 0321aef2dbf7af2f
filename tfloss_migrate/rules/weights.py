"""The six reductions of `tf.losses`, with and without weights, spelled in TF2 for any element-wise loss.

With l the losses and w the weights broadcast to them (TensorFlow 1.15, `losses_impl.compute_weighted_loss`):
NONE l*w; SUM sum(l*w); SUM_OVER_BATCH_SIZE mean(l*w); MEAN sum(l*w)/sum(w); SUM_BY_NONZERO_WEIGHTS, the default,
sum(l*w)/count(w != 0). The quotients are 0 where the denominator is 0.
"""

from __future__ import annotations

from tfloss_migrate.model import Form

_MEANS = ("", "SUM_BY_NONZERO_WEIGHTS", "SUM_OVER_NONZERO_WEIGHTS", "SUM_OVER_BATCH_SIZE", "MEAN")
_QUOTIENT = "tf.math.divide_no_nan(tf.reduce_sum(weights * {element}), {denominator})"
_COUNT = "tf.math.count_nonzero(weights * tf.ones_like({like}), dtype=tf.float32)"
_SUM = "tf.reduce_sum(weights * tf.ones_like({like}))"


def reduced(
    call: str,
    element: str,
    mean: str,
    like: str,
    *,
    needs: tuple[str, ...] = (),
    promises: tuple[str, ...] = (),
    ranks: tuple[int, ...] = (1, 2, 3),
) -> tuple[Form, ...]:
    """The forms of one loss: `call` without its closing bracket, `element` per element or row, `mean` its mean.

    `like` has the shape of `element`.
    """
    forms: list[Form] = []

    def add(arguments: str, reduction: str, target: str, *, weighted: bool) -> None:
        if reduction:
            arguments += f", reduction=tf.losses.Reduction.{reduction}"
        said = (*promises, "weights that broadcast as tf.losses allows") if weighted else promises
        forms.append(Form(f"{call}{arguments})", target, needs=needs, promises=said, ranks=ranks))

    for reduction in _MEANS:
        add("", reduction, mean, weighted=False)
    add("", "SUM", f"tf.reduce_sum({element})", weighted=False)
    add("", "NONE", element, weighted=False)
    for reduction in _MEANS[:4]:
        add(", weights=factor", reduction, f"factor * {mean}", weighted=False)
    add(", weights=factor", "MEAN", mean, weighted=False)
    add(", weights=factor", "SUM", f"factor * tf.reduce_sum({element})", weighted=False)
    add(", weights=factor", "NONE", f"factor * {element}", weighted=False)
    by_count = _QUOTIENT.format(element=element, denominator=_COUNT.format(like=like))
    for reduction in _MEANS[:3]:
        add(", weights=weights", reduction, by_count, weighted=True)
    add(", weights=weights", "SUM_OVER_BATCH_SIZE", f"tf.reduce_mean(weights * {element})", weighted=True)
    by_sum = _QUOTIENT.format(element=element, denominator=_SUM.format(like=like))
    add(", weights=weights", "MEAN", by_sum, weighted=True)
    add(", weights=weights", "SUM", f"tf.reduce_sum(weights * {element})", weighted=True)
    add(", weights=weights", "NONE", f"weights * {element}", weighted=True)
    return tuple(forms)
