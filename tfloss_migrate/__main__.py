"""`tfloss-migrate` and `python -m tfloss_migrate`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code.

    `--check PATH...` with no other option but `--no-cache` is what editors, commit hooks and builds run all day; it is
    read here, because importing click takes longer than checking a file.
    """
    _open_streams()
    arguments = sys.argv[1:]
    paths = [argument for argument in arguments if argument not in ("--check", "--no-cache")]
    try:
        if "--check" in arguments and not any(path.startswith("-") for path in paths):
            from tfloss_migrate.console import Show, run

            given = {"mode": "check", "paths": tuple(paths), "no_cache": "--no-cache" in arguments}
            sys.exit(run({name: value for name, value in given.items() if value}, Show()))
        from tfloss_migrate.cli import command

        command(arguments, prog_name="tfloss-migrate")
    except KeyboardInterrupt:
        sys.exit(130)


def _open_streams() -> None:
    """Whoever closed a standard stream wants nothing from it."""
    if sys.stdout is None or sys.stderr is None:
        import os

        nowhere = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere


if __name__ == "__main__":
    main()
