"""Indexes hold the beginnings of texts. What a comparison says of a beginning is said, so that they are used."""

import sqlalchemy as sa

from runs_svc.adapters.sql.filter_conditions import Narrowed, column_of
from runs_svc.domain.listing.filters import Filter, comparisons

_INDEXED_CHARACTERS: sa.ColumnElement[int] = sa.literal_column("200")
_AFTER_EVERYTHING = "\U0010ffff"


def beginnings(condition: Filter | None, table: sa.Table) -> Narrowed:
    """For each comparison of a text with a whole text or a prefix, what it implies."""
    narrowed: dict[object, sa.ColumnElement[bool]] = {}
    for comparison in comparisons(condition) if condition is not None else ():
        column = column_of(comparison, table)
        if comparison.operator != "=" or not isinstance(column.type, sa.Text) or column.name == "created_at_utc":
            continue
        begins, value = sa.func.left(column, _INDEXED_CHARACTERS), str(comparison.value)
        if comparison.prefix:
            start = value[:200]
            narrowed[comparison] = sa.and_(begins >= start, begins < f"{start}{_AFTER_EVERYTHING}")
        else:
            narrowed[comparison] = begins == value[:200]
    return narrowed  # type: ignore[return-value] # every key is a comparison
