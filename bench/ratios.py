"""Ratios of calls, each side measured right after the other.

1. start both servers with their empty methods, the runs server alone on core 0, the rest on core 1
2. warm up every variant
3. in each round measure both sides of every ratio, one right after the other, once the archive is at rest: what was
   recorded by one variant is not published at the cost of the next
4. measure a pair again when others used more than a tenth of a core
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict

import grpc

from bench.asking import asked_cases
from bench.cases import Case, build_loader, prepare_cases, run_load
from bench.demands import DEMANDS, Demand
from bench.host import LOAD_CORE, SERVER_CORE, foreign_share, pinned, snapshot
from rmos.system.v1 import system_service_pb2, system_service_pb2_grpc
from testkit.local_servers import LocalServer, LocalServers

_NOISY = 0.1
_MOST_REPEATS = 3
_REST_LIMIT_S = 60.0


class Load(TypedDict):
    """What the load generator reports of one variant; latencies are medians and 99th percentiles."""

    in_flight: int
    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int
    first_error: str


class Row(TypedDict):
    """A ratio over all rounds, as it is printed and saved."""

    ratio: str
    median: float
    min: float
    max: float
    at_least: float
    aim: float
    smaller_is_better: bool
    met: bool
    numerator: str
    numerator_median: float
    denominator: str
    denominator_median: float
    foreign_cores: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides of a ratio in one round, as the load generator reports them, and the cores others used meanwhile."""

    numerator: Load
    denominator: Load
    foreign: float

    def values(self, demand: Demand) -> tuple[float, float]:
        """What the ratio is taken of."""
        name: Literal["p50_ms", "per_second"] = "p50_ms" if "p50" in demand.name else "per_second"
        return self.numerator[name] * demand.factor, self.denominator[name]


Rounds = Mapping[str, Sequence[Pair]]
"""The pairs of each demand, by its name."""


def measure(*, rounds: int, seconds: float, listed_runs: int) -> Rounds:
    """Every demanded ratio, once a round."""
    flags = ["--bench-methods", "true", "--log-level", "warning"]
    with tempfile.TemporaryDirectory(prefix="rmos-bench-") as name:
        folder = Path(name)
        loader = build_loader(folder)
        with ExitStack() as started:
            servers = started.enter_context(LocalServers(folder, feasibility_flags=flags, runs_flags=flags))
            cases = {case.name: case for case in prepare_cases(servers, folder, loader, listed_runs=listed_runs)}
            asking, asked = started.enter_context(asked_cases(folder / "asking", cases["get"]))
            cases |= {case.name: case for case in asked}
            place(servers.runs, SERVER_CORE)
            place(asking, SERVER_CORE)
            bench = _Bench(loader, servers, cases)
            for variant in sorted({item for demand in DEMANDS for item in (demand.numerator, demand.denominator)}):
                bench.one(variant, 0.3)
            measured: dict[str, list[Pair]] = {demand.name: [] for demand in DEMANDS}
            for _ in range(rounds):
                for demand in DEMANDS:
                    measured[demand.name].append(bench.quiet_pair(demand, seconds))
    return measured


@dataclass(frozen=True, slots=True)
class _Bench:
    """Servers under load."""

    loader: Path
    servers: LocalServers
    cases: Mapping[str, Case]

    def quiet_pair(self, demand: Demand, seconds: float) -> Pair:
        pids = [*self.servers.runs.processes, *self.servers.feasibility.processes, os.getpid()]
        for _ in range(_MOST_REPEATS):
            before = snapshot(pids)
            numerator, denominator = self.one(demand.numerator, seconds), self.one(demand.denominator, seconds)
            foreign = foreign_share(before, snapshot(pids))
            if foreign <= _NOISY:
                break
        return Pair(numerator, denominator, foreign)

    def one(self, variant: str, seconds: float) -> Load:
        name, _, in_flight = variant.partition("@")
        case, servers = self.cases[name], self.servers
        # What is measured has a core to itself; the load, and a server that is only asked by it, share the other.
        place(servers.feasibility, SERVER_CORE if case.server is servers.feasibility else LOAD_CORE)
        _await_rest(servers.runs)
        flags = ("-in-flight", in_flight, "-seconds", str(seconds))
        measured: Load = json.loads(run_load(self.loader, case, *flags, prefix=tuple(pinned(LOAD_CORE))))
        if measured["failed"]:
            sys.exit(f"{variant}: {measured['failed']} calls failed: {measured['first_error']}")
        return measured


def _await_rest(server: LocalServer) -> None:
    """Wait until everything recorded is published."""
    until = time.monotonic() + _REST_LIMIT_S
    with grpc.insecure_channel(server.address) as channel:
        stub = system_service_pb2_grpc.SystemServiceStub(channel)
        while stub.GetServerInfo(system_service_pb2.GetServerInfoRequest()).server_info.archive_lag_count:
            if time.monotonic() > until:
                sys.exit("the archive does not come to rest")
            time.sleep(0.02)


def place(server: LocalServer, core: int) -> None:
    """Pin a server to one core."""
    for task in Path(f"/proc/{server.pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core})


def summarize(demand: Demand, pairs: Sequence[Pair]) -> Row:
    """The row of one ratio: the median of what each round gave."""
    values = [pair.values(demand) for pair in pairs]
    ratios = [top / bottom for top, bottom in values]
    ratio = statistics.median(ratios)
    return {
        "ratio": demand.name,
        "median": round(ratio, 3),
        "min": round(min(ratios), 3),
        "max": round(max(ratios), 3),
        "at_least": demand.at_least,
        "aim": demand.aim,
        "smaller_is_better": demand.smaller_is_better,
        "met": demand.met(ratio),
        "numerator": demand.numerator,
        "numerator_median": round(statistics.median(top for top, _ in values), 3),
        "denominator": demand.denominator,
        "denominator_median": round(statistics.median(bottom for _, bottom in values), 3),
        "foreign_cores": round(max(pair.foreign for pair in pairs), 3),
    }
