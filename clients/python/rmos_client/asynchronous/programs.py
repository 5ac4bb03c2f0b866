# made from programs.py by protos/asynchronous.py: edit that file
"""What the runs server knows of programs: audited anew, accepted, and found by their bytes."""

import uuid
from collections.abc import AsyncIterator

from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos_client.async_calls import call, pages
from rmos_client.asynchronous.stubs import AsyncServiceStubs
from rmos_client.programs import AUDIT_TIMEOUT_S


class AsyncReleasingPrograms(AsyncServiceStubs):
    """Programs of recorded runs."""

    async def audit_run(
        self, run_id: str, *, request_id: str | None = None, timeout_s: float = AUDIT_TIMEOUT_S
    ) -> run_pb2.Run:
        """The run, its programs read again and compared with its envelope.

        Raises:
            RmosError: RUN_NOT_FOUND, RUN_WITHDRAWN. A feasibility server that is away is no error: the audit says so.
        """
        request = pb.AuditRunProgramsRequest(name=f"runs/{run_id}")
        return (await call(self.runs.AuditRunPrograms, request, request_id=request_id, timeout_s=timeout_s)).run

    async def accept_findings(
        self,
        run_id: str,
        *,
        person: str,
        reason: str,
        findings_sha256: str = "",
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> run_pb2.Run:
        """The run, what was found in its programs accepted in the name of a person.

        Args:
            run_id: The run.
            person: Who.
            reason: Why, 10 to 2000 characters.
            findings_sha256: What the person has seen; "" for whatever was found last.
            idempotency_key: Without one of your own one is made.
            request_id: Correlation id of the call.

        Raises:
            RmosError: PROGRAM_DEVIATES, NOT_BLOCKED, CONCURRENT_CHANGE where something else was found, RUN_NOT_FOUND.
        """
        request = pb.AcceptFindingsRequest(
            name=f"runs/{run_id}",
            person=person,
            reason=reason,
            findings_sha256=findings_sha256,
            idempotency_key=idempotency_key or str(uuid.uuid4()),
        )
        return (await call(self.runs.AcceptFindings, request, request_id=request_id, timeout_s=None)).run

    async def find_runs(self, sha256: str, *, show_withdrawn: bool = False) -> AsyncIterator[pb.RunSummary]:
        """Runs that name bytes, newest first.

        Raises:
            RmosError: INVALID_FIELDS for what is no digest.
        """
        request = attachments_pb.FindRunsByDigestRequest(sha256=sha256, show_withdrawn=show_withdrawn)
        async for item in pages(self.attachments.FindRunsByDigest, request, "runs"):
            yield item
