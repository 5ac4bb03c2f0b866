"""Tables that fit the terminal without losing anything: where lines are too narrow for one, it becomes blocks."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from rmos_client.cli.plain_console import in_one_line, visible

Cell = str | Text
_ANY = 100_000
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
        table = self._table()
        if Measurement.get(console, options.update(width=_ANY), table).minimum <= options.max_width:
            yield table
            return
        for row in self._rows:
            for title, cell in zip(self._titles, row, strict=True):
                yield _line(title, cell, options.max_width)
            yield Text()

    def _table(self) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=any(self._titles))
        for place, title in enumerate(self._titles):
            whole = any(_KEPT_WHOLE.match(row[place].plain) for row in self._rows)
            table.add_column(title, no_wrap=whole, overflow="fold")
        for row, style in zip(self._rows, self._styles, strict=True):
            table.add_row(*row, style=style)
        return table


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
            yield table
            return
        for title, cell in self.rows:
            yield _line(title, _text(cell), options.max_width)


def _text(cell: Cell) -> Text:
    return Text(visible(cell)) if isinstance(cell, str) else in_one_line(cell)


def _line(title: str, cell: Text, width: int) -> Text:
    """`title: cell`, broken between words; a word that is longer than the terminal is left to it."""
    line = Text.assemble(f"{title}: " if title else "", cell)
    if max(map(len, line.plain.split()), default=0) > width:
        line.overflow = "ignore"
    return line
