"""Tables that fit the terminal without losing anything: where lines are too narrow for one, it becomes blocks."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from rmos_client.cli.plain_console import in_one_line, visible

Cell = str | Text
_ANY = 100_000
_GAP = 2
"""Columns of the terminal between two columns of a table."""
_KEPT_WHOLE = re.compile(r"^(?:[a-z]+_[0-9a-f]{12}|[0-9a-f]{64}|\d{4}-\d\d-\d\dT\S+|\S+/\S+)$")
"""Ids, digests, times and names: a table never breaks them."""


class Rows:
    """A table with a line per row; blocks of `title: cell`, where a cell would have to be broken within a word."""

    def __init__(self, titles: Sequence[str], rows: Iterable[Sequence[Cell]], *, styles: Sequence[str] = ()) -> None:
        """
        Args:
            titles: Of the columns; "" for one that needs none.
            rows: Their cells.
            styles: Of the rows, where they have any.
        """
        self._titles = titles
        self._rows = [[_text(cell) for cell in row] for row in rows]
        self._styles = styles or [""] * len(self._rows)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        spans = [self._span(place, console, options) for place in range(len(self._titles))]
        room = options.max_width - _GAP * len(spans)
        if sum(span.minimum for span in spans) <= room:
            yield from _unpadded(console, options, self._table(_shared(spans, room)))
            return
        for row in self._rows:
            for title, cell in zip(self._titles, row, strict=True):
                yield from _lines(title, cell, options.max_width)
            yield Text()

    def _span(self, place: int, console: Console, options: ConsoleOptions) -> Measurement:
        """Widths of a column: of its longest word, or of what is never broken, and of its longest cell."""
        cells = [Text(self._titles[place]), *(row[place] for row in self._rows)]
        spans = [Measurement.get(console, options.update(width=_ANY), cell) for cell in cells]
        most = max(span.maximum for span in spans)
        whole = any(_KEPT_WHOLE.match(cell.plain) for cell in cells)
        return Measurement(most if whole else max(span.minimum for span in spans), most)

    def _table(self, widths: Sequence[int]) -> Table:
        table = Table(box=None, padding=(0, _GAP, 0, 0), show_header=any(self._titles))
        for title, width in zip(self._titles, widths, strict=True):
            table.add_column(title, overflow="fold", width=width)
        for row, style in zip(self._rows, self._styles, strict=True):
            table.add_row(*row, style=style)
        return table


def _shared(spans: Sequence[Measurement], room: int) -> Sequence[int]:
    """Widths of columns that share a line: each its longest word at least; what is left, to those that lack least.

    >>> _shared([Measurement(6, 6), Measurement(8, 15), Measurement(53, 104)], 80)
    [6, 14, 60]
    """
    widths, left = [span.minimum for span in spans], room - sum(span.minimum for span in spans)
    lacking = sorted(range(len(spans)), key=lambda place: spans[place].maximum - spans[place].minimum)
    for rank, place in enumerate(lacking):
        more = min(spans[place].maximum - spans[place].minimum, left // (len(lacking) - rank))
        widths[place] += more
        left -= more
    return widths


@dataclass(frozen=True, slots=True)
class Pairs:
    """Titles and what stands beside them; below one another, where a value would have to be broken within a word."""

    rows: Sequence[tuple[str, Cell]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for title, cell in self.rows:
            table.add_row(title, _text(cell))
        if Measurement.get(console, options.update(width=_ANY), table).minimum <= options.max_width:
            yield from _unpadded(console, options, table)
            return
        for title, cell in self.rows:
            yield from _lines(title, _text(cell), options.max_width)


def _unpadded(console: Console, options: ConsoleOptions, table: Table) -> RenderResult:
    """The table; for a file or a program without the blanks that fill its last column."""
    if console.is_terminal:
        yield table
        return
    for line in console.render_lines(table, options, pad=False):
        yield Text("".join(segment.text for segment in line).rstrip())


def _text(cell: Cell) -> Text:
    return Text(visible(cell)) if isinstance(cell, str) else in_one_line(cell)


def _lines(title: str, cell: Text, width: int) -> Iterator[Text]:
    """`title: cell`, broken between words; a word that is longer than the terminal has a line that is left to it."""
    line = Text.assemble(f"{title}: " if title else "", cell)
    if max(map(len, line.plain.split()), default=0) <= width:
        yield line
        return
    for part in textwrap.wrap(line.plain, width, break_long_words=False, break_on_hyphens=False):
        yield Text(part, overflow="ignore")
