"""How many distinct expressions a second the referee settles once TensorFlow is loaded, and what memory it takes.

    python benchmarks/referee.py [--questions 1000] [--every 100] [--json]

The questions differ in a literal (an epsilon, a delta, a factor), so that no verdict can be a remembered one.
The memory is that of the child process that holds TensorFlow, as Linux tells it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tfloss_migrate.domains import BinaryLabels, LabelDistribution, Logits, Real, UnitInterval
from tfloss_migrate.model import Input, Question
from tfloss_migrate.referee.referee import Referee

_REGRESSION = (Input("labels", Real()), Input("predictions", Real()))
_BINARY = (Input("labels", BinaryLabels()), Input("probabilities", UnitInterval()))
_CLASSES = (Input("labels", LabelDistribution()), Input("logits", Logits()))

#: Legacy and target with one literal each, {x}.
SHAPES = (
    (
        "{x} * tf.reduce_mean(tf.square(labels - predictions))",
        "{x} * tf.reduce_mean(tf.keras.losses.MSE(labels, predictions))",
        _REGRESSION,
    ),
    (
        "tf.losses.huber_loss(labels, predictions, delta={x})",
        "tf.reduce_mean(tf.keras.losses.huber(labels, predictions, delta={x}))",
        _REGRESSION,
    ),
    (
        "-tf.reduce_mean(labels * tf.log(probabilities + {x}) + (1 - labels) * tf.log(1 - probabilities + {x}))",
        "-tf.reduce_mean(labels * tf.math.log(probabilities + {x}) "
        "+ (1 - labels) * tf.math.log(1 - probabilities + {x}))",
        _BINARY,
    ),
    (
        "-tf.reduce_sum({x} * labels * tf.log(tf.nn.softmax(logits)), 1)",
        "{x} * tf.keras.losses.categorical_crossentropy(labels, logits, from_logits=True)",
        _CLASSES,
    ),
)


def questions(count: int) -> list[Question]:
    """So many questions, no two alike."""
    made = []
    for index in range(count):
        legacy, target, inputs = SHAPES[index % len(SHAPES)]
        literal = f"{0.5 + index / 1000:.4f}"
        ranks = (2,) if inputs is _CLASSES else (1, 2, 3)
        made.append(Question(legacy.format(x=literal), target.format(x=literal), inputs, ranks))
    return made


def resident_megabytes() -> float | None:
    """The memory of the largest child of this process, in MB; None where there is no /proc."""
    sizes = []
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text().split():
            status = (Path("/proc") / child / "status").read_text()
            sizes += [int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:")]
    return max(sizes, default=None)


def main() -> int:
    """Ask, measure, print; the exit code is 1 where a question got no verdict."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--every", type=int, default=100, help="questions asked together (%(default)s)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.questions < 1 or options.every < 1:
        parser.error("--questions and --every take a number above zero")
    todo = questions(options.questions + options.every)
    steps: list[dict[str, float | None]] = []
    verdicts: Counter[str] = Counter()
    with Referee(verify_all=True, use_cache=False) as referee:
        for start in range(0, len(todo), options.every):
            asked = todo[start : start + options.every]
            started = time.perf_counter()
            answers = referee.ask(asked)
            rate = len(asked) / (time.perf_counter() - started)
            if start:  # the first lot waits for TensorFlow to load
                verdicts.update(verdict.status for verdict in answers.values())
                steps.append({"questions": start, "per_second": rate, "megabytes": resident_megabytes()})
                print(f"{start:6} {rate:8.1f} a second, {steps[-1]['megabytes'] or 0:8.0f} MB", file=sys.stderr)
    rates = [step["per_second"] or 0.0 for step in steps]
    report = {"per_second": statistics.median(rates), "verdicts": dict(verdicts), "steps": steps}
    if options.json:
        print(json.dumps(report, indent=1))
    else:
        first, last = steps[0]["megabytes"] or 0, steps[-1]["megabytes"] or 0
        print(f"{options.questions} questions, {report['per_second']:.1f} expressions a second (median of lots)")
        print(f"memory of the largest child: {first:.0f} MB at first, {last:.0f} MB at last")
        print("verdicts: " + ", ".join(f"{count} {status}" for status, count in verdicts.items()))
    return 1 if verdicts["unknown"] else 0


if __name__ == "__main__":
    sys.exit(main())
