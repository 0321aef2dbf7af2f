"""One run at the console: settings in, report out, exit code back. Everything but the parsing of options."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator

from tfloss_migrate import __version__
from tfloss_migrate.configuration import STDIN, all_rules, settings_for
from tfloss_migrate.model import FileOutcome
from tfloss_migrate.record import dataclass, replace
from tfloss_migrate.report.plain import Paint, Words, count, printed
from tfloss_migrate.report.tally import Tally
from tfloss_migrate.report.text import outcome_lines, summary_lines
from tfloss_migrate.settings import Settings, SettingsError
from tfloss_migrate.source.discover import SUFFIXES, DiscoveryError
from tfloss_migrate.terminal import StreamError, bar, columns, painter, write

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, Literal

    from tfloss_migrate.asking import Asking
    from tfloss_migrate.progress import Progress
    from tfloss_migrate.report.page import Page
    from tfloss_migrate.source.baseline import Baseline

CLEAN, REMAINING, COULD_NOT_RUN, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141

#: The formats in which a finding is known by what it is.
_FINGERPRINTED = ("sarif", "gitlab")

_GONE_SHOWN = 3


@dataclass(frozen=True)
class Show:
    """How a run is reported."""

    format: Literal["text", "json", "sarif", "github", "gitlab", "junit"] = "text"
    output_file: str | None = None
    exit_zero: bool = False
    quiet: bool = False
    verbose: bool = False
    statistics: bool = False
    page: str | None = None


def run(given: dict[str, Any], show: Show) -> int:
    """Run the pipeline as `given` on the command line says, report, and return the exit code."""
    looked_at = [""]
    try:
        remaining = _run(settings_for(given), show, looked_at)
    except (SettingsError, DiscoveryError) as error:
        return could_not_run(str(error))
    except BrokenPipeError:
        _drop_output()
        return BROKEN_PIPE
    except StreamError as error:
        after = f" after {looked_at[0]}, behind which nothing was looked at" if looked_at[0] else ""
        _drop_output()
        return could_not_run(f"{error}{after}; make room and run again")
    except KeyboardInterrupt:
        could_not_run("interrupted")
        return INTERRUPTED
    except Exception as error:
        from tfloss_migrate.faults import PLEASE, wants_traceback

        if wants_traceback():
            raise
        where = f"after {looked_at[0]}" if looked_at[0] else "before the first file was done"
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        return could_not_run(f"internal error {where}: {what}; {PLEASE}")
    return REMAINING if remaining and not show.exit_zero else CLEAN


def _drop_output() -> None:
    """What is left for standard output goes nowhere: the last flush would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def could_not_run(message: str) -> int:
    """Say on standard error why, and return the exit code for it."""
    _tell(message)
    return COULD_NOT_RUN


def _tell(message: str) -> None:
    """Says something on standard error, beside the report."""
    lines = (Words(line) for line in f"tfloss-migrate: {message}".splitlines())
    write(sys.stderr, printed(lines, columns(sys.stderr)))


def print_lines(lines: Iterable[str]) -> None:
    """Lines of documentation, to standard output."""
    write(sys.stdout, printed(lines, columns(sys.stdout)))


def _run(settings: Settings, show: Show, looked_at: list[str]) -> int:
    from tfloss_migrate.pipeline import run as outcomes_of

    baseline = _baseline(settings) if settings.baseline is not None else None
    fingerprints = baseline is not None or show.format in _FINGERPRINTED
    settings = replace(settings, fingerprints=fingerprints, curves=show.page is not None)
    stdin = sys.stdin.buffer.read() if settings.paths == STDIN else None
    stdout_is_taken = settings.mode == "diff" or (stdin is not None and settings.mode == "write")
    stream = sys.stderr if stdout_is_taken else sys.stdout
    tally = Tally()
    progress = bar(show.quiet)
    ask = _asking(progress) if settings.interactive else None
    looked = _noted(outcomes_of(settings, stdin, progress, ask), looked_at)
    if settings.run_programs and settings.legacy_python is not None:
        from tfloss_migrate.programs.programs import with_runs

        looked = with_runs(looked, settings.legacy_python)
    outcomes = _passed_on(looked, settings, stdin, progress)
    if baseline is not None:
        outcomes = map(baseline.judged, outcomes)
    for option, path in (("--report", show.page), ("--output-file", show.output_file)):
        if path is not None:
            _check_target(option, path, settings)
    page = _page() if show.page is not None else None
    if page is not None:
        outcomes = page.noted(outcomes)
    try:
        if show.output_file is None:
            for piece in _report(outcomes, tally, settings, show, painter(stream), columns(stream)):
                write(stream, piece, progress)
        else:
            _to_file(
                "--output-file", show.output_file, _report(outcomes, tally, settings, show, lambda text, style: text)
            )
        if page is not None and show.page is not None:
            _to_file("--report", show.page, page.pieces(tally, settings.mode == "write"))
    finally:
        if progress is not None:
            progress.clear()
    if baseline is not None:
        _close(baseline, settings, show)
    return tally.remaining


def _asking(progress: Progress | None) -> Asking:
    for stream, name in ((sys.stdin, "input"), (sys.stdout, "output")):
        if not stream.isatty():
            raise SettingsError(f"--interactive asks at a terminal, and standard {name} is none; use --diff or --write")
    from tfloss_migrate.asking import Asking

    return Asking(painter(sys.stdout), progress)


def _baseline(settings: Settings) -> Baseline:
    from tfloss_migrate.source.baseline import Baseline, BaselineError

    try:
        return Baseline(settings.baseline or "", settings.mode == "check", settings.wants, settings.update_baseline)
    except BaselineError as error:
        raise SettingsError(str(error)) from None


def _close(baseline: Baseline, settings: Settings, show: Show) -> None:
    """Writes the baseline if that is asked for; else tells which of its entries are there no longer."""
    gone = baseline.gone()
    if settings.update_baseline:
        if failure := baseline.write():
            raise SettingsError(f"--baseline {settings.baseline} {failure.message}")
    elif gone and not show.quiet:
        files = ", ".join([*list(gone)[:_GONE_SHOWN], *["..."] * (len(gone) > _GONE_SHOWN)])
        entries = f"{count(sum(gone.values()), 'finding')} of {settings.baseline}"
        _tell(f"{entries} found no longer ({files}): --update-baseline")


def _noted(outcomes: Iterable[FileOutcome], looked_at: list[str]) -> Iterator[FileOutcome]:
    for outcome in outcomes:
        looked_at[0] = outcome.path
        yield outcome


def _passed_on(
    outcomes: Iterable[FileOutcome], settings: Settings, stdin: bytes | None, progress: Progress | None
) -> Iterator[FileOutcome]:
    """The same outcomes; what standard output is to get of each goes there on the way.

    Standard input has nowhere to be written but standard output, where it comes out even if nothing changes.
    """
    filters = stdin is not None and settings.mode == "write"
    text = stdin or b""
    for outcome in outcomes:
        if settings.mode == "diff":
            from tfloss_migrate.report.diff import unified

            write(sys.stdout, unified(outcome), progress)
        if filters and outcome.new_text is not None:
            text = outcome.new_text.encode(outcome.encoding)
            outcome = replace(outcome, status="changed")
        yield outcome
    if filters:
        write(sys.stdout, text, progress)


def _report(
    outcomes: Iterable[FileOutcome],
    tally: Tally,
    settings: Settings,
    show: Show,
    paint: Paint,
    width: int | None = None,
) -> Iterator[str]:
    if show.statistics:
        from tfloss_migrate.report.statistics import Statistics

        statistics = Statistics(_counted(outcomes, tally))
        if show.format == "json":
            yield statistics.document()
            return
        yield printed(statistics.lines(paint), width)
        outcomes = ()
    elif show.format != "text":
        from tfloss_migrate.report.formats import report

        yield from report(show.format, _counted(outcomes, tally), tally.summary, all_rules, __version__)
        return
    for outcome in outcomes:
        tally.add(outcome)
        if not settings.interactive or outcome.status == "failed":  # a rewrite was shown when it was asked for
            yield printed(outcome_lines(outcome, paint, show.quiet, show.verbose), width)
    if not show.quiet:
        known_as = "in the baseline" if settings.add_ignore is None else "silenced now"
        lines = summary_lines(tally, settings.mode == "write", paint, known_as)
        yield printed(lines, width)


def _counted(outcomes: Iterable[FileOutcome], tally: Tally) -> Iterator[FileOutcome]:
    for outcome in outcomes:
        tally.add(outcome)
        yield outcome


def _page() -> Page:
    from tfloss_migrate.report.page import Page

    return Page(__version__, all_rules)


def _to_file(option: str, path: str, pieces: Iterable[str]) -> None:
    from tfloss_migrate.source.write import create

    if failure := create(path, (piece.encode("utf-8") for piece in pieces)):
        raise SettingsError(f"{option} {path} {failure.message}")


def _check_target(option: str, path: str, settings: Settings) -> None:
    """Raises SettingsError for a file that cannot be made, or that would take the place of a source."""
    if not os.path.isdir(os.path.dirname(os.path.abspath(path))):
        raise SettingsError(f"{option} {path}: there is no such folder; make it and run again")
    named = os.path.isfile(path) and any(os.path.exists(one) and os.path.samefile(one, path) for one in settings.paths)
    if named or path.endswith(SUFFIXES):
        raise SettingsError(f"{option} {path}: the report would take the place of a source; name another file")
