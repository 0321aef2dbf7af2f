"""What the sentences of verdicts are made of: the referee writes them, and a report may tell them in short."""

from __future__ import annotations

#: Stands between the parts of a sentence.
BETWEEN = "; "
#: How each case was looked at.
SEEN = " (values and gradients, float64 and float32, ordinary and stress inputs)"
#: Goes without saying in a short sentence.
USUAL = "finite values, batch not empty"
#: May follow: what computes as it is given, with whole numbers computes otherwise.
OF_FLOATS = ", floats of one dtype"
#: Begins the last part, which tells what was never judged.
BEYOND = "beyond the promises: "
