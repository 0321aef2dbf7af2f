"""One pair of expressions, compared at the request of another program."""

from __future__ import annotations

from collections.abc import Mapping

from tfloss_migrate.domains import Domain
from tfloss_migrate.model import Input, Question, Shift, Verdict


def verify(
    legacy: str,
    target: str,
    inputs: Mapping[str, Domain],
    *,
    ranks: tuple[int, ...] = (1, 2, 3),
    shift: Shift | None = None,
    promises: tuple[str, ...] = (),
    legacy_python: str | None = None,
    no_cache: bool = False,
    time_limit: float = 60.0,
) -> Verdict:
    """Runs two expressions on the same inputs, and tells whether values and gradients agree.

    Args:
        legacy: an expression over the names of `inputs` and `tf.`, in the language of TensorFlow 1.
        target: likewise, in that of TensorFlow 2.
        inputs: what values each input may hold, as a domain of `tfloss_migrate.domains`.
        ranks: how many axes the inputs have.
        shift: a difference that is meant to be there, and its bound: then the verdict is `shifted` at best.
        promises: said with the verdict.
        legacy_python: a Python with TensorFlow 1.x in which the old side is run.
        no_cache: neither read nor keep remembered verdicts.
        time_limit: in seconds.

    Expressions are made of known operations of TensorFlow; for any other the verdict is `unknown`, with the reason.
    """
    from tfloss_migrate.referee.referee import Referee

    asked = tuple(Input(name, domain) for name, domain in inputs.items())
    question = Question(legacy, target, asked, ranks, shift, promises=promises)
    with Referee(legacy_python=legacy_python, use_cache=not no_cache, time_limit=time_limit) as referee:
        return referee.ask([question])[question]
