"""Two feasibility servers behind Envoy, as deploy/envoy/balancer.yaml says, and behind a client that knows both."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.feasibility.v1 import feasibility_service_pb2_grpc as pb_grpc
from rmos_client.channel import open_channel
from testkit.local_servers import LocalServer, free_address
from tests.builders import context_message, design_message
from tests.ends import eventually

ROOT = Path(__file__).parents[2]
_START_LIMIT_S = 90.0


def envoy() -> str:
    command = shutil.which("envoy", path=str(Path(sys.executable).parent))
    assert command is not None
    return command


def endpoint(address: str) -> Any:
    host, _, port = address.rpartition(":")
    return {"endpoint": {"address": {"socket_address": {"address": host, "port_value": int(port)}}}}


def configuration(listen: str, servers: Sequence[str]) -> str:
    """The balancer of the source tree with other addresses; the runs servers are left out."""
    given = yaml.safe_load((ROOT / "deploy/envoy/balancer.yaml").read_text(encoding="utf-8"))
    resources = given["static_resources"]
    (listener,) = [item for item in resources["listeners"] if item["name"] == "feasibility"]
    (cluster,) = [item for item in resources["clusters"] if item["name"] == "feasibility"]
    listener["address"] = endpoint(listen)["endpoint"]["address"]
    cluster["load_assignment"]["endpoints"] = [{"lb_endpoints": [endpoint(server) for server in servers]}]
    resources |= {"listeners": [listener], "clusters": [cluster]}
    return yaml.safe_dump(given)


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
def balancer(tmp_path: Path, two_servers: list[LocalServer]) -> Iterator[grpc.Channel]:
    listen, file = free_address(), tmp_path / "balancer.yaml"
    file.write_text(configuration(listen, [server.address for server in two_servers]), encoding="utf-8")
    flags = ["--config-path", str(file), "--disable-hot-restart", "--concurrency", "1", "-l", "warning"]
    process = subprocess.Popen([envoy(), *flags])
    try:
        with grpc.insecure_channel(listen) as channel:
            grpc.channel_ready_future(channel).result(_START_LIMIT_S)
            yield channel
    finally:
        process.kill()
        process.wait(_START_LIMIT_S)


def evaluate(channel: grpc.Channel) -> None:
    request = pb.EvaluateFeasibilityRequest(design=design_message(), context=context_message())
    pb_grpc.FeasibilityServiceStub(channel).EvaluateFeasibility(request, timeout=20, wait_for_ready=True)


def served(server: LocalServer) -> int:
    """What its log tells, in which a call stands some time after its answer."""
    return server.log_path.read_text(encoding="utf-8").count("FeasibilityService/EvaluateFeasibility")


def test_the_whole_configuration_is_one_that_envoy_takes() -> None:
    command = [envoy(), "--mode", "validate", "--config-path", str(ROOT / "deploy/envoy/balancer.yaml"), "-l", "error"]
    assert subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).returncode == 0


def test_calls_go_to_every_server_and_round_one_that_is_gone(
    balancer: grpc.Channel, two_servers: list[LocalServer]
) -> None:
    first, second = two_servers
    before, sent = served(first) + served(second), 0
    until = time.monotonic() + _START_LIMIT_S
    while min(map(served, two_servers)) < 5:
        assert time.monotonic() < until
        evaluate(balancer)
        sent += 1
    eventually(lambda: served(first) + served(second), lambda count: count == before + sent)
    first.kill()
    before = served(second)
    for _ in range(20):
        evaluate(balancer)
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
