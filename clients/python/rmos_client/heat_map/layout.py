"""Where everything of a heat map lies: the same for every kind of picture. Lengths in pixels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rmos_client.heat_map.grid import COLOURS, HeatMap, words

MARGIN, LEFT, TITLE, AXIS, LINE = 24, 96, 44, 58, 20
_MOST_CELL, _LEAST_CELL, _WIDEST = 40, 6, 1_400
_LETTER_FROM = 12
"""Cells from this size on carry their letter."""
INK, PALE = "#1b1b1b", "#ffffff"


@dataclass(frozen=True, slots=True)
class Box:
    """A coloured rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; `anchor` says which of its points is at x."""

    x: float
    y: float
    text: str
    size: int = 12
    anchor: str = "start"
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as boxes and words, in the order they are drawn."""

    width: int
    height: int
    boxes: Sequence[Box]
    words: Sequence[Words]


def picture_of(maps: Sequence[HeatMap], title: str) -> Picture:
    """All maps of a sweep below each other, with a legend."""
    columns = max(len(item.across.values) for item in maps)
    cell = max(_LEAST_CELL, min(_MOST_CELL, (_WIDEST - LEFT - 2 * MARGIN) // columns))
    boxes: list[Box] = []
    lines: list[Words] = [Words(MARGIN, MARGIN, title, size=16)]
    top = MARGIN + TITLE
    for item in maps:
        boxes += _cells(item, top, cell)
        lines += _labels(item, top, cell)
        top += len(item.rows) * cell + TITLE + AXIS
    legend_boxes, legend_lines = _legend(maps, top)
    width = max(LEFT + columns * cell + MARGIN, 560)
    return Picture(
        width, round(top + LINE * len(legend_lines) + MARGIN), [*boxes, *legend_boxes], [*lines, *legend_lines]
    )


def _cells(item: HeatMap, top: float, cell: int) -> Iterator[Box]:
    for row, cells in enumerate(item.rows):
        for column, one in enumerate(cells):
            name = f"{item.across.values[column]}, {item.down.values[row]}: {one.level}"
            limited = "" if one.level == "GREEN" else f", limited by {words(one.limited_by)}"
            yield Box(
                LEFT + column * cell,
                top + TITLE + row * cell,
                cell,
                cell,
                COLOURS[one.level],
                name.strip(", ") + limited,
            )


def _labels(item: HeatMap, top: float, cell: int) -> Iterator[Words]:
    if item.title:
        yield Words(MARGIN, top + 16, item.title, size=13)
    if cell >= _LETTER_FROM:
        for row, cells in enumerate(item.rows):
            for column, one in enumerate(cells):
                if one.level != "GREEN" or one.mark:
                    x, y = LEFT + (column + 0.5) * cell, top + TITLE + (row + 0.5) * cell + 4
                    yield Words(
                        x,
                        y,
                        one.code + one.mark,
                        size=11,
                        anchor="middle",
                        colour=INK if one.level in {"YELLOW", "GREEN"} else PALE,
                    )
    bottom = top + TITLE + len(item.rows) * cell
    for column in _ticks(len(item.across.values), 60 // cell + 1):
        yield Words(LEFT + (column + 0.5) * cell, bottom + 16, item.across.values[column], size=10, anchor="middle")
    yield Words(LEFT, bottom + 36, item.across.label)
    for row in _ticks(len(item.down.values), 14 // cell + 1):
        yield Words(LEFT - 6, top + TITLE + (row + 0.5) * cell + 4, item.down.values[row], size=10, anchor="end")
    if item.down.label:
        yield Words(MARGIN, top + TITLE - 8, item.down.label)


def _ticks(count: int, step: int) -> range:
    return range(0, count, max(step, 1))


def _legend(maps: Sequence[HeatMap], top: float) -> tuple[list[Box], list[Words]]:
    levels = [
        level for level in COLOURS if any(cell.level == level for item in maps for row in item.rows for cell in row)
    ]
    limits = dict(pair for item in maps for pair in item.limits)
    entries = [(COLOURS[level], level) for level in levels]
    boxes = [Box(LEFT, top + LINE * place - 11, 14, 14, colour) for place, (colour, _) in enumerate(entries)]
    lines = [Words(LEFT + 22, top + LINE * place, text) for place, (_, text) in enumerate(entries)]
    keys = dict.fromkeys(item.key for item in maps)
    lines += [Words(LEFT, top + LINE * (len(entries) + place), key) for place, key in enumerate(keys)]
    below = top + LINE * len(lines)
    lines += [
        Words(LEFT, below + LINE * place, f"{code}  limited by {words(name)}")
        for place, (code, name) in enumerate(limits.items())
    ]
    return boxes, lines
