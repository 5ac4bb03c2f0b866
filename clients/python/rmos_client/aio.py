"""The feasibility server for an event loop: what another server needs of it."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from urllib.parse import quote

import grpc

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.feasibility.v1 import feasibility_service_pb2_grpc as pb_grpc
from rmos.feasibility.v1 import gcode_service_pb2 as gcode_pb
from rmos.feasibility.v1 import gcode_service_pb2_grpc as gcode_grpc
from rmos.type.v1 import context_pb2, design_pb2, program_audit_pb2
from rmos_client.calls import as_rmos_errors, metadata
from rmos_client.channel import open_async_channel
from rmos_client.credentials import Tls
from rmos_client.errors import mint_request_id

ON_BEHALF_OF = "x-rmos-on-behalf-of"
"""Names of callers, percent-encoded, with commas between them."""


class AsyncFeasibilityClient:
    """Evaluates over one shared channel."""

    def __init__(
        self,
        address: str,
        *,
        tls: Tls | None = None,
        token: Callable[[], str] | None = None,
        interceptors: Sequence[grpc.aio.ClientInterceptor] = (),
    ) -> None:
        """A client.

        Args:
            address: Of the server.
            tls: Its authority, and a certificate of one's own. None: no TLS.
            token: Gives the token or key of each call.
            interceptors: Around each call, the outermost first.
        """
        self._channel = open_async_channel(address, tls, interceptors)
        self._token = token
        self._stub = pb_grpc.FeasibilityServiceStub(self._channel)

    async def close(self) -> None:
        await self._channel.close()

    async def evaluate(
        self, items: Sequence[pb.BatchEvaluateItem], *, timeout_s: float, callers: Collection[str] = ()
    ) -> Sequence[pb.BatchEvaluateResult]:
        """The outcome of each item, at most 100 of them, in their order. `callers` are whom they are asked for.

        Raises:
            RmosError: The call failed as a whole; `code` says whether the server was away.
        """
        # each item carries the id it is asked under; the call has another one where they are several
        request_id = items[0].correlation_id if len(items) == 1 else mint_request_id()
        request = pb.BatchEvaluateFeasibilityRequest(items=items)
        with as_rmos_errors(request_id):
            call: grpc.aio.UnaryUnaryCall[pb.BatchEvaluateFeasibilityRequest, pb.BatchEvaluateFeasibilityResponse] = (
                self._stub.BatchEvaluateFeasibility(
                    request, timeout=timeout_s, metadata=self._metadata(request_id, callers)
                )
            )
            return (await call).results

    async def explain(
        self,
        design: design_pb2.Design,
        context: context_pb2.Context,
        *,
        engine_id: str,
        run_id: str,
        request_id: str,
        timeout_s: float,
        callers: Collection[str] = (),
    ) -> pb.Explanation:
        """The verdict on a run's inputs in sentences.

        Raises:
            RmosError: As `evaluate`.
        """
        request = pb.ExplainReportRequest(design=design, context=context, engine_id=engine_id, run_id=run_id)
        with as_rmos_errors(request_id):
            call: grpc.aio.UnaryUnaryCall[pb.ExplainReportRequest, pb.ExplainReportResponse] = self._stub.ExplainReport(
                request, timeout=timeout_s, metadata=self._metadata(request_id, callers)
            )
            return (await call).explanation

    def _metadata(self, request_id: str, callers: Collection[str]) -> tuple[tuple[str, str], ...]:
        """What a call carries: its id, who calls, and on whose behalf."""
        behalf = ((ON_BEHALF_OF, ",".join(quote(name) for name in sorted(callers))),) if callers else ()
        proof = (("authorization", f"Bearer {self._token()}"),) if self._token is not None else ()
        return (*metadata(request_id), *proof, *behalf)


class AsyncGcodeClient:
    """Has programs audited, over a channel of its own: their bytes do not hold up evaluations."""

    def __init__(
        self,
        address: str,
        *,
        tls: Tls | None = None,
        token: Callable[[], str] | None = None,
        interceptors: Sequence[grpc.aio.ClientInterceptor] = (),
    ) -> None:
        """A client; the arguments are those of AsyncFeasibilityClient."""
        self._channel = open_async_channel(address, tls, interceptors)
        self._token = token
        self._stub = gcode_grpc.GcodeServiceStub(self._channel)

    async def close(self) -> None:
        await self._channel.close()

    async def audit(
        self, requests: AsyncIterator[gcode_pb.AuditProgramRequest], *, request_id: str, timeout_s: float
    ) -> program_audit_pb2.ProgramAuditReport:
        """The report on programs that are sent as a stream: the header, then each program and its bytes.

        Raises:
            RmosError: The call failed; `code` says whether the server was away.
        """
        proof = (("authorization", f"Bearer {self._token()}"),) if self._token is not None else ()
        with as_rmos_errors(request_id):
            call: grpc.aio.StreamUnaryCall[gcode_pb.AuditProgramRequest, gcode_pb.AuditProgramResponse] = (
                self._stub.AuditProgram(requests, timeout=timeout_s, metadata=(*metadata(request_id), *proof))
            )
            return (await call).report

    async def render(
        self, requests: AsyncIterator[gcode_pb.RenderToolpathRequest], *, request_id: str, timeout_s: float
    ) -> bytes:
        """A picture of programs that are sent as a stream: the header, then each program and its bytes.

        Raises:
            RmosError: As `audit`.
        """
        proof = (("authorization", f"Bearer {self._token()}"),) if self._token is not None else ()
        with as_rmos_errors(request_id):
            call: grpc.aio.StreamStreamCall[gcode_pb.RenderToolpathRequest, gcode_pb.RenderToolpathResponse] = (
                self._stub.RenderToolpath(requests, timeout=timeout_s, metadata=(*metadata(request_id), *proof))
            )
            return b"".join([answer.chunk async for answer in call])
