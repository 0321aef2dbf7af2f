"""Makes shipped.json: the verdicts that come with the package, so that a light install can write the common rewrites.

python -m tfloss_migrate.verify.ship [PYTHON]     # PYTHON has a real TensorFlow 1.x, asked as well
"""

from __future__ import annotations

import ast
import dataclasses
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tfloss_migrate import __version__
from tfloss_migrate.model import STATUSES, Question, Verdict
from tfloss_migrate.verify.cache import question_key
from tfloss_migrate.verify.referee import Referee, installed_versions
from tfloss_migrate.verify.shipped import FILE


def ship(questions: Iterable[Question], legacy_python: str | None = None, file: Path | None = None) -> dict[str, int]:
    """Runs all questions anew, on a real TensorFlow 1.x too where given, and writes the file. Returns counts by status.

    `unknown` is not shipped: with other versions it may be answered.
    """
    wanted = list(dict.fromkeys(questions))
    with Referee(use_cache=False, verify_all=True) as referee:
        verdicts = referee.ask(wanted)
    if legacy_python:
        with Referee(use_cache=False, verify_all=True, legacy_python=legacy_python) as referee:
            verdicts = {one: agreed(verdicts[one], other) for one, other in referee.ask(wanted).items()}
    kept = {question_key(one): verdict for one, verdict in verdicts.items() if verdict.status != "unknown"}
    content = {
        "tool": __version__,
        "versions": installed_versions(),
        "verdicts": {key: dataclasses.asdict(kept[key]) for key in sorted(kept)},
    }
    target = file or Path(__file__).with_name(FILE)
    target.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return {status: sum(verdict.status == status for verdict in verdicts.values()) for status in STATUSES}


def agreed(embedded: Verdict, real: Verdict) -> Verdict:
    """The less reassuring of two verdicts on one question, naming both oracles. One that did not run does not count."""
    if real.status == "unknown":
        return embedded
    worse = max(embedded, real, key=lambda verdict: STATUSES.index(verdict.status))
    return dataclasses.replace(worse, oracle=f"{embedded.oracle}; {real.oracle}")


def questions_of_rules() -> Iterator[Question]:
    """The forms of all rules as questions, over the inputs that they use."""
    from tfloss_migrate.rules.registry import all_rules

    for rule in all_rules():
        for form in rule.forms:
            trees = [ast.parse(text) for text in (form.legacy, form.target)]
            used = {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}
            inputs = tuple(each for each in rule.inputs if each.name in used)
            yield Question(form.legacy, form.target, inputs, form.ranks, form.shift, form.intended, form.promises)


if __name__ == "__main__":
    for status, count in ship(questions_of_rules(), sys.argv[1] if sys.argv[1:] else None).items():
        sys.stdout.write(f"{status} {count}\n")
