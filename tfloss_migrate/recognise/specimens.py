"""Code made from the rules themselves: every form as a program, under every way to import TensorFlow.

The tests are derived from it, and the verdicts that come with the package are earned on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tfloss_migrate.domains import Domain, Hyperparameter, Literal
from tfloss_migrate.model import Form, NearMiss, Rule
from tfloss_migrate.record import dataclass
from tfloss_migrate.rules.registry import all_rules

#: How TensorFlow may be imported: the lines, and what stands for `tf` after them.
IMPORTS = {
    "as tf": ("import tensorflow as tf", "tf"),
    "whole": ("import tensorflow", "tensorflow"),
    "other alias": ("import tensorflow as T", "T"),
    "compat.v1 as tf": ("import tensorflow.compat.v1 as tf", "tf"),
    "compat.v1 whole": ("import tensorflow.compat.v1", "tensorflow.compat.v1"),
    "from tensorflow": ("from tensorflow import compat", "compat.v1"),
    "guarded": ("try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    import tensorflow as tf", "tf"),
    "rebound": ("import tensorflow as tf\ntf = tf.compat.v1", "tf"),
}
_NUMBERS = {
    "epsilon": "1e-07",
    "factor": "0.25",
    "label": "0.9",
    "alpha": "0.3",
    "delta": "1.5",
    "smoothing": "0.1",
    "margin": "0.5",
    "scale": "9.0",
    "axis": "1",
}


@dataclass(frozen=True)
class Specimen:
    """One form of a rule."""

    rule: Rule
    form: Form
    number: int

    def __str__(self) -> str:
        return f"{self.rule.id}-{self.number}"

    @property
    def is_second_choice(self) -> bool:
        """Whether another form of the same legacy expression is tried first."""
        return self.form.legacy in [form.legacy for form in self.rule.forms[: self.number]]

    @property
    def by_name(self) -> str | None:
        """The legacy expression with names for its hyperparameters, if it has any."""
        names = [i.name for i in self.rule.inputs if isinstance(i.domain, Hyperparameter)]
        has_some = any(re.search(rf"=\s*{name}\b", self.form.legacy) for name in names)
        return self.with_numbers(self.form.legacy, kinds=(Literal,)) if has_some else None

    def with_numbers(
        self,
        text: str,
        numbers: Mapping[str, str] = _NUMBERS,
        *,
        kinds: tuple[type[Domain], ...] = (Hyperparameter, Literal),
    ) -> str:
        """An expression of the form with numbers for its parameters."""
        parameters = [i.name for i in self.rule.inputs if isinstance(i.domain, kinds)]
        for name in parameters:
            text = re.sub(rf"(?<![\w.]){name}(?!\w|\s*=[^=])", numbers.get(name) or _NUMBERS.get(name, name), text)
        return text

    def program(self, imports: str = "as tf", expression: str | None = None, cast_from: str | None = None) -> str:
        """A program of the years before TF2 that computes the form's legacy expression.

        With `cast_from`, the inputs that the old function casts are of that dtype.
        """
        lines, root = IMPORTS[imports]
        text = self.with_numbers(self.form.legacy) if expression is None else expression
        constant = {need.partition(":")[2] for need in self.form.needs if need.startswith("constant:")}
        names = [i.name for i in self.rule.inputs if re.search(rf"\b{i.name}\b", text)]
        dtypes = {name: "float32" for name in names if name in constant}
        dtypes |= {i.name: cast_from for i in self.rule.inputs if cast_from and i.cast and i.name in names}
        made = "".join(f"{name} = tf.placeholder(tf.{dtype}, [None, None])\n" for name, dtype in dtypes.items())
        constant |= dtypes.keys()
        for name in (need.partition(":")[2] for need in self.form.needs if need.startswith("ones:")):
            constant.add(name)
            made += f"{name} = tf.ones([2, 3])\n"
        for name in (need.partition(":")[2] for need in self.form.needs if need.startswith("column:")):
            constant.add(name)
            made += f"{name} = tf.placeholder(tf.float32, [None, 1])\n"
        if self.is_second_choice and "not-softmax:logits" not in self.form.needs and "logits" in names:
            constant.add("logits")
            axes = ", ".join(["None"] * max(self.form.ranks))
            made += f"logits = tf.nn.softmax(tf.placeholder(tf.float32, [{axes}]))\n"
        free = ", ".join(name for name in names if name not in constant)
        rooted = re.compile(r"(?<![.\w])tf[.]")
        body = f"{made}\n\ndef loss({free}):\n    return {text}\n\n\nsession = tf.Session()\n"
        return f"{lines}\n\n{rooted.sub(f'{root}.', body)}"


def specimens(*, by_name: bool) -> list[Specimen]:
    """All forms of all rules that are found by name, or of those found by structure."""
    return [
        Specimen(rule, form, number)
        for rule in all_rules()
        if rule.by_name == by_name
        for number, form in enumerate(rule.forms)
    ]


def near_misses() -> Iterator[tuple[Rule, NearMiss]]:
    """Every piece of code that a rule leaves alone."""
    for rule in all_rules():
        for miss in rule.leave_alone:
            yield rule, miss
