"""Times as text: RFC 3339 in UTC with microseconds, so that texts sort like times."""

import datetime
import re
from dataclasses import dataclass

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")


def write_time(moment: datetime.datetime) -> str:
    """The text of a moment.

    >>> write_time(datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC))
    '2026-03-01T12:00:00.000000Z'
    """
    return moment.astimezone(datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_time(text: str) -> datetime.datetime:
    """The moment of a text that `write_time` wrote."""
    return datetime.datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Span:
    """A moment, or a day: from its first microsecond until the next day's."""

    start: str
    until: str | None = None
    """None for a moment."""


_END_OF_TIME = datetime.datetime.max.replace(tzinfo=datetime.UTC)
"""The last moment of the calendar, which stands for the one after its last day."""


def read_span(text: str) -> Span | None:
    """What a person wrote of a time, a moment or a day of UTC, as `write_time` writes it; None for what is no time.

    >>> read_span("2026-03-01T13:00:00+01:00")
    Span(start='2026-03-01T12:00:00.000000Z', until=None)
    >>> read_span("2026-02-28")
    Span(start='2026-02-28T00:00:00.000000Z', until='2026-03-01T00:00:00.000000Z')
    >>> read_span("9999-12-31")
    Span(start='9999-12-31T00:00:00.000000Z', until='9999-12-31T23:59:59.999999Z')
    """
    try:
        if _DAY.fullmatch(text):
            day = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
            end = day + datetime.timedelta(days=1) if day.date() < datetime.date.max else _END_OF_TIME
            return Span(write_time(day), write_time(end))
        if (moment := _MOMENT.fullmatch(text)) is not None:
            second, fraction, offset = moment.groups()
            return Span(write_time(datetime.datetime.fromisoformat(f"{second}{fraction or '.':0<7}{offset}")))
    except (ValueError, OverflowError):  # no such day, or beyond the calendar
        return None
    return None
