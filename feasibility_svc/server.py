"""The feasibility server put together: the only place that names concrete classes."""

import asyncio
import datetime
import secrets
import time
from collections.abc import Callable, Sequence
from importlib import metadata

from feasibility_svc.adapters.admin_journal import AdminJournalFile
from feasibility_svc.adapters.caching.report_cache import ReportCache
from feasibility_svc.adapters.catalogue_files import read_catalogue
from feasibility_svc.adapters.import_journal import ImportJournal
from feasibility_svc.adapters.journal import CatalogueJournal, JournalCorruptError
from feasibility_svc.adapters.tool_libraries.formats import read_library
from feasibility_svc.adapters.tool_libraries.writing import read_back, reads_back, write_library
from feasibility_svc.adapters.toolpath_pictures import draw_programs
from feasibility_svc.adapters.worker_processes import WorkerProcesses, usual_worker_count
from feasibility_svc.config import FeasibilitySettings
from feasibility_svc.domain.engine.engine import Engine, StubEngine
from feasibility_svc.domain.engine.registry import EngineRegistry, baseline_engine
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.ports import AdminEntry, ImportLog, WorkshopCatalogue
from feasibility_svc.service.access_table import ACCESS
from feasibility_svc.service.administration_servicer import AdministrationServicer
from feasibility_svc.service.catalog_servicer import CatalogServicer
from feasibility_svc.service.encoded_reports import ReportEncoder
from feasibility_svc.service.errors import ANSWERS
from feasibility_svc.service.feasibility_servicer import FeasibilityServicer
from feasibility_svc.service.gcode_servicer import GcodeServicer
from feasibility_svc.service.warm_up import warm_up
from feasibility_svc.usecases.admin_log import AdminLog
from feasibility_svc.usecases.evaluate import EvaluateSetup
from feasibility_svc.usecases.export_tools import ExportTools
from feasibility_svc.usecases.import_tools import ImportTools
from foundation.timestamps import write_time
from rmos.feasibility.v1 import (
    administration_service_pb2,
    administration_service_pb2_grpc,
    catalog_service_pb2,
    catalog_service_pb2_grpc,
    feasibility_service_pb2,
    feasibility_service_pb2_grpc,
    gcode_service_pb2,
    gcode_service_pb2_grpc,
)
from rmos.system.v1 import system_service_pb2, system_service_pb2_grpc
from rpckit import server as rpc_server
from rpckit.bench_methods import bench_methods
from rpckit.disk_faults import require_folder, told_at_start
from rpckit.interceptors.admin_log import AdminEvent
from rpckit.interceptors.admission import Admission
from rpckit.interceptors.chain import InterceptorChain, interceptors
from rpckit.observability.open_metrics import open_metrics, tell_metrics
from rpckit.observability.open_tracing import open_tracing
from rpckit.observability.readings import Reading, in_flight
from rpckit.open_guard import open_guard
from rpckit.server import RunningServer, Service
from rpckit.settings import ConfigurationError
from rpckit.system_servicer import ServerInfo, SystemServicer

_FEASIBILITY = feasibility_service_pb2.DESCRIPTOR.services_by_name["FeasibilityService"].full_name
_CATALOG = catalog_service_pb2.DESCRIPTOR.services_by_name["CatalogService"].full_name
_GCODE = gcode_service_pb2.DESCRIPTOR.services_by_name["GcodeService"].full_name
_ADMINISTRATION = administration_service_pb2.DESCRIPTOR.services_by_name["AdministrationService"].full_name
_SYSTEM = system_service_pb2.DESCRIPTOR.services_by_name["SystemService"].full_name
_BYPASSED = "/rmos.bench."  # empty methods, the yardstick of the benchmarks: served only when asked for

_PROGRAM_LIMIT_S = 60.0
"""A program of 10 MB takes about ten seconds on one core."""


async def start(settings: FeasibilitySettings) -> RunningServer:
    """Start serving.

    Raises:
        ConfigurationError: The address cannot be served, or is taken; or the catalogue's journal is damaged, or its
            folder cannot be opened.
    """
    engines: list[Engine] = [baseline_engine()]
    if settings.allow_stub_engine is not None:
        engines.append(StubEngine(RiskLevel(settings.allow_stub_engine)))
    registry = EngineRegistry(engines)
    with told_at_start():
        require_folder(settings.catalog_dir)
        catalogue, imports, end_catalogue = _open_catalogue(settings)
    admission = Admission(most_calls=settings.max_calls, most_streams=settings.max_streams)
    admin_log = AdminLog(AdminJournalFile(settings.catalog_dir), now_s=time.monotonic)
    guard = open_guard(settings, ACCESS, lambda event: admin_log.note(_entry_of(event), refusal=event.refusal)).guard
    end_tracing = open_tracing(settings.traces_url, "feasibility_svc")
    metrics = open_metrics(settings.metrics_listen, "feasibility_svc")
    chain = interceptors(
        ANSWERS,
        admission,
        longest_idle_s=settings.upload_idle_s,
        guard=guard,
        metrics=metrics,
        traced=bool(settings.traces_url),
    )
    workers = WorkerProcesses(limit_s=_PROGRAM_LIMIT_S, worker_count=settings.program_workers or usual_worker_count())
    running = await rpc_server.start(
        [
            _feasibility(registry, catalogue, cache_bytes=settings.cache_mib * 1024**2),
            _catalog(catalogue, imports),
            _gcode(workers),
            _administration(admin_log),
            _system(registry, admission),
        ],
        interceptor=InterceptorChain(chain, bypassed=_BYPASSED),
        network=settings.network(settings.listen),
        extra_handlers=bench_methods("feasibility", asked=settings.bench_methods),
    )
    running.background.append(asyncio.create_task(workers.until_stopped()))
    running.background.append(asyncio.create_task(admin_log.run()))
    running.at_end.append(end_tracing)
    running.at_end.append(end_catalogue)
    tell_metrics(metrics, settings.metrics_listen, running, lambda: _read_numbers(admission))
    return running


async def _read_numbers(admission: Admission) -> Sequence[Reading]:
    return in_flight(admission)


def _open_catalogue(settings: FeasibilitySettings) -> tuple[WorkshopCatalogue, ImportLog, Callable[[], None]]:
    """The catalogue, the attempts to import into it, and what ends both."""
    if settings.catalog_url is not None:
        from feasibility_svc.adapters.postgres import schema  # the driver is loaded where it is needed
        from feasibility_svc.adapters.postgres.catalogue import DatabaseCatalogue
        from feasibility_svc.adapters.postgres.imports import DatabaseImports

        schema.check(settings.catalog_url)
        followed = DatabaseCatalogue(read_catalogue(), settings.catalog_url)
        return followed, DatabaseImports(settings.catalog_url), followed.close
    try:
        journal = CatalogueJournal(read_catalogue(), settings.catalog_dir)
    except JournalCorruptError as error:
        raise ConfigurationError(f"{settings.catalog_dir}: {error}") from error
    return journal, ImportJournal(settings.catalog_dir), lambda: None


def _feasibility(registry: EngineRegistry, catalogue: WorkshopCatalogue, *, cache_bytes: int) -> Service:
    encoder = ReportEncoder(EvaluateSetup(registry, catalogue, stopwatch=time.perf_counter, history=catalogue))
    warm_up(encoder)
    servicer = FeasibilityServicer(encoder, ReportCache(encoder, catalogue, most_bytes=cache_bytes))
    return Service(
        _FEASIBILITY,
        lambda server: feasibility_service_pb2_grpc.add_FeasibilityServiceServicer_to_server(servicer, server),
    )


def _catalog(catalogue: WorkshopCatalogue, imports: ImportLog) -> Service:
    intake = ImportTools(catalogue, read_library, reads_back, imports, now=_now)
    servicer = CatalogServicer(catalogue, intake, ExportTools(catalogue, write_library, read_back), now=_now)
    return Service(
        _CATALOG, lambda server: catalog_service_pb2_grpc.add_CatalogServiceServicer_to_server(servicer, server)
    )


def _gcode(workers: WorkerProcesses) -> Service:
    servicer = GcodeServicer(workers, draw_programs)
    return Service(_GCODE, lambda server: gcode_service_pb2_grpc.add_GcodeServiceServicer_to_server(servicer, server))


def _administration(admin_log: AdminLog) -> Service:
    add = administration_service_pb2_grpc.add_AdministrationServiceServicer_to_server
    return Service(_ADMINISTRATION, lambda server: add(AdministrationServicer(admin_log), server))


def _system(registry: EngineRegistry, admission: Admission) -> Service:
    info = ServerInfo(
        server="feasibility_svc",
        version=metadata.version("rmos"),
        started=datetime.datetime.now(datetime.UTC),
        services=[_FEASIBILITY, _CATALOG, _GCODE, _ADMINISTRATION, _SYSTEM],
        engine_ids=[engine.engine_id for engine in registry],
    )
    servicer = SystemServicer(info, admission)
    return Service(
        _SYSTEM, lambda server: system_service_pb2_grpc.add_SystemServiceServicer_to_server(servicer, server)
    )


def _entry_of(event: AdminEvent) -> AdminEntry:
    return AdminEntry(
        event_id=f"adm_{secrets.token_hex(6)}",
        method=event.method,
        person=event.person,
        outcome=event.outcome,
        code=event.code,
        resource=event.resource,
        peer=event.peer,
        request_id=event.request_id,
        created_at_utc=_now(),
        identity=event.identity.to_json() if event.identity is not None else None,
    )


def _now() -> str:
    return write_time(datetime.datetime.now(datetime.UTC))
