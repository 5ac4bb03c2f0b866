"""Withdraw runs that are old enough.

A withdrawal is one more amendment of the run; the run itself stays. Every attempt leaves a trace, refused ones too.
"""

import datetime
from collections.abc import AsyncIterator
from dataclasses import dataclass

from foundation.call import Call
from foundation.canonical_json import JsonObject
from foundation.timestamps import write_time
from runs_svc.domain.ids import RunId
from runs_svc.domain.listing import filters
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.upkeep.maintenance import MaintenanceEntry
from runs_svc.domain.upkeep.retention import RetentionPolicy
from runs_svc.ports import Clock, Ledger, ListedRun
from runs_svc.usecases.entities.maintenance_log import MaintenanceLog
from runs_svc.usecases.runs.amend import AmendRun, NewAmendment
from runs_svc.usecases.runs.walk import walk_runs

_PAGE, _MOST_NAMED = 200, 1_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run that was asked for, and why it stays; empty when it may be withdrawn."""

    run_id: RunId
    created_at_utc: str
    refusal: str


class Retention:
    def __init__(
        self, ledger: Ledger, amend_run: AmendRun, log: MaintenanceLog, *, clock: Clock, policy: RetentionPolicy
    ) -> None:
        self._ledger = ledger
        self._amend_run = amend_run
        self._log = log
        self._clock = clock
        self._policy = policy

    async def plan(self, filter_text: str) -> AsyncIterator[Candidate]:
        """All runs of a filter that were not withdrawn yet, oldest first, and whether it may be. Writes nothing.

        Raises:
            InvalidFilterError: The filter cannot be read.
        """
        cutoff = write_time(self._clock.now() - datetime.timedelta(days=self._policy.days or 0))
        async for page in walk_runs(self._ledger, filters.parse(filter_text), at_a_time=_PAGE):
            for listed in page:
                if listed.index.withdrawn != "yes":
                    yield self._candidate(listed, cutoff)

    async def apply(self, filter_text: str, *, person: str, reason: str, call: Call) -> AsyncIterator[Candidate]:
        """Withdraw what may be withdrawn; as `plan`, with the same candidates.

        Leaves a trace before the first and after the last.

        Raises:
            InvalidFieldsError: As `MaintenanceLog.require_decision`.
            InvalidFilterError: The filter cannot be read.
        """
        await self._log.require_decision("retention", person, reason, call=call)
        done: list[str] = []
        refused: dict[str, list[str]] = {}
        async for candidate in self.plan(filter_text):
            if candidate.refusal:
                refused.setdefault(candidate.refusal, []).append(str(candidate.run_id))
            else:
                if not done:
                    begun = MaintenanceEntry("retention", person, reason, "begun", {"filter": filter_text})
                    await self._log.note(begun, call=call)
                body: JsonObject = {"person": person, "reason": reason}
                await self._amend_run.amend(
                    candidate.run_id,
                    NewAmendment(AmendmentKind.TOMBSTONE, body, amendment_id="withdrawal"),
                    call=call,
                )
                done.append(str(candidate.run_id))
            yield candidate
        outcome = "done" if done or not refused else "refused"
        details: JsonObject = {
            "filter": filter_text,
            "withdrawn": [*done[:_MOST_NAMED]],
            "withdrawn_count": len(done),
            "refused": {why: [*run_ids[:_MOST_NAMED]] for why, run_ids in refused.items()},
            "refused_count": sum(map(len, refused.values())),
        }
        await self._log.note(MaintenanceEntry("retention", person, reason, outcome, details), call=call)

    def _candidate(self, listed: ListedRun, cutoff: str) -> Candidate:
        refusal = self._policy.refusal(listed.index, cutoff_utc=cutoff) if listed.intact else "its record is damaged"
        return Candidate(listed.run_id, listed.index.created_at_utc, refusal)
