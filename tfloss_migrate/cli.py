"""The options of the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from tfloss_migrate import __version__
from tfloss_migrate.configuration import STDIN, all_rules, rule_called
from tfloss_migrate.console import Show, could_not_run, print_lines, run
from tfloss_migrate.headings import Headed
from tfloss_migrate.settings import SettingsError

Command = TypeVar("Command", bound=Callable[..., object])

_FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit")
_MODES = ("check", "write", "diff")
_NOT_ASKED = ("check", "diff", "output_file", "statistics", "quiet", "add_ignore", "update_baseline")


def _switch(name: str, counterpart: str, text: str) -> Callable[[Command], Command]:
    """A flag that can also be turned off, for it may be on in pyproject.toml."""
    return click.option(f"--{name}/--{counterpart}", name.replace("-", "_"), default=None, help=text)


def _ids(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    ids = tuple(entry.strip() for value in values for entry in value.split(",") if entry.strip())
    return ids if values else None


def _several(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    return values or None


def _interpreter(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    from shutil import which

    if value is None:
        return None
    found = which(value)
    asked = "give the path of a Python with TensorFlow 1"
    if found is None:
        raise click.BadParameter(f"{value!r} is no program that can be run; {asked}")
    if (why := _no_old_tensorflow(found)) is not None:
        raise click.BadParameter(f"{value!r} {why}; {asked}")
    return found


def _no_old_tensorflow(program: str) -> str | None:
    """Why a program is no Python with TensorFlow, without starting TensorFlow."""
    import subprocess

    find = "getattr(pkgutil, 'find_loader', None) or __import__('importlib.util').util.find_spec"  # gone in 3.14
    code = f"import pkgutil, sys; sys.stdout.write('tensorflow' if ({find})('tensorflow') else 'python')"
    try:
        asked = subprocess.run([program, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=30)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return f"cannot be run ({error})"
    told = {"tensorflow": None, "python": "is a Python without TensorFlow"}
    return told.get(asked.stdout, "is no Python")


def _shard(context: click.Context, option: click.Parameter, value: str | None) -> tuple[int, int] | None:
    if value is None:
        return None
    which, _, of = value.partition("/")
    if not (which.isdecimal() and of.isdecimal() and 1 <= int(which) <= int(of)):
        raise click.BadParameter(f"{value!r} is no shard; give two numbers such as 1/4, the first of four")
    return int(which), int(of)


def _reason(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    reason = value.strip()
    if not reason or not reason.isprintable() or "tfloss:" in reason:
        raise click.BadParameter(f"{value!r} cannot stand in a comment; give a few words in one line")
    return reason


def _stream(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    return None if value == "-" else value  # standard output, to which it goes without the option


def _page(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value == "-":
        raise click.BadParameter("a page is written beside the report on standard output; name a file for it")
    return value


@click.command(
    cls=Headed,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Options of a project stand in pyproject.toml, under [tool.tfloss-migrate]. Colours are for terminals; the "
    "environment variables NO_COLOR and FORCE_COLOR change that.",
)
@click.argument("paths", nargs=-1, callback=_several, metavar="[PATH]...")
@click.option("--check", is_flag=True, help="Lint only: verify nothing, import no TensorFlow.")
@click.option("--write", is_flag=True, help="Apply the rewrites whose verdict is same or steadier.")
@click.option("--diff", is_flag=True, help="Print a unified diff of what --write would do.")
@click.option("--interactive", is_flag=True, help="Write what you accept: asks about each rewrite, at a terminal.")
@_switch("unsafe", "no-unsafe", "With --write or --diff: also rewrites that are shifted or unknown.")
@_switch("repair", "no-repair", "With --write or --diff: also rewrites that mend a bug.")
@_switch("strict", "no-strict", "Only rewrites that need no promise which the code does not show.")
@click.option("--select", multiple=True, callback=_ids, metavar="IDS", help="Only these rules: ids, prefixes, names.")
@click.option("--ignore", multiple=True, callback=_ids, metavar="IDS", help="Not these rules.")
@click.option(
    "--exclude", multiple=True, callback=_several, metavar="GLOB", help="Leave out what this matches below PATH."
)
@_switch("force-exclude", "no-force-exclude", "Leave out what --exclude matches even if it is named.")
@_switch("respect-gitignore", "no-respect-gitignore", "Leave out of folders what git ignores; the default.")
@click.option("--since", metavar="REV", help="Only files that changed since the branch left this git revision.")
@click.option("--shard", callback=_shard, metavar="I/N", help="Only the I-th of N parts of the files.")
@click.option("--stdin-filename", metavar="FILE", help="What to call standard input in the report.")
@click.option("--baseline", metavar="FILE", help="Tell only what is not among the known findings of this file.")
@click.option("--update-baseline", is_flag=True, help="Make that file hold what is found now.")
@click.option("--add-ignore", callback=_reason, metavar="REASON", help="Silence what is found, with comments.")
@click.option(
    "--keras",
    type=click.Choice(("2", "3", "auto")),
    help="Which Keras the new code is for; auto, the default: the one that the project requires, both if that is open.",
)
@click.option("--python2", is_flag=True, help="Bring Python 2 to Python 3 first, where no number changes.")
@_switch("no-verify", "verify", "Use shipped and remembered verdicts; the rest is unknown.")
@_switch("verify-all", "no-verify-all", "Run everything anew, shipped and remembered verdicts too.")
@_switch("no-cache", "cache", "Neither use nor keep what earlier runs found and verified.")
@click.option("--jobs", type=click.IntRange(min=0), metavar="N", help="Processes at once; 0: one for each processor.")
@click.option("--legacy-python", callback=_interpreter, metavar="PY", help="Run the old side in this TF 1.x Python.")
@click.option(
    "--fixtures",
    type=click.Path(exists=True, file_okay=False),
    metavar="DIR",
    help="Try your own arrays (.npz) beside the drawn ones.",
)
@click.option("--run-programs", is_flag=True, help="Run whole programs, old in --legacy-python, and compare prints.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="The form of the report.",
)
@click.option("--output-file", callback=_stream, metavar="FILE", help="Report to this file.")
@click.option(
    "--report", callback=_page, metavar="FILE", help="Write a page (HTML) too, with each rewrite, verdicts and plots."
)
@click.option("--statistics", is_flag=True, help="Report counts for each rule instead of findings.")
@click.option("-q", "--quiet", is_flag=True, help="Only errors and warnings, a line each; no summary.")
@click.option("-v", "--verbose", is_flag=True, help="Whole verdicts, what is inside other rewrites, clean files.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if errors or warnings remain.")
@click.option("--explain", metavar="ID", help="Explain a rule: why, what becomes what, what is left alone.")
@click.option("--list-rules", is_flag=True, help="List all rules; as --explain, with --format json as JSON.")
@click.option("--lsp", is_flag=True, help="Serve an editor, by the language server protocol.")
@click.version_option(__version__, prog_name="tfloss-migrate", message="%(prog)s %(version)s")
@click.pass_context
def command(context: click.Context, /, **options: Any) -> None:
    """Find TensorFlow 1 losses in PATHs (files, folders; - is standard input; none: the current folder), rewrite
    them into TF2 Keras losses, and run old and new to see whether they compute the same.

    Without --check, --write or --diff: show what would be done, with verdicts, and write nothing.

    \b
    Exit codes: 0 no error or warning remains; 1 some remain; 2 it could not run.
    """
    if options["list_rules"] or options["explain"] is not None:
        context.exit(_document(options["explain"], options["format_"]))
    if options.pop("lsp"):
        context.exit(_serve())
    _refuse_contradictions(options)
    show = Show(
        options.pop("format_"),
        options.pop("output_file"),
        options.pop("exit_zero"),
        options.pop("quiet"),
        options.pop("verbose"),
        options.pop("statistics"),
        options.pop("report"),
    )
    context.exit(run(_given(options), show))


def _document(wanted: str | None, format_: str) -> int:
    from tfloss_migrate.report.rules import explain_lines, list_lines, rules_json

    if format_ not in ("text", "json"):
        raise click.UsageError(f"The documentation of rules has no format {format_}: it is text or json.")
    try:
        rules = all_rules() if wanted is None else (rule_called(wanted),)
    except SettingsError as error:
        return could_not_run(str(error))
    if format_ == "json":
        print_lines((rules_json(rules),))
    else:
        print_lines(list_lines(rules) if wanted is None else explain_lines(rules[0]))
    return 0


def _serve() -> int:
    try:
        from tfloss_migrate.editor.server import serve
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol"):
            raise
        return could_not_run('--lsp needs the package pygls: pip install "tfloss-migrate[lsp]"')
    serve()
    return 0


def _refuse_contradictions(options: dict[str, Any]) -> None:
    modes = [f"--{mode}" for mode in _MODES if options[mode]]
    if len(modes) > 1:
        raise click.UsageError(f"{' and '.join(modes)} contradict each other; give one of them.")
    if options["interactive"]:
        others = [f"--{name.replace('_', '-')}" for name in _NOT_ASKED if options[name]]
        if others or options["format_"] != "text":
            raise click.UsageError(f"--interactive goes with no {others[0] if others else 'other --format'}.")
    if options["no_verify"] and options["verify_all"]:
        raise click.UsageError("--no-verify and --verify-all contradict each other; give one of them.")
    if options["statistics"] and options["format_"] not in ("text", "json"):
        raise click.UsageError(f"--statistics has no format {options['format_']}: it is text or json.")
    if options["run_programs"] and options["check"]:
        raise click.UsageError("--run-programs and --check contradict each other: --check runs nothing.")
    if options["run_programs"] and options["legacy_python"] is None:
        raise click.UsageError("--run-programs runs the old programs in a TensorFlow 1.x: give --legacy-python PY.")
    if options["quiet"] and options["verbose"]:
        raise click.UsageError("--quiet and --verbose contradict each other; give one of them.")
    paths = options["paths"] or ()
    for option in ("update_baseline", "add_ignore"):
        if options[option] and modes and not options["check"]:
            name = f"--{option.replace('_', '-')}"
            raise click.UsageError(f"{name} goes with --check or the plain run, not with {modes[0]}.")
    if options["add_ignore"] and options["python2"]:
        raise click.UsageError(
            "--add-ignore goes with no --python2, whose text is not that of the file: run --python2 --write first."
        )
    for option in ("update_baseline", "add_ignore", "since", "shard", "run_programs"):
        if "-" in paths and options[option]:
            raise click.UsageError(f"--{option.replace('_', '-')} needs files, not - (standard input).")
    if "-" in paths and options["interactive"]:
        raise click.UsageError("--interactive needs files, not - (standard input).")
    if "-" in paths and paths != STDIN:
        raise click.UsageError("- (standard input) goes with no other PATH.")
    if options["stdin_filename"] is not None and paths != STDIN:
        raise click.UsageError("--stdin-filename goes with - (standard input) as the only PATH.")


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """What the command line says of `Settings`, without what it leaves to pyproject.toml."""
    mode = next((mode for mode in _MODES if options[mode]), "write" if options["interactive"] else "plain")
    other = (*_MODES, "explain", "list_rules")
    given = {name: value for name, value in options.items() if name not in other and value is not None}
    return {**given, "mode": mode}
