"""The runs server put together: the only place that names concrete classes."""

import asyncio
import datetime
from dataclasses import dataclass
from importlib import metadata

import filelock

from rmos.runs.v1 import (
    attachments_service_pb2,
    attachments_service_pb2_grpc,
    runs_service_pb2,
    runs_service_pb2_grpc,
)
from rmos.system.v1 import system_service_pb2, system_service_pb2_grpc
from rmos_client.aio import AsyncFeasibilityClient
from rpckit import server as rpc_server
from rpckit.admission import Admission
from rpckit.configuration import ConfigurationError
from rpckit.interceptor import CallInterceptor
from rpckit.null_methods import null_handler
from rpckit.server import RunningServer, Service
from rpckit.system_servicer import LimitInfo, ServerFacts, SystemServicer
from runs_svc.adapters.archive_files import FileArchive
from runs_svc.adapters.blob_files import FileBlobStore
from runs_svc.adapters.feasibility_rpc import RpcFeasibility
from runs_svc.adapters.setup_sheet import HtmlSheets
from runs_svc.adapters.sql import suspicion
from runs_svc.adapters.sql.database import migrate, open_reader, open_writer
from runs_svc.adapters.sql.ledger import SqlLedger
from runs_svc.adapters.system import RandomIds, SystemClock
from runs_svc.adapters.zip_pack import ZipPacks
from runs_svc.config import RunsSettings
from runs_svc.domain.override import OverridePolicy
from runs_svc.service.attachments_servicer import AttachmentsServicer
from runs_svc.service.errors import ANSWERS
from runs_svc.service.runs_servicer import RunsServicer, RunsUsecases
from runs_svc.usecases.add_fact import AddFact
from runs_svc.usecases.attach import Attach
from runs_svc.usecases.execution import RecordExecution
from runs_svc.usecases.list_runs import ListRuns
from runs_svc.usecases.operator_pack import PackForOperator
from runs_svc.usecases.record_run import RecordRun
from runs_svc.usecases.replay_run import ReplayGate, ReplayRun
from runs_svc.usecases.suggest import Suggest
from runs_svc.usecases.verify_run import VerifyRun
from runs_svc.usecases.verify_store import VerifyStore
from runs_svc.usecases.watch_runs import WatchRuns

_RUNS = runs_service_pb2.DESCRIPTOR.services_by_name["RunsService"].full_name
_ATTACHMENTS = attachments_service_pb2.DESCRIPTOR.services_by_name["AttachmentsService"].full_name
_SYSTEM = system_service_pb2.DESCRIPTOR.services_by_name["SystemService"].full_name


@dataclass(slots=True)
class Store:
    """The parts that hold what was recorded. One server process owns a store."""

    lock: filelock.BaseFileLock
    ledger: SqlLedger
    blobs: FileBlobStore
    archive: FileArchive
    feasibility: AsyncFeasibilityClient
    broken: asyncio.Event
    """Set when the store accepts no more writes."""

    async def close(self) -> None:
        """Commit and publish what waits, then let go."""
        await self.feasibility.close()
        await self.ledger.close()
        self.archive.close()
        self.blobs.close()
        self.lock.release()


def open_store(settings: RunsSettings) -> Store:
    """Own the store, bring its schema up to date, publish what a crash left unpublished.

    Raises:
        ConfigurationError: Another process owns it, or it comes from a newer version.
    """
    settings.runs_dir.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(settings.runs_dir / "rmos.lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise ConfigurationError(f"the run store {settings.runs_dir} is in use by another runs server") from error
    writer = open_writer(settings.ledger_url)
    migrate(writer)
    writer.dispose()
    marker, broken = settings.runs_dir / ".suspect", asyncio.Event()
    suspicion.clear_after_check(marker, open_reader(settings.ledger_url))
    archive = FileArchive(settings.runs_dir, settings.ledger_url)
    archive.start()

    def stop_writing(reason: str) -> None:
        suspicion.mark(marker, reason)
        broken.set()

    return Store(
        lock=lock,
        ledger=SqlLedger(settings.ledger_url, on_commit=archive.notify, on_broken=stop_writing),
        blobs=FileBlobStore(settings.blobs_path, min_free_percent=settings.min_free_disk_percent),
        archive=archive,
        feasibility=AsyncFeasibilityClient(settings.feasibility_address),
        broken=broken,
    )


async def tell_when_broken(store: Store, running: RunningServer) -> None:
    """Say NOT_SERVING once the store accepts no more writes; reads go on."""
    await store.broken.wait()
    await running.set_serving(serving=False)


async def start(settings: RunsSettings, store: Store) -> RunningServer:
    """Start serving.

    Raises:
        ConfigurationError: The address is not this machine's own, or is taken.
    """
    admission = Admission(most_calls=settings.max_calls, most_streams=settings.max_streams)
    clock, draining = SystemClock(), asyncio.Event()
    feasibility = RpcFeasibility(store.feasibility)
    record_run = RecordRun(
        store.ledger,
        feasibility,
        clock=clock,
        ids=RandomIds(),
        feasibility_timeout_s=settings.feasibility_timeout_s,
    )
    attach = Attach(store.ledger, store.blobs, clock=clock, largest_bytes=settings.max_attachment_bytes)
    verify_run = VerifyRun(store.ledger, store.blobs, store.archive)
    add_fact = AddFact(store.ledger, clock=clock)
    execution = RecordExecution(store.ledger, add_fact)
    gate = ReplayGate(settings.replay_gate_mode, settings.replay_gate_require_note)
    usecases = RunsUsecases(
        record_run=record_run,
        list_runs=ListRuns(store.ledger),
        verify_run=verify_run,
        verify_store=VerifyStore(store.ledger, verify_run),
        add_fact=add_fact,
        execution=execution,
        suggest=Suggest(store.ledger, feasibility, add_fact, timeout_s=settings.feasibility_timeout_s),
        replay_run=ReplayRun(store.ledger, record_run, execution, gate=gate),
        operator_pack=PackForOperator(store.ledger, store.blobs, sheets=HtmlSheets(), packs=ZipPacks()),
        watch_runs=WatchRuns(
            store.ledger, draining=draining, most=settings.max_watchers, bookmark_s=settings.bookmark_interval_s
        ),
        override_policy=OverridePolicy(allow_red=settings.allow_red_override),
    )
    runs = RunsServicer(store.ledger, usecases, clock=clock)
    attachments = AttachmentsServicer(store.ledger, store.blobs, attach, verify_run, clock=clock)
    facts = ServerFacts(
        server="runs_svc",
        version=metadata.version("rmos"),
        started=datetime.datetime.now(datetime.UTC),
        services=[_RUNS, _ATTACHMENTS, _SYSTEM],
        limits=[LimitInfo("max_attachment_bytes", settings.max_attachment_bytes, "bytes")],
        disk_free_bytes=store.blobs.free_bytes,
        archive_lag=store.archive.lag,
    )
    system = SystemServicer(facts, admission)
    services = [
        Service(_RUNS, lambda server: runs_service_pb2_grpc.add_RunsServiceServicer_to_server(runs, server)),
        Service(
            _ATTACHMENTS,
            lambda server: attachments_service_pb2_grpc.add_AttachmentsServiceServicer_to_server(attachments, server),
        ),
        Service(_SYSTEM, lambda server: system_service_pb2_grpc.add_SystemServiceServicer_to_server(system, server)),
    ]
    bench = {
        "CreateRun": runs_service_pb2.CreateRunRequest,
        "GetRun": runs_service_pb2.GetRunRequest,
        "ListRuns": runs_service_pb2.ListRunsRequest,
    }
    return await rpc_server.start(
        services,
        interceptor=CallInterceptor(ANSWERS, admission),
        listen=settings.listen,
        most_in_flight=settings.max_calls + settings.max_streams + rpc_server.SPARE_CALLS,
        draining=draining,
        extra_handlers=[null_handler(bench)] if settings.bench_methods else [],
    )
