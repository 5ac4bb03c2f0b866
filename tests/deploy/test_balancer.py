"""Two feasibility servers behind Envoy, as deploy/envoy/balancer.yaml says, and behind a client that knows both."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.feasibility.v1 import feasibility_service_pb2_grpc as pb_grpc
from rmos_client.channel import open_channel
from testkit.balancer import CONFIGURATION, balancer, envoy
from testkit.local_servers import LocalServer
from tests.builders import context_message, design_message
from tests.ends import eventually

_START_LIMIT_S = 90.0


@pytest.fixture(scope="module")
def two_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[LocalServer]]:
    folder = tmp_path_factory.mktemp("balanced")
    servers = [LocalServer("feasibility_svc", folder / name) for name in ("first", "second")]
    for server in servers:
        server.start()
    yield servers
    for server in servers:
        server.kill()


@pytest.fixture
def balanced(tmp_path: Path, two_servers: list[LocalServer]) -> Iterator[grpc.Channel]:
    addresses = [server.address for server in two_servers]
    with (
        balancer(tmp_path, addresses, of="feasibility") as running,
        grpc.insecure_channel(running.address) as channel,
    ):
        yield channel


def evaluate(channel: grpc.Channel) -> None:
    request = pb.EvaluateFeasibilityRequest(design=design_message(), context=context_message())
    pb_grpc.FeasibilityServiceStub(channel).EvaluateFeasibility(request, timeout=20, wait_for_ready=True)


def served(server: LocalServer) -> int:
    """What its log tells, in which a call stands some time after its answer."""
    return server.log_path.read_text(encoding="utf-8").count("FeasibilityService/EvaluateFeasibility")


def test_the_whole_configuration_is_one_that_envoy_takes() -> None:
    command = [envoy(), "--mode", "validate", "--config-path", str(CONFIGURATION), "-l", "error"]
    assert subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).returncode == 0


def test_calls_go_to_every_server_and_round_one_that_is_gone(
    balanced: grpc.Channel, two_servers: list[LocalServer]
) -> None:
    first, second = two_servers
    before, sent = served(first) + served(second), 0
    until = time.monotonic() + _START_LIMIT_S
    while min(map(served, two_servers)) < 5:
        assert time.monotonic() < until
        evaluate(balanced)
        sent += 1
    eventually(lambda: served(first) + served(second), lambda count: count == before + sent)
    first.kill()
    before = served(second)
    for _ in range(20):
        evaluate(balanced)
    eventually(lambda: served(second) - before, lambda count: count >= 20)
    assert served(second) - before == 20
    first.restart()


def test_a_client_spreads_its_calls_over_every_address_of_a_name(two_servers: list[LocalServer]) -> None:
    before = [served(server) for server in two_servers]
    with open_channel(f"ipv4:{','.join(server.address for server in two_servers)}") as channel:
        until = time.monotonic() + _START_LIMIT_S
        while min(served(server) - count for server, count in zip(two_servers, before, strict=True)) < 5:
            assert time.monotonic() < until
            evaluate(channel)
