"""The budget: what may be spent in a day, a week from Monday, a month, in all, and by one person in a month."""

from collections.abc import Sequence
from dataclasses import dataclass

ALERT_FROM = 0.8


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits; None is no limit. [USD]"""

    day: float | None = None
    week: float | None = None
    month: float | None = None
    total: float | None = None
    requester_month: float | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A period that a limit holds for, and since when it counts; "" is since ever."""

    name: str
    limit_usd: float | None
    since_utc: str
    own: bool = False
    """Whether only the requester's own spending counts."""


def periods(limits: Limits, *, today: str, monday: str) -> Sequence[Period]:
    """The periods that today lies in.

    Args:
        limits: The limits.
        today: Date, `2026-03-04`.
        monday: Date of the Monday on or before.

    >>> [period.since_utc[:10] for period in periods(Limits(), today="2026-03-04", monday="2026-03-02")]
    ['2026-03-04', '2026-03-02', '2026-03-01', '', '2026-03-01']
    """
    first = f"{today[:8]}01"
    midnight = "T00:00:00.000000Z"
    return (
        Period("day", limits.day, f"{today}{midnight}"),
        Period("week", limits.week, f"{monday}{midnight}"),
        Period("month", limits.month, f"{first}{midnight}"),
        Period("total", limits.total, ""),
        Period("requester_month", limits.requester_month, f"{first}{midnight}", own=True),
    )
