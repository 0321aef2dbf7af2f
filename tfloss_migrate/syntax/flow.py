"""What a local name holds at a place: its reaching assignment, and whether it still holds the same later."""

from __future__ import annotations

import ast

from tfloss_migrate.syntax.scopes import Binding, Block, Place, Scope


def reaching(name: str, place: Place) -> Binding | None:
    """The one binding whose value a (dotted) name surely holds at `place`, else None."""
    scope = place.scope
    while isinstance(scope.node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)):
        if name in scope.bindings:
            return None
        if scope.parent is None:
            return None
        scope = scope.parent
    if name in scope.bindings and name not in scope.shared:
        return _reaching_here(scope.bindings[name], place)
    owner = scope.owner_of(name)
    if owner is None or len(owner.bindings[name]) != 1 or in_loop(owner.bindings[name][0].block):
        return None
    return owner.bindings[name][0]


def _reaching_here(bindings: list[Binding], place: Place) -> Binding | None:
    last = None
    for binding in bindings:
        if binding.order < place.order:
            last = binding
    if last is None or not last.block.holds(place.block):
        return None
    loop = _outermost_loop_inside(last.block, place.block)
    if loop is not None and any(loop.holds(binding.block) for binding in bindings):
        return None
    return last


def _outermost_loop_inside(outer: Block, inner: Block) -> Block | None:
    found = None
    block: Block | None = inner
    while block is not None and block is not outer:
        if block.is_loop:
            found = block
        block = block.parent
    return found


def in_loop(block: Block | None) -> bool:
    """Whether statements of a block may be executed more than once."""
    while block is not None:
        if block.is_loop:
            return True
        block = block.parent
    return False


def version(name: str, place: Place) -> tuple[object, ...]:
    """Equal for two places of a scope in which the name surely holds the same value.

    `self.x` changes with `self.x = ...` and with `self = ...`; a name of an outer scope is taken to stay.
    """
    parts = name.split(".")
    return tuple(_version(".".join(parts[: n + 1]), place) for n in range(len(parts)))


def _version(name: str, place: Place) -> object:
    owner = place.scope.owner_of(name)
    if owner is None:
        return None
    bindings = owner.bindings[name]
    if owner is not place.scope:
        return (id(owner), len(bindings) if len(bindings) > 1 else 1)
    last = -1
    for position, binding in enumerate(bindings):
        if binding.order < place.order:
            last = position
    loops = _loops_with(bindings, place.block)
    return (id(owner), last, loops)


def _loops_with(bindings: list[Binding], block: Block) -> tuple[int, ...]:
    """The loops around a place in which the name is bound anew: each of their rounds may see another value."""
    found = []
    current: Block | None = block
    while current is not None:
        if current.is_loop and any(current.holds(binding.block) for binding in bindings):
            found.append(id(current))
        current = current.parent
    return tuple(found)


def unchanged(names: frozenset[str], source: Place, site: Place) -> bool:
    """Whether every name of `names` holds at `site` what it held at `source`."""
    if source.scope is not site.scope:
        return source is site or all(_bound_once(name, source.scope, site.scope) for name in names)
    return all(version(name, source) == version(name, site) for name in names)


def _bound_once(name: str, one: Scope, other: Scope) -> bool:
    root = name.split(".")[0]
    owner = one.owner_of(root)
    if owner is None or other.owner_of(root) is not owner:
        return owner is None and other.owner_of(root) is None
    dotted_names = owner.bindings.get(name, [])
    return len(owner.bindings[root]) == 1 and len(dotted_names) <= 1


def from_an_earlier_round(binding: Binding, place: Place) -> bool:
    """Whether a binding further down was made in an earlier round of a loop around a place."""
    block = place.block
    while block is not None:
        if block.is_loop and block.holds(binding.block):
            return True
        if block.parent is None:
            return False
        block = block.parent
    return False
