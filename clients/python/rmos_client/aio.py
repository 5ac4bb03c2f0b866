"""The feasibility server for an event loop: what another server needs of it."""

from collections.abc import Sequence

import grpc

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.feasibility.v1 import feasibility_service_pb2_grpc as pb_grpc
from rmos.type.v1 import context_pb2, design_pb2
from rmos_client.calls import as_rmos_errors, metadata
from rmos_client.channel import open_async_channel
from rmos_client.errors import mint_request_id


class AsyncFeasibilityClient:
    """Evaluates over one shared channel."""

    def __init__(self, address: str) -> None:
        self._channel = open_async_channel(address)
        self._stub = pb_grpc.FeasibilityServiceStub(self._channel)

    async def close(self) -> None:
        await self._channel.close()

    async def evaluate(
        self, items: Sequence[pb.BatchEvaluateItem], *, timeout_s: float
    ) -> Sequence[pb.BatchEvaluateResult]:
        """The outcome of each item, at most 100 of them, in their order.

        Raises:
            RmosError: The call failed as a whole; `code` says whether the server was away.
        """
        # each item carries the id it is asked under; the call has another one where they are several
        request_id = items[0].correlation_id if len(items) == 1 else mint_request_id()
        request = pb.BatchEvaluateFeasibilityRequest(items=items)
        with as_rmos_errors(request_id):
            call: grpc.aio.UnaryUnaryCall[pb.BatchEvaluateFeasibilityRequest, pb.BatchEvaluateFeasibilityResponse] = (
                self._stub.BatchEvaluateFeasibility(request, timeout=timeout_s, metadata=metadata(request_id))
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
    ) -> pb.Explanation:
        """The verdict on a run's inputs in sentences.

        Raises:
            RmosError: As `evaluate`.
        """
        request = pb.ExplainReportRequest(design=design, context=context, engine_id=engine_id, run_id=run_id)
        with as_rmos_errors(request_id):
            call: grpc.aio.UnaryUnaryCall[pb.ExplainReportRequest, pb.ExplainReportResponse] = self._stub.ExplainReport(
                request, timeout=timeout_s, metadata=metadata(request_id)
            )
            return (await call).explanation
