"""Verify a run: recompute everything that can be recomputed and compare.

1. its records, their chain, their published files and the bytes they name
2. the digests inside the run: feasibility, request, inline program
3. what the run is found by, against its records
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict

from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.ids import RunId
from runs_svc.domain.verification import Check, Outcome, check_digests
from runs_svc.ports import Ledger
from runs_svc.usecases.found_by import found_by
from runs_svc.usecases.verify_records import VerifyRecords, parse


class VerifyRun:
    def __init__(self, ledger: Ledger, verify_records: VerifyRecords) -> None:
        self._ledger = ledger
        self._verify_records = verify_records

    async def __call__(self, run_id: RunId) -> Sequence[Check]:
        """Every check of a run.

        Raises:
            RunNotFoundError: There is no such run.
        """
        try:
            stored = await self._ledger.get(run_id)
        except RunCorruptError:
            return [Check("records", Outcome.UNREADABLE, detail="its records do not fit together, or cannot be read")]
        checks = [*await self._verify_records(stored.documents)]
        parsed = parse(stored.run)
        if parsed is not None:
            checks.extend(check_digests(parsed))
            checks.append(await self._check_index(run_id))
        return checks

    async def attachments(self, run_id: RunId) -> Sequence[Check]:
        """A check per attachment of a run; a run that names none is in order.

        Raises:
            RunNotFoundError: There is no such run.
        """
        checks = await self._verify_records.attachments((await self._ledger.get(run_id)).documents)
        return checks or [Check("attachments", Outcome.VERIFIED, detail="the run names none")]

    async def _check_index(self, run_id: RunId) -> Check:
        with suppress(RunCorruptError):
            stored, index = await self._ledger.get(run_id), await self._ledger.get_index(run_id)
            while stored != (again := await self._ledger.get(run_id)):  # something was added in between
                stored, index = again, await self._ledger.get_index(run_id)
            parsed = [parse(document) or {} for document in stored.documents]
            if asdict(index) == found_by("run", stored.documents, parsed):
                return Check("index", Outcome.VERIFIED)
        return Check("index", Outcome.MISMATCH, detail="what the run is found by differs from its document")
