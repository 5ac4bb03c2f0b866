"""Times of v1 records: with a zone, without one, in several spellings."""

import re
from dataclasses import dataclass

_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[Tt ](?P<clock>\d\d:\d\d)(?P<second>:\d\d(?P<fraction>[.,]\d{1,9})?)?"
    r"\s*(?P<zone>[Zz]|UTC|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_FARTHEST_ZONE_MINUTES = 18 * 60
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in UTC as records carry it, and whether the text itself named a zone."""

    utc: str
    zoned: bool


def read_legacy_time(text: str) -> Moment | None:
    """The moment of a v1 time; None when it cannot be read. A time without a zone is taken as UTC.

    >>> read_legacy_time("2025-11-30T23:30:00+02:00")
    Moment(utc='2025-11-30T21:30:00.000000Z', zoned=True)
    >>> read_legacy_time("2025-11-30 23:30:00.5")
    Moment(utc='2025-11-30T23:30:00.500000Z', zoned=False)
    >>> read_legacy_time("yesterday") is None
    True
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(part) for part in found["date"].split("-"))
    hour, minute = (int(part) for part in found["clock"].split(":"))
    second, offset = int((found["second"] or ":00")[1:3]), _offset_minutes(found["zone"])
    if not (1 <= month <= 12 and 1 <= day <= _days_in(year, month) and hour < 24 and minute < 60 and second < 60):
        return None
    if offset is None:
        return None
    minutes = _day_number(year, month, day) * 1_440 + hour * 60 + minute - offset
    fraction = (found["fraction"] or ".0")[1:7].ljust(6, "0")
    days, rest = divmod(minutes, 1_440)
    if not 0 <= days < 3_652_059:
        return None
    date = _date_of(days)
    return Moment(f"{date}T{rest // 60:02}:{rest % 60:02}:{second:02}.{fraction}Z", found["zone"] is not None)


def _offset_minutes(zone: str | None) -> int | None:
    """Minutes east of UTC; None for an offset that no clock has."""
    if zone is None or zone in {"Z", "z", "UTC"}:
        return 0
    digits = zone[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    offset = hours * 60 + minutes
    if minutes >= 60 or offset > _FARTHEST_ZONE_MINUTES:
        return None
    return -offset if zone[0] == "-" else offset


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_in(year: int, month: int) -> int:
    return 29 if month == 2 and _leap(year) else _DAYS[month - 1]


def _day_number(year: int, month: int, day: int) -> int:
    """Days since 0001-01-01 in the proleptic Gregorian calendar."""
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400
    return days + sum(_days_in(year, number) for number in range(1, month)) + day - 1


def _date_of(days: int) -> str:
    year = days // 366 + 1
    while _day_number(year + 1, 1, 1) <= days:
        year += 1
    month = 1
    while month < 12 and _day_number(year, month + 1, 1) <= days:
        month += 1
    return f"{year:04}-{month:02}-{days - _day_number(year, month, 1) + 1:02}"
