"""What other programs call: sources and expressions in, records of `tfloss_migrate.model` out.

Nothing is written, no configuration file is read, and nothing is raised for what a source holds: that is a finding.
"""

from __future__ import annotations

from collections.abc import Sequence

from tfloss_migrate.model import FileOutcome
from tfloss_migrate.referee.pair import verify

__all__ = ["check_source", "migrate_source", "verify"]

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any


def check_source(
    source: str | bytes, path: str = "-", *, select: Sequence[str] = (), ignore: Sequence[str] = ()
) -> FileOutcome:
    """What `tfloss-migrate --check` finds in a source: no new text, no verdicts, and nothing heavy is imported.

    `path` is how the source is called; what ends in .ipynb is read as a notebook. `select` and `ignore` hold ids of
    rules, prefixes of them (`TFL3`) or names.

    Raises:
        SettingsError: `select` or `ignore` is no list, or names a rule that does not exist.
    """
    return _outcome(source, path, mode="check", select=select, ignore=ignore)


def migrate_source(
    source: str | bytes,
    path: str = "-",
    *,
    unsafe: bool = False,
    repair: bool = False,
    strict: bool = False,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    no_verify: bool = False,
    no_cache: bool = False,
    legacy_python: str | None = None,
    python2: bool = False,
) -> FileOutcome:
    """What `tfloss-migrate --write` would make of a source: `new_text` of the outcome, None where nothing changes.

    The options are those of the command line. What no earlier verdict answers is run in a child process, which takes
    seconds to start; `no_verify` runs nothing.

    Raises:
        SettingsError: `select` or `ignore` is no list, or names a rule that does not exist.
    """
    return _outcome(
        source,
        path,
        mode="plain",
        unsafe=unsafe,
        repair=repair,
        strict=strict,
        select=select,
        ignore=ignore,
        no_verify=no_verify,
        no_cache=no_cache,
        legacy_python=legacy_python,
        python2=python2,
    )


def _outcome(source: str | bytes, path: str, **options: Any) -> FileOutcome:
    from tfloss_migrate.pipeline import run
    from tfloss_migrate.settings import Settings, SettingsError, check_rules
    from tfloss_migrate.source.text import encoded

    for option in ("select", "ignore"):
        given = options[option]
        if isinstance(given, str):
            raise SettingsError(f"{option}: this is a list of rules; write [{given!r}]")
        options[option] = check_rules(tuple(given), _rules(), option) if given else ()
    settings = Settings(paths=("-",), stdin_filename=path, jobs=1, **options)
    (outcome,) = run(settings, encoded(source) if isinstance(source, str) else source)
    return outcome


def _rules() -> list[tuple[str, str]]:
    from tfloss_migrate.rules.registry import all_rules
    from tfloss_migrate.source.failures import KINDS

    return [(rule.id, rule.name) for rule in (*all_rules(), *KINDS.values())]
