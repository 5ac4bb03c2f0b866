"""Real processes, killed for real."""

import hashlib
import os
import signal
import threading
import time
import uuid
from pathlib import Path

import grpc
import pytest

from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client import Rmos, RmosError, Upload
from rmos_client.transfers import CHUNK_BYTES
from testkit.local_servers import LocalServer, LocalServers, ServerStartError
from tests import builders
from tests.ends import join_all

CLIENTS, KILLS, LEAST_ACKNOWLEDGED = 8, 3, 100


class Burst:
    """Clients that create runs until the server is gone, and remember what was acknowledged."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.acknowledged: dict[str, str] = {}
        self.open_keys: set[str] = set()
        self.enough = threading.Event()
        self._threads = [threading.Thread(target=self._create, daemon=True) for _ in range(CLIENTS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        join_all(self._threads)

    def _create(self) -> None:
        with grpc.insecure_channel(self._address) as channel:
            stub = RunsServiceStub(channel)
            while True:
                key = str(uuid.uuid4())
                self.open_keys.add(key)
                try:
                    run = stub.CreateRun(builders.create_request(idempotency_key=key), timeout=10).run
                except grpc.RpcError:
                    return
                self.acknowledged[key] = run.run_id
                self.open_keys.discard(key)
                if len(self.acknowledged) >= LEAST_ACKNOWLEDGED:
                    self.enough.set()


def test_a_publisher_that_was_killed_is_replaced(own_servers: LocalServers) -> None:
    server = own_servers.runs
    publisher = int(Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text())
    time.sleep(1.1)  # a publisher that ends at once is not started again and again
    os.kill(publisher, signal.SIGKILL)
    run = create(own_servers, builders.create_request())
    with Rmos(runs=server.address) as runs:
        checked = {item.item: item.outcome for item in runs.verify_run(run.run_id).items}
    assert set(checked.values()) == {run_pb2.VERIFICATION_OUTCOME_VERIFIED}


def test_every_acknowledged_run_survives_a_kill_exactly_once(own_servers: LocalServers) -> None:
    acknowledged: dict[str, str] = {}
    unanswered: set[str] = set()
    for _ in range(KILLS):
        burst = Burst(own_servers.runs.address)
        burst.start()
        assert burst.enough.wait(60), "too little traffic to prove anything"
        own_servers.runs.kill()
        burst.join()
        acknowledged |= burst.acknowledged
        unanswered |= burst.open_keys
        own_servers.runs.restart()
    with Rmos(runs=own_servers.runs.address) as runs:
        listed = [run.run_id for run in runs.list_runs(page_size=1000)]
        assert len(listed) == len(set(listed))
        assert set(acknowledged.values()) <= set(listed)
        assert len(listed) - len(acknowledged) <= len(unanswered)
        for key in unanswered:  # a retry with the same key gives one record, whether the first came through or not
            design, context = builders.design_message(), builders.context_message()
            retried = {runs.create_run(design, context, mode="rosette", idempotency_key=key).run_id for _ in range(2)}
            assert len(retried) == 1
        everything = {run.run_id: run for run in runs.list_runs(page_size=1000)}
        assert len(everything) == len(acknowledged) + len(unanswered)
        own_servers.runs.stop()
        for run_id, summary in everything.items():
            day = summary.create_time.ToDatetime().strftime("%Y-%m-%d")
            published = (own_servers.store / day / f"{run_id}.json").read_bytes()
            assert hashlib.sha256(published).hexdigest() == summary.document_sha256


def test_a_key_holds_across_restarts(own_servers: LocalServers) -> None:
    request = builders.create_request(idempotency_key=str(uuid.uuid4()))
    before = create(own_servers, request)
    own_servers.runs.kill()
    own_servers.runs.restart()
    assert create(own_servers, request) == before


def create(servers: LocalServers, request: pb.CreateRunRequest) -> run_pb2.Run:
    with grpc.insecure_channel(servers.runs.address) as channel:
        run: run_pb2.Run = RunsServiceStub(channel).CreateRun(request, timeout=20).run
        return run


def test_transfers_survive_a_killed_server(own_servers: LocalServers, tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    path.write_bytes(os.urandom(32 * 1024 * 1024))
    after_the_kill: list[int] = []

    def kill_once(sent: int) -> None:
        if sent > 8 * 1024 * 1024 and not after_the_kill:
            after_the_kill.append(sent)
            own_servers.runs.kill()
            own_servers.runs.restart()
        elif after_the_kill:
            after_the_kill.append(sent)

    with Rmos(runs=own_servers.runs.address) as runs:
        attachment = runs.upload(Upload(path, "debug"), progress=kill_once)
        run = runs.create_run(
            builders.design_message(), builders.context_message(), mode="rosette", attachments=[attachment]
        )
        target = tmp_path / "back.bin"
        received: list[int] = []

        def kill_again(so_far: int) -> None:
            received.append(so_far)
            if len(received) == 20:
                own_servers.runs.kill()
                own_servers.runs.restart()

        runs.download(run.run_id, attachment.sha256, target, progress=kill_again)
        assert received == sorted(received), "it went on where it stopped, not from the start"
    assert min(after_the_kill) > CHUNK_BYTES, "it went on where it stopped, not from the start"
    assert target.read_bytes() == path.read_bytes()


def test_a_feasibility_service_that_is_away_still_leaves_an_error_record(own_servers: LocalServers) -> None:
    own_servers.feasibility.kill()
    run = create(own_servers, builders.create_request(gcode_text="G21\n"))
    assert run.status == run_pb2.RUN_STATUS_ERROR
    assert run.decision.gate_decision == run_pb2.GATE_DECISION_BLOCKED
    assert "could not be asked" in run.decision.block_reason
    assert "UNAVAILABLE" in run.errors[0]
    assert not run.HasField("feasibility")
    assert not run.HasField("outputs")
    with Rmos(runs=own_servers.runs.address) as runs:
        assert runs.get_run(run.run_id) == run
    own_servers.feasibility.restart()
    until = time.monotonic() + 60
    while create(own_servers, builders.create_request()).status != run_pb2.RUN_STATUS_OK:
        assert time.monotonic() < until, "the feasibility service is back and not asked"


def test_a_stopped_server_finishes_its_calls_and_publishes_everything(own_servers: LocalServers) -> None:
    burst = Burst(own_servers.runs.address)
    burst.start()
    assert burst.enough.wait(60)
    assert own_servers.runs.stop() == 0
    burst.join()
    files = {path.stem for path in own_servers.store.glob("*/run_*.json")}
    assert set(burst.acknowledged.values()) <= files


def test_a_store_has_one_owner(own_servers: LocalServers, tmp_path: Path) -> None:
    second = LocalServer("runs_svc", tmp_path / "second", ["--runs-dir", str(own_servers.store)])
    with pytest.raises(ServerStartError, match="in use by another runs server"):
        second.start()


def test_a_port_that_is_taken_is_not_shared(own_servers: LocalServers, tmp_path: Path) -> None:
    second = LocalServer("feasibility_svc", tmp_path / "second")
    with pytest.raises(ServerStartError, match="cannot listen"):
        second.start(listen=own_servers.feasibility.address)


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0"])
def test_nothing_is_served_off_this_machine_without_credentials(tmp_path: Path, listen: str) -> None:
    with pytest.raises(ServerStartError, match="only loopback"):
        LocalServer("feasibility_svc", tmp_path).start(listen=listen)


def test_a_unix_socket_is_served(tmp_path: Path) -> None:
    server = LocalServer("feasibility_svc", tmp_path)
    server.start(listen=f"unix:{tmp_path / 'socket'}")
    with Rmos(feasibility=server.address) as client:
        assert client.feasibility_server_info().server == "feasibility_svc"
    server.kill()


def test_an_unknown_variable_stops_the_server(tmp_path: Path) -> None:
    server = LocalServer("runs_svc", tmp_path, environment={"RMOS_RUN_DIR": "x"})
    with pytest.raises(ServerStartError, match="did you mean RMOS_RUNS_DIR"):
        server.start()


def test_damage_is_reported_by_verify_and_never_served(own_servers: LocalServers) -> None:
    run = create(own_servers, builders.create_request())
    own_servers.runs.stop()
    (published,) = own_servers.store.glob(f"*/{run.run_id}.json")
    published.chmod(0o644)
    published.write_bytes(published.read_bytes().replace(b"GREEN", b"green"))
    own_servers.runs.restart()
    with Rmos(runs=own_servers.runs.address) as runs:
        verification = runs.verify_run(run.run_id)
        outcomes = {item.item: item.outcome for item in verification.items}
        assert verification.outcome == run_pb2.VERIFICATION_OUTCOME_MISMATCH
        assert outcomes["archive:run:0"] == run_pb2.VERIFICATION_OUTCOME_MISMATCH
        assert outcomes["document"] == run_pb2.VERIFICATION_OUTCOME_VERIFIED
        published.unlink()
        outcomes = {item.item: item.outcome for item in runs.verify_run(run.run_id).items}
        assert outcomes["archive:run:0"] == run_pb2.VERIFICATION_OUTCOME_MISSING
        with pytest.raises(RmosError, match="RUN_NOT_FOUND"):
            runs.verify_run("run_ffffffffffff")


def test_too_many_calls_are_refused_early_and_streams_do_not_count(tmp_path: Path) -> None:
    with LocalServers(tmp_path, runs_flags=["--max-calls", "1"]) as servers:
        burst = 64
        with grpc.insecure_channel(servers.runs.address) as channel:
            stub = RunsServiceStub(channel)
            calls = [stub.CreateRun.future(builders.create_request(), timeout=20) for _ in range(burst)]
            codes = [call.code() for call in calls if call.exception() is not None]
        assert codes
        assert set(codes) == {grpc.StatusCode.RESOURCE_EXHAUSTED}
