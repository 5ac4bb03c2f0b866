"""Lists and the order of recording, as SQLite reads them."""

from functools import lru_cache

import sqlalchemy as sa

from runs_svc.adapters.sql.filter_conditions import Walked
from runs_svc.adapters.sql.run_lists import entries_statement, frequent, page_statement
from runs_svc.adapters.sqlite.corruption import refuse_standstill
from runs_svc.adapters.sqlite.prepared_statements import PreparedQuery
from runs_svc.adapters.sqlite.run_rows import read_rows
from runs_svc.domain.listing.filters import Filter
from runs_svc.ports import LedgerEntry, ListQuery, RunPlace


def find_places(connection: sa.Connection, query: ListQuery) -> list[RunPlace]:
    """Where the runs of a page stand.

    Raises:
        StoreDamagedError: No other page can come after it.
    """
    after = {} if query.after is None else {"created": query.after[0], "id": query.after[1]}
    walked = frozenset(frequent(connection, query.condition))
    page = _page(query.condition, walked, newest_first=query.newest_first, goes_on=query.after is not None)
    places = [RunPlace(*row) for row in page.rows(connection, **after, size=query.size)]
    refuse_standstill([f"{place.created_at_utc}{place.run_id}" for place in places], query.size)
    return places


@lru_cache(maxsize=256)  # the same lists are asked for again and again; composing one takes 0.5 ms
def _page(condition: Filter | None, walked: Walked, *, newest_first: bool, goes_on: bool) -> PreparedQuery:
    return PreparedQuery(page_statement(condition, walked, newest_first=newest_first, goes_on=goes_on))


def find_entries(connection: sa.Connection, condition: Filter | None, after: int, size: int) -> list[LedgerEntry]:
    """The next records, each with the row of its run."""
    rows = connection.execute(entries_statement(condition, after=after, size=size)).all()
    runs = read_rows(connection, [RunPlace(*row[4:]) for row in rows])
    return [LedgerEntry(row[0], row[1], row[2], row[3], run) for row, run in zip(rows, runs, strict=True)]
