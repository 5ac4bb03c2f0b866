"""Several processes on one address: `--workers`."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from prometheus_client.parser import text_string_to_metric_families

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.feasibility.v1 import feasibility_service_pb2_grpc as pb_grpc
from testkit.local_servers import LocalServer, free_address
from tests.builders import context_message, design_message

_PATIENCE_S = 60.0
EVALUATE = "rmos.feasibility.v1.FeasibilityService/EvaluateFeasibility"


def next_to(address: str, offset: int) -> str:
    host, _, port = address.rpartition(":")
    return f"{host}:{int(port) + offset}"


@pytest.fixture
def team(tmp_path: Path) -> Iterator[tuple[LocalServer, list[str]]]:
    metrics = free_address()
    server = LocalServer("feasibility_svc", tmp_path, ["--workers", "2", "--metrics-listen", metrics])
    server.start()
    yield server, [metrics, next_to(metrics, 1)]
    server.kill()


def evaluate(address: str) -> None:
    """A call on a connection of its own."""
    request = pb.EvaluateFeasibilityRequest(design=design_message(), context=context_message())
    with grpc.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
        pb_grpc.FeasibilityServiceStub(channel).EvaluateFeasibility(request, timeout=30, wait_for_ready=True)


def served(metrics: str) -> float:
    try:
        with urllib.request.urlopen(f"http://{metrics}/metrics", timeout=10) as answer:
            families = list(text_string_to_metric_families(answer.read().decode()))
    except OSError:
        return 0.0
    samples = [sample for family in families for sample in family.samples]
    return sum(one.value for one in samples if one.name == "rmos_calls_total" and one.labels["method"] == EVALUATE)


def until_both_serve(address: str, metrics: list[str]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while min(map(served, metrics)) < 2:
        assert time.monotonic() < until
        evaluate(address)


def test_connections_are_spread_over_workers_and_one_that_ends_is_replaced(
    team: tuple[LocalServer, list[str]],
) -> None:
    server, metrics = team
    until_both_serve(server.address, metrics)
    workers = [int(pid) for pid in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()]
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    until = time.monotonic() + _PATIENCE_S
    while served(metrics[0]):  # until its successor, which has served nothing yet, tells the numbers
        assert time.monotonic() < until
        time.sleep(0.05)
    until_both_serve(server.address, metrics)
    assert server.stop() == 0


def test_an_address_that_is_taken_is_no_address_to_share(team: tuple[LocalServer, list[str]]) -> None:
    server, _ = team
    command = [sys.executable, "-m", "feasibility_svc", "--workers", "2", "--listen", server.address]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 2
    assert f"cannot listen on {server.address}" in second.stderr


@pytest.mark.parametrize(
    ("module", "flags", "said"),
    [
        ("runs_svc", ["--workers", "2"], "2 processes cannot own one SQLite file"),
        ("feasibility_svc", ["--workers", "2", "--listen", "unix:/tmp/rmos.sock"], "an address is host:port"),
        ("feasibility_svc", ["--workers", "0"], "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_shared_is_refused_with_a_sentence(module: str, flags: list[str], said: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", module, *flags], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2
    assert said in ended.stderr
