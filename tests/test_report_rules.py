"""A rule explains itself: why, what becomes what, and what is left alone."""

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Catch, Form, Input, NearMiss, Rule, Shift
from tfloss_migrate.report.rules import explain_lines, list_lines

RULE = Rule(
    "TFL399",
    "mean-by-hand",
    (Input("x", Real()),),
    (
        Form("tf.reduce_sum(x) / n", "tf.reduce_mean(x)", promises=("n is the size", "x is not empty")),
        Form("a(x)", "b(\n    x)", shift=Shift("an epsilon", 1e-7), intended="c(x)"),
        Form("d(x)", None),
    ),
    "a mean by hand",
    (NearMiss("np.sum(x) / n", because="numpy is not TensorFlow"),),
    speaks_for=("total",),
    otherwise="Keras has none",
    catches=(Catch("total = f(x)\n", "f(x)", "g(x)"),),
    doc="A mean.\n\nWhy: it is shorter.",
)


def test_the_explanation_holds_all_that_the_rule_declares() -> None:
    assert "\n".join(explain_lines(RULE)) == (
        """TFL399 mean-by-hand [warning]

A mean.

Why: it is shorter.

What becomes what:

Both sides are run. Where nothing else is said, values and gradients must agree.

    tf.reduce_sum(x) / n
 => tf.reduce_mean(x)
  for n is the size; x is not empty

    a(x)
 => b(
 =>     x)
  a repair: what was meant is c(x)
  differs: an epsilon (by at most 1e-07 * max(1, |old|))

    d(x)
  told and left: Keras has none

Other calls of `tf.total` are told and left: Keras has none.

Found in programs:

    total = f(x)
  found: f(x)
  becomes: g(x)

Left alone:

    np.sum(x) / n
  because numpy is not TensorFlow"""
    )


def test_the_list_has_a_line_for_each_rule_in_the_order_of_ids() -> None:
    other = Rule("TFL101", "x", (), (), "gone", severity="error")
    assert list(list_lines([RULE, other])) == [
        "TFL101  error    x             gone",
        "TFL399  warning  mean-by-hand  A mean.",
    ]
