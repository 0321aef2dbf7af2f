"""The legacy programs print what their records say, on the TensorFlow they were written for."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "fixtures"))
import record

PROGRAMS = record.programs()
each_program = pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)


def interpreter_for(program: Path) -> str:
    """The real TensorFlow of the program's era, from the environment; the test is skipped where it is not given."""
    variable = "TFLOSS_TF012_PYTHON" if record.is_0x(program) else "TFLOSS_TF115_PYTHON"
    if not os.environ.get(variable):
        pytest.skip(f"{variable} does not name an interpreter with the real TensorFlow")
    return os.environ[variable]


def test_there_are_at_least_twelve_programs() -> None:
    assert len(PROGRAMS) >= 12


def test_every_record_belongs_to_a_program() -> None:
    assert {path.stem for path in record.RECORDED.glob("*.json")} == {program.stem for program in PROGRAMS}


@each_program
def test_a_program_parses_as_todays_python(program: Path) -> None:
    ast.parse(program.read_text(encoding="utf-8"))


@each_program
def test_a_program_is_between_ten_and_sixty_lines(program: Path) -> None:
    assert 10 <= len(program.read_text(encoding="utf-8").splitlines()) <= 60


@each_program
def test_a_record_names_the_tensorflow_of_the_programs_era_and_holds_numbers(program: Path) -> None:
    kept = record.load(program)
    assert kept.program == program.name
    assert kept.tensorflow == ("0.12.1" if record.is_0x(program) else "1.15.5")
    assert any(character.isdigit() for line in kept.printed for character in line)


@each_program
def test_a_program_prints_on_its_own_tensorflow_what_was_recorded(program: Path) -> None:
    python = interpreter_for(program)
    assert record.difference(record.load(program).printed, record.run(python, program)) is None


def test_the_worked_example_prints_its_known_numbers() -> None:
    printed = "\n".join(record.load(record.LEGACY / "mse_and_softmax.py").printed)
    for known in (
        "[[0.01791432 0.00399722 0.97808844]\n [0.04980332 0.04506391 0.90513283]]",
        "[[0.21747023 0.21446465 0.56806517]\n [0.2300214  0.22893383 0.5410447 ]]",
        "rel1= [0.02215516 3.0996735 ]",
        "rel2= [0.56551915 1.4743223 ]",
        "rel3= [0.02215518 3.0996735 ]",
    ):
        assert known in printed


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        ("loss 1.25", "loss 1.2501"),
        ("loss 1.25", "cost 1.25"),
        ("1.0 nan", "1.0 2.0"),
        ("1.0 inf", "1.0 -inf"),
        ("1.0 inf", "1.0 2.0"),
        ("[1.0 2.0]", "[1.0 2.0 3.0]"),
        ("0.0", "1e-7"),
    ],
)
def test_another_number_or_word_is_a_difference(expected: str, printed: str) -> None:
    assert record.difference((expected,), (printed,)) is not None


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        ("[0.5680652 0.1]", "[ 0.5680651   0.1 ]"),
        ("all [0.29, 0.48]", "all [np.float32(0.29), np.float32(0.48)]"),
        ("[0.0048508  0.9]", "[0.00485081 0.9]"),
        ("nan -inf", "nan -inf"),
        ("rel1= 3.0996735", "rel1= 3.0996737"),
    ],
)
def test_the_last_digit_the_layout_and_numpys_scalar_spelling_are_no_difference(expected: str, printed: str) -> None:
    assert record.difference((expected,), (printed,)) is None
