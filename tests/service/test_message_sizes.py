"""Whatever is recorded can be read again, by a client that receives no more than gRPC clients do by default."""

import hashlib
from collections.abc import Iterator

import grpc
import pytest
from google.protobuf import struct_pb2

from rmos.feasibility.v1 import feasibility_service_pb2 as feasibility_pb
from rmos.feasibility.v1 import feasibility_service_pb2_grpc as feasibility_grpc
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1 import runs_service_pb2_grpc as pb_grpc
from rmos.type.v1 import context_pb2
from rmos_client.rmos import Rmos
from testkit.local_servers import LocalServers
from tests import builders
from tests.service.wire import fail

RECEIVED_BY_DEFAULT = 4 * 1024 * 1024
REQUEST_LIMIT = 4 * 1024 * 1024


def text_meta(size: int, name: str = "text") -> struct_pb2.Struct:
    meta = struct_pb2.Struct()
    meta[name] = "x" * size
    return meta


def path_context(points: int) -> context_pb2.Context:
    """A context with a tool path of so many points, none of which has a short decimal form."""
    made = builders.context_message()
    for _ in range(2):
        cut = made.toolpaths.cuts.add()
        cut.x_mm.extend(100 / 3 + number / 7_777 for number in range(points // 2))
        cut.y_mm.extend(200 / 3 + number / 9_999 for number in range(points // 2))
    return made


@pytest.fixture(scope="module")
def stub(servers: LocalServers) -> Iterator[pb_grpc.RunsServiceStub]:
    with grpc.insecure_channel(servers.runs.address) as channel:
        yield pb_grpc.RunsServiceStub(channel)


@pytest.fixture(scope="module")
def long_run(stub: pb_grpc.RunsServiceStub) -> str:
    request = builders.create_request()
    request.context.CopyFrom(path_context(200_000))
    assert request.ByteSize() < REQUEST_LIMIT
    return stub.CreateRun(request, timeout=120).run.name


def test_a_request_over_the_limit_is_refused_with_reason_and_sizes(servers: LocalServers) -> None:
    request = builders.create_request(gcode_text="x" * 5_000_000)
    with grpc.insecure_channel(servers.runs.address) as channel:
        failed = fail(pb_grpc.RunsServiceStub(channel).CreateRun, request, request_id="too-large")
    assert (failed.code, failed.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "MESSAGE_TOO_LARGE")
    assert failed.amendments == {"size_bytes": str(request.ByteSize()), "limit_bytes": str(REQUEST_LIMIT)}
    assert (failed.request_id, failed.initial_request_id) == ("too-large", "too-large")


def test_the_feasibility_server_refuses_a_large_request_in_the_same_way(servers: LocalServers) -> None:
    request = feasibility_pb.EvaluateFeasibilityRequest(design=builders.design_message())
    request.design.name = "x" * 5_000_000
    with grpc.insecure_channel(servers.feasibility.address) as channel:
        stub = feasibility_grpc.FeasibilityServiceStub(channel)
        assert fail(stub.EvaluateFeasibility, request).reason == "MESSAGE_TOO_LARGE"


def test_a_large_message_within_a_stream_is_refused_in_the_same_way(servers: LocalServers) -> None:
    item = feasibility_pb.StreamEvaluateFeasibilityRequest(key="x" * 5_000_000)
    with grpc.insecure_channel(servers.feasibility.address) as channel:
        call = feasibility_grpc.FeasibilityServiceStub(channel).StreamEvaluateFeasibility(iter([item]), timeout=20)
        with pytest.raises(grpc.RpcError) as failed:
            list(call)
    assert failed.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "allowed: at most 4194304" in str(failed.value.details())


def test_a_run_of_a_long_path_is_read_whole(stub: pb_grpc.RunsServiceStub, long_run: str) -> None:
    run = stub.GetRun(pb.GetRunRequest(name=long_run), timeout=60).run
    assert sum(len(cut.x_mm) for cut in run.context.toolpaths.cuts) == 200_000


def test_the_document_of_a_long_path_is_read_in_pieces(stub: pb_grpc.RunsServiceStub, long_run: str) -> None:
    request = pb.DownloadRunDocumentRequest(name=long_run)
    header, *pieces = stub.DownloadRunDocument(request, timeout=60)
    document = b"".join(piece.chunk for piece in pieces)
    run = stub.GetRun(pb.GetRunRequest(name=long_run), timeout=60).run
    assert len(document) > RECEIVED_BY_DEFAULT
    assert header.header.sha256 == hashlib.sha256(document).hexdigest() == run.hashes.document_sha256
    assert header.header.size_bytes == len(document)
    assert max(len(piece.chunk) for piece in pieces) == 256 * 1024
    request.offset_bytes = len(document) - 10
    assert [piece.chunk for piece in stub.DownloadRunDocument(request, timeout=60)][1:] == [document[-10:]]


def test_an_offset_beyond_the_document_is_refused(stub: pb_grpc.RunsServiceStub, long_run: str) -> None:
    with pytest.raises(grpc.RpcError) as failed:
        list(stub.DownloadRunDocument(pb.DownloadRunDocumentRequest(name=long_run, offset_bytes=10**9), timeout=60))
    assert failed.value.code() is grpc.StatusCode.OUT_OF_RANGE


def test_a_client_that_receives_more_reads_a_long_document_at_once(servers: LocalServers, long_run: str) -> None:
    options = [("grpc.max_receive_message_length", 16 * 1024 * 1024)]
    with grpc.insecure_channel(servers.runs.address, options=options) as channel:
        answer = pb_grpc.RunsServiceStub(channel).GetRunDocument(pb.GetRunDocumentRequest(name=long_run), timeout=60)
    assert hashlib.sha256(answer.document).hexdigest() == answer.sha256


def test_a_run_that_could_not_be_read_is_not_recorded(stub: pb_grpc.RunsServiceStub) -> None:
    before = stub.CountRuns(pb.CountRunsRequest()).count
    request = builders.create_request(meta=text_meta(250_000))
    request.context.CopyFrom(path_context(200_000))
    points = (REQUEST_LIMIT - request.ByteSize() - 100) // 16
    request.context.toolpaths.cuts.add(x_mm=[0.1] * points, y_mm=[0.2] * points)
    assert request.ByteSize() <= REQUEST_LIMIT
    failed = fail(stub.CreateRun, request)
    assert (failed.code, failed.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "RECORD_TOO_LARGE")
    assert stub.CountRuns(pb.CountRunsRequest()).count == before


@pytest.fixture(scope="module")
def full(stub: pb_grpc.RunsServiceStub) -> str:
    name = stub.CreateRun(builders.create_request(), timeout=30).run.name
    for number in range(1_000):
        note = pb.AnnotateRunRequest(name=name, person="p", note="n", meta=text_meta(200_000, f"k{number}"))
        try:
            answer = stub.AnnotateRun(note, timeout=30)
        except grpc.RpcError:
            assert number > 5
            return name
        assert answer.ByteSize() < RECEIVED_BY_DEFAULT
    raise AssertionError("a thousand notes of 200 kB were taken")


def test_the_note_too_many_leaves_no_trace(stub: pb_grpc.RunsServiceStub, full: str) -> None:
    before = stub.GetRun(pb.GetRunRequest(name=full)).run
    request = pb.AnnotateRunRequest(name=full, person="p", note="n", meta=text_meta(200_000, "more"))
    failed = fail(stub.AnnotateRun, request)
    assert (failed.code, failed.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "RECORD_TOO_LARGE")
    assert int(failed.amendments["size_bytes"]) > int(failed.amendments["limit_bytes"])
    assert stub.GetRun(pb.GetRunRequest(name=full)).run == before


def test_a_refused_note_is_not_bound_to_its_key(stub: pb_grpc.RunsServiceStub, full: str) -> None:
    large = pb.AnnotateRunRequest(
        name=full,
        person="p",
        note="n",
        meta=text_meta(250_000, "more"),
        idempotency_key="1b671a64-40d5-491e-99b0-da01ff1f3341",
    )
    assert fail(stub.AnnotateRun, large).reason == "RECORD_TOO_LARGE"
    small = pb.AnnotateRunRequest(
        name=full, person="p", note="fits", idempotency_key="1b671a64-40d5-491e-99b0-da01ff1f3341"
    )
    assert stub.AnnotateRun(small).run.annotations[-1].note == "fits"


def test_decisions_and_steps_at_the_machine_still_fit(stub: pb_grpc.RunsServiceStub, full: str) -> None:
    reason = "r" * 500
    held = stub.SetLegalHold(pb.SetLegalHoldRequest(name=full, person="p", reason=reason, held=True))
    assert held.run.legal_hold.held
    for step in (run_pb2.EXECUTION_STEP_STARTED, run_pb2.EXECUTION_STEP_ABORTED) * 8:
        request = pb.RecordExecutionRequest(name=full, step=step, note="n" * 2_000)
        run = stub.RecordExecution(request).run
    assert len(run.executions) == 16
    assert stub.GetRun(pb.GetRunRequest(name=full)).run == run


def test_the_notes_are_listed_page_by_page(stub: pb_grpc.RunsServiceStub, full: str) -> None:
    found: list[run_pb2.Annotation] = []
    request = pb.ListRunAnnotationsRequest(parent=full, page_size=2)
    while True:
        page = stub.ListRunAnnotations(request)
        assert 1 <= len(page.annotations) <= 2
        found += page.annotations
        request.page_token = page.next_page_token
        if not page.next_page_token:
            break
    assert found == list(stub.GetRun(pb.GetRunRequest(name=full)).run.annotations)


def test_small_notes_end_at_the_same_limit(stub: pb_grpc.RunsServiceStub) -> None:
    name = run_with_notes(stub, 14)
    request = pb.AnnotateRunRequest(name=name, person="p", note="🎸" * 2_000)
    taken = 0
    while taken < 100 and stub.AnnotateRun.future(request).code() is grpc.StatusCode.OK:
        taken += 1
    assert 10 < taken < 100
    assert fail(stub.AnnotateRun, request).reason == "RECORD_TOO_LARGE"
    assert stub.GetRun(pb.GetRunRequest(name=name)).ByteSize() < RECEIVED_BY_DEFAULT


def test_advisories_end_at_the_same_limit_and_the_first_under_an_id_stays(stub: pb_grpc.RunsServiceStub) -> None:
    name = run_with_notes(stub, 13)
    request = pb.AttachAdvisoryRequest(name=name, kind=run_pb2.ADVISORY_KIND_NOTE, text="🎸" * 20_000)
    taken = 0
    while taken < 50:
        request.advisory_id = f"a{taken}"
        if stub.AttachAdvisory.future(request).code() is not grpc.StatusCode.OK:
            break
        taken += 1
    assert fail(stub.AttachAdvisory, request).reason == "RECORD_TOO_LARGE"
    assert len(stub.GetRun(pb.GetRunRequest(name=name)).run.advisory_inputs) == taken
    request.advisory_id = "a0"
    assert stub.AttachAdvisory(request).advisory.advisory_id == "a0"


def run_with_notes(stub: pb_grpc.RunsServiceStub, count: int) -> str:
    """A run with so many notes of 250 kB."""
    name = stub.CreateRun(builders.create_request(), timeout=30).run.name
    for _ in range(count):
        stub.AnnotateRun(pb.AnnotateRunRequest(name=name, person="p", note="n", meta=text_meta(250_000, "same")))
    return name


def test_a_batch_of_large_runs_says_which_are_left(stub: pb_grpc.RunsServiceStub) -> None:
    large = [builders.create_request(gcode_text="G1 X1\n" * 33_000) for _ in range(25)]
    names = [stub.CreateRun(request, timeout=30).run.name for request in large]
    asked, found = list(names), []
    while asked:
        answer = stub.BatchGetRuns(pb.BatchGetRunsRequest(names=asked), timeout=30)
        assert answer.runs
        assert [run.name for run in answer.runs] + list(answer.not_returned) == asked
        found += [run.name for run in answer.runs]
        asked = list(answer.not_returned)
    assert found == names


def test_a_batch_of_large_attempts_names_every_run(stub: pb_grpc.RunsServiceStub) -> None:
    requests = [builders.create_request(meta=text_meta(150_000, f"k{number}")) for number in range(25)]
    results = stub.BatchCreateRuns(pb.BatchCreateRunsRequest(requests=requests), timeout=60).results
    on_progress = [result for result in results if result.HasField("run")]
    assert 10 < len(on_progress) < 25
    assert [result.name for result in on_progress] == [result.run.name for result in on_progress]
    keys = [list(stub.GetRun(pb.GetRunRequest(name=result.name)).run.meta) for result in results]
    assert keys == [[f"k{number}"] for number in range(25)]


def test_the_client_reads_what_needs_several_answers(runs: Rmos, long_run: str) -> None:
    document, sha256 = runs.get_document(long_run.removeprefix("runs/"))
    assert hashlib.sha256(document).hexdigest() == sha256
    many = [long_run.removeprefix("runs/")] * 3
    found, unreachable = runs.batch_get_runs([*many, "run_000000000000"])
    assert [run.name for run in found] == [long_run] * 3
    assert list(unreachable) == ["runs/run_000000000000"]
