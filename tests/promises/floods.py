"""P19: one caller's flood hinders no other.

A tool opens connections by the thousand, leaves them idle, and calls as fast as answers come, with deadlines of a
millisecond and too much metadata in between. Another one's cheap calls stay nearly as quick as on an idle server, what
is acknowledged is there afterwards, and the memory of the connections comes back when they are closed.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import grpc

from foundation.identity import Role
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from tests import builders
from tests.people import IdentityFolder, Metadata, asking_servers, bearer
from tests.promises.tally import Tally

_CALLS, _RUNS = 200, 20
_SLOWER = 3.0
BUSY_S = 0.05
"""What is quicker than this is quick enough, on a machine that is busy with tests."""
_HELPED = 1.5
"""So much slower a flood without limits makes another one's calls, at least: the limits are what keeps them quick."""
_MOST_KEPT_BYTES = 64 * 1024**2
_PATIENCE_S = 20.0
_RATES, _UNLIMITED = ("--calls-per-s", "100"), ("--calls-per-s", "0", "--dear-calls-per-s", "0")


def try_floods(trials: int, *, seed: int = 0, quick_enough_s: float = 0.0) -> Tally:
    """One flood with so many idle connections."""
    return _try(trials, seed, _RATES, quick_enough_s)[0]


def try_without_limits(trials: int, *, seed: int = 0) -> Tally:
    """The control: the same flood with limits and without. Something is wrong where they make no difference."""
    limited, limited_s = _try(trials, seed, _RATES, 0.0)
    tally, unlimited_s = _try(trials, seed, _UNLIMITED, 0.0)
    tally.wrong = int(unlimited_s < _HELPED * limited_s)
    tally.remarks = [f"with limits: {limited.remarks[0]}", f"without: {tally.remarks[0]}"]
    return tally


def _try(trials: int, seed: int, rates: tuple[str, ...], quick_enough_s: float) -> tuple[Tally, float]:
    """What a flood did, and another one's p50 meanwhile. [s]"""
    tally = Tally("P19 floods", trials=trials, seed=seed)
    with tempfile.TemporaryDirectory() as name, asking_servers(Path(name), *rates) as servers:
        folder = IdentityFolder(servers.folder / "identity")
        polite, rude = bearer(folder.key("polite", Role.OPERATOR)), folder.key("rude", Role.VIEWER)
        with grpc.insecure_channel(servers.runs.address) as channel:
            stub: Any = RunsServiceStub(channel)
            _record(stub, polite, 1)
            idle = _times_s(stub, polite)
            before = _memory_bytes(servers.runs.pid)
            flooding = _flood(servers.runs.address, rude, trials)
            try:
                acknowledged = _record(stub, polite, _RUNS)
                flooded = _times_s(stub, polite)
            finally:
                flooding.kill()
                flooding.wait(_PATIENCE_S)
            kept = _memory_kept(servers.runs.pid, before)
            listed = {run.run_id for run in stub.ListRuns(pb.ListRunsRequest(page_size=1_000), metadata=polite).runs}
    tally.acknowledged, tally.lost = len(acknowledged), len(acknowledged - listed)
    p50s = [statistics.median(times) for times in (idle, flooded)]
    tally.wrong += p50s[1] > max(_SLOWER * p50s[0], quick_enough_s)
    tally.wrong += kept > _MOST_KEPT_BYTES
    p99s = [sorted(times)[int(len(times) * 0.99)] for times in (idle, flooded)]
    said = [f"{p50 * 1e3:.1f} ms, p99 {p99 * 1e3:.1f} ms" for p50, p99 in zip(p50s, p99s, strict=True)]
    tally.remarks.append(f"p50 idle {said[0]}; flooded {said[1]}; {kept / 1024**2:.0f} MiB kept")
    return tally, p50s[1]


def _flood(address: str, key: str, connections: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.promises.flooding", address, key, str(connections)]
    flooding = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert flooding.stdout is not None
    assert flooding.stdout.readline() == "connected\n"
    return flooding


def _record(stub: Any, proof: Metadata, count: int) -> set[str]:
    return {stub.CreateRun(builders.create_request(), timeout=60.0, metadata=proof).run.run_id for _ in range(count)}


def _times_s(stub: Any, proof: Metadata) -> list[float]:
    times = []
    for _ in range(_CALLS):
        began = time.monotonic()
        stub.ListRuns(pb.ListRunsRequest(page_size=10), timeout=60.0, metadata=proof)
        times.append(time.monotonic() - began)
        time.sleep(0.015)  # a caller with manners stays within its rate
    return times


def _memory_bytes(process: int) -> int:
    (line,) = [line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) * 1024


def _memory_kept(process: int, before: int) -> int:
    """What the process holds above before, once it had time to give it back."""
    until = time.monotonic() + _PATIENCE_S
    while (kept := _memory_bytes(process) - before) > _MOST_KEPT_BYTES and time.monotonic() < until:
        time.sleep(0.1)
    return kept
