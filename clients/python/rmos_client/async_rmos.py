"""Every service of both servers behind one object, for an event loop: `AsyncRmos`. `Rmos` is the same for threads."""

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, TypeVar

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
from rmos_client.calls import (
    DEFAULT_STREAM_TIMEOUT_S,
    DEFAULT_TIMEOUT_S,
    LARGEST_PAGE,
    as_rmos_errors,
    metadata,
    refuse_unreachable,
)
from rmos_client.channel import FEASIBILITY, RUNS, open_async_channel
from rmos_client.credentials import Credentials, bearer, current_credentials
from rmos_client.errors import mint_request_id

if TYPE_CHECKING:
    from collections.abc import Awaitable

R = TypeVar("R", bound=Message)


class AsyncRmos:
    """As `Rmos`. Use it as an async context manager, or await `close`."""

    def __init__(
        self, *, feasibility: str = FEASIBILITY, runs: str = RUNS, credentials: Credentials | None = None
    ) -> None:
        """As `Rmos`; to be made inside the event loop."""
        own = current_credentials.get() if credentials is None else credentials
        self._token = bearer(own, feasibility) and bearer(own, runs)
        self._channels = (open_async_channel(feasibility, own.tls), open_async_channel(runs, own.tls))
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

    async def __aenter__(self) -> "AsyncRmos":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close both connections."""
        for channel in self._channels:
            await channel.close()

    async def call(
        self,
        method: "Callable[..., Awaitable[R]]",
        request: Any,
        *,
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> R:
        """The answer to a call with one answer.

        Raises:
            RmosError: The call failed.
        """
        used_id = request_id or mint_request_id()
        limit_s = DEFAULT_TIMEOUT_S if timeout_s is None else timeout_s
        with as_rmos_errors(used_id):
            return await method(request, timeout=limit_s, metadata=(*metadata(used_id), *self._token))

    async def stream(
        self,
        method: Callable[..., Any],
        request: Any,
        *,
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> AsyncIterator[Any]:
        """The answers of a streaming call, as they come.

        Raises:
            RmosError: The call failed, at once or on the way.
        """
        used_id = request_id or mint_request_id()
        limit_s = DEFAULT_STREAM_TIMEOUT_S if timeout_s is None else timeout_s
        with as_rmos_errors(used_id):
            async for answer in method(request, timeout=limit_s, metadata=(*metadata(used_id), *self._token)):
                yield answer

    async def pages(self, method: Callable[..., Any], request: Any, items: str) -> AsyncIterator[Any]:
        """Every item of a list, page after page.

        Raises:
            RmosError: A call failed.
        """
        request.page_size = request.page_size or LARGEST_PAGE
        while True:
            page = await self.call(method, request)
            for item in getattr(page, items):
                yield item
            refuse_unreachable(page)
            request.page_token = page.next_page_token
            if not request.page_token:
                return
