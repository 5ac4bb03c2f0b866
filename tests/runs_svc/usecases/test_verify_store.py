"""The whole store is verified while others write to it; on the adapters in memory."""

from collections.abc import Sequence
from dataclasses import replace

from foundation.call import Call
from runs_svc.adapters.memory.entities import MemoryEntityStore
from runs_svc.adapters.memory.ledger import MemoryBlobStore, MemoryLedger
from runs_svc.adapters.system import SystemClock
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.domain.shop.job import Job, JobStatus, JobType
from runs_svc.domain.upkeep.verification import Outcome
from runs_svc.usecases.entities.entity import Change
from runs_svc.usecases.entities.repository import EntityRepository
from runs_svc.usecases.shop.jobs import JOB
from runs_svc.usecases.verification.verify_records import VerifyRecords
from runs_svc.usecases.verification.verify_run import VerifyRun
from runs_svc.usecases.verification.verify_store import VerifyStore

QUEUED = Job("job_1", JobType.ROSETTE_PREVIEW, JobStatus.PENDING, "a", "", "2026-03-01T12:00:00.000000Z")
CALL = Call("req_1", None)


class Published:
    """An archive that has every document."""

    async def find(self, document: StoredDocument) -> bytes:
        return document.document

    async def is_pending(self, document: StoredDocument) -> bool:
        return False

    def lag(self) -> int:
        return 0


class BusyEntityStore(MemoryEntityStore):
    """A job is begun while it is looked at."""

    async def documents(self, subject_id: str) -> Sequence[StoredDocument]:
        found = await super().documents(subject_id)
        if len(found) == 1:
            jobs = EntityRepository(self, JOB, clock=SystemClock())
            before = await jobs.find(subject_id)
            assert before is not None
            begun = Change(replace(QUEUED, status=JobStatus.RUNNING), {"action": "begin"})
            await jobs.change(before, subject_id, begun, call=CALL)
        return found


async def test_an_entity_that_another_call_changes_meanwhile_is_sound() -> None:
    ledger, entities = MemoryLedger(), BusyEntityStore()
    await EntityRepository(entities, JOB, clock=SystemClock()).add(
        "job_1", Change(QUEUED, {"action": "create"}), call=CALL
    )
    records = VerifyRecords(MemoryBlobStore(), Published())
    states = [state async for state in VerifyStore(ledger, entities, VerifyRun(ledger, records), records).verify("")]
    assert states[-1].entities == 1
    assert set(states[-1].outcomes) == {Outcome.VERIFIED}
    assert states[-1].outcomes[Outcome.VERIFIED] == 6, "two documents, two files, a chain, an index"
