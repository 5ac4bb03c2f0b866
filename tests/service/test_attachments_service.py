"""AttachmentsService of a running server."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.runs.v1 import attachments_service_pb2 as pb
from rmos.runs.v1 import attachments_service_pb2_grpc, run_pb2
from rmos_client import Rmos, RmosError, Upload
from testkit.local_servers import LocalServers
from tests import builders
from tests.service.wire import Failed, fail, read_failure

DATA = os.urandom(700_000)
TIMEOUT_S = 60.0
VERIFIED = run_pb2.VERIFICATION_OUTCOME_VERIFIED


@pytest.fixture
def stub(runs_channel: grpc.Channel) -> attachments_service_pb2_grpc.AttachmentsServiceStub:
    return attachments_service_pb2_grpc.AttachmentsServiceStub(runs_channel)


@pytest.fixture
def run(runs: Rmos) -> run_pb2.Run:
    return runs.create_run(builders.design_message(), builders.context_message(), mode="rosette")


@pytest.fixture
def blocked(runs: Rmos) -> run_pb2.Run:
    rubbing = builders.context_message(builders.RED)
    return runs.create_run(builders.design_message(), rubbing, mode="rosette")


def fresh_file(folder: Path, size: int = 700_000) -> Path:
    path = folder / "program.nc"
    path.write_bytes(os.urandom(size))
    return path


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def header(data: bytes = DATA, **fields: Any) -> pb.UploadHeader:
    return pb.UploadHeader(**{"sha256": sha256(data), "size_bytes": len(data), "kind": "debug", **fields})


def messages(first: pb.UploadHeader | None, *chunks: bytes) -> Iterator[pb.UploadAttachmentRequest]:
    if first is not None:
        yield pb.UploadAttachmentRequest(header=first)
    for chunk in chunks:
        yield pb.UploadAttachmentRequest(chunk=chunk)


def refuse(stub: Any, first: pb.UploadHeader | None, *chunks: bytes) -> Failed:
    call = stub.UploadAttachment.future(messages(first, *chunks), timeout=TIMEOUT_S)
    with pytest.raises(grpc.RpcError) as caught:
        call.result()
    return read_failure(caught.value, dict(call.initial_metadata()))


def test_a_file_goes_up_beside_a_run_and_comes_down(runs: Rmos, run: run_pb2.Run, tmp_path: Path) -> None:
    path = fresh_file(tmp_path)
    seen: list[int] = []
    attachment = runs.upload(Upload(path, "gcode", "text/x-gcode"), run_id=run.run_id, progress=seen.append)
    assert attachment.name == f"runs/{run.run_id}/attachments/{sha256(path.read_bytes())}"
    assert seen[-1] == attachment.size_bytes == 700_000
    target = tmp_path / "back.nc"
    got = runs.download(run.run_id, attachment.sha256, target)
    assert target.read_bytes() == path.read_bytes()
    assert got == attachment
    assert list(runs.list_attachments(run.run_id)) == [attachment]
    assert list(runs.get_run(run.run_id).attachments) == [attachment]


def test_uploading_twice_changes_nothing(runs: Rmos, run: run_pb2.Run, tmp_path: Path) -> None:
    path = fresh_file(tmp_path)
    first = runs.upload(Upload(path, "debug"), run_id=run.run_id)
    assert runs.upload(Upload(path, "preview"), run_id=run.run_id) == first


def test_bytes_that_are_stored_are_answered_at_once(stub: Any, runs: Rmos, tmp_path: Path) -> None:
    path = fresh_file(tmp_path)
    runs.upload(Upload(path, "debug"))
    response = stub.UploadAttachment(messages(header(path.read_bytes())), timeout=TIMEOUT_S)
    assert response.already_stored


def test_the_same_bytes_may_stand_beside_several_runs(runs: Rmos, run: run_pb2.Run, tmp_path: Path) -> None:
    path = fresh_file(tmp_path)
    named = [runs.upload(Upload(path, "gcode"))]
    other = runs.create_run(builders.design_message(), builders.context_message(), mode="rosette", attachments=named)
    runs.upload(Upload(path, "gcode"), run_id=run.run_id)
    assert other.attachments[0].sha256 == runs.list_attachments(run.run_id)[0].sha256
    assert other.hashes.gcode_sha256 == other.attachments[0].sha256


@pytest.mark.parametrize("kind", ["gcode", "toolpaths", "opplan"])
def test_no_program_is_released_to_a_blocked_run(runs: Rmos, blocked: run_pb2.Run, tmp_path: Path, kind: str) -> None:
    with pytest.raises(RmosError) as caught:
        runs.upload(Upload(fresh_file(tmp_path), kind), run_id=blocked.run_id)
    assert (caught.value.code, caught.value.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "SAFETY_BLOCKED")
    assert any("a tooth bites 0.00294 mm" in text for text in caught.value.preconditions)
    assert list(runs.list_attachments(blocked.run_id)) == []


def test_notes_may_be_added_to_a_blocked_run(runs: Rmos, blocked: run_pb2.Run, tmp_path: Path) -> None:
    assert runs.upload(Upload(fresh_file(tmp_path), "debug"), run_id=blocked.run_id).kind == "debug"


@pytest.mark.parametrize(
    ("first", "chunks", "field"),
    [
        (None, (), "header"),
        (None, (b"x",), "header"),
        (header(sha256="x"), (), "header.sha256"),
        (header(size_bytes=-1), (), "header.size_bytes"),
        (header(offset_bytes=-1), (), "header.offset_bytes"),
        (header(parent="runs/x"), (), "header.parent"),
        (header(kind="", parent="runs/run_000000000001"), (), "header.kind"),
        (header(filename="a/b"), (), "header.filename"),
        (header(filename="harm\u202ecn.exe"), (), "header.filename"),
        (header(filename="a\x9b2J.nc"), (), "header.filename"),
        (header(filename="a\u2028b.nc"), (), "header.filename"),
        (header(mime="x"), (), "header.mime"),
        (header(b"c" * 2_000_000), (b"c" * 1_048_577,), "chunk"),
    ],
)
def test_a_bad_upload_is_refused_by_field(
    stub: Any, first: pb.UploadHeader | None, chunks: tuple[bytes, ...], field: str
) -> None:
    failed = refuse(stub, first, *chunks)
    assert (failed.code, list(failed.fields)) == (grpc.StatusCode.INVALID_ARGUMENT, [field])


def test_a_second_header_is_refused(stub: Any) -> None:
    twice = iter([pb.UploadAttachmentRequest(header=header(b"a")), pb.UploadAttachmentRequest(header=header(b"a"))])
    with pytest.raises(grpc.RpcError) as caught:
        stub.UploadAttachment(twice, timeout=TIMEOUT_S)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_other_bytes_than_declared_are_refused_and_leave_nothing(stub: Any) -> None:
    data = os.urandom(1_000)
    failed = refuse(stub, header(data), os.urandom(1_000))
    assert (failed.code, failed.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "DIGEST_MISMATCH")
    missing = stub.FindMissingAttachments(
        pb.FindMissingAttachmentsRequest(sha256=[sha256(data)]), timeout=TIMEOUT_S
    ).missing
    assert [(item.sha256, item.committed_size_bytes) for item in missing] == [(sha256(data), 0)]


def test_a_broken_upload_goes_on_where_it_stopped(stub: Any, runs: Rmos) -> None:
    data = os.urandom(700_000)
    assert refuse(stub, header(data), data[:300_000]).reason == "DIGEST_MISMATCH"
    kept = runs.committed_bytes(sha256(data))
    assert kept == 300_000
    response = stub.UploadAttachment(messages(header(data, offset_bytes=kept), data[kept:]), timeout=TIMEOUT_S)
    assert response.attachment.size_bytes == len(data)
    assert runs.committed_bytes(sha256(data)) == 0


def test_an_offset_past_what_is_kept_is_out_of_range(stub: Any) -> None:
    data = os.urandom(1_000)
    failed = refuse(stub, header(data, offset_bytes=500), data[500:])
    assert (failed.code, failed.reason) == (grpc.StatusCode.OUT_OF_RANGE, "OFFSET_OUT_OF_RANGE")


def test_too_large_a_file_is_refused_before_it_is_sent(stub: Any) -> None:
    failed = refuse(stub, header(size_bytes=2**60))
    assert (failed.code, failed.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "ATTACHMENT_TOO_LARGE")


def test_a_download_may_start_anywhere(stub: Any, runs: Rmos, run: run_pb2.Run, tmp_path: Path) -> None:
    path = fresh_file(tmp_path)
    attachment = runs.upload(Upload(path, "debug"), run_id=run.run_id)
    request = pb.DownloadAttachmentRequest(name=attachment.name, offset_bytes=123_456)
    answers = list(stub.DownloadAttachment(request, timeout=TIMEOUT_S))
    assert answers[0].header == attachment
    assert b"".join(answer.chunk for answer in answers[1:]) == path.read_bytes()[123_456:]
    with pytest.raises(grpc.RpcError) as caught:
        list(stub.DownloadAttachment(pb.DownloadAttachmentRequest(name=attachment.name, offset_bytes=700_001)))
    assert caught.value.code() is grpc.StatusCode.OUT_OF_RANGE


def test_what_a_run_does_not_name_is_not_found(stub: Any, run: run_pb2.Run) -> None:
    name = f"runs/{run.run_id}/attachments/{'a' * 64}"
    assert fail(stub.GetAttachment, pb.GetAttachmentRequest(name=name)).reason == "ATTACHMENT_NOT_FOUND"
    assert list(fail(stub.GetAttachment, pb.GetAttachmentRequest(name="runs/x")).fields) == ["name"]
    assert (
        fail(stub.ListAttachments, pb.ListAttachmentsRequest(parent="runs/run_ffffffffffff")).reason == "RUN_NOT_FOUND"
    )
    assert list(fail(stub.FindMissingAttachments, pb.FindMissingAttachmentsRequest()).fields) == ["sha256"]


def test_attachments_are_read_back_and_damage_is_reported(own_servers: LocalServers, tmp_path: Path) -> None:
    with Rmos(runs=own_servers.runs.address) as runs, grpc.insecure_channel(own_servers.runs.address) as channel:
        stub = attachments_service_pb2_grpc.AttachmentsServiceStub(channel)
        run = runs.create_run(builders.design_message(), builders.context_message(), mode="rosette")
        request = pb.VerifyAttachmentsRequest(parent=run.name)
        nothing = stub.VerifyAttachments(request, timeout=TIMEOUT_S).verification
        assert nothing.outcome == VERIFIED
        kept = runs.upload(Upload(fresh_file(tmp_path), kind="debug"), run_id=run.run_id)
        lost = runs.upload(Upload(fresh_file(tmp_path), kind="debug"), run_id=run.run_id)
        (own_servers.store / "attachments" / lost.sha256[:2] / lost.sha256[2:4] / lost.sha256).unlink()
        found = stub.VerifyAttachments(request, timeout=TIMEOUT_S).verification
    assert found.outcome == run_pb2.VERIFICATION_OUTCOME_MISSING
    assert {item.item: item.outcome for item in found.items} == {
        f"attachment:{kept.sha256}": VERIFIED,
        f"attachment:{lost.sha256}": run_pb2.VERIFICATION_OUTCOME_MISSING,
    }


def test_a_download_goes_on_with_what_an_interrupted_one_left(runs: Rmos, run: run_pb2.Run, tmp_path: Path) -> None:
    path, target, seen = fresh_file(tmp_path), tmp_path / "back.nc", list[int]()
    digest = runs.upload(Upload(path, "debug"), run_id=run.run_id).sha256
    left = tmp_path / f"back.nc.{digest[:12]}.part"
    left.write_bytes(path.read_bytes()[:600_000])
    runs.download(run.run_id, digest, target, progress=seen.append)
    assert min(seen) > 600_000
    assert target.read_bytes() == path.read_bytes()
    assert not left.exists()


def test_an_upload_goes_on_with_what_an_interrupted_one_left(
    stub: attachments_service_pb2_grpc.AttachmentsServiceStub, runs: Rmos, run: run_pb2.Run, tmp_path: Path
) -> None:
    path, seen = fresh_file(tmp_path), list[int]()
    data = path.read_bytes()
    refuse(stub, header(data), data[:600_000])
    runs.upload(Upload(path, "debug"), run_id=run.run_id, progress=seen.append)
    assert min(seen) > 600_000


@pytest.mark.parametrize("damaged", [None, b"short", bytes(700_000)], ids=["gone", "short", "altered"])
def test_bytes_that_were_lost_are_taken_in_again(
    own_servers: LocalServers, tmp_path: Path, damaged: bytes | None
) -> None:
    path = fresh_file(tmp_path)
    digest = sha256(path.read_bytes())
    with Rmos(runs=own_servers.runs.address) as client:
        run = client.create_run(builders.design_message(), builders.context_message(), mode="rosette")
        client.upload(Upload(path, "debug"), run_id=run.run_id)
        root = own_servers.store / "attachments"
        stored = root / digest[:2] / digest[2:4] / digest
        stored.unlink()
        if damaged is not None:
            stored.write_bytes(damaged)
        client.upload(Upload(path, "debug"), run_id=run.run_id)
        assert client.download(run.run_id, digest, tmp_path / "back.nc").sha256 == digest
        assert {item.outcome for item in client.verify_run(run.run_id).items} == {VERIFIED}
    assert [kept.read_bytes() for kept in root.glob(".damaged/*")] == ([] if damaged is None else [damaged])


def test_lost_bytes_are_reported_as_missing(own_servers: LocalServers, tmp_path: Path) -> None:
    path = fresh_file(tmp_path)
    digest = sha256(path.read_bytes())
    with Rmos(runs=own_servers.runs.address) as client, grpc.insecure_channel(own_servers.runs.address) as channel:
        client.upload(Upload(path, "debug"))
        stub = attachments_service_pb2_grpc.AttachmentsServiceStub(channel)
        asked = pb.FindMissingAttachmentsRequest(sha256=[digest])
        assert not stub.FindMissingAttachments(asked, timeout=TIMEOUT_S).missing
        (own_servers.store / "attachments" / digest[:2] / digest[2:4] / digest).unlink()
        assert [item.sha256 for item in stub.FindMissingAttachments(asked, timeout=TIMEOUT_S).missing] == [digest]


def test_what_two_runs_share_and_what_one_has_alone(runs: Rmos, stub: Any, tmp_path: Path) -> None:
    left, right = (
        runs.create_run(builders.design_message(), builders.context_message(), mode="rosette") for _ in range(2)
    )
    shared = runs.upload(Upload(fresh_file(tmp_path), kind="debug"), run_id=left.run_id)
    runs.upload(Upload(tmp_path / "program.nc", kind="preview"), run_id=right.run_id)
    only_left = runs.upload(Upload(fresh_file(tmp_path), kind="debug"), run_id=left.run_id)
    only_right = runs.upload(Upload(fresh_file(tmp_path), kind="debug"), run_id=right.run_id)
    found = stub.DiffAttachments(pb.DiffAttachmentsRequest(left=left.name, right=right.name), timeout=TIMEOUT_S)
    assert list(found.only_left) == [only_left]
    assert list(found.only_right) == [only_right]
    assert list(found.shared) == [shared]
    absent = fail(stub.DiffAttachments, pb.DiffAttachmentsRequest(left=left.name, right="runs/x"))
    assert list(absent.fields) == ["right"]
