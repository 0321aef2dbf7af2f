"""A curve as drawings (SVG): the loss, and its gradient, old and new in one. Their colours are those of the page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape

from tfloss_migrate.curves import Curve
from tfloss_migrate.record import dataclass

WIDTH, HEIGHT = 460, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 66, 12, 14, 44
#: What is so much larger than most of a line is drawn on a scale on which both can be seen.
_TOWERS = 200.0
_LOGIT_TICKS = (
    (1e-8, "1e-8"), (1e-6, "1e-6"), (1e-4, "1e-4"), (0.01, "0.01"), (0.5, "0.5"), (0.99, "0.99"),
    (1 - 1e-4, "1-1e-4"), (1 - 1e-6, "1-1e-6"),
)  # fmt: skip

Ticks = Sequence[tuple[float, str]]


@dataclass(frozen=True)
class _Axis:
    """From numbers to places between 0 and 1, with the numbers that are written beside it."""

    place: Callable[[float], float]
    ticks: Ticks
    note: str = ""


def drawings(curve: Curve) -> Iterator[tuple[str, str]]:
    """What is drawn, and the drawing: the loss, and its gradient where there is one."""
    if curve.at:
        yield "loss", _drawing("loss", curve, curve.old, curve.new)
    if curve.old_gradient:
        what = f"gradient by {curve.moved}"
        yield what, _drawing(what, curve, curve.old_gradient, curve.new_gradient)


def _drawing(what: str, curve: Curve, old: Sequence[float], new: Sequence[float]) -> str:
    across = _across(curve)
    up = _up([value for value in (*old, *new) if math.isfinite(value)])
    xs = [_LEFT + across.place(value) * (WIDTH - _LEFT - _RIGHT) for value in curve.at]
    parts = [*_frame(across, up, curve.moved, what)]
    for side, values, at in (("new", new, 0), ("old", old, 1)):
        parts += _gaps(side, xs, values, at)
        parts += _lines(side, xs, values, up)
    told = escape(f"{what} of old and new while {curve.moved} moves", quote=True)
    return f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{told}">{"".join(parts)}</svg>'


def _frame(across: _Axis, up: _Axis, moved: str, what: str) -> Iterator[str]:
    floor = HEIGHT - _BOTTOM
    for value, name in across.ticks:
        x = _LEFT + across.place(value) * (WIDTH - _LEFT - _RIGHT)
        yield f'<path class="grid" d="M{x:.1f} {_TOP}V{floor}"/>'
        yield f'<text class="tick" x="{x:.1f}" y="{floor + 15}" text-anchor="middle">{name}</text>'
    for value, name in up.ticks:
        y = _y(up, value)
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}"/>'
        yield f'<text class="tick" x="{_LEFT - 6}" y="{y + 3.5:.1f}" text-anchor="end">{name}</text>'
    yield f'<path class="frame" d="M{_LEFT} {_TOP}V{floor}H{WIDTH - _RIGHT}"/>'
    middle = (_LEFT + WIDTH - _RIGHT) / 2
    yield f'<text class="axis" x="{middle:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(moved)}</text>'
    side = (_TOP + floor) / 2
    named = escape(what + up.note)
    yield f'<text class="axis" transform="translate(13 {side:.0f}) rotate(-90)" text-anchor="middle">{named}</text>'


def _lines(side: str, xs: Sequence[float], values: Sequence[float], up: _Axis) -> Iterator[str]:
    """The line of one side, broken where it is no number."""
    pen, path = "M", []
    for x, value in zip(xs, values, strict=True):
        if math.isfinite(value):
            path.append(f"{pen}{x:.1f} {_y(up, value):.1f}")
        pen = "L" if math.isfinite(value) else "M"
    if path:
        yield f'<path class="line {side}" d="{"".join(path)}"/>'


def _gaps(side: str, xs: Sequence[float], values: Sequence[float], at: int) -> Iterator[str]:
    """Where one side is no number: a band, and what it is there."""
    first = None
    for place, value in enumerate([*values, 0.0]):
        broken = place < len(values) and not math.isfinite(value)
        if broken and first is None:
            first = place
        elif not broken and first is not None:
            left, right = xs[first], xs[place - 1]
            width, height = max(right - left, 2.0), HEIGHT - _TOP - _BOTTOM
            yield f'<rect class="gap {side}" x="{left:.1f}" y="{_TOP}" width="{width:.1f}" height="{height}"/>'
            anchor, edge = ("start", left + 3) if left < WIDTH / 2 else ("end", max(right, left + 2) - 3)
            named = f"{side}: {values[first]:g}"
            height = _TOP + 14 + 15 * at
            yield f'<text class="gap {side}" x="{edge:.1f}" y="{height}" text-anchor="{anchor}">{named}</text>'
            first = None


def _y(up: _Axis, value: float) -> float:
    return _TOP + (1 - up.place(value)) * (HEIGHT - _TOP - _BOTTOM)


def _across(curve: Curve) -> _Axis:
    low, high = curve.at[0], curve.at[-1]
    if curve.scale == "logit":
        return _Axis(_between(_log_odds(low), _log_odds(high), _log_odds), _LOGIT_TICKS)
    if curve.scale == "log":
        powers = range(math.ceil(math.log10(low) - 0.01), math.floor(math.log10(high)) + 1, 2)
        return _Axis(_between(math.log10(low), math.log10(high), math.log10), [(10.0**p, f"1e{p}") for p in powers])
    return _Axis(_between(low, high, float), _round_numbers(low, high))


def _up(values: Sequence[float]) -> _Axis:
    """The axis for the values of both sides; symmetrically logarithmic where a few tower above the others."""
    sizes = sorted(abs(value) for value in values if value)
    typical = sizes[len(sizes) * 3 // 4] if sizes else 1.0
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if sizes and sizes[-1] > _TOWERS * typical:
        unit = 10.0 ** math.floor(math.log10(max(typical, 1e-12)))

        def bent(value: float) -> float:
            return math.copysign(math.log10(1 + abs(value) / unit), value)

        top = math.ceil(math.log10(sizes[-1]))
        step = max(1, (top - round(math.log10(unit))) // 3)
        powers = [10.0**p for p in range(round(math.log10(unit)), top + 1, step)]
        ticks = [(v, _number(v)) for v in (*powers, *(-power for power in powers)) if low <= v <= high]
        return _Axis(_between(bent(low), bent(high), bent, 0.05), [(0.0, "0"), *ticks], " (log scale)")
    if high - low < 1e-12 * max(1.0, abs(high)):
        low, high = low - 0.5, high + 0.5
    return _Axis(_between(low, high, float, 0.05), _round_numbers(low, high))


def _between(low: float, high: float, bent: Callable[[float], float], margin: float = 0.0) -> Callable[[float], float]:
    room = margin * (high - low)
    length = (high - low + 2 * room) or 1.0
    return lambda value: (bent(value) - low + room) / length


def _log_odds(value: float) -> float:
    return math.log(value / (1 - value))


def _round_numbers(low: float, high: float) -> Ticks:
    """Some five round numbers from `low` to `high`."""
    size = 10.0 ** math.floor(math.log10((high - low) / 4 or 1.0))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if (high - low) / (size * factor) <= 6)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(at * step, _number(at * step)) for at in range(first, last + 1)]


def _number(value: float) -> str:
    """A number in few letters."""
    return f"{value:.6g}".replace("e+", "e").replace("e0", "e").replace("e-0", "e-")
