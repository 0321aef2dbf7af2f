"""The headings of --help."""

from __future__ import annotations

import click

#: Each heading, by the option that comes first below it.
_HEADINGS = {
    "check": "What is done",
    "select": "Rules and files",
    "baseline": "Findings that are known",
    "keras": "Old and new code",
    "no_verify": "Running and verifying",
    "format_": "Report",
    "explain": "Instead of a run",
}


class Headed(click.Command):
    """A command whose help shows the options under headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        heading = ""
        for option in self.get_params(ctx):
            heading = _HEADINGS.get(option.name or "", heading)
            if isinstance(option, click.Option) and (row := option.get_help_record(ctx)) is not None:
                groups.setdefault(heading, []).append(row)
        for heading, rows in groups.items():
            with formatter.section(heading):
                formatter.write_dl(rows)
