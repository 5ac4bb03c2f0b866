"""RunsService on the wire."""

from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1 import runs_service_pb2_grpc as pb_grpc
from rpckit.call import current_call
from rpckit.failure import InvalidFieldsError
from rpckit.servicer_context import ServicerContext
from rpckit.timestamps import write_time
from runs_svc.domain.ids import read_idempotency_key, read_run_name
from runs_svc.ports import Clock, Ledger
from runs_svc.service import messages
from runs_svc.usecases.batch_get import batch_get
from runs_svc.usecases.list_runs import ListRuns
from runs_svc.usecases.reading import read_document, read_run
from runs_svc.usecases.record_run import RecordRun
from runs_svc.usecases.verify_run import VerifyRun

_LARGEST_BATCH = 100


class RunsServicer(pb_grpc.RunsServiceServicer):
    def __init__(
        self, ledger: Ledger, record_run: RecordRun, list_runs: ListRuns, verify_run: VerifyRun, *, clock: Clock
    ) -> None:
        self._ledger = ledger
        self._record_run = record_run
        self._list_runs = list_runs
        self._verify_run = verify_run
        self._clock = clock

    async def CreateRun(self, request: pb.CreateRunRequest, context: ServicerContext) -> pb.CreateRunResponse:
        recorded = await self._record_run(
            messages.read_attempt(request),
            idempotency_key=read_idempotency_key(request.idempotency_key),
            call=current_call.get(),
        )
        if recorded.replayed:
            context.set_trailing_metadata((("x-idempotent-replay", "true"),))
        return pb.CreateRunResponse(run=messages.write_run(read_run(recorded.stored)))

    async def GetRun(self, request: pb.GetRunRequest, context: ServicerContext) -> pb.GetRunResponse:
        stored = await self._ledger.get(read_run_name(request.name))
        return pb.GetRunResponse(run=messages.write_run(read_run(stored)))

    async def ListRuns(self, request: pb.ListRunsRequest, context: ServicerContext) -> pb.ListRunsResponse:
        page = await self._list_runs(
            filter_text=request.filter,
            order_by=request.order_by,
            page_size=request.page_size,
            page_token=request.page_token,
        )
        return pb.ListRunsResponse(
            runs=[messages.write_summary(item) for item in page.runs],
            next_page_token=page.next_token,
            unreachable=[f"runs/{item.run_id}" for item in page.unreachable],
        )

    async def BatchGetRuns(self, request: pb.BatchGetRunsRequest, context: ServicerContext) -> pb.BatchGetRunsResponse:
        if not 1 <= len(request.names) <= _LARGEST_BATCH:
            raise InvalidFieldsError.one("names", f"{len(request.names)} names; allowed: 1 to {_LARGEST_BATCH}")
        run_ids = [read_run_name(name, f"names[{index}]") for index, name in enumerate(request.names)]
        found, unreachable = await batch_get(self._ledger, run_ids)
        return pb.BatchGetRunsResponse(
            runs=[messages.write_run(view) for view in found],
            unreachable=[f"runs/{run_id}" for run_id in unreachable],
        )

    async def GetRunDocument(
        self, request: pb.GetRunDocumentRequest, context: ServicerContext
    ) -> pb.GetRunDocumentResponse:
        stored = await self._ledger.get(read_run_name(request.name))
        read_document(stored.run)
        return pb.GetRunDocumentResponse(document=stored.run.document, sha256=stored.run.sha256)

    async def VerifyRun(self, request: pb.VerifyRunRequest, context: ServicerContext) -> pb.VerifyRunResponse:
        run_id = read_run_name(request.name)
        checks = await self._verify_run(run_id)
        now = write_time(self._clock.now())
        return pb.VerifyRunResponse(verification=messages.write_verification(run_id, checks, verified_at_utc=now))
