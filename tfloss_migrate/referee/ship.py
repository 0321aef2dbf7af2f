"""Makes shipped.json: the verdicts that come with the package, so that a light install can write common rewrites."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tfloss_migrate import __version__
from tfloss_migrate.model import STATUSES, Question, Status, Verdict
from tfloss_migrate.referee.cache import question_key
from tfloss_migrate.referee.referee import Referee
from tfloss_migrate.referee.sentence import domain
from tfloss_migrate.referee.shipped import FILE, MEASURES, TEXTS, earned, short_key
from tfloss_migrate.referee.versions import installed_versions
from tfloss_migrate.wording import BETWEEN

#: What may be written under some flag, and hangs on what was compared rather than on what is installed.
SHIPPED: tuple[Status, ...] = ("same", "steadier", "repaired", "shifted")
_AGREE: tuple[Status, ...] = ("same", "steadier")


def ship(
    questions: Iterable[Question], legacy_python: str | None = None, file: Path | None = None, *, anew: bool = True
) -> Iterator[str]:
    """Runs the questions, on a real TensorFlow 1.x too where given, and writes the file; yields what happened.

    Not shipped is what the two oracles disagree on, what is different, and what is unknown. What the shipped file
    answers already, earned on the versions that are installed, is kept unless all is to be run `anew`.
    """
    wanted = list(dict.fromkeys(questions))
    before = {one: earned(one, installed_versions()) for one in ([] if anew else wanted)}
    verdicts = {one: reworded(one, known) for one, known in before.items() if known is not None}
    yield f"{len(wanted)} questions, {len(verdicts)} of them answered before"
    fresh = [one for one in wanted if one not in verdicts]
    verdicts.update(_asked(fresh, None))
    if legacy_python:
        yes = [one for one in fresh if verdicts[one].status in SHIPPED]
        for one, other in _asked(yes, legacy_python).items():
            both = agreed(verdicts[one], other)
            if both is None:
                yield f"not agreed, {verdicts[one].status} and {other.status}: {one.legacy} => {one.target}"
            verdicts[one] = both or Verdict("unknown", "the two oracles do not agree")
    kept = {one: verdict for one, verdict in verdicts.items() if verdict.status in SHIPPED}
    content = {"tool": __version__, "versions": installed_versions(), **packed(kept)}
    target = file or Path(__file__).with_name(FILE)
    target.write_text(json.dumps(content, separators=(",", ":"), indent=0) + "\n", encoding="utf-8")
    for status in STATUSES:
        yield f"{sum(verdict.status == status for verdict in verdicts.values())} {status}"
    yield f"{len(kept)} of {len(wanted)} shipped, in {target.stat().st_size} bytes"


def _asked(questions: list[Question], legacy_python: str | None) -> dict[Question, Verdict]:
    with Referee(use_cache=False, verify_all=True, legacy_python=legacy_python) as referee:
        return referee.ask(questions)


def reworded(question: Question, verdict: Verdict) -> Verdict:
    """A verdict with its promises in the words of today: they hang on the question, and not on what was run."""
    words = domain(question)
    sentence = verdict.sentence.replace(f"for {verdict.domain}", f"for {words}") if verdict.domain else verdict.sentence
    return dataclasses.replace(verdict, sentence=sentence, domain=words if verdict.domain else "")


def agreed(embedded: Verdict, real: Verdict) -> Verdict | None:
    """What the two oracles say together, None where they disagree. An oracle that could not run it does not count."""
    if real.status == "unknown":
        return embedded
    if embedded.status != real.status and not {embedded.status, real.status} <= set(_AGREE):
        return None
    worse = max(embedded, real, key=lambda verdict: STATUSES.index(verdict.status))
    return dataclasses.replace(worse, oracle=f"{embedded.oracle}; {real.oracle}")


def packed(verdicts: Mapping[Question, Verdict]) -> dict[str, object]:
    """Verdicts as plain data: each distinct one once, texts cut at their semicolons and each piece once.

    What says nothing is left out, and measures are kept to two digits. `shipped.unpacked` is the way back.
    """
    pieces: dict[str, int] = {}
    distinct: dict[str, int] = {}
    places: dict[str, int] = {}
    for question, verdict in sorted(verdicts.items(), key=lambda item: question_key(item[0])):
        data = {name: value for name, value in dataclasses.asdict(verdict).items() if value}
        for name in TEXTS & set(data):
            data[name] = [pieces.setdefault(piece, len(pieces)) for piece in data[name].split(BETWEEN)]
        for name in MEASURES & set(data):
            data[name] = float(f"{data[name]:.1e}")
        text = json.dumps(data, sort_keys=True)
        places[short_key(question_key(question))] = distinct.setdefault(text, len(distinct))
    return {"pieces": list(pieces), "distinct": [json.loads(text) for text in distinct], "verdicts": places}
