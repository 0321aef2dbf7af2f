"""Whether what holds an array is called as labels, or as what a model predicts, mostly are."""

from __future__ import annotations

_LABELS = ("label", "target", "truth", "true", "gold", "expected", "real")
_PREDICTIONS = ("pred", "logit", "hyp", "out", "hat", "recon", "fake", "approx", "estim")


def is_labels(text: str, *, surely: bool = False) -> bool:
    """Whether an expression in small letters is called as labels are; `surely`: a mere `y`, `y_...` or `t` is not."""
    if any(word in text for word in _LABELS):
        return True
    last = text.partition("[")[0].rpartition(".")[2]
    return not surely and (last in ("y", "t") or last.startswith("y_"))


def is_predictions(text: str) -> bool:
    """Whether an expression in small letters is called as the output of a model is."""
    return any(word in text for word in _PREDICTIONS)
