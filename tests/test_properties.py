"""Claims that hold for every program, tried on programs that nobody wrote."""

from __future__ import annotations

import ast
import sysconfig
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from generated import comments, parses, programs
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tfloss_migrate.migrate import Job, Migrated, Migration
from tfloss_migrate.parse import Parsed, parse
from tfloss_migrate.settings import Mode, Settings
from tfloss_migrate.source.failures import ReadFailure

moderately = settings(
    deadline=None,
    max_examples=20,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)

#: Takes a comment away that silences nothing.
IDLE = "TFL910"


def migrated(text: str, mode: Mode = "write", newline: str = "\n") -> Migrated | ReadFailure:
    """What becomes of a text with `--unsafe --repair --no-verify`."""
    parsed = parse("program.py", text)
    if not isinstance(parsed, Parsed):
        return parsed
    migration = Migration(
        Settings(mode=mode, unsafe=True, repair=True, no_verify=True, no_cache=True), lambda pattern, path: None
    )
    (done,) = migration.run([Job(parsed, newline)])
    return done


def newline_of(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\r" if "\r" in text else "\n"


def lines_of(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@cache
def rewritten(text: str) -> tuple[Migrated, str]:
    """The outcome for a text that parses, and the text as it is after it."""
    assert parses(text), text
    done = migrated(text, newline=newline_of(text))
    assert isinstance(done, Migrated), done
    return done, text if done.new_text is None else done.new_text


def is_part(lines: list[str], of: list[str]) -> bool:
    """Whether all lines are among others, in the same order."""
    rest = iter(of)
    return all(any(line == other for other in rest) for line in lines)


@moderately
@given(programs())
def test_what_is_written_parses_and_no_part_of_it_is_refused(text: str) -> None:
    done, new = rewritten(text)
    assert parses(new)
    assert [one.reason for one in done.findings if one.reason and "would not parse" in one.reason] == []
    assert done.failure is None


@moderately
@given(programs())
def test_a_second_run_makes_no_edit(text: str) -> None:
    _, new = rewritten(text)
    again, same = rewritten(new)
    assert same == new
    assert [one.new for one in again.findings if one.new is not None] == []


@moderately
@given(programs())
def test_every_comment_is_still_there(text: str) -> None:
    done, new = rewritten(text)
    idle = [one.finding.old for one in done.findings if one.finding.rule == IDLE]
    assert not Counter(comments(text)) - Counter(comments(new)) - Counter(idle)


def _touched(tree: ast.Module, found: set[int]) -> set[int]:
    """The lines of the smallest statements that hold one of the lines `found`."""
    touched: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            whole = set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
            if whole & found and not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                touched |= whole
    return touched


@moderately
@given(programs())
def test_statements_without_a_finding_stay_as_they_are(text: str) -> None:
    done, new = rewritten(text)
    found = {line for one in done.findings for line in range(one.finding.span.line, one.finding.span.end_line + 1)}
    touched = _touched(ast.parse(text), found)
    hoisted = {"softmax", "sigmoid"}  # an assignment from which an input gets a line of its own
    untouched = [
        line
        for number, line in enumerate(lines_of(text), start=1)
        if number not in touched and not any(word in line for word in hoisted)
    ]
    assert is_part(untouched, lines_of(new))


@moderately
@given(programs())
def test_suppressed_lines_stay_as_they_are(text: str) -> None:
    done, new = rewritten(text)
    idle = {one.finding.span.line for one in done.findings if one.finding.rule == IDLE}
    numbered = [(number, line) for number, line in enumerate(lines_of(text), 1) if number not in idle]
    assert is_part([line for _, line in numbered if "tfloss: ignore" in line], lines_of(new))


@moderately
@given(programs())
def test_all_newlines_of_a_text_stay_of_one_kind(text: str) -> None:
    _, new = rewritten(text)
    newline = newline_of(text)
    assert not {"\r", "\n"} & set(new.replace(newline, ""))


@moderately
@given(programs(), st.data())
def test_a_lint_of_a_damaged_program_never_crashes(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    damaged = (
        text[:start] + data.draw(st.sampled_from(["", "(", ")", "'", '"""', "\\", "\n", "é", "\t", "tf."])) + text[end:]
    )
    for mode in ("check", "write"):
        done = migrated(damaged, mode)  # type: ignore[arg-type]
        assert isinstance(done, ReadFailure) or done.new_text is None or parses(done.new_text)


@moderately
@given(st.text(max_size=200))
@example("\x00")
@example("\ud800")
@example("f'{'")
@example("(" * 300)
@example("\\")
def test_a_lint_of_any_text_never_crashes(text: str) -> None:
    for whole in (text, f"import tensorflow as tf\n{text}", f"import tensorflow as tf\nx = tf.log({text})\n"):
        done = migrated(whole, "check")
        assert isinstance(done, ReadFailure) or done.new_text is None


def _library() -> Iterator[tuple[Path, str]]:
    """150 modules of Python's standard library, of a size at which people write, that have no name `tf`."""
    found, library = 0, Path(sysconfig.get_path("stdlib"))
    for file in [
        file for folder in ("", "asyncio", "email", "json") for file in sorted((library / folder).glob("*.py"))
    ]:
        source = file.read_bytes().decode("utf-8")
        if 1_000 < len(source) < 40_000 and "tf" not in source.split() and found < 150:
            found += 1
            yield file, source


OLD_TAIL = "\n\ndef _loss(y, p):\n    return tf.reduce_mean(tf.square(y - p)) + tf.log(p)\n"
NEW_TAIL = "\n\ndef _loss(y, p):\n    return tf.reduce_mean(tf.keras.losses.MSE(y, p)) + tf.math.log(p)\n"


def test_of_150_modules_of_the_standard_library_nothing_but_a_loss_is_rewritten() -> None:
    looked_at = 0
    for file, source in _library():
        done = migrated(f"import tensorflow as tf\n{source}{OLD_TAIL}")
        assert isinstance(done, Migrated), (file, done)
        assert done.new_text == f"import tensorflow as tf\n{source}{NEW_TAIL}", file
        looked_at += 1
    assert looked_at == 150
