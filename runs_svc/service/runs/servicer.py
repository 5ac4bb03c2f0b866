"""RunsService on the wire."""

from collections.abc import AsyncIterator
from contextlib import aclosing

from foundation.call import current_call
from foundation.errors import InvalidFieldsError, ServiceError
from foundation.timestamps import write_time
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1 import runs_service_pb2_grpc as pb_grpc
from rpckit import preencoded
from rpckit.server_context import ServicerContext
from runs_svc.domain.ids import read_idempotency_key, read_run_name
from runs_svc.domain.runs.document import read_document
from runs_svc.ports import Clock, EncodedRuns, Ledger
from runs_svc.service.runs import amendment_messages, answers, messages, streams
from runs_svc.service.runs.amendment_servicer import AmendmentMethods
from runs_svc.service.runs.picture_methods import PictureMethods
from runs_svc.service.runs.run_encoder import EncodedPage
from runs_svc.service.runs.sheet_servicer import SheetMethods, SheetUsecases
from runs_svc.service.runs.usecases import RunsUsecases
from runs_svc.usecases.runs.batch_get import batch_get
from runs_svc.usecases.runs.lineage import MOST_HOPS
from runs_svc.usecases.runs.list import condition_of, count_by_level
from runs_svc.usecases.runs.record import RecordRequest

_LARGEST_BATCH = 100
_HOPS = 10


class RunsServicer(AmendmentMethods, SheetMethods, PictureMethods, pb_grpc.RunsServiceServicer):
    def __init__(
        self, ledger: Ledger, usecases: RunsUsecases, sheets: SheetUsecases, *, encoded: EncodedRuns, clock: Clock
    ) -> None:
        self._ledger = ledger
        self._usecases = usecases
        self._sheets = sheets
        self._clock = clock
        self._encoded = encoded

    async def CreateRun(self, request: pb.CreateRunRequest, context: ServicerContext) -> pb.CreateRunResponse:
        recorded = await self._usecases.record_run.record(
            messages.read_attempt(request),
            idempotency_key=read_idempotency_key(request.idempotency_key),
            call=current_call.get(),
        )
        if recorded.replayed:
            context.set_trailing_metadata((("x-idempotent-replay", "true"),))
        rest = pb.CreateRunResponse(warnings=answers.warnings_of(recorded.run))
        return self._answer(pb.CreateRunResponse, recorded.run, rest)

    async def GetRun(self, request: pb.GetRunRequest, context: ServicerContext) -> pb.GetRunResponse:
        run = self._encoded.stored(await self._ledger.get(read_run_name(request.name)))
        return preencoded.answer_with(pb.GetRunResponse, "run", run)

    async def ListRuns(self, request: pb.ListRunsRequest, context: ServicerContext) -> pb.ListRunsResponse:
        encoded = EncodedPage(self._encoded)
        page = await self._usecases.list_runs.list(
            encoded,
            filter_text=request.filter,
            order_by=request.order_by,
            page_size=request.page_size,
            page_token=request.page_token,
            show_withdrawn=request.show_withdrawn,
        )
        rest = pb.ListRunsResponse(
            next_page_token=page.next_token, unreachable=[f"runs/{item.run_id}" for item in page.unreachable]
        )
        return preencoded.answer(pb.ListRunsResponse, b"".join((*encoded.rows, rest.SerializeToString())))

    async def BatchGetRuns(self, request: pb.BatchGetRunsRequest, context: ServicerContext) -> pb.BatchGetRunsResponse:
        if not 1 <= len(request.names) <= _LARGEST_BATCH:
            raise InvalidFieldsError.one("names", f"{len(request.names)} names; allowed: 1 to {_LARGEST_BATCH}")
        run_ids = [read_run_name(name, f"names[{index}]") for index, name in enumerate(request.names)]
        runs = answers.RunsAnswer(self._encoded.view)
        return runs.with_rest(await batch_get(self._ledger, run_ids, runs))

    async def GetRunDocument(
        self, request: pb.GetRunDocumentRequest, context: ServicerContext
    ) -> pb.GetRunDocumentResponse:
        stored = await self._ledger.get(read_run_name(request.name))
        read_document(stored.run)
        return pb.GetRunDocumentResponse(document=stored.run.document, sha256=stored.run.sha256)

    async def DownloadRunDocument(
        self, request: pb.DownloadRunDocumentRequest, context: ServicerContext
    ) -> AsyncIterator[pb.DownloadRunDocumentResponse]:
        stored = await self._ledger.get(read_run_name(request.name))
        read_document(stored.run)
        for piece in answers.pieces_of(stored.run, request.offset_bytes):
            yield piece

    async def VerifyRun(self, request: pb.VerifyRunRequest, context: ServicerContext) -> pb.VerifyRunResponse:
        run_id = read_run_name(request.name)
        checks = await self._usecases.verify_run.verify(run_id)
        now = write_time(self._clock.now())
        return pb.VerifyRunResponse(
            verification=messages.write_verification(f"runs/{run_id}", checks, verified_at_utc=now)
        )

    async def VerifyStore(
        self, request: pb.VerifyStoreRequest, context: ServicerContext
    ) -> AsyncIterator[pb.VerifyStoreResponse]:
        async for state in self._usecases.verify_store.verify(request.filter):
            now = write_time(self._clock.now())
            for name, checks in state.damaged:
                damaged = messages.write_verification(name, checks, verified_at_utc=now)
                yield pb.VerifyStoreResponse(damaged=damaged)
            yield pb.VerifyStoreResponse(checked_count=state.runs + state.entities)
        yield pb.VerifyStoreResponse(result=amendment_messages.write_store_check(state))

    async def BatchCreateRuns(
        self, request: pb.BatchCreateRunsRequest, context: ServicerContext
    ) -> pb.BatchCreateRunsResponse:
        if not 1 <= len(request.requests) <= _LARGEST_BATCH:
            raise InvalidFieldsError.one(
                "requests", f"{len(request.requests)} attempts; allowed: 1 to {_LARGEST_BATCH}"
            )
        read = [self._read(item) for item in request.requests]
        asked = [item for item in read if isinstance(item, RecordRequest)]
        recorded = iter(await self._usecases.record_run.together(asked, call=current_call.get()))
        outcomes = [next(recorded) if isinstance(item, RecordRequest) else item for item in read]
        return answers.write_created(outcomes, self._encoded.view)

    def _read(self, request: pb.CreateRunRequest) -> RecordRequest | ServiceError:
        """An attempt of a batch, or why it cannot be read."""
        try:
            attempt = messages.read_attempt(request)
            return RecordRequest(attempt, read_idempotency_key(request.idempotency_key))
        except ServiceError as error:
            return error

    async def CountRuns(self, request: pb.CountRunsRequest, context: ServicerContext) -> pb.CountRunsResponse:
        condition = condition_of(request.filter, show_withdrawn=request.show_withdrawn)
        levels = await count_by_level(self._ledger, condition) if request.by_risk_level else {}
        return pb.CountRunsResponse(count=await self._ledger.count(condition), risk_level_counts=levels)

    async def DiffRuns(self, request: pb.DiffRunsRequest, context: ServicerContext) -> pb.DiffRunsResponse:
        right = read_run_name(request.right, "right")
        compared = await self._usecases.diff_runs.compare(
            read_run_name(request.left, "left"),
            right,
            include_programs=request.include_gcode,
            attach_full=request.attach_full,
            call=current_call.get(),
        )
        response = amendment_messages.write_compared(compared)
        if compared.full is not None:
            response.full.CopyFrom(messages.write_attachment(compared.full, right))
        return response

    async def GetRunLineage(
        self, request: pb.GetRunLineageRequest, context: ServicerContext
    ) -> pb.GetRunLineageResponse:
        hops = {}
        for field in ("max_hops_up", "max_hops_down"):
            hops[field] = getattr(request, field) if request.HasField(field) else _HOPS
            if not 0 <= hops[field] <= MOST_HOPS:
                raise InvalidFieldsError.one(field, f"{hops[field]} hops; allowed: 0 to {MOST_HOPS}")
        lineage = await self._usecases.lineage.find(
            read_run_name(request.name), hops_up=hops["max_hops_up"], hops_down=hops["max_hops_down"]
        )
        return messages.write_lineage(lineage)

    async def ReplayRun(self, request: pb.ReplayRunRequest, context: ServicerContext) -> pb.ReplayRunResponse:
        done = await self._usecases.replay_run.replay(
            read_run_name(request.name),
            instrument_serial=amendment_messages.read_short("instrument_serial", request.instrument_serial),
            operator=amendment_messages.read_operator("operator", request.operator),
            note=amendment_messages.read_note(request.note),
            idempotency_key=read_idempotency_key(request.idempotency_key),
            call=current_call.get(),
            with_earlier_catalogue=request.with_earlier_catalogue,
        )
        if done.replayed:
            context.set_trailing_metadata((("x-idempotent-replay", "true"),))
        rest = answers.write_replayed(done)
        return self._answer(pb.ReplayRunResponse, done.run, rest)

    async def GetOperatorPack(
        self, request: pb.GetOperatorPackRequest, context: ServicerContext
    ) -> AsyncIterator[pb.GetOperatorPackResponse]:
        pack = await self._usecases.operator_pack.pack(read_run_name(request.name))
        with pack.content:
            for message in streams.write_pack(pack, request.offset_bytes):
                yield message

    async def WatchRuns(
        self, request: pb.WatchRunsRequest, context: ServicerContext
    ) -> AsyncIterator[pb.WatchRunsResponse]:
        watched = self._usecases.watch_runs.watch(
            filter_text=request.filter,
            resume_token=request.resume_token,
            from_start=request.from_start,
            bookmark_s=streams.read_bookmark_s(request),
        )
        async with aclosing(watched):
            async for item in watched:
                yield streams.write_watched(item)
