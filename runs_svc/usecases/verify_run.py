"""Verify a run: recompute everything that can be recomputed and compare.

1. its records, their chain, their published files and the bytes they name
2. the digests inside the run: feasibility, request, inline program
3. what the run is found by, against its records
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.facts import index_after
from runs_svc.domain.ids import RunId
from runs_svc.domain.run import index_of
from runs_svc.domain.verification import Check, Outcome, check_digests
from runs_svc.ports import Ledger, StoredRun
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
            checks.append(await self._check_index(run_id, parsed, stored))
        return checks

    async def attachments(self, run_id: RunId) -> Sequence[Check]:
        """A check per attachment of a run; a run that names none is in order.

        Raises:
            RunNotFoundError: There is no such run.
        """
        checks = await self._verify_records.attachments((await self._ledger.get(run_id)).documents)
        return checks or [Check("attachments", Outcome.VERIFIED, detail="the run names none")]

    async def _check_index(self, run_id: RunId, document: Mapping[str, Any], stored: StoredRun) -> Check:
        expected = index_of(document)
        for fact in stored.facts:
            expected = index_after(expected, parse(fact) or {})
        with suppress(RunCorruptError):
            if await self._ledger.get_index(run_id) == expected:
                return Check("index", Outcome.VERIFIED)
        return Check("index", Outcome.MISMATCH, detail="what the run is found by differs from its document")
