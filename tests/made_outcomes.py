"""Outcomes made by hand, for what shows them."""

from __future__ import annotations

import math
from dataclasses import replace

from tfloss_migrate.model import Counterexample, FileOutcome, Finding, Offer, Settled, Span, Verdict

SAME = Verdict(
    "same",
    "no difference found in 240 cases",
    cases=240,
    oracle="tf.compat.v1 2.21",
    max_abs=1.25e-7,
    max_rel=3e-8,
    grad_max_abs=2e-8,
    domain="labels and logits of equal shape",
)
DIFFERENT = Verdict(
    "different",
    "value is 2 on the old side and inf on the new one",
    cases=3,
    oracle="TensorFlow 1.15.5",
    max_abs=math.inf,
    counterexample=Counterexample(
        "ordinary, rank 2",
        "value",
        {"labels": [[0.0, 1.0]], "logits": [[math.nan, -math.inf]]},
        2.0,
        math.inf,
        "def test_old_and_new():\n    assert old == new",
    ),
)
SHIFTED = Verdict("shifted", "differs as declared (an epsilon of 1e-7)")
REPAIRED = Verdict("repaired", "computes what was meant")

FOUND = Finding(
    "TFL310", "cross-entropy-by-hand", "warning", "this underflows", Span(4, 30, 2, 4, 3, 9), "tf.log(\r\n    x)"
)

REWRITTEN = Settled(FOUND, "tf.math.log(x)", None, SAME, "warning")
LEFT = Settled(FOUND, None, "a counterexample was found", DIFFERENT, "error", Offer("tf.maximum(x)", SHIFTED))
TOLD = Settled(replace(FOUND, rule="TFL311"), None, None, None, "info")
INSIDE = Settled(replace(FOUND, cell=3), None, "within TFL310", None, "warning")


def outcome(*findings: Settled, status: str = "would-change", **fields: object) -> FileOutcome:
    """What became of src/loss.py."""
    return FileOutcome("src/loss.py", status, findings, **fields)
