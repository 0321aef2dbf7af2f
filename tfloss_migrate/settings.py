"""What a run is asked to do: from the command line, over the `[tool.tfloss-migrate]` table of pyproject.toml."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence

from tfloss_migrate.record import dataclass

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, Literal

    Mode = Literal["plain", "check", "write", "diff"]
    Keras = Literal["2", "3", "auto"]
else:
    Mode = Keras = str

TABLE = "tfloss-migrate"


@dataclass(frozen=True)
class Settings:
    """Everything that decides what a run finds and does; how it is shown is not here.

    `select` and `ignore` hold rule ids, prefixes of ids (`TFL3`) or rule names. `jobs` 0: one for each processor.
    `exclude` holds globs, see `source.globs`. `fingerprints`: findings are told apart by what they are, not where.
    `curves`: verdicts come with how old and new look where they differ.
    `keras` is the version that is written for, "auto" both of them.
    """

    paths: tuple[str, ...] = (".",)
    mode: Mode = "plain"
    unsafe: bool = False
    repair: bool = False
    strict: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    stdin_filename: str | None = None
    no_verify: bool = False
    no_cache: bool = False
    verify_all: bool = False
    legacy_python: str | None = None
    fixtures: str | None = None
    jobs: int = 0
    add_ignore: str | None = None
    since: str | None = None
    shard: tuple[int, int] | None = None
    fingerprints: bool = False
    baseline: str | None = None
    update_baseline: bool = False
    python2: bool = False
    curves: bool = False
    run_programs: bool = False
    keras: Keras = "auto"
    interactive: bool = False

    @property
    def asks_nobody(self) -> bool:
        """Whether nothing is run, so that a file need not wait for the questions of others."""
        return self.mode == "check" or self.no_verify

    def wants(self, rule_id: str, name: str) -> bool:
        """Whether findings of this rule are asked for. What is wrong with a file (`TFL9xx`) needs no selecting."""
        selected = not self.select or rule_id.startswith("TFL9") or _named(rule_id, name, self.select)
        return selected and not _named(rule_id, name, self.ignore)


class SettingsError(Exception):
    """The command line or the configuration file asks for something that cannot be; the message says what to do."""


#: How much of two words must be the same for one to be meant by the other, between 0 and 1.
_ALIKE = 0.5


def guess(wanted: str, known: Iterable[str]) -> str:
    """Asks for the entry of `known` that is spelled most like `wanted`; empty if none is."""
    from difflib import SequenceMatcher

    def likeness(option: str) -> tuple[bool, float, bool]:
        within = wanted != "" and wanted in option
        return within, SequenceMatcher(None, wanted, option).ratio(), option.startswith(wanted[:4])

    best = max(known, key=likeness)
    within, same, _ = likeness(best)
    return f"; did you mean {best!r}?" if within or same >= _ALIKE else ""


def check_rules(wanted: Iterable[str], known: Sequence[tuple[str, str]], where: str) -> tuple[str, ...]:
    """`wanted` with ids in upper case; `known` are the (id, name) of all rules, `where` is said in the error.

    Raises:
        SettingsError: an entry is no id, no prefix of an id and no name.
    """
    checked = []
    for entry in wanted:
        upper = entry.upper()
        if any(entry == name for _, name in known):
            checked.append(entry)
        elif upper and any(rule_id.startswith(upper) for rule_id, _ in known):
            checked.append(upper)
        else:
            meant = guess(upper if upper.startswith("T") else entry, [word for pair in known for word in pair])
            raise SettingsError(f"{where}: no rule is called {entry!r}{meant} (--list-rules shows all)")
    return tuple(checked)


def from_project(paths: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The configuration file that holds for `paths`, and its settings as keyword arguments for `Settings`.

    The file is the nearest pyproject.toml with a `[tool.tfloss-migrate]` table, in the folder that all paths share or
    above it; without one, an empty name and no settings.

    Raises:
        SettingsError: the file cannot be read, or holds an unknown key or a value of the wrong type.
    """
    folder = _shared_folder(paths)
    while True:
        file = os.path.join(folder, "pyproject.toml")
        table = _table(file)
        if table is not None:
            return file, {key.replace("-", "_"): _checked(file, key, value) for key, value in table.items()}
        above = os.path.dirname(folder)
        if above == folder:
            return "", {}
        folder = above


_FLAGS = ("unsafe", "repair", "strict", "force-exclude", "respect-gitignore", "no-verify", "no-cache", "verify-all")
_LISTS = ("select", "ignore", "exclude")
_KERAS = ("2", "3", "auto")
_KEYS = (*_FLAGS, *_LISTS, "fixtures", "baseline", "jobs", "keras")
_COMMAND_LINE_ONLY = {
    "legacy-python": "it runs an interpreter, which a configuration file must not choose",
    "run-programs": "it runs the programs, which a configuration file must not ask for",
    "check": "what a run does is said by the one who starts it",
    "write": "what a run does is said by the one who starts it",
    "diff": "what a run does is said by the one who starts it",
    "update-baseline": "what a run does is said by the one who starts it",
    "add-ignore": "what a run does is said by the one who starts it",
    "interactive": "what a run does is said by the one who starts it",
    "since": "what has changed is not the same for long",
    "shard": "it is another one for each run",
    "python2": "it rewrites more than losses",
}


def _named(rule_id: str, name: str, entries: tuple[str, ...]) -> bool:
    return any(rule_id.startswith(entry) or name == entry for entry in entries)


def _shared_folder(paths: Sequence[str]) -> str:
    try:
        return os.path.commonpath([os.path.abspath(path) for path in paths])
    except ValueError:  # different drives
        return os.getcwd()


def _table(file: str) -> dict[str, Any] | None:
    try:
        with open(file, "rb") as stream:
            data = stream.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}; make it readable or move it away") from None
    if b"tfloss" not in data:
        return None
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        tool = tomllib.loads(data.decode("utf-8")).get("tool", {})
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{file} is not valid TOML: {error}") from None
    if not isinstance(tool, dict):
        return None
    for name in tool:
        if name != TABLE and name.startswith("tfloss"):
            raise SettingsError(f"{file}: unknown table [tool.{name}]; did you mean [tool.{TABLE}]?")
    table = tool.get(TABLE)
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{file}: tool.{TABLE} must be a table, [tool.{TABLE}]")
    return table


def _checked(file: str, key: str, value: object) -> object:
    where = f"{file}: [tool.{TABLE}]"
    if key in _COMMAND_LINE_ONLY:
        raise SettingsError(
            f"{where}: {key!r} is given on the command line only, as --{key}: {_COMMAND_LINE_ONLY[key]}"
        )
    if key not in _KEYS:
        meant = guess(key, _KEYS) or f"; the keys are {', '.join(_KEYS)}"
        raise SettingsError(f"{where}: unknown key {key!r}{meant}")
    if key in _FLAGS:
        if not isinstance(value, bool):
            raise SettingsError(f"{where}: {key!r} must be true or false, not {value!r}")
        return value
    if key in _LISTS:
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise SettingsError(f"{where}: {key!r} must be a list of strings, not {value!r}")
        return tuple(_anchored(file, glob) for glob in value) if key == "exclude" else tuple(value)
    if key == "jobs":
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise SettingsError(f"{where}: 'jobs' must be a whole number from 0, not {value!r}")
        return value
    if key == "keras":
        if str(value) not in _KERAS or isinstance(value, float):
            raise SettingsError(f"{where}: 'keras' must be 2, 3 or \"auto\", not {value!r}")
        return str(value)
    if not isinstance(value, str):
        raise SettingsError(f"{where}: {key!r} must be a string, not {value!r}")
    folder = os.path.join(os.path.dirname(file), value)
    if key == "baseline":
        return os.path.relpath(folder) if folder.startswith(os.path.join(os.getcwd(), "")) else folder
    if not os.path.isdir(folder):
        raise SettingsError(f"{where}: {key!r} names {value!r}, and there is no such folder beside that file")
    return folder


def _anchored(file: str, glob: str) -> str:
    """A glob with a slash in it means places below the folder of its configuration file."""
    if "/" not in glob.rstrip("/"):
        return glob
    from glob import escape

    folder = escape(os.path.dirname(file).replace(os.sep, "/"))
    return f"{folder.rstrip('/')}/{glob.removeprefix('./').lstrip('/')}"
