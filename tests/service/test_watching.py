"""Watching runs as they are recorded."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1 import runs_service_pb2_grpc
from testkit.local_servers import LocalServers
from tests import builders
from tests.ends import join_all
from tests.service.wire import TIMEOUT_S, fail_stream


@pytest.fixture
def servers_of_my_own(tmp_path: Path) -> Iterator[LocalServers]:
    with LocalServers(tmp_path, runs_flags=["--bookmark-interval-s", "0.2", "--max-watchers", "2"]) as running:
        yield running


@pytest.fixture
def stub(servers_of_my_own: LocalServers) -> Iterator[Any]:
    with grpc.insecure_channel(servers_of_my_own.runs.address) as channel:
        yield runs_service_pb2_grpc.RunsServiceStub(channel)


def create(stub: Any, mode: str = "rosette") -> str:
    name: str = stub.CreateRun(builders.create_request(mode=mode), timeout=TIMEOUT_S).run.name
    return name


def take(stream: Any, count: int) -> Sequence[pb.WatchRunsResponse]:
    """The next records, without the bookmarks between them."""
    found: list[pb.WatchRunsResponse] = []
    while len(found) < count:
        message = next(stream)
        assert message.resume_token
        if message.kind:
            found.append(message)
    return found


def test_a_watcher_hears_of_every_record_in_order(stub: Any) -> None:
    create(stub)
    stream = stub.WatchRuns(pb.WatchRunsRequest(), timeout=TIMEOUT_S)
    assert next(stream).kind == ""
    names = [create(stub) for _ in range(5)]
    stub.AnnotateRun(pb.AnnotateRunRequest(name=names[2], person="p", note="n"), timeout=TIMEOUT_S)
    heard = take(stream, 6)
    assert [item.run.name for item in heard] == [*names, names[2]]
    assert [(item.kind, item.ordinal) for item in heard[-2:]] == [("run", 0), ("annotation", 1)]
    assert heard[0].sha256 == heard[0].run.document_sha256
    stream.cancel()


def test_who_comes_back_misses_nothing_and_hears_nothing_twice(stub: Any, servers_of_my_own: LocalServers) -> None:
    first = stub.WatchRuns(pb.WatchRunsRequest(filter='mode = "wanted"', from_start=True), timeout=TIMEOUT_S)
    wanted = [create(stub, mode="wanted")]
    create(stub, mode="other")
    (heard,) = take(first, 1)
    token = heard.resume_token
    first.cancel()
    wanted.append(create(stub, mode="wanted"))
    servers_of_my_own.runs.kill()
    servers_of_my_own.runs.start(listen=servers_of_my_own.runs.address)
    wanted.append(create(stub, mode="wanted"))
    again = stub.WatchRuns(
        pb.WatchRunsRequest(filter='mode = "wanted"', resume_token=token), timeout=TIMEOUT_S, wait_for_ready=True
    )
    assert [item.run.name for item in take(again, 2)] == wanted[1:]
    again.cancel()


def test_a_bookmark_moves_the_token_on(stub: Any) -> None:
    stream = stub.WatchRuns(pb.WatchRunsRequest(filter='mode = "never"'), timeout=TIMEOUT_S)
    before = next(stream).resume_token
    create(stub)
    later = [next(stream) for _ in range(3)]
    assert not any(item.kind for item in later)
    assert later[-1].resume_token != before
    stream.cancel()


def test_what_cannot_be_watched_is_refused(stub: Any) -> None:
    create(stub)
    stream = stub.WatchRuns(pb.WatchRunsRequest(from_start=True), timeout=TIMEOUT_S)
    token = next(stream).resume_token
    other = fail_stream(stub.WatchRuns, pb.WatchRunsRequest(filter="status = OK", resume_token=token))
    assert (other.reason, list(other.fields)) == ("INVALID_PAGE_TOKEN", ["resume_token"])
    assert fail_stream(stub.WatchRuns, pb.WatchRunsRequest(filter="status =")).reason == "INVALID_FILTER"
    second = stub.WatchRuns(pb.WatchRunsRequest(), timeout=TIMEOUT_S)
    next(second)
    assert fail_stream(stub.WatchRuns, pb.WatchRunsRequest()).reason == "TOO_MANY_WATCHERS"
    second.cancel()
    stream.cancel()


def test_a_stopping_server_lets_its_watchers_go(stub: Any, servers_of_my_own: LocalServers) -> None:
    stream = stub.WatchRuns(pb.WatchRunsRequest(), timeout=TIMEOUT_S)
    next(stream)
    stopper = threading.Thread(target=servers_of_my_own.runs.stop)
    stopper.start()
    with pytest.raises(grpc.RpcError) as ended:
        list(stream)
    join_all([stopper])
    assert ended.value.code() == grpc.StatusCode.UNAVAILABLE
    assert "stopping" in str(ended.value.details())


def test_callers_that_walk_away_leave_the_server_up(stub: Any, servers_of_my_own: LocalServers) -> None:
    run = create(stub)
    for _ in range(100):
        for call in (
            stub.WatchRuns(pb.WatchRunsRequest(from_start=True), timeout=TIMEOUT_S),
            stub.VerifyStore(pb.VerifyStoreRequest(), timeout=TIMEOUT_S),
        ):
            try:
                next(call)
            except grpc.RpcError:  # the server has not yet seen those before leave, and has no place
                assert call.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
            call.cancel()
            call.code()  # the end has been seen
    assert stub.GetRun(pb.GetRunRequest(name=run), timeout=TIMEOUT_S).run.name == run
    assert "Segmentation" not in servers_of_my_own.runs.log_path.read_text()
