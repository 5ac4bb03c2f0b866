"""What changed from one program to another, in a machinist's words."""

from collections.abc import Iterator
from dataclasses import dataclass

from feasibility_svc.domain.gcode.extents import Box
from feasibility_svc.domain.gcode.findings import plain
from feasibility_svc.domain.gcode.report import Measures

_SAME_SHARE, _SAME = 1e-6, 1e-4


@dataclass(frozen=True, slots=True)
class Difference:
    """One number that is not the same. None: the program has none."""

    name: str
    before: float | None
    after: float | None
    unit: str
    sentence: str


_NUMBERS = (
    ("max_feed_rate_mm_per_min", "highest feed", "mm/min"),
    ("max_plunge_rate_mm_per_min", "highest plunge feed", "mm/min"),
    ("min_spindle_speed_rpm", "lowest spindle speed", "rpm"),
    ("max_spindle_speed_rpm", "highest spindle speed", "rpm"),
    ("depth_mm", "depth", "mm"),
    ("stepdown_mm", "stepdown", "mm"),
    ("cut_length_mm", "cut length", "mm"),
)


def compare(before: Measures, after: Measures) -> tuple[Difference, ...]:
    """Every number that differs: feeds, speeds, depths, reach, tools, time; nothing where the programs cut alike."""
    return tuple(_differences(before, after))


def _differences(before: Measures, after: Measures) -> Iterator[Difference]:
    for name, words, unit in _NUMBERS:
        yield from _number(name, words, unit, getattr(before, name), getattr(after, name))
    yield from _reach(before.cut_reach, after.cut_reach)
    if before.tool_numbers != after.tool_numbers:
        text = f"tools {_tools(before)} become {_tools(after)}"
        yield Difference("tool_numbers", len(before.tool_numbers), len(after.tool_numbers), "", text)
    yield from _number("time_s", "time", "s", before.time.longest_s, after.time.longest_s)


def _number(name: str, words: str, unit: str, before: float | None, after: float | None) -> Iterator[Difference]:
    if before is None and after is None:
        return
    if before is not None and after is not None and abs(after - before) <= max(_SAME, _SAME_SHARE * abs(before)):
        return
    text = f"{words} {_shown(before)} becomes {_shown(after)} {unit}{_percent(before, after)}"
    yield Difference(name, before, after, unit, text)


def _reach(before: Box, after: Box) -> Iterator[Difference]:
    for axis in ("x", "y", "z"):
        old, new = getattr(before, f"{axis}_mm"), getattr(after, f"{axis}_mm")
        for side, words in ((0, "from"), (1, "to")):
            one, two = (None if reach is None else reach[side] for reach in (old, new))
            yield from _number(f"cut_reach.{axis}_{words}_mm", f"{axis.upper()} cuts {words}", "mm", one, two)


def _shown(value: float | None) -> str:
    return "nothing" if value is None else plain(value)


def _percent(before: float | None, after: float | None) -> str:
    if not before or after is None:
        return ""
    return f" ({(after - before) / abs(before):+.0%})"


def _tools(measures: Measures) -> str:
    return ", ".join("?" if number is None else f"T{number}" for number in measures.tool_numbers) or "none"
