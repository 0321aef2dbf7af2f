"""Claims about our records: they are what `dataclasses` would have made."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from tfloss_migrate import record


@record.dataclass(frozen=True)
class Ours:
    """A record."""

    one: int
    two: str = "2"
    three: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True)
class Theirs:
    """The same, as `dataclasses` makes it."""

    one: int
    two: str = "2"
    three: tuple[int, ...] = ()


@record.dataclass(frozen=True)
class Inner(Ours):
    """A record with one more field and another default."""

    two: str = "two"
    four: int = 4


@record.dataclass
class Open:
    """A record that can be changed."""

    names: list[str] = record.field(default_factory=list)


@pytest.mark.parametrize(
    ("values", "named"), [((1,), {}), ((1, "b"), {}), ((), {"one": 1, "three": (3,)}), ((1, "b", (3,)), {})]
)
def test_a_record_reads_compares_and_hashes_like_a_dataclass(values: tuple[int], named: dict[str, int]) -> None:
    ours, theirs = Ours(*values, **named), Theirs(*values, **named)  # type: ignore[arg-type]
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert ours == Ours(*values, **named)  # type: ignore[arg-type]
    assert hash(ours) == hash(theirs)
    assert ours != theirs


@pytest.mark.parametrize(
    ("values", "named"), [((), {}), ((1, "b", (), 4), {}), ((1,), {"one": 1}), ((1,), {"five": 5}), ((), {"two": "b"})]
)
def test_what_a_dataclass_refuses_is_refused(values: tuple[int], named: dict[str, int]) -> None:
    for kind in (Theirs, Ours):
        with pytest.raises(TypeError):
            kind(*values, **named)  # type: ignore[arg-type]


def test_a_frozen_record_cannot_be_changed_and_another_can() -> None:
    with pytest.raises(AttributeError):
        Ours(1).one = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del Ours(1).one
    changed = Open()
    changed.names.append("a")
    assert (changed, Open()) == (Open(["a"]), Open([]))
    with pytest.raises(TypeError):
        hash(changed)


def test_fields_are_inherited_in_order_and_replaced() -> None:
    assert Inner(1) == Inner(1, "two", (), 4)
    assert record.replace(Inner(1), four=5) == dataclasses.replace(Inner(1), four=5) == Inner(1, "two", (), 5)
    with pytest.raises(TypeError):
        record.replace(Inner(1), five=5)


def test_a_record_goes_to_another_process_and_comes_back() -> None:
    assert pickle.loads(pickle.dumps(Inner(1, "b"))) == Inner(1, "b")


def test_what_dataclasses_asks_for_is_made_once_for_each_class() -> None:
    assert Ours.__dataclass_fields__ is Ours.__dataclass_fields__
    assert [[one.name for one in dataclasses.fields(each)] for each in (Ours, Inner)] == [
        ["one", "two", "three"],
        ["one", "two", "three", "four"],
    ]


@record.dataclass(frozen=True)
class Many:
    """A record of which many are made, with every kind of field."""

    one: int
    two: str = "2"
    three: tuple[int, ...] = record.field(default=(), compare=False)


def test_the_thousandth_record_is_like_the_first() -> None:
    def made() -> list[Many]:
        return [Many(1), Many(1, "b"), Many(one=1, three=(3,)), Many(1, "b", (3,))]

    first, maker = made(), Many.__init__
    for number in range(1000):
        Many(number)
    assert Many.__init__ is not maker  # else the claim is about nothing
    assert [vars(one) for one in made()] == [vars(one) for one in first]
    for values, named in [((), {}), ((1, "b", (), 4), {}), ((1,), {"one": 1}), ((1,), {"five": 5})]:
        with pytest.raises(TypeError):
            Many(*values, **named)  # type: ignore[arg-type, misc]
