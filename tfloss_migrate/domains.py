"""What values an input may hold. Plain data: `referee.draws` turns a domain into arrays.

`axes` says how an input's shape hangs on the full shape S of the case, whose last axis holds the classes:
"full" has the shape S, "rows" has S without its last axis, "scalar" has none, "broadcast" has any shape that
broadcasts to S without changing it, "broadcast-rows" any that broadcasts to S without its last axis, "broadcast-column"
any that broadcasts to S with a last axis of one. "leading" has the first axes of S, as many as it likes, or a last axis
of one behind them; "leading-rows" likewise for S without its last axis; "examples" only the first, or none.
"column" is S with a last axis of one. "squeezable-rows" are "rows", or these with a last axis of one behind them;
"squeezable-broadcast-rows" likewise.

`constant` inputs take no gradient in the code that was found (a placeholder, a literal), so none is compared.

`dtype` is "float32" for floats, which are as wide as a run is precise, "int32" for whole numbers, "bool" for truths.
"""

from __future__ import annotations

from tfloss_migrate.record import dataclass

TYPE_CHECKING = False

if TYPE_CHECKING:
    import typing

    Axes = typing.Literal[
        "full",
        "rows",
        "scalar",
        "broadcast",
        "broadcast-rows",
        "broadcast-column",
        "column",
        "leading",
        "leading-rows",
        "examples",
        "squeezable-rows",
        "squeezable-broadcast-rows",
    ]
else:
    Axes = str


@dataclass(frozen=True)
class Domain:
    """The values that an input may hold, and its shape."""

    axes: Axes = "full"
    constant: bool = False
    dtype: str = "float32"


@dataclass(frozen=True)
class Real(Domain):
    """Any finite real number: predictions, targets, features."""


@dataclass(frozen=True)
class Positive(Domain):
    """Finite numbers above zero."""


@dataclass(frozen=True)
class FromZero(Domain):
    """Finite numbers from zero on: counts, amounts."""


@dataclass(frozen=True)
class Nonzero(Domain):
    """Finite numbers further from zero than 1e-7: what may be divided by."""


@dataclass(frozen=True)
class Directions(Domain):
    """Rows of finite numbers along the last axis, none of them all zero: what has a direction."""


@dataclass(frozen=True)
class HingeLabels(Domain):
    """Labels of -1 and 1, or of 0 and 1: which, is not known."""

    constant: bool = True


@dataclass(frozen=True)
class Logits(Domain):
    """Unnormalised log-probabilities of exclusive classes along the last axis; not the output of a softmax."""


@dataclass(frozen=True)
class BinaryLogits(Domain):
    """Log-odds, element by element; not the output of a sigmoid."""


@dataclass(frozen=True)
class LabelDistribution(Domain):
    """Labels whose rows sum to one: one-hot or soft."""


@dataclass(frozen=True)
class LabelWeights(Domain):
    """Labels with rows of any sum: one-hot, all-zero (padding), weighted or unnormalised."""


@dataclass(frozen=True)
class BinaryLabels(Domain):
    """Labels in [0, 1], element by element. `hard`: 0 and 1 alone."""

    hard: bool = False


@dataclass(frozen=True)
class Probabilities(Domain):
    """Rows of probabilities inside (0, 1). `normalised`: every row sums to one, as a softmax leaves it."""

    normalised: bool = False


@dataclass(frozen=True)
class UnitInterval(Domain):
    """Probabilities inside (0, 1), element by element."""


@dataclass(frozen=True)
class ClassIds(Domain):
    """Whole numbers in [0, classes), one for each row."""

    axes: Axes = "rows"
    constant: bool = True
    dtype: str = "int32"


@dataclass(frozen=True)
class Count(Domain):
    """How long an axis is, a plain whole number: that of the classes, which is the last, or that of the rows."""

    axes: Axes = "scalar"
    constant: bool = True
    rows: bool = False


@dataclass(frozen=True)
class SampleWeight(Domain):
    """Finite weights: positive, zero, some zero, all zero, negative; in every layout that its axes allow."""

    axes: Axes = "broadcast"


@dataclass(frozen=True)
class Ones(Domain):
    """An array of ones, one for each row, as `tf.ones` makes it: weights that weigh nothing."""

    axes: Axes = "rows"
    constant: bool = True


@dataclass(frozen=True)
class Hyperparameter(Domain):
    """A number above zero that the code need not spell out (a margin, a delta)."""

    axes: Axes = "scalar"
    constant: bool = True


@dataclass(frozen=True)
class Data(Domain):
    """What a program feeds or holds: values `like` those of another domain, in a shape of its own.

    None in the shape is the batch; no shape at all: that of the case.
    """

    constant: bool = True
    shape: tuple[int | None, ...] | None = None
    like: Domain | None = None


@dataclass(frozen=True)
class Feed:
    """What one run of a program feeds to a placeholder: nested tuples of numbers, or None and the shape alone."""

    value: object
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Fed(Data):
    """A placeholder of a program, with its dtype, and what each run feeds, None where the code does not show it.

    In a graph or a function it has the shape that it was declared with; `any_rank`: it was declared without one.
    """

    any_rank: bool = False
    feeds: tuple[Feed | None, ...] = ()


@dataclass(frozen=True)
class Play:
    """One run of a program: what is fetched on the old side, its steps, and the function on the new side.

    `feeds` are the names of the placeholders, in the order of the function's parameters; `flags` those to which the run
    feeds a plain True or False.
    """

    old: tuple[str, ...]
    steps: tuple[str, ...]
    new: str
    feeds: tuple[str, ...]
    flags: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class Literal(Domain):
    """A number that the code spells out, above zero unless it is `signed`: an epsilon, a bound, a constant weight.

    A number above `at_most` is something else.
    """

    axes: Axes = "scalar"
    constant: bool = True
    signed: bool = False
    at_most: float = float("inf")


@dataclass(frozen=True)
class Axis(Literal):
    """The number of an axis, spelled out. Where it is not -1 it is the last one of the arrays that are tried."""

    signed: bool = True


@dataclass(frozen=True)
class Source:
    """Where a question comes from, for arrays that the user gives by name.

    `function` is the function around the place, empty at module level; `names` pairs inputs with the code's own names.
    """

    function: str
    names: tuple[tuple[str, str], ...]
