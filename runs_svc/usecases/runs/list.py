"""List runs page by page, newest first, with tokens bound to filter and order."""

from collections.abc import Sequence
from dataclasses import dataclass

from foundation.errors import InvalidPageTokenError, Violation
from rpckit import page_tokens
from runs_svc.domain.errors import InvalidFilterError
from runs_svc.domain.listing import filters
from runs_svc.domain.runs.gate import RiskLevel
from runs_svc.ports import Ledger, ListedRun, ListQuery

DEFAULT_PAGE = 50
_KEPT = filters.Comparison("withdrawn", "=", "no")
_ORDERS = {"": True, "create_time desc": True, "create_time": False, "create_time asc": False}


@dataclass(frozen=True, slots=True)
class RunsPage:
    """A page: the runs that can be read, those that cannot, and where to go on."""

    runs: Sequence[ListedRun]
    unreachable: Sequence[ListedRun]
    next_token: str


def condition_of(filter_text: str, *, show_withdrawn: bool) -> filters.Filter | None:
    """Which runs a list shows: those of the filter, and withdrawn ones only on request.

    Raises:
        InvalidFilterError: The filter cannot be read.
    """
    condition = filters.parse(filter_text)
    if show_withdrawn:
        return condition
    return _KEPT if condition is None else filters.And((condition, _KEPT))


async def count_by_level(ledger: Ledger, condition: filters.Filter | None) -> dict[str, int]:
    """How many runs that match have each level."""
    counts = {}
    for level in RiskLevel:
        same = filters.Comparison("risk_level", "=", level.value)
        counts[level.value] = await ledger.count(same if condition is None else filters.And((condition, same)))
    return counts


class ListRuns:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def list(
        self,
        room: page_tokens.Room[ListedRun] = page_tokens.NO_END,
        *,
        filter_text: str,
        order_by: str,
        page_size: int,
        page_token: str,
        show_withdrawn: bool = False,
    ) -> RunsPage:
        """A page of runs. It ends where its room does.

        Raises:
            InvalidFilterError: The filter or the order cannot be read.
            InvalidPageTokenError: The token is damaged or belongs to another query.
            InvalidFieldsError: The page size is out of range.
        """
        if order_by not in _ORDERS:
            raise InvalidFilterError(
                [Violation("order_by", f"{order_by!r} is not allowed; allowed: create_time desc, create_time")]
            )
        newest_first = _ORDERS[order_by]
        size = page_tokens.page_size(page_size, default=DEFAULT_PAGE)
        condition = condition_of(filter_text, show_withdrawn=show_withdrawn)
        query = f"{filter_text}\n{newest_first}\n{show_withdrawn}"
        rows = await self._ledger.scan(
            ListQuery(condition, size + 1, newest_first=newest_first, after=_position(page_token, query))
        )
        page = _fitting(rows[:size], room)
        more = len(rows) > len(page)
        last = page[-1] if page else None
        token = page_tokens.write_token(query, [last.index.created_at_utc, str(last.run_id)]) if more and last else ""
        return RunsPage([row for row in page if row.intact], [row for row in page if not row.intact], token)


def _fitting(rows: Sequence[ListedRun], room: page_tokens.Room[ListedRun]) -> Sequence[ListedRun]:
    for place, row in enumerate(rows):
        if row.intact and not room.take(row):
            return rows[:place]
    return rows


def _position(token: str, query: str) -> tuple[str, str] | None:
    position = page_tokens.read_token(token, query)
    if position is None:
        return None
    if len(position) != 2:
        raise InvalidPageTokenError
    return position[0], position[1]
