"""J9: a grown shop on PostgreSQL and a bucket goes on while the bucket is away, and gets everything back afterwards."""

import hashlib
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import grpc
import pytest
from prometheus_client.parser import text_string_to_metric_families

from rmos.runs.v1 import attachments_service_pb2 as attachments
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from testkit.lines import running_line_to
from testkit.local_servers import LocalServer, free_address
from testkit.postgres import PostgresServer
from testkit.seaweed import S3Server
from tests import builders
from tests.promises.back_ends import PostgresBackEnd, problems_of
from tests.service.wire import TIMEOUT_S, fail

pytestmark = pytest.mark.xdist_group("postgres")
NOTES = b"kept by the bucket alone"
_LONGEST_OUTAGE_CALL_S = 60.0


def parts(content: bytes) -> Iterator[attachments.UploadAttachmentRequest]:
    sha256 = hashlib.sha256(content).hexdigest()
    header = attachments.UploadHeader(sha256=sha256, size_bytes=len(content), kind="debug", filename="notes.txt")
    yield attachments.UploadAttachmentRequest(header=header)
    yield attachments.UploadAttachmentRequest(chunk=content)


def test_while_the_bucket_is_away_records_go_on_and_bytes_are_unavailable(
    postgres_server: PostgresServer, s3_server: S3Server, tmp_path: Path
) -> None:
    with ExitStack() as opened:
        line = opened.enter_context(running_line_to(s3_server.port))
        places = PostgresBackEnd(postgres_server, s3_server).places() | s3_server.environment(port=line.port)
        feasibility = LocalServer("feasibility_svc", tmp_path / "feasibility")
        feasibility.start()
        opened.callback(feasibility.kill)
        flags = ["--runs-dir", str(tmp_path / "runs"), "--feasibility-address", feasibility.address]
        flags += ["--metrics-listen", (metrics := free_address())]
        server = LocalServer("runs_svc", tmp_path / "server", flags, places)
        server.start()
        opened.callback(server.kill)
        channel = opened.enter_context(grpc.insecure_channel(server.address))
        runs, files = RunsServiceStub(channel), AttachmentsServiceStub(channel)
        files.UploadAttachment(parts(NOTES), timeout=TIMEOUT_S)
        before = record(runs, hashlib.sha256(NOTES).hexdigest())

        line.behave(is_down=True)
        line.cut()
        refused = fail(files.UploadAttachment, parts(b"new bytes"))
        assert (refused.code, refused.reason) == (grpc.StatusCode.UNAVAILABLE, "STORE_BUSY")
        assert "object store cannot be reached" in refused.message
        sha256 = hashlib.sha256(NOTES).hexdigest()
        unread = attachments.DownloadAttachmentRequest(name=f"{before.name}/attachments/{sha256}")
        with pytest.raises(grpc.RpcError) as caught:
            list(files.DownloadAttachment(unread, timeout=_LONGEST_OUTAGE_CALL_S))
        error: Any = caught.value
        assert error.code() is grpc.StatusCode.UNAVAILABLE
        during = record(runs)
        for run in (before, during):
            assert runs.GetRun(pb.GetRunRequest(name=run.name), timeout=TIMEOUT_S).run == run
        listed = runs.ListRuns(pb.ListRunsRequest(), timeout=TIMEOUT_S).runs
        assert [item.run_id for item in listed] == [during.run_id, before.run_id]
        assert {"rmos_call_seconds_count", "rmos_writes_waiting", "rmos_ledger_size_bytes"} <= told(metrics)
        noted = pb.AnnotateRunRequest(name=before.name, person="M. Sato", note="while it was away")
        runs.AnnotateRun(noted, timeout=TIMEOUT_S)

        line.behave()
        files.UploadAttachment(parts(b"new bytes"), timeout=TIMEOUT_S)
        *_, last = files.DownloadAttachment(unread, timeout=TIMEOUT_S)
        assert last.chunk == NOTES
        assert server.stop() == 0  # what was recorded meanwhile is published by then
        assert problems_of(tmp_path / "runs", places) == []


def told(metrics: str) -> set[str]:
    """The numbers that the server tells."""
    with urllib.request.urlopen(f"http://{metrics}/metrics", timeout=TIMEOUT_S) as answer:
        families = text_string_to_metric_families(answer.read().decode())
        return {sample.name for family in families for sample in family.samples}


def record(runs: RunsServiceStub, sha256: str = "") -> Any:
    request = builders.create_request(idempotency_key=str(uuid.uuid4()))
    if sha256:
        request.attachments.append(pb.AttachmentReference(sha256=sha256, kind="debug", filename="notes.txt"))
    return runs.CreateRun(request, timeout=TIMEOUT_S).run
