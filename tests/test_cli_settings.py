"""Settings: the command line over the nearest pyproject.toml, and every mistake in it is told with what to write."""

from pathlib import Path

import pytest
from at_the_console import run

from tfloss_migrate.configuration import settings_for
from tfloss_migrate.settings import Settings, SettingsError, check_rules, from_project, guess


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(folder: Path, table: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(f"[project]\nname = 'x'\n\n[tool.tfloss-migrate]\n{table}\n")


def test_every_key_of_the_table_is_a_setting(here: Path) -> None:
    (here / "arrays").mkdir()
    configure(
        here,
        """
        unsafe = true
        repair = true
        strict = true
        force-exclude = true
        no-cache = true
        no-verify = true
        select = ["TFL2", "TFL310"]
        ignore = ["TFL201"]
        exclude = ["gen", "src/*.py"]
        fixtures = "arrays"
        jobs = 3
        """,
    )
    assert settings_for({}) == Settings(
        unsafe=True,
        repair=True,
        strict=True,
        force_exclude=True,
        no_cache=True,
        no_verify=True,
        select=("TFL2", "TFL310"),
        ignore=("TFL201",),
        exclude=("gen", f"{here}/src/*.py"),
        fixtures=str(here / "arrays"),
        jobs=3,
    )


def test_the_command_line_is_stronger_than_the_file(here: Path) -> None:
    configure(here, "unsafe = true\nselect = ['TFL2']\njobs = 3\nverify-all = true")
    settings = settings_for({"unsafe": False, "select": ("TFL201",), "jobs": 1, "no_verify": True})
    assert (settings.unsafe, settings.select, settings.jobs) == (False, ("TFL201",), 1)
    assert (settings.no_verify, settings.verify_all) == (True, False)
    assert settings_for({"no_verify": False}).verify_all
    configure(here, "no-verify = true")
    settings = settings_for({"verify_all": True})
    assert (settings.no_verify, settings.verify_all) == (False, True)


def test_the_nearest_file_with_the_table_holds(here: Path) -> None:
    configure(here, "jobs = 1")
    configure(here / "inner", "jobs = 2")
    (here / "inner/deep").mkdir()
    (here / "inner/deep/pyproject.toml").write_text("[project]\nname = 'tfloss-migrate'\n")
    (here / "inner/deep/a.py").touch()
    assert settings_for({"paths": ("inner/deep/a.py",)}).jobs == 2
    assert settings_for({"paths": ("inner/deep",)}).jobs == 2
    assert settings_for({"paths": ("inner", "inner/deep/a.py")}).jobs == 2
    assert settings_for({"paths": (".", "inner")}).jobs == 1
    assert settings_for({"paths": ("-",)}).jobs == 1
    assert settings_for({"paths": ("-",), "stdin_filename": "inner/x.py"}).jobs == 2


def test_without_a_table_there_are_no_settings(here: Path) -> None:
    (here / "pyproject.toml").write_text("this is [no TOML")
    assert from_project(["."])[1] == {}


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("selct = ['TFL2']", "unknown key 'selct'; did you mean 'select'?"),
        ("colour = true", "unknown key 'colour'; the keys are unsafe, "),
        ("select = ['ZZZ']", "'select': no rule is called 'ZZZ' (--list-rules shows all)"),
        ("force_exclude = true", "unknown key 'force_exclude'; did you mean 'force-exclude'?"),
        ("unsafe = 'yes'", "'unsafe' must be true or false, not 'yes'"),
        ("unsafe = 1", "'unsafe' must be true or false, not 1"),
        ("select = 'TFL2'", "'select' must be a list of strings, not 'TFL2'"),
        ("ignore = [3]", "'ignore' must be a list of strings, not [3]"),
        ("jobs = true", "'jobs' must be a whole number from 0, not True"),
        ("jobs = -1", "'jobs' must be a whole number from 0, not -1"),
        ("fixtures = 3", "'fixtures' must be a string, not 3"),
        ("fixtures = 'gone'", "'fixtures' names 'gone', and there is no such folder"),
        ("legacy-python = 'python3.7'", "'legacy-python' is given on the command line only, as --legacy-python"),
        ("write = true", "'write' is given on the command line only"),
        ("select = ['TFL2011']", "'select': no rule is called 'TFL2011'; did you mean 'TFL201'?"),
        ("ignore = ['mean-squared-eror-api']", "did you mean 'mean-squared-error-api'?"),
        ("verify-all = true\nno-verify = true", "contradict each other"),
        ("= 3", "is not valid TOML"),
        ("[tool.tfloss-migrate.select]", "'select' must be a list of strings"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_the_file_and_the_right_word(here: Path, table: str, told: str) -> None:
    configure(here, table)
    ran = run("--check", ".")
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert str(here / "pyproject.toml") in ran.err
    assert ran.err.count("\n") == 1


def test_a_table_that_is_no_table_is_told(here: Path) -> None:
    (here / "pyproject.toml").write_text("[tool]\ntfloss-migrate = 3\n")
    assert "must be a table, [tool.tfloss-migrate]" in run("--check").err
    (here / "pyproject.toml").write_text("tool = 'tfloss-migrate'\n")
    assert from_project(["."]) == ("", {})


def test_a_file_that_is_no_utf8_is_told(here: Path) -> None:
    (here / "pyproject.toml").write_bytes(b"[tool.tfloss-migrate]\n# \xff\n")
    ran = run("--check")
    assert (ran.code, "is not valid TOML" in ran.err) == (2, True)


def test_rules_are_wanted_by_id_by_prefix_and_by_name() -> None:
    assert Settings().wants("TFL310", "x")
    assert Settings(select=("TFL3",)).wants("TFL310", "x")
    assert Settings(select=("x",)).wants("TFL310", "x")
    assert not Settings(select=("TFL31", "y")).wants("TFL401", "x")
    assert not Settings(select=("TFL3",), ignore=("TFL310",)).wants("TFL310", "x")
    assert not Settings(ignore=("x",)).wants("TFL310", "x")


def test_what_is_wrong_with_a_file_is_told_whatever_is_selected_unless_it_is_ignored() -> None:
    assert Settings(select=("TFL3",)).wants("TFL902", "not-decodable")
    assert not Settings(ignore=("TFL902",)).wants("TFL902", "not-decodable")


KNOWN = [("TFL310", "cross-entropy-by-hand"), ("TFL401", "double-softmax"), ("TFL901", "not-python-3")]


def test_ids_may_be_written_small_and_names_may_not() -> None:
    assert check_rules(["tfl310", "TFL4", "double-softmax"], KNOWN, "x") == ("TFL310", "TFL4", "double-softmax")
    with pytest.raises(SettingsError, match="did you mean 'double-softmax'"):
        check_rules(["Double-Softmax"], KNOWN, "x")
    with pytest.raises(SettingsError, match="''"):
        check_rules([""], KNOWN, "x")


def test_the_nearest_word_begins_alike() -> None:
    assert guess("TFL3x", ["TFL903", "TFL310", "TFL401"]) == "; did you mean 'TFL310'?"


@pytest.mark.parametrize("name", ["tfloss_migrate", "tfloss", "tfloss-migrat"])
def test_a_table_whose_name_is_nearly_right_is_no_table_of_another_tool(here: Path, name: str) -> None:
    (here / "pyproject.toml").write_text(f"[tool.{name}]\nunsafe = true\n")
    (here / "a.py").write_text("x = 1\n")
    ran = run("--check", "a.py")
    told = f"pyproject.toml: unknown table [tool.{name}]; did you mean [tool.tfloss-migrate]?\n"
    assert (ran.code, ran.err.endswith(told)) == (2, True)
