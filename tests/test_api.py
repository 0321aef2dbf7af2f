"""What other programs call does what docs/api.md says."""

from __future__ import annotations

import doctest
import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from installed import needs
from notebook_files import of_sources

import tfloss_migrate
from tfloss_migrate import api, check_source, migrate_source, verify
from tfloss_migrate.domains import Real
from tfloss_migrate.model import Shift
from tfloss_migrate.settings import SettingsError

DOCS = Path(__file__).parent.parent / "docs" / "api.md"
SOURCE = "import tensorflow as tf\ny = tf.log(x)\n"


def test_the_examples_of_the_documentation_are_so() -> None:
    needs("tensorflow", reason="the last example runs it")
    tried = doctest.testfile(str(DOCS), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert tried.attempted > 10
    assert tried.failed == 0


def test_importing_the_package_imports_nothing_else_of_it_and_checking_nothing_heavy() -> None:
    code = "import sys; from tfloss_migrate import %s\n%s\nprint(*sys.modules)"
    for name, call in (("__version__", ""), ("check_source", f"check_source({SOURCE!r})")):
        ran = subprocess.run([sys.executable, "-c", code % (name, call)], capture_output=True, text=True, check=True)
        modules = set(ran.stdout.split())
        assert modules & {"libcst", "numpy", "tensorflow", "click"} == set()
        assert ("tfloss_migrate.api" in modules) == bool(call)


def test_the_names_that_are_offered_are_there_and_no_others() -> None:
    assert set(tfloss_migrate.__all__) == {"__version__", "check_source", "migrate_source", "verify"}
    with pytest.raises(AttributeError, match="migrate_sauce"):
        tfloss_migrate.migrate_sauce  # noqa: B018


def test_a_source_is_checked_and_no_new_text_is_made() -> None:
    outcome = check_source(SOURCE, "a.py")
    (one,) = outcome.findings
    assert (outcome.path, outcome.status, outcome.old_text, outcome.new_text) == ("a.py", "unchanged", SOURCE, None)
    assert (one.finding.rule, one.finding.span.line, one.new) == ("TFL101", 2, None)


def test_a_source_is_migrated_and_no_file_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.py").write_text(SOURCE)
    outcome = migrate_source(SOURCE, "a.py", no_verify=True)
    assert outcome.new_text == SOURCE.replace("tf.log", "tf.math.log")
    assert Path("a.py").read_text() == SOURCE
    assert migrate_source("x = 1\n").new_text is None


def test_no_configuration_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text('[tool.tfloss-migrate]\nignore = ["TFL1"]\n')
    assert len(check_source(SOURCE, "a.py").findings) == 1


def test_options_are_those_of_the_command_line() -> None:
    source = f"{SOURCE}z = tf.losses.mean_squared_error(a, b)\n"
    whole = {one.finding.rule for one in check_source(source).findings}
    assert whole == {"TFL101", "TFL201"}
    assert {one.finding.rule for one in check_source(source, select=["tfl2"]).findings} == {"TFL201"}
    ignored = migrate_source(source, ignore=["renamed-symbol"], no_verify=True)
    assert "TFL101" not in {one.finding.rule for one in ignored.findings}
    assert ignored.new_text is not None
    assert "tf.log(x)" in ignored.new_text
    with pytest.raises(SettingsError, match="did you mean"):
        check_source(source, select=["TFL21X"])
    with pytest.raises(SettingsError, match=r"select: this is a list of rules; write \['TFL2'\]"):
        check_source(SOURCE, select="TFL2")


@pytest.mark.parametrize(
    ("source", "path", "rule"),
    [
        (f"{SOURCE}x =\n", "a.py", "TFL901"),
        (b"import tensorflow\n\xe9", "a.py", "TFL902"),
        (f"{SOURCE}'\ud800'", "a.py", "TFL902"),
        (f"# coding: klingon\n{SOURCE}", "a.py", "TFL902"),
        ('{"tensorflow"', "a.ipynb", "TFL903"),
    ],
)
def test_what_is_wrong_with_a_source_is_a_finding(source: str | bytes, path: str, rule: str) -> None:
    for call in (check_source, migrate_source):
        outcome = call(source, path)
        assert (outcome.status, [one.finding.rule for one in outcome.findings]) == ("failed", [rule])


def test_text_may_declare_any_encoding() -> None:
    source = f"# coding: latin-1\n{SOURCE}s = 'é'\n"
    assert migrate_source(source, no_verify=True).new_text == source.replace("tf.log", "tf.math.log")


def test_a_notebook_is_known_by_its_path() -> None:
    data = of_sources("import tensorflow as tf", "y = tf.log(x)")
    (one,) = check_source(data, "a.ipynb").findings
    assert (one.finding.cell, one.finding.span.line) == (1, 1)
    assert migrate_source(data.decode(), "a.ipynb", no_verify=True).new_text == data.decode().replace(
        '"y = tf.log', '"y = tf.math.log'
    )


def test_two_expressions_are_compared_and_what_cannot_be_run_is_unknown() -> None:
    needs("tensorflow", reason="it runs the expressions")
    one = {"x": Real()}
    shift = Shift("a constant left out", 0.01)
    assert verify("x + 0.001", "x", one, shift=shift, no_cache=True).status == "shifted"
    for legacy in ("x +", "open('x')", "tf.no_such_name(x)", "y"):
        verdict = verify(legacy, "x", one, no_cache=True)
        assert (verdict.status, bool(verdict.sentence)) == ("unknown", True)


@pytest.mark.parametrize("before", ["", "import tfloss_migrate.referee.referee"])
def test_verify_can_be_called_whether_or_not_the_referee_is_loaded(before: str) -> None:
    code = f"{before}\nfrom tfloss_migrate import verify\nprint(verify('x', 'x', {{}}, no_cache=True).status)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "unknown\n"


def test_results_are_frozen() -> None:
    with pytest.raises(AttributeError):
        check_source(SOURCE).status = "changed"  # type: ignore[misc]


def test_every_parameter_is_in_the_documentation() -> None:
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    for function in (api.check_source, api.migrate_source, api.verify):
        (line,) = [line for line in lines if line.startswith(f"`{function.__name__}(")]
        assert [name for name in inspect.signature(function).parameters if name not in line] == []
