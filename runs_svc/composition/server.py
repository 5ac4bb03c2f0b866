"""The runs server put together: the only place that names concrete classes."""

import asyncio
import time
from contextlib import suppress

from foundation.batch_window import BatchWindow
from rmos.advisory.v1 import advisory_service_pb2, advisory_service_pb2_grpc
from rmos.runs.v1 import (
    attachments_service_pb2,
    attachments_service_pb2_grpc,
    runs_service_pb2,
    runs_service_pb2_grpc,
)
from rmos.shop.v1 import (
    imports_service_pb2,
    imports_service_pb2_grpc,
    jobs_service_pb2,
    jobs_service_pb2_grpc,
    patterns_service_pb2,
    patterns_service_pb2_grpc,
)
from rmos.teaching.v1 import teaching_service_pb2, teaching_service_pb2_grpc
from rmos.workflow.v1 import workflow_service_pb2, workflow_service_pb2_grpc
from rpckit import server as rpc_server
from rpckit.bench_methods import bench_methods
from rpckit.interceptors.admission import Admission
from rpckit.interceptors.chain import InterceptorChain, interceptors
from rpckit.observability.open_metrics import open_metrics, tell_metrics
from rpckit.observability.open_tracing import open_tracing
from rpckit.server import RunningServer, Service
from runs_svc.adapters.caching.report_reader import ReportReaderCache
from runs_svc.adapters.caching.run_messages import RunMessageCache
from runs_svc.adapters.feasibility.catalogue import RpcPresetCatalogue
from runs_svc.adapters.feasibility.client import RpcFeasibility
from runs_svc.adapters.feasibility.drawing import RpcProgramPainter
from runs_svc.adapters.feasibility.programs import RpcProgramAuditor
from runs_svc.adapters.feasibility.report_reader import CheckedReports
from runs_svc.adapters.rendering.comparing import Comparer
from runs_svc.adapters.rendering.images import PictureReader
from runs_svc.adapters.rendering.painter import Painter
from runs_svc.adapters.rendering.part_svg import part_svg
from runs_svc.adapters.rendering.pdf_sheet import PdfSheets
from runs_svc.adapters.rendering.setup_sheet import HtmlSheets
from runs_svc.adapters.rendering.training_files import TrainingFolders
from runs_svc.adapters.rendering.zip_pack import ZipPacks
from runs_svc.adapters.system import SystemClock, SystemIds
from runs_svc.composition.people import open_people
from runs_svc.composition.readings import read_numbers, read_spent
from runs_svc.composition.store import Store
from runs_svc.composition.system_service import system_service
from runs_svc.composition.traced_store import trace_store
from runs_svc.config import RunsSettings
from runs_svc.domain.runs.override import OverridePolicy
from runs_svc.domain.workflow.policy import SessionPolicy
from runs_svc.ports import SheetWriter
from runs_svc.service.advisory.servicer import AdvisoryServicer, AdvisoryUsecases
from runs_svc.service.errors import ANSWERS
from runs_svc.service.runs.attachments_servicer import AttachmentsServicer
from runs_svc.service.runs.run_encoder import RunEncoder
from runs_svc.service.runs.servicer import RunsServicer
from runs_svc.service.runs.sheet_servicer import SheetUsecases
from runs_svc.service.runs.usecases import RunsUsecases
from runs_svc.service.shop.imports_servicer import ImportsServicer
from runs_svc.service.shop.jobs_servicer import JobsServicer
from runs_svc.service.shop.patterns_servicer import PatternsServicer
from runs_svc.service.teaching.servicer import TeachingServicer
from runs_svc.service.workflow import messages
from runs_svc.service.workflow.servicer import WorkflowServicer
from runs_svc.usecases.advisory.assets import Assets
from runs_svc.usecases.advisory.attach import AttachAdvisory
from runs_svc.usecases.advisory.budget import Budget
from runs_svc.usecases.advisory.exports import Exports
from runs_svc.usecases.advisory.generate import GenerateImages
from runs_svc.usecases.advisory.intake import ImageIntake
from runs_svc.usecases.advisory.rephrase import Rephrase
from runs_svc.usecases.advisory.revoke import ReviewAsset
from runs_svc.usecases.advisory.upload import UploadAsset
from runs_svc.usecases.advisory.watch import WatchAssets
from runs_svc.usecases.entities.following import Followers
from runs_svc.usecases.runs.accept_findings import AcceptFindings
from runs_svc.usecases.runs.amend import AmendRun
from runs_svc.usecases.runs.attach import Attach
from runs_svc.usecases.runs.audit_programs import AuditPrograms
from runs_svc.usecases.runs.diff import DiffRuns
from runs_svc.usecases.runs.execute import RecordExecution
from runs_svc.usecases.runs.explain import SetExplanation
from runs_svc.usecases.runs.lineage import FindLineage
from runs_svc.usecases.runs.list import ListRuns
from runs_svc.usecases.runs.override import Override
from runs_svc.usecases.runs.override_requests import OverrideRequests
from runs_svc.usecases.runs.record import RecordRun
from runs_svc.usecases.runs.render_preview import RenderPreview
from runs_svc.usecases.runs.render_program import RenderProgram
from runs_svc.usecases.runs.replay import ReplayGate, ReplayRun
from runs_svc.usecases.runs.sizes import RunSizes
from runs_svc.usecases.runs.suggest_advisory import Suggest
from runs_svc.usecases.runs.watch import WatchRuns
from runs_svc.usecases.sheets.mark import MarkSheet
from runs_svc.usecases.sheets.operator_pack import PackForOperator
from runs_svc.usecases.sheets.print import PrintSheet, SheetFormat
from runs_svc.usecases.sheets.show import ShowSheet
from runs_svc.usecases.shop.imports import ImportLog
from runs_svc.usecases.shop.jobs import Jobs
from runs_svc.usecases.shop.patterns import Patterns
from runs_svc.usecases.teaching.export import Teaching
from runs_svc.usecases.verification.verify_records import VerifyRecords
from runs_svc.usecases.verification.verify_run import VerifyRun
from runs_svc.usecases.verification.verify_store import VerifyStore
from runs_svc.usecases.workflow.sessions import Sessions

_RUNS = runs_service_pb2.DESCRIPTOR.services_by_name["RunsService"].full_name
_ATTACHMENTS = attachments_service_pb2.DESCRIPTOR.services_by_name["AttachmentsService"].full_name
_WORKFLOW = workflow_service_pb2.DESCRIPTOR.services_by_name["WorkflowService"].full_name
_PATTERNS = patterns_service_pb2.DESCRIPTOR.services_by_name["PatternsService"].full_name
_JOBS = jobs_service_pb2.DESCRIPTOR.services_by_name["JobsService"].full_name
_IMPORTS = imports_service_pb2.DESCRIPTOR.services_by_name["ImportsService"].full_name
_ADVISORY = advisory_service_pb2.DESCRIPTOR.services_by_name["AdvisoryService"].full_name
_TEACHING = teaching_service_pb2.DESCRIPTOR.services_by_name["TeachingService"].full_name
_LOOK_EVERY_S, _AWAY_AFTER_S = 1.0, 5.0
_BYPASSED = "/rmos.bench."  # empty methods, the yardstick of the benchmarks: served only when asked for


async def tell_whether_it_serves(store: Store, running: RunningServer) -> None:
    """Say NOT_SERVING for good once a commit of unknown outcome has ended all writes; reads go on.

    Say it as long as PostgreSQL is away, too, so that balancers look for a server that reaches it. A line that is lost
    and soon made again is no outage.
    """
    serving, heard_at = True, time.monotonic()
    while not store.broken.is_set():
        now = time.monotonic()
        heard_at = now if store.database.accepts_writes else heard_at
        if serving != (now - heard_at < _AWAY_AFTER_S):
            serving = not serving
            await running.set_serving(serving=serving)
        with suppress(TimeoutError):
            await asyncio.wait_for(store.broken.wait(), _LOOK_EVERY_S)
    await running.set_serving(serving=False)


async def start(settings: RunsSettings, store: Store, admission: Admission) -> RunningServer:
    """Start serving.

    Raises:
        ConfigurationError: The address cannot be served, or is taken.
    """
    end_tracing = open_tracing(settings.traces_url, "runs_svc")
    if settings.traces_url:
        trace_store(store)
    draining = asyncio.Event()
    people = open_people(settings, store)
    parts = _Parts(settings, store, admission, draining)
    services = [parts.runs(), parts.attachments(), parts.workflow(), parts.patterns(), parts.jobs()]
    services += [parts.imports(), parts.advisory(), parts.teaching()]
    services.append(people.service)
    services.append(system_service(settings, store, admission, [service.name for service in services]))
    metrics = open_metrics(settings.metrics_listen, "runs_svc")
    chain = interceptors(
        ANSWERS,
        admission,
        longest_idle_s=settings.upload_idle_s,
        guard=people.guard,
        metrics=metrics,
        traced=bool(settings.traces_url),
    )
    running = await rpc_server.start(
        services,
        interceptor=InterceptorChain(chain, bypassed=_BYPASSED),
        network=settings.network(settings.listen),
        draining=draining,
        extra_handlers=bench_methods("runs", asked=settings.bench_methods),
    )
    running.background.append(asyncio.create_task(people.admin_log.run()))
    running.at_end.append(end_tracing)
    reads = (lambda: read_numbers(admission, store), lambda: read_spent(parts.budget))
    tell_metrics(metrics, settings.metrics_listen, running, *reads)
    return running


class _Parts:
    """The services, put together from what they share."""

    def __init__(self, settings: RunsSettings, store: Store, admission: Admission, draining: asyncio.Event) -> None:
        self._settings = settings
        self._store = store
        self._clock, self._ids = SystemClock(), SystemIds()
        encoded = self._encoded = RunMessageCache(RunEncoder(), most_bytes=settings.cache_bytes * 5 // 8)
        sizes = RunSizes(lambda view: len(encoded.view(view)))
        reports = ReportReaderCache(CheckedReports(), most_bytes=settings.cache_bytes // 8)
        self._feasibility = RpcFeasibility(store.feasibility, BatchWindow(lambda: admission.active_calls), reports)
        self._amend_run = AmendRun(store.ledger, clock=self._clock, sizes=sizes)
        self._programs = AuditPrograms(
            store.ledger,
            store.blobs,
            RpcProgramAuditor(store.gcode),
            self._amend_run,
            timeout_s=settings.audit_timeout_s,
        )
        self._record_run = RecordRun(
            store.ledger,
            self._feasibility,
            clock=self._clock,
            ids=self._ids,
            feasibility_timeout_s=settings.feasibility_timeout_s,
            programs=self._programs,
            sizes=sizes,
        )
        self._policy = OverridePolicy(allow_red=settings.allow_red_override, four_eyes=settings.four_eyes)
        self._override = Override(self._amend_run, policy=self._policy)
        self._verify_records = VerifyRecords(store.blobs, store.archive)
        self._verify_run = VerifyRun(store.ledger, self._verify_records)
        self._imports = ImportLog(store.entities, clock=self._clock, ids=self._ids)
        self._assets = Assets(store.entities, clock=self._clock, four_eyes=settings.four_eyes)
        self._exports = Exports(store.entities, clock=self._clock)
        self._attach = Attach(
            store.ledger,
            store.blobs,
            clock=self._clock,
            largest_bytes=settings.max_attachment_bytes,
            programs=self._programs,
            sizes=sizes,
        )
        self._intake = ImageIntake(self._attach, store.ledger, store.blobs, pictures=PictureReader())
        self._painter = Painter()
        self._followers = Followers(
            store.ledger, draining=draining, most=settings.max_watchers, bookmark_s=settings.bookmark_interval_s
        )
        self.budget = Budget(
            store.entities,
            clock=self._clock,
            ids=self._ids,
            limits=settings.budget,
            turns=store.turns,
            others_serve=settings.is_shared,
        )

    def runs(self) -> Service:
        settings, ledger, blobs = self._settings, self._store.ledger, self._store.blobs
        execution, sheets = RecordExecution(ledger, self._amend_run), self._sheets()
        gate = ReplayGate(settings.replay_gate_mode, settings.replay_gate_require_note)
        usecases = RunsUsecases(
            record_run=self._record_run,
            list_runs=ListRuns(ledger),
            lineage=FindLineage(ledger),
            diff_runs=DiffRuns(ledger, blobs, self._attach, Comparer()),
            verify_run=self._verify_run,
            verify_store=VerifyStore(ledger, self._store.entities, self._verify_run, self._verify_records),
            amend_run=self._amend_run,
            attach_advisory=AttachAdvisory(ledger, self._assets, self._amend_run),
            audit_programs=self._programs,
            accept_findings=AcceptFindings(ledger, self._amend_run, four_eyes=self._settings.four_eyes),
            execution=execution,
            override=self._override,
            set_explanation=SetExplanation(ledger, self._amend_run),
            suggest=Suggest(ledger, self._feasibility, self._amend_run, timeout_s=settings.feasibility_timeout_s),
            rephrase=Rephrase(self._store.language_model, self._assets, ids=self._ids),
            replay_run=ReplayRun(ledger, self._record_run, execution, gate=gate),
            operator_pack=PackForOperator(
                ledger,
                blobs,
                sheets=sheets.print,
                packs=ZipPacks(min_free_percent=settings.min_free_disk_percent),
            ),
            render_preview=RenderPreview(ledger, self._painter, self._attach),
            watch_runs=WatchRuns(ledger, self._followers),
        )
        servicer = RunsServicer(ledger, usecases, sheets, encoded=self._encoded, clock=self._clock)
        add = runs_service_pb2_grpc.add_RunsServiceServicer_to_server
        return Service(_RUNS, lambda server: add(servicer, server))

    def _sheets(self) -> SheetUsecases:
        ledger, blobs, settings = self._store.ledger, self._store.blobs, self._settings
        show = ShowSheet(ledger, blobs, RpcPresetCatalogue(self._store.catalogue))
        writers: dict[SheetFormat, SheetWriter] = {SheetFormat.HTML: HtmlSheets(), SheetFormat.PDF: PdfSheets()}
        painter = RpcProgramPainter(self._store.gcode, timeout_s=settings.audit_timeout_s)
        return SheetUsecases(
            show=show,
            print=PrintSheet(ledger, show, self._painter, writers, clock=self._clock),
            mark=MarkSheet(self._amend_run),
            requests=OverrideRequests(ledger, self._amend_run, policy=self._policy),
            render_program=RenderProgram(ledger, blobs, painter),
            part_svg=part_svg,
        )

    def attachments(self) -> Service:
        store = self._store
        servicer = AttachmentsServicer(store.ledger, store.blobs, self._attach, self._verify_run, clock=self._clock)
        add = attachments_service_pb2_grpc.add_AttachmentsServiceServicer_to_server
        return Service(_ATTACHMENTS, lambda server: add(servicer, server))

    def workflow(self) -> Service:
        settings = self._settings
        policy = SessionPolicy(allow_red_override=settings.allow_red_override, four_eyes=settings.four_eyes)
        approved = OverridePolicy(allow_red=settings.allow_red_override)  # approving has looked at who asked
        sessions = Sessions(
            self._store.entities,
            self._record_run,
            Override(self._amend_run, policy=approved),
            self._attach,
            clock=self._clock,
            ids=self._ids,
            policy=policy,
            weigh=lambda session: messages.write_session(session, policy).ByteSize(),
        )
        servicer = WorkflowServicer(sessions)
        add = workflow_service_pb2_grpc.add_WorkflowServiceServicer_to_server
        return Service(_WORKFLOW, lambda server: add(servicer, server))

    def patterns(self) -> Service:
        patterns = Patterns(self._store.entities, self._imports, clock=self._clock, ids=self._ids)
        servicer = PatternsServicer(patterns, self._painter)
        add = patterns_service_pb2_grpc.add_PatternsServiceServicer_to_server
        return Service(_PATTERNS, lambda server: add(servicer, server))

    def jobs(self) -> Service:
        servicer = JobsServicer(Jobs(self._store.entities, self._store.ledger, clock=self._clock, ids=self._ids))
        add = jobs_service_pb2_grpc.add_JobsServiceServicer_to_server
        return Service(_JOBS, lambda server: add(servicer, server))

    def advisory(self) -> Service:
        providers = self._store.providers
        usecases = AdvisoryUsecases(
            assets=self._assets,
            intake=self._intake,
            upload=UploadAsset(self._assets, self._intake, self._imports, ids=self._ids),
            generate=GenerateImages(
                providers.ready, providers.missing, self._assets, self._intake, self.budget, ids=self._ids
            ),
            review=ReviewAsset(self._assets, self._exports, self._amend_run),
            budget=self.budget,
            watch=WatchAssets(self._store.ledger, self._assets, self._followers),
        )
        servicer = AdvisoryServicer(usecases)
        add = advisory_service_pb2_grpc.add_AdvisoryServiceServicer_to_server
        return Service(_ADVISORY, lambda server: add(servicer, server))

    def teaching(self) -> Service:
        folders = TrainingFolders(self._settings.exports_path)
        teaching = Teaching(self._assets, self._exports, self._intake, folders)
        servicer = TeachingServicer(teaching, self._assets, self._exports)
        add = teaching_service_pb2_grpc.add_TeachingServiceServicer_to_server
        return Service(_TEACHING, lambda server: add(servicer, server))

    def imports(self) -> Service:
        servicer = ImportsServicer(self._imports)
        add = imports_service_pb2_grpc.add_ImportsServiceServicer_to_server
        return Service(_IMPORTS, lambda server: add(servicer, server))
