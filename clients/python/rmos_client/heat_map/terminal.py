"""Heat maps in the terminal: a coloured cell per point, with the letter of what limits it; legible without colours."""

from collections.abc import Iterator

from rich.text import Text

from rmos_client.heat_map.grid import COLOURS, HeatMap, words


def lines_of(item: HeatMap) -> Iterator[Text]:
    """The map, a line per row, and what its letters stand for."""
    if item.title:
        yield Text(item.title, style="bold")
    margin = max((len(value) for value in item.down.values), default=0)
    if item.down.label:
        yield Text(item.down.label, style="dim")
    for value, row in zip(item.down.values, item.rows, strict=True):
        line = Text(f"{value:>{margin}} ")
        for cell in row:
            line.append(f"{cell.code}{cell.mark or ' '}", style=f"bold #101010 on {COLOURS[cell.level]}")
        yield line
    first, last = item.across.values[0], item.across.values[-1]
    width = 2 * len(item.across.values)
    yield Text(" " * (margin + 1) + first + last.rjust(max(width - len(first), len(last) + 1)), style="dim")
    yield Text(" " * (margin + 1) + item.across.label, style="dim")
    yield Text(item.key)
    if item.limits:
        yield Text("  ".join(f"{code} {words(name)}" for code, name in item.limits))
