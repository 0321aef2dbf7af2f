"""The reductions of `tf.losses` and of `tf.contrib.losses`, with and without weights, spelled in TF2 for any loss.

With l the losses and w the weights broadcast to them (TensorFlow 1.15, `losses_impl.compute_weighted_loss`):
NONE l*w; SUM sum(l*w); SUM_OVER_BATCH_SIZE mean(l*w); MEAN sum(l*w)/sum(w); SUM_BY_NONZERO_WEIGHTS, the default,
sum(l*w)/count(w != 0). The quotients are 0 where the denominator is 0. `tf.contrib.losses` knows the default only,
and its weights have the first axes of the losses instead of the last (`contrib/losses/python/losses/loss_ops.py`).
"""

from __future__ import annotations

from tfloss_migrate.model import Form
from tfloss_migrate.record import dataclass

_MEANS = ("", "SUM_OVER_BATCH_SIZE", "MEAN")
_QUOTIENT = "tf.math.divide_no_nan(tf.reduce_sum(weights * {element}), {denominator})"
_COUNT = "tf.math.count_nonzero(weights * tf.ones_like({like}), dtype=tf.float32)"
_SUM = "tf.reduce_sum(weights * tf.ones_like({like}))"


@dataclass(frozen=True)
class Weighted:
    """Weighted losses, for each reduction."""

    by_nonzero_weights: str
    over_batch_size: str
    mean: str
    sum: str
    none: str


def reduced(
    call: str,
    element: str,
    mean: str,
    like: str,
    *,
    weighted: Weighted | None = None,
    needs: tuple[str, ...] = (),
    promises: tuple[str, ...] = (),
    ranks: tuple[int, ...] = (1, 2, 3),
) -> tuple[Form, ...]:
    """The forms of one loss: `call` without its closing bracket, `element` per element or row, `mean` its mean.

    `like` has the shape of `element`; `weighted` are the weighted losses where they are not `weights * element`.
    """
    forms: list[Form] = []

    def add(arguments: str, reduction: str, target: str) -> None:
        if reduction:
            arguments += f", reduction=tf.losses.Reduction.{reduction}"
        said = (*promises, "weights that broadcast as tf.losses allows") if "=weights" in arguments else promises
        forms.append(Form(f"{call}{arguments})", target, needs=needs, promises=said, ranks=ranks))

    for reduction in _MEANS:
        add("", reduction, mean)
    add("", "SUM", f"tf.reduce_sum({element})")
    add("", "NONE", element)
    for reduction in _MEANS[:2]:
        add(", weights=factor", reduction, f"factor * {mean}")
    add(", weights=factor", "MEAN", mean)
    add(", weights=factor", "SUM", f"factor * tf.reduce_sum({element})")
    add(", weights=factor", "NONE", f"factor * {element}")
    by_reduction = weighted or _by_broadcasting(element, like)
    add(", weights=weights", "", by_reduction.by_nonzero_weights)
    add(", weights=weights", "SUM_OVER_BATCH_SIZE", by_reduction.over_batch_size)
    add(", weights=weights", "MEAN", by_reduction.mean)
    add(", weights=weights", "SUM", by_reduction.sum)
    add(", weights=weights", "NONE", by_reduction.none)
    return tuple(forms)


def _by_broadcasting(element: str, like: str) -> Weighted:
    return Weighted(
        by_nonzero_weights=_QUOTIENT.format(element=element, denominator=_COUNT.format(like=like)),
        over_batch_size=f"tf.reduce_mean(weights * {element})",
        mean=_QUOTIENT.format(element=element, denominator=_SUM.format(like=like)),
        sum=f"tf.reduce_sum(weights * {element})",
        none=f"weights * {element}",
    )


def reduced_by_contrib(
    call: str,
    element: str,
    mean: str,
    like: str,
    *,
    rows: bool = False,
    needs: tuple[str, ...] = (),
    promises: tuple[str, ...] = (),
    ranks: tuple[int, ...] = (1, 2, 3),
) -> tuple[Form, ...]:
    """The forms of one loss of `tf.contrib.losses`; with `rows` its losses have one axis.

    Axes that are aligned from the first are aligned from the last once everything is transposed.
    """
    weights = "tf.reshape(weights, [-1])" if rows else "tf.transpose(weights)"
    losses, ones = (element, like) if rows else (f"tf.transpose({element})", f"tf.transpose({like})")
    count = f"tf.math.count_nonzero({weights} * tf.ones_like({ones}), dtype=tf.float32)"
    weighted = f"tf.math.divide_no_nan(tf.reduce_sum({weights} * {losses}), {count})"
    said = (*promises, "weights that are a scalar, one for each example, or of the shape of the losses")
    return (
        Form(f"{call})", mean, needs=needs, promises=promises, ranks=ranks),
        Form(f"{call}, weights=factor)", f"factor * {mean}", needs=needs, promises=promises, ranks=ranks),
        Form(f"{call}, weights=weights)", weighted, needs=needs, promises=said, ranks=ranks),
    )
