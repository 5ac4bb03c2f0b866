"""Façade of what the runs server knows of programs: audited anew, accepted, and found by their bytes."""

import uuid
from collections.abc import Iterator

from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import attachments_service_pb2_grpc, run_pb2, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos_client.calls import call, pages
from rmos_client.channel import open_channel

AUDIT_TIMEOUT_S = 300.0


class ProgramsClient:
    """Programs of recorded runs. Use as a context manager, or call `close`."""

    def __init__(self, address: str) -> None:
        self._channel = open_channel(address)
        self._runs = runs_service_pb2_grpc.RunsServiceStub(self._channel)
        self._attachments = attachments_service_pb2_grpc.AttachmentsServiceStub(self._channel)

    def __enter__(self) -> "ProgramsClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._channel.close()

    def audit(self, run_id: str, *, request_id: str | None = None, timeout_s: float = AUDIT_TIMEOUT_S) -> run_pb2.Run:
        """The run, its programs read again and compared with its envelope.

        Raises:
            RmosError: RUN_NOT_FOUND, RUN_WITHDRAWN. A feasibility server that is away is no error: the audit says so.
        """
        request = pb.AuditRunProgramsRequest(name=f"runs/{run_id}")
        return call(self._runs.AuditRunPrograms, request, request_id=request_id, timeout_s=timeout_s).run

    def accept(
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
        return call(self._runs.AcceptFindings, request, request_id=request_id, timeout_s=None).run

    def get_run(self, run_id: str) -> run_pb2.Run:
        """The run with an id.

        Raises:
            RmosError: RUN_NOT_FOUND, ARTIFACT_CORRUPT.
        """
        return call(self._runs.GetRun, pb.GetRunRequest(name=f"runs/{run_id}"), request_id=None, timeout_s=None).run

    def find_runs(self, sha256: str, *, show_withdrawn: bool = False) -> Iterator[pb.RunSummary]:
        """Runs that name bytes, newest first.

        Raises:
            RmosError: INVALID_FIELDS for what is no digest.
        """
        request = attachments_pb.FindRunsByDigestRequest(sha256=sha256, show_withdrawn=show_withdrawn)
        yield from pages(self._attachments.FindRunsByDigest, request, "runs")
