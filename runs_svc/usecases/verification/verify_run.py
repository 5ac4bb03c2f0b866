"""Verify a run: recompute everything that can be recomputed and compare.

1. its records, their chain, their published files and the bytes they name
2. the digests inside the run: feasibility, request, inline program
3. the index fields of the run, against its records
"""

from collections.abc import Sequence

from foundation.canonical_json import JsonMapping
from runs_svc.domain.errors import RunCorruptError, RunNotFoundError
from runs_svc.domain.ids import RunId
from runs_svc.domain.upkeep.verification import Check, Outcome, check_digests
from runs_svc.ports import Ledger, StoredRun
from runs_svc.usecases.entity_kinds import check_index, index_fields
from runs_svc.usecases.verification.verify_records import UNREADABLE_RECORDS, VerifyRecords, parse


class VerifyRun:
    def __init__(self, ledger: Ledger, verify_records: VerifyRecords) -> None:
        self._ledger = ledger
        self._verify_records = verify_records

    async def verify(self, run_id: RunId) -> Sequence[Check]:
        """Every check of a run.

        Raises:
            RunNotFoundError: There is no such run.
        """
        try:
            stored, found = await self._records_and_index(run_id)
        except RunCorruptError:
            return [UNREADABLE_RECORDS]
        checks = [*await self._verify_records.verify(stored.documents)]
        run, *amendments = map(parse, stored.documents)
        if run is not None:
            expected = index_fields("run", stored.documents, [run, *(amendment or {} for amendment in amendments)])
            checks.extend([*check_digests(run), check_index("index", found, expected)])
        return checks

    async def attachments(self, run_id: RunId) -> Sequence[Check]:
        """A check per attachment of a run; a run that names none is in order.

        Raises:
            RunNotFoundError: There is no such run.
        """
        checks = await self._verify_records.attachments((await self._ledger.reread(run_id)).documents)
        return checks or [Check("attachments", Outcome.VERIFIED, detail="the run names none")]

    async def _records_and_index(self, run_id: RunId) -> tuple[StoredRun, JsonMapping | None]:
        """A run and its index fields, both of the same moment: another call may be amending it."""
        stored = await self._ledger.reread(run_id)
        while True:
            found = await self._found(run_id)
            again = await self._ledger.reread(run_id)
            if again == stored:
                return stored, found
            stored = again

    async def _found(self, run_id: RunId) -> JsonMapping | None:
        try:
            return (await self._ledger.get_index(run_id))._asdict()
        except RunNotFoundError:
            return None
        except RunCorruptError:
            return {}
