"""Every service of both servers behind one object, for threads: `Rmos`. `AsyncRmos` is the same for an event loop."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from google.protobuf.message import Message

from rmos.advisory.v1.advisory_service_pb2_grpc import AdvisoryServiceStub
from rmos.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from rmos.feasibility.v1.administration_service_pb2_grpc import AdministrationServiceStub
from rmos.feasibility.v1.catalog_service_pb2_grpc import CatalogServiceStub
from rmos.feasibility.v1.feasibility_service_pb2_grpc import FeasibilityServiceStub
from rmos.feasibility.v1.gcode_service_pb2_grpc import GcodeServiceStub
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos.shop.v1.imports_service_pb2_grpc import ImportsServiceStub
from rmos.shop.v1.jobs_service_pb2_grpc import JobsServiceStub
from rmos.shop.v1.patterns_service_pb2_grpc import PatternsServiceStub
from rmos.system.v1.system_service_pb2_grpc import SystemServiceStub
from rmos.teaching.v1.teaching_service_pb2_grpc import TeachingServiceStub
from rmos.workflow.v1.workflow_service_pb2_grpc import WorkflowServiceStub
from rmos_client.calls import call, call_stream, pages
from rmos_client.channel import FEASIBILITY, RUNS, open_channel
from rmos_client.credentials import Credentials

R = TypeVar("R", bound=Message)


class Rmos:
    """Stubs of every service, and what each call needs: a request id, a deadline, errors as RmosError.

    Use it as a context manager, or call `close`. Its methods may be called from several threads.
    """

    def __init__(
        self, *, feasibility: str = FEASIBILITY, runs: str = RUNS, credentials: Credentials | None = None
    ) -> None:
        """
        Args:
            feasibility: Address of the feasibility server.
            runs: Address of the runs server.
            credentials: Certificates and token. None: those of the program, `current_credentials`.

        Raises:
            UnsafeTokenError: A token would go over the network in the clear.
        """
        self._channels = (open_channel(feasibility, credentials), open_channel(runs, credentials))
        judging, recording = self._channels
        self.feasibility = FeasibilityServiceStub(judging)
        self.catalogue = CatalogServiceStub(judging)
        self.gcode = GcodeServiceStub(judging)
        self.runs = RunsServiceStub(recording)
        self.attachments = AttachmentsServiceStub(recording)
        self.advisory = AdvisoryServiceStub(recording)
        self.workflow = WorkflowServiceStub(recording)
        self.patterns = PatternsServiceStub(recording)
        self.jobs = JobsServiceStub(recording)
        self.imports = ImportsServiceStub(recording)
        self.teaching = TeachingServiceStub(recording)
        self.auth = AuthServiceStub(recording)
        self.system = SystemServiceStub(recording)
        self.feasibility_system = SystemServiceStub(judging)
        self.feasibility_administration = AdministrationServiceStub(judging)

    def __enter__(self) -> "Rmos":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close both connections."""
        for channel in self._channels:
            channel.close()

    def call(
        self,
        method: Callable[..., R],
        request: Message | Iterator[Message],
        *,
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> R:
        """The answer to a call with one answer: `rmos.call(rmos.runs.GetRun, GetRunRequest(name=…))`.

        Args:
            method: A method of one of the stubs.
            request: Its request; an iterator of them for an upload.
            request_id: Correlation id; None: one is made.
            timeout_s: Deadline. None: 10 s.

        Raises:
            RmosError: The call failed; `reason` says why, `request_id` finds it in the server's log.
        """
        return call(method, request, request_id=request_id, timeout_s=timeout_s)

    def stream(
        self,
        method: Callable[..., Any],
        request: Message | Iterator[Message],
        *,
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> Iterator[Any]:
        """The answers of a streaming call, as they come. Deadline: None is 120 s.

        Raises:
            RmosError: The call failed, at once or on the way.
        """
        return call_stream(method, request, request_id=request_id, timeout_s=timeout_s)

    def pages(self, method: Callable[..., Any], request: Any, items: str) -> Iterator[Any]:
        """Every item of a list, page after page: `rmos.pages(rmos.runs.ListRuns, ListRunsRequest(), "runs")`.

        Raises:
            RmosError: A call failed.
        """
        return pages(method, request, items)
