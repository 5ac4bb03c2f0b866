"""All runs of a filter, a page at a time."""

from collections.abc import AsyncIterator, Sequence

from runs_svc.domain.listing.filters import Filter
from runs_svc.ports import Ledger, ListedRun, ListQuery


async def walk_runs(ledger: Ledger, condition: Filter | None, *, at_a_time: int) -> AsyncIterator[Sequence[ListedRun]]:
    """Page after page, oldest first; those that cannot be read are in it too."""
    after: tuple[str, str] | None = None
    while True:
        page = await ledger.scan(ListQuery(condition, at_a_time, newest_first=False, after=after))
        if page:
            yield page
        if len(page) < at_a_time:
            return
        after = (page[-1].index.created_at_utc, str(page[-1].run_id))
