"""Verify many runs while serving: page by page, oldest first, each like a single one."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from runs_svc.domain import filters
from runs_svc.domain.ids import RunId
from runs_svc.domain.verification import Check, Outcome, worst
from runs_svc.ports import Ledger, ListQuery
from runs_svc.usecases.verify_run import VerifyRun

_PAGE = 100


@dataclass(slots=True)
class StoreCheck:
    """How far it is; `damaged` holds the runs of the last page that do not verify."""

    runs: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    damaged: Sequence[tuple[RunId, Sequence[Check]]] = ()


class VerifyStore:
    def __init__(self, ledger: Ledger, verify_run: VerifyRun) -> None:
        self._ledger = ledger
        self._verify_run = verify_run

    async def __call__(self, filter_text: str) -> AsyncIterator[StoreCheck]:
        """The state after each page of runs; the last one is the result.

        Raises:
            InvalidFilterError: The filter cannot be read.
        """
        condition, after = filters.parse(filter_text), None
        state = StoreCheck()
        while True:
            page = await self._ledger.scan(ListQuery(condition, _PAGE, newest_first=False, after=after))
            damaged = []
            for listed in page:
                checks = await self._verify_run(listed.run_id)
                state.runs += 1
                state.outcomes.update(check.outcome for check in checks)
                if worst(checks) is not Outcome.VERIFIED:
                    damaged.append((listed.run_id, checks))
            state.damaged = damaged
            yield state
            if len(page) < _PAGE:
                return
            after = (page[-1].index.created_at_utc, str(page[-1].run_id))
