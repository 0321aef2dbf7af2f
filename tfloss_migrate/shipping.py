"""Earns the verdicts that come with the package, for what is found in programs made from the rules.

python -m tfloss_migrate.shipping [--anew] [PYTHON]     # PYTHON has a real TensorFlow 1.x, asked as well

Run it where TensorFlow, Keras and tf_keras of the versions to ship for are installed; it takes minutes. Questions that
were answered on these very versions are not run again without --anew: use it when the referee itself has changed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tfloss_migrate.model import Question
from tfloss_migrate.parse import Parsed, parse
from tfloss_migrate.recognise.find import FileFacts, Finder
from tfloss_migrate.recognise.respellings import respellings
from tfloss_migrate.recognise.specimens import Specimen, specimens
from tfloss_migrate.referee.ship import ship
from tfloss_migrate.rules.registry import all_rules

#: The numbers that people write. What stands first is tried in other spellings too.
EVERYDAY: dict[str, tuple[str, ...]] = {
    "epsilon": ("1e-10", "1e-08", "1e-07", "1e-06", "1e-05", "1e-12"),
    "delta": ("1.0", "0.5", "1.5"),
    "scale": ("9.0",),
}
#: The losses that nearly everybody writes; their forms are tried in more spellings than those of other rules.
_EVERYDAY_RULES = frozenset({"TFL301", "TFL302", "TFL303", "TFL304", "TFL310", "TFL311", "TFL320", "TFL321", "TFL330"})
_SIGN_OF_ERA = "\n\n\nsession = tf.Session()"


def questions() -> Iterator[Question]:
    """What is asked of the referee for everyday spellings of every form of every rule."""
    for specimen in [*specimens(by_name=False), *specimens(by_name=True)]:
        for expression in _expressions(specimen):
            program = specimen.program(expression=expression)
            yield from asked(program)
            if specimen.rule.id.startswith("TFL2"):
                yield from asked(program.replace(_SIGN_OF_ERA, ""))
    for rule in all_rules():
        for catch in rule.catches:
            yield from asked(catch.code)


def asked(program: str) -> Iterator[Question]:
    """What the findings in a program ask."""
    parsed = parse("program.py", program)
    assert isinstance(parsed, Parsed), parsed
    for finding in Finder(program, parsed.names, FileFacts(), compose=True).findings():
        for rewrite in finding.rewrites:
            if rewrite.question is not None:
                yield rewrite.question


def _expressions(specimen: Specimen) -> Iterator[str]:
    if specimen.form.legacy.startswith("tf.div("):
        yield "tf.div(x, 2.0)"  # between unknown tensors it may be the division of whole numbers
        return
    if specimen.by_name is not None:
        yield specimen.by_name
    everyday = specimen.rule.id in _EVERYDAY_RULES
    parameter = next((name for name in EVERYDAY if everyday and name in specimen.form.legacy), "")
    for at, number in enumerate(EVERYDAY.get(parameter, ("",))):
        text = specimen.with_numbers(specimen.form.legacy, {parameter: number})
        together = 0 if at else 2 if everyday and not parameter else 1
        yield from respellings(text, together)


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument != "--anew"]
    for line in ship(questions(), given[0] if given else None, anew="--anew" in sys.argv[1:]):
        sys.stdout.write(f"{line}\n")
