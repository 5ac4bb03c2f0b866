"""What a server that has read many different runs takes of memory: `python -m bench.reading_memory`.

Each run is read once by GetRun, 64 in flight, and every page of 50 that holds it is listed; then the resident memory
is held against that of the same server before.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import grpc

from bench.many_runs import fill_store
from bench.records import record
from bench.what_if import Figure
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from runs_svc.config import RunsSettings
from testkit.local_servers import LocalServer

_IN_FLIGHT, _PAGE = 64, 50
_MIB = 1024
_BESIDE_CACHES_MIB = 64.0
"""What a server may take beside its caches."""


def measure(folder: Path, *, runs: int) -> list[Figure]:
    """The memory of a server that has read every run of a store, over that before. [MiB]"""
    store = fill_store(folder / "read", runs)
    server = LocalServer("runs_svc", folder / "read-server", ["--runs-dir", str(store), "--log-level", "warning"])
    server.start()
    try:
        with grpc.insecure_channel(server.address) as channel:
            stub = RunsServiceStub(channel)
            stub.GetRun(pb.GetRunRequest(name=f"runs/{record(1).run_id}"), timeout=60, wait_for_ready=True)
            idle = _resident_mib(server)
            _read_all(stub, runs)
            grown = _resident_mib(server) - idle
    finally:
        server.kill()
    most = RunsSettings.model_fields["cache_mib"].default + _BESIDE_CACHES_MIB
    return [Figure(f"memory over idle after reading {runs:,} runs [MiB]", grown, most, most, smaller_is_better=True)]


def _read_all(stub: Any, runs: int) -> None:
    names = (f"runs/{record(number).run_id}" for number in range(1, runs + 1))
    while group := list(islice(names, _IN_FLIGHT)):
        for call in [stub.GetRun.future(pb.GetRunRequest(name=name), timeout=60) for name in group]:
            call.result()
    for page in _pages(stub):
        assert page.runs


def _pages(stub: Any) -> Iterator[pb.ListRunsResponse]:
    token = ""
    while True:
        page = stub.ListRuns(pb.ListRunsRequest(page_size=_PAGE, page_token=token), timeout=60)
        yield page
        token = page.next_page_token
        if not token:
            return


def _resident_mib(server: LocalServer) -> float:
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / _MIB


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the memory of a server that has read many different runs.")
    parser.add_argument("--runs", type=int, default=100_000, help="how many")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rmos-bench-") as name:
        figures = measure(Path(name), runs=options.runs)
    for figure in figures:
        sys.stdout.write(f"{figure.name}: {figure.value:.0f}, at most {figure.at_least:.0f}\n")
    return int(not all(figure.met for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
