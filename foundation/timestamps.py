"""Times as text: RFC 3339 in UTC with microseconds, so that texts sort like times."""

import datetime


def write_time(moment: datetime.datetime) -> str:
    """The text of a moment.

    >>> write_time(datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC))
    '2026-03-01T12:00:00.000000Z'
    """
    return moment.astimezone(datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_time(text: str) -> datetime.datetime:
    """The moment of a text that `write_time` wrote."""
    return datetime.datetime.fromisoformat(text)
