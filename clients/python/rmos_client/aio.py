"""The feasibility server for an event loop: what another server needs of it."""

import grpc

from rmos.feasibility.v1 import feasibility_service_pb2, feasibility_service_pb2_grpc
from rmos.type.v1 import context_pb2, design_pb2, feasibility_report_pb2
from rmos_client.calls import as_rmos_errors, metadata
from rmos_client.channel import open_async_channel


class AsyncFeasibilityClient:
    """Evaluates over one shared channel."""

    def __init__(self, address: str) -> None:
        self._channel = open_async_channel(address)
        self._stub = feasibility_service_pb2_grpc.FeasibilityServiceStub(self._channel)

    async def close(self) -> None:
        await self._channel.close()

    async def evaluate(
        self,
        design: design_pb2.Design,
        context: context_pb2.Context,
        *,
        engine_id: str,
        request_id: str,
        timeout_s: float,
    ) -> feasibility_report_pb2.FeasibilityReport:
        """The report on a design in a context.

        Raises:
            RmosError: The call failed; `code` says whether the server was away or refused the request.
        """
        request = feasibility_service_pb2.EvaluateFeasibilityRequest(
            design=design, context=context, engine_id=engine_id
        )
        with as_rmos_errors(request_id):
            call: grpc.aio.UnaryUnaryCall[
                feasibility_service_pb2.EvaluateFeasibilityRequest, feasibility_service_pb2.EvaluateFeasibilityResponse
            ] = self._stub.EvaluateFeasibility(request, timeout=timeout_s, metadata=metadata(request_id))
            return (await call).report

    async def explain(
        self,
        design: design_pb2.Design,
        context: context_pb2.Context,
        *,
        engine_id: str,
        run_id: str,
        request_id: str,
        timeout_s: float,
    ) -> feasibility_service_pb2.Explanation:
        """The verdict on a run's inputs in sentences.

        Raises:
            RmosError: As `evaluate`.
        """
        request = feasibility_service_pb2.ExplainReportRequest(
            design=design, context=context, engine_id=engine_id, run_id=run_id
        )
        with as_rmos_errors(request_id):
            call: grpc.aio.UnaryUnaryCall[
                feasibility_service_pb2.ExplainReportRequest, feasibility_service_pb2.ExplainReportResponse
            ] = self._stub.ExplainReport(request, timeout=timeout_s, metadata=metadata(request_id))
            return (await call).explanation
