"""What comes from a pipe, and what an interrupted command has left for the next one."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.runs.v1 import attachments_service_pb2 as pb
from rmos.runs.v1 import runs_service_pb2 as runs_pb
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client import Rmos, transfers
from rmos_client.transfers import CHUNK_BYTES
from testkit.local_servers import LocalServers
from tests.cli.commands import EXAMPLES, ROSETTE, Rmosctl

PROGRAM = EXAMPLES / "classical_rosette.nc"


@pytest.fixture
def rmosctl(servers: LocalServers) -> Rmosctl:
    return Rmosctl(servers)


def test_a_job_comes_from_standard_input(rmosctl: Rmosctl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)  # the files that a job names lie in the current folder
    job = ROSETTE.read_text()
    assert json.loads(rmosctl.run("evaluate", "-", "--json", stdin=job).stdout)["overall_risk"] == "RISK_LEVEL_GREEN"
    assert rmosctl.run("job", "check", "-", stdin=job).exit_code == 0
    recorded = json.loads(rmosctl.run("record", "-", "--json", stdin=job).stdout)
    assert [item["filename"] for item in recorded["attachments"]] == [PROGRAM.name]
    stepped = (EXAMPLES / "steps" / "carved_neck.yaml").read_text()
    assert len(json.loads(rmosctl.run("evaluate", "-", "--json", stdin=stepped).stdout)["steps"]) > 1
    refused = rmosctl.run("evaluate", "-", stdin="design: {rosette: 1}\ncontext: {}\n")
    assert "-: design.rosette" in str(refused.exception)


def test_a_program_comes_from_standard_input(rmosctl: Rmosctl) -> None:
    program = PROGRAM.read_text()
    assert rmosctl.run("gcode", "audit", "-", "--job", ROSETTE, stdin=program).exit_code == 0
    rmosctl.text("record", ROSETTE)
    assert rmosctl.run("gate", "-", stdin=program).exit_code == 0
    assert rmosctl.run("gate", "-", stdin=f"{program}(changed {uuid.uuid4()})\n").exit_code == 4


def test_an_upload_and_a_download_go_on_where_an_earlier_command_stopped(
    servers: LocalServers, rmosctl: Rmosctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = rmosctl.json("record", ROSETTE)["run_id"]
    data = uuid.uuid4().bytes * (4 * CHUNK_BYTES // 16)
    (tmp_path / "scan.bin").write_bytes(data)
    sha256 = _begin(servers, run, data)
    began: list[int] = []
    send = transfers._upload_messages

    def counted(path: Path, header: pb.UploadHeader, progress: Any) -> Iterator[pb.UploadAttachmentRequest]:
        began.append(header.offset_bytes)
        return send(path, header, progress)

    monkeypatch.setattr(transfers, "_upload_messages", counted)
    assert rmosctl.json("upload", run, tmp_path / "scan.bin", "--kind", "debug")["sha256"] == sha256
    assert began == [CHUNK_BYTES]

    target = tmp_path / "again.bin"
    (tmp_path / f"again.bin.{sha256[:12]}.part").write_bytes(data[:CHUNK_BYTES])
    rmosctl.text("download", run, sha256, target)
    assert target.read_bytes() == data
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.bin", "scan.bin"]
    (tmp_path / f"again.bin.{sha256[:12]}.part").write_bytes(b"not what the server has")
    damaged = rmosctl.run("download", run, sha256, target)
    assert "ATTACHMENT_CORRUPT" in str(damaged.exception)
    rmosctl.text("download", run, sha256, target)  # what was wrong is not gone on from


def test_a_pack_goes_on_where_an_earlier_command_stopped(
    servers: LocalServers, rmosctl: Rmosctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = rmosctl.json("record", ROSETTE)["run_id"]
    whole, target = tmp_path / "whole.zip", tmp_path / "pack.zip"
    rmosctl.text("pack", run, whole)
    data = whole.read_bytes()
    begun = tmp_path / f"pack.zip.{hashlib.sha256(data).hexdigest()[:12]}.part"
    received: list[int] = []
    operator_pack = Rmos.operator_pack

    def counted(self: Rmos, run_id: str, file: Path, *, progress: Any) -> runs_pb.OperatorPackHeader:
        return operator_pack(self, run_id, file, progress=lambda bytes_now, total: received.append(bytes_now))

    monkeypatch.setattr(Rmos, "operator_pack", counted)
    begun.write_bytes(data[:-1_000])
    rmosctl.text("pack", run, target)
    assert (target.read_bytes(), received) == (data, [len(data)])
    (tmp_path / f"pack.zip.{'0' * 12}.part").write_bytes(data[:100])  # of what the pack was before
    begun.write_bytes(data + b"more than there is")
    rmosctl.text("pack", run, target)
    assert target.read_bytes() == data
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pack.zip", "whole.zip"]
    stub = RunsServiceStub(grpc.insecure_channel(servers.runs.address))
    with pytest.raises(grpc.RpcError) as refused:
        list(stub.GetOperatorPack(runs_pb.GetOperatorPackRequest(name=f"runs/{run}", offset_bytes=-1), timeout=30))
    assert refused.value.code() is grpc.StatusCode.OUT_OF_RANGE


def _begin(servers: LocalServers, run: str, data: bytes) -> str:
    """Break an upload off after its first chunk: its digest."""
    sha256 = hashlib.sha256(data).hexdigest()
    header = pb.UploadHeader(parent=f"runs/{run}", sha256=sha256, size_bytes=len(data), kind="debug")

    def messages() -> Iterator[pb.UploadAttachmentRequest]:
        yield pb.UploadAttachmentRequest(header=header)
        yield pb.UploadAttachmentRequest(chunk=data[:CHUNK_BYTES])

    with grpc.insecure_channel(servers.runs.address) as channel, pytest.raises(grpc.RpcError):
        AttachmentsServiceStub(channel).UploadAttachment(messages(), timeout=30)
    with Rmos(runs=servers.runs.address) as rmos:
        assert rmos.committed_bytes(sha256) == CHUNK_BYTES
    return sha256
