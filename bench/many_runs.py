"""Lists and starts with many runs beside few."""

import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import grpc

from bench.host import SERVER_CORE
from bench.records import record
from bench.what_if import Figure
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from runs_svc.adapters.sqlite.ledger_rebuild import SqliteLedgerRebuild
from runs_svc.domain.runs.stored_run import document_of
from testkit.local_servers import LocalServer

_CALLS = 60
_FILTERS = {
    "no filter": "",
    "one status in a hundred": "status = BLOCKED",
    "a status without rows": "status = ERROR",
    "two fields": 'machine_id = cnc_3018 AND tool_id = "fret_end_mill_0584"',
    "a prefix": 'tool_id = "end_mill_*"',
    "an operator": "operator = operator_7",
    "a level": "risk_level = GREEN",
    "a range of time": "create_time >= 2026-01-01T01:00:00Z AND create_time < 2026-01-01T02:00:00Z",
}
Place = Callable[[LocalServer, int], None]


def measure(folder: Path, place: Place, *, few: int, many: int, starts: int) -> list[Figure]:
    """For each filter the median time of a page among many over that among few; starts, and memory."""
    small, large = fill_store(folder / "few", few), fill_store(folder / "many", many)
    times_few, times_many = _lists(small, place, few), _lists(large, place, many)
    (folder / "empty").mkdir()
    empty_s, _ = _start(folder / "empty", starts)
    start_s, resident_mib = _start(large, starts)
    return [
        *(_flatness(f"{many:,} / {few:,} runs, {name}", times_many[name] / times_few[name]) for name in times_few),
        Figure(f"start with {many:,} runs [s]", start_s, 2.0, 1.5, smaller_is_better=True),
        Figure(f"start with {many:,} runs / empty", start_s / empty_s, 2.0, 1.2, smaller_is_better=True),
        Figure(f"memory after a start with {many:,} runs [MiB]", resident_mib, 300.0, 200.0, smaller_is_better=True),
    ]


def _flatness(name: str, ratio: float) -> Figure:
    return Figure(f"p50 of a page among {name}", ratio, 1.25, 1.1, smaller_is_better=True)


def fill_store(folder: Path, count: int) -> Path:
    """A store whose archive is published as far as its cursor says."""
    folder.mkdir(parents=True)
    ledger = SqliteLedgerRebuild(folder / "rmos.db")
    for number in range(1, count + 1):
        made = record(number)
        ledger.add(document_of(made), None)
        ledger.find("run", str(made.run_id), {name: getattr(made.index, name) for name in made.index._fields})
    ledger.commit()
    last = record(count)
    cursor = f'{{"seq":{count},"sha256":"{last.digest}"}}'
    (folder / ".cursor.json").write_text(cursor)
    return folder


def _lists(store: Path, place: Place, count: int) -> Mapping[str, float]:
    server = LocalServer("runs_svc", store.with_name(f"{store.name}-server"), ["--runs-dir", str(store)])
    server.start()
    place(server, SERVER_CORE)
    try:
        with grpc.insecure_channel(server.address) as channel:
            stub = RunsServiceStub(channel)
            times = {name: _p50(stub, pb.ListRunsRequest(filter=text)) for name, text in _FILTERS.items()}
            for name, place_in_list in (("a page in the middle", count // 2), ("the last page", 40)):
                bound = record(place_in_list).index.created_at_utc
                times[name] = _p50(stub, pb.ListRunsRequest(filter=f"create_time < {bound}"))
    finally:
        server.kill()
    return times


def _p50(stub: Any, request: pb.ListRunsRequest) -> float:
    times = []
    for _ in range(_CALLS):
        started = time.perf_counter()
        stub.ListRuns(request, timeout=60)
        times.append(time.perf_counter() - started)
    return statistics.median(times[_CALLS // 4 :])


def _start(store: Path, count: int) -> tuple[float, float]:
    """Median time from the start to the first answer [s], and the memory then. [MiB]"""
    times, resident = [], []
    for _ in range(count):
        server = LocalServer("runs_svc", store.with_name(f"{store.name}-start"), ["--runs-dir", str(store)])
        started = time.perf_counter()
        server.start()
        try:
            with grpc.insecure_channel(server.address) as channel:
                RunsServiceStub(channel).ListRuns(pb.ListRunsRequest(), timeout=60, wait_for_ready=True)
            times.append(time.perf_counter() - started)
            status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
            resident.append(int(status.split("VmRSS:")[1].split()[0]) / 1024)
        finally:
            server.kill()
    return statistics.median(times), max(resident)
