"""`dataclass`, `field` and `replace` as in `dataclasses`, without its price.

Importing `dataclasses` loads `inspect`, and every class is compiled from a text that is put together for it: for all
of ours that takes longer than to check a file. What is made here has the fields, the defaults, the comparison, the hash
and the text of a dataclass, and `dataclasses.asdict`, `fields` and `replace` take it for one.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    #: So many instances are made before it pays to compile what makes them.
    _OFTEN = 50

    class field:  # noqa: N801
        """A field whose default is made anew for every instance, or one that does not count in comparisons."""

        def __init__(self, *, default=..., default_factory=None, compare=True):
            self.default, self.default_factory, self.compare = default, default_factory, compare

    def dataclass(cls=None, /, *, frozen=False, eq=True):
        """Makes the annotated names of a class the fields of its instances."""
        if cls is None:
            return lambda cls: dataclass(cls, frozen=frozen, eq=eq)
        names = tuple(dict.fromkeys((*getattr(cls, "_fields", ()), *cls.__annotations__)))
        given = {name: getattr(cls, name) for name in names if hasattr(cls, name)}
        cls._fields = names
        cls._compared = tuple([name for name in names if getattr(given.get(name), "compare", True)])
        cls.__init__ = _init(cls, names, given)
        cls.__repr__ = _repr
        cls.__dataclass_fields__ = _AsDataclass()
        if eq:
            cls.__eq__ = _eq
            cls.__hash__ = _hash if frozen else None
        if frozen:
            cls.__setattr__ = cls.__delattr__ = _refuse
        return cls

    def replace(record, /, **changes):
        """A record like this one, but for some fields."""
        state = record.__dict__
        if not changes.keys() <= state.keys():
            raise TypeError(f"{type(record).__name__} has not all of {', '.join(changes)}")
        made = object.__new__(type(record))
        made.__dict__.update([(name, changes[name] if name in changes else state[name]) for name in record._fields])
        return made

    class _AsDataclass:
        """What `dataclasses` knows a dataclass by, made when it first asks."""

        def __get__(self, record, cls):
            if "_as_dataclass" not in cls.__dict__:
                import dataclasses

                cls._as_dataclass = dataclasses.make_dataclass(cls.__name__, cls._fields).__dataclass_fields__
            return cls._as_dataclass

    def _init(cls, names, defaults):
        known, count, made = frozenset(names), len(names), 0
        fields = {name: made for name, made in defaults.items() if isinstance(made, field)}
        factories = {name: made.default_factory for name, made in fields.items() if made.default_factory is not None}
        plain = {name: value for name, value in defaults.items() if name not in fields}
        plain |= {name: made.default for name, made in fields.items() if made.default is not ...}
        can_be_compiled = not factories and sorted(names, key=plain.__contains__) == [*names]

        def __init__(self, *values, **named):  # noqa: N807
            nonlocal made
            made += 1
            if made == _OFTEN and can_be_compiled:
                cls.__init__ = _compiled(names, plain)
            state = self.__dict__
            if not named and len(values) == count:  # as most are made
                state.update(zip(names, values))  # noqa: B905 - they are counted
                return
            state.update(plain)
            state.update(zip(names, values, strict=False))
            if named:
                if not known.issuperset(named) or not named.keys().isdisjoint(names[: len(values)]):
                    raise TypeError(f"{type(self).__name__} takes each of {', '.join(names)} once, not {list(named)}")
                state.update(named)
            if len(values) > len(names):
                raise TypeError(f"{type(self).__name__} takes {len(names)} values, not {len(values)}")
            if len(state) < len(names):
                for name in known.difference(state):
                    if name not in factories:
                        raise TypeError(f"{type(self).__name__} needs a value for {name}")
                    state[name] = factories[name]()

        return __init__

    def _compiled(names, plain):
        """What `_init` makes, compiled: that pays for a class of which many are made."""
        parameters = ", ".join([f"{name}=plain[{name!r}]" if name in plain else name for name in names])
        lines = [f"def __init__(self, {parameters}):", "    state = self.__dict__"]
        scope = {"plain": plain}
        exec("\n".join([*lines, *[f"    state[{name!r}] = {name}" for name in names]]), scope)
        return scope["__init__"]

    def _compared(record):
        return [record.__dict__[name] for name in record._compared]

    def _eq(record, other):
        return _compared(record) == _compared(other) if type(record) is type(other) else NotImplemented

    def _hash(record):
        return hash(tuple(_compared(record)))

    def _repr(record):
        return f"{type(record).__qualname__}({', '.join([f'{n}={record.__dict__[n]!r}' for n in record._fields])})"

    def _refuse(record, name, *value):
        raise AttributeError(f"{name} of a {type(record).__name__} cannot be changed")


__all__ = ["dataclass", "field", "replace"]
