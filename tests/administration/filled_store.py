"""A store with one of everything, and every answer its server gives."""

import hashlib
import sqlite3
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

from rmos.advisory.v1 import advisory_service_pb2 as advisory_pb
from rmos.advisory.v1.advisory_service_pb2_grpc import AdvisoryServiceStub
from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos.shop.v1 import jobs_service_pb2 as jobs_pb
from rmos.shop.v1 import patterns_service_pb2 as patterns_pb
from rmos.shop.v1.jobs_service_pb2_grpc import JobsServiceStub
from rmos.shop.v1.patterns_service_pb2_grpc import PatternsServiceStub
from rmos.type.v1 import risk_pb2
from rmos.workflow.v1 import workflow_service_pb2 as workflow_pb
from rmos.workflow.v1.workflow_service_pb2_grpc import WorkflowServiceStub
from rmos_client import Rmos, Upload
from testkit.local_servers import LocalServer
from tests import builders
from tests.service import advisory_requests, test_shop_services, test_workflow_service

TIMEOUT_S = 30.0
PROGRAM = b"G21\nG90\nG1 X10 F1200\nM30\n"


@dataclass(frozen=True)
class Filled:
    """A store whose server is not running, and what it answered."""

    root: Path
    runs: LocalServer
    run_ids: list[str]
    before: dict[str, bytes]

    @property
    def ledger(self) -> Path:
        return self.root / "rmos.db"

    def answers(self) -> dict[str, bytes]:
        self.runs.restart()
        try:
            return answers(self.runs.address)
        finally:
            self.runs.stop()

    def published(self, run_id: str) -> Path:
        (path,) = self.root.glob(f"*/{run_id}.json")
        return path

    def alter(self, statement: str, *values: object) -> None:
        """Change the ledger behind its back."""
        with sqlite3.connect(self.ledger) as database:
            triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in triggers:
                database.execute(f"DROP TRIGGER {name}")
            assert database.execute(statement, values).rowcount > 0
            for _, sql in triggers:
                database.execute(sql)
        database.close()


def fill(address: str, folder: Path, *, runs: int = 12) -> list[str]:
    """Record runs with every kind of amendment, a session, a pattern, a job and an asset; the ids of the runs."""
    program = folder / "program.nc"
    program.write_bytes(PROGRAM)
    with Rmos(runs=address) as client, grpc.insecure_channel(address) as channel:
        client.upload(Upload(program, "gcode"))
        run_ids = record(client, runs)
        _amend_runs(RunsServiceStub(channel), run_ids)
        client.upload(Upload(program, "debug"), run_id=run_ids[4])
        workflow = WorkflowServiceStub(channel)
        test_workflow_service.ask(workflow, test_workflow_service.begin(workflow))
        PatternsServiceStub(channel).CreatePattern(test_shop_services.pattern_request("kept"), timeout=TIMEOUT_S)
        job = jobs_pb.CreateJobRequest(job_type=jobs_pb.JOB_TYPE_ROSETTE_PREVIEW, title="kept")
        JobsServiceStub(channel).CreateJob(job, timeout=TIMEOUT_S)
        AdvisoryServiceStub(channel).UploadAdvisoryAsset(
            advisory_requests.parts(advisory_requests.picture()), timeout=TIMEOUT_S
        )
    return run_ids


def record(client: Rmos, count: int) -> list[str]:
    """Runs under keys that are always the same: recording them again records none."""
    program = run_pb2.Attachment(sha256=hashlib.sha256(PROGRAM).hexdigest(), kind="gcode", filename="program.nc")
    return [
        client.create_run(
            builders.design_message(),
            builders.context_message(builders.YELLOW if number == 1 else None),
            mode="rosette",
            attachments=[program] if number % 3 == 0 else [],
            idempotency_key=str(uuid.uuid5(uuid.NAMESPACE_OID, str(number))),
        ).run_id
        for number in range(count)
    ]


def _amend_runs(stub: Any, run_ids: list[str]) -> None:
    names = [f"runs/{run_id}" for run_id in run_ids]
    stub.AnnotateRun(pb.AnnotateRunRequest(name=names[0], person="M. Sato", note="dry wood"), timeout=TIMEOUT_S)
    override = pb.OverrideRunRequest(
        name=names[1], person="M. Sato", reason="looked at it twice", risk_level=risk_pb2.RISK_LEVEL_YELLOW
    )
    stub.OverrideRun(override, timeout=TIMEOUT_S)
    started = pb.RecordExecutionRequest(name=names[2], step=run_pb2.EXECUTION_STEP_STARTED, instrument_serial="0147")
    stub.RecordExecution(started, timeout=TIMEOUT_S)
    stub.SuggestAdvisory(pb.SuggestAdvisoryRequest(name=names[3]), timeout=TIMEOUT_S)
    hold = pb.SetLegalHoldRequest(name=names[5], held=True, person="M. Sato", reason="a claim is open")
    stub.SetLegalHold(hold, timeout=TIMEOUT_S)
    replay = pb.ReplayRunRequest(name=names[2], instrument_serial="0152", note="the same again")
    stub.ReplayRun(replay, timeout=TIMEOUT_S)


def answers(address: str) -> dict[str, bytes]:
    """What a server says of everything it has, by question."""
    with grpc.insecure_channel(address) as channel:
        return dict(_answers(channel))


def _answers(channel: grpc.Channel) -> Iterator[tuple[str, bytes]]:
    runs, attachments = RunsServiceStub(channel), AttachmentsServiceStub(channel)
    listed = runs.ListRuns(pb.ListRunsRequest(page_size=1_000, show_withdrawn=True), timeout=TIMEOUT_S)
    yield "runs", listed.SerializeToString(deterministic=True)
    for text in ("status = OK", "legal_hold = yes", "gate_decision = OVERRIDDEN", "event_type = replay"):
        yield text, runs.ListRuns(pb.ListRunsRequest(filter=text), timeout=TIMEOUT_S).SerializeToString()
    for summary in listed.runs:
        run = runs.GetRun(pb.GetRunRequest(name=summary.name), timeout=TIMEOUT_S).run
        yield summary.name, run.SerializeToString(deterministic=True)
        document = runs.GetRunDocument(pb.GetRunDocumentRequest(name=summary.name), timeout=TIMEOUT_S)
        assert hashlib.sha256(document.document).hexdigest() == document.sha256
        yield f"{summary.name} document", document.document
        for attachment in run.attachments:
            request = attachments_pb.DownloadAttachmentRequest(name=attachment.name)
            parts = attachments.DownloadAttachment(request, timeout=TIMEOUT_S)
            yield attachment.name, b"".join(part.chunk for part in parts)
    lists = {
        "sessions": WorkflowServiceStub(channel).ListSessions(workflow_pb.ListSessionsRequest(), timeout=TIMEOUT_S),
        "patterns": PatternsServiceStub(channel).ListPatterns(patterns_pb.ListPatternsRequest(), timeout=TIMEOUT_S),
        "jobs": JobsServiceStub(channel).ListJobs(jobs_pb.ListJobsRequest(), timeout=TIMEOUT_S),
        "assets": AdvisoryServiceStub(channel).ListAdvisoryAssets(
            advisory_pb.ListAdvisoryAssetsRequest(filter="prompt : herringbone"), timeout=TIMEOUT_S
        ),
    }
    for name, found in lists.items():
        yield name, found.SerializeToString(deterministic=True)
