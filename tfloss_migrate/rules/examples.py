"""Examples of renamings as forms: a call by its old and its new name in a line, without the `tf.` in front."""

from __future__ import annotations

from tfloss_migrate.model import Form


def forms(lines: str) -> tuple[Form, ...]:
    """The forms of lines that read `old call => new call | ranks`; without ranks they are run at 1, 2 and 3."""
    return tuple(_form(line) for line in lines.strip().splitlines())


def _form(line: str) -> Form:
    pair, _, ranks = line.partition(" | ")
    legacy, _, target = pair.partition(" => ")
    return Form(f"tf.{legacy}", f"tf.{target}", ranks=tuple(map(int, ranks.split())) or (1, 2, 3))


def symbol(form: Form) -> str:
    """The symbol that a form calls, as of TF1."""
    return form.legacy.removeprefix("tf.").partition("(")[0]
