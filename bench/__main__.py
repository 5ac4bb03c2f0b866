"""make bench: every ratio, measured side by side.

1. start both servers with their empty methods, the runs server alone on core 0, the rest on core 1
2. warm up every variant
3. in each round measure every variant in turn; measure the round again when others used more than a tenth of a core
4. take each ratio within its round, then the median over rounds
5. ask sweeps, batches and streams, and start fresh servers; draw rosettes, list assets
6. hold recording against the naive writer and one transaction per run; list and start with a million runs; move files
7. record runs on a disk whose fsync is delayed by 0, 1 and 5 ms, and count the syncs
8. print a row per ratio beside its demand; append it to bench/results/
"""

import argparse
import datetime
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import grpc
from rich.console import Console
from rich.table import Table

from bench import grouping, many_runs, naive_writer, pictures, slow_disk, transfers, what_if
from bench.cases import Case, build_loader, prepare_cases, run_load
from bench.demands import DEMANDS, Demand
from bench.machine import LOAD_CORE, SERVER_CORE, foreign_share, pinned, snapshot
from rpckit.local_servers import LocalServer, LocalServers

RESULTS = Path(__file__).parent / "results"
SWITCHES = ("GRPC_EXPERIMENTS", "MALLOC_MMAP_THRESHOLD_")
_NOISY = 0.1
_MOST_REPEATS = 3
console = Console(width=140)


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how often."""

    rounds: int
    seconds: float
    listed_runs: int
    listed_assets: int
    few_runs: int
    many_runs: int
    """0: stores are not measured."""
    large_bytes: int


FULL = Plan(
    rounds=5,
    seconds=1.5,
    listed_runs=10_000,
    listed_assets=100_000,
    few_runs=10_000,
    many_runs=1_000_000,
    large_bytes=3 * 1024**3,
)
QUICK = Plan(rounds=2, seconds=0.4, listed_runs=1_000, listed_assets=5_000, few_runs=0, many_runs=0, large_bytes=0)
Round = Mapping[str, Mapping[str, Any]]


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure every ratio and print it beside its demand.")
    parser.add_argument("--quick", action="store_true", help="under a minute, less exact")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a ratio is below its demand")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL
    rounds, noise = measure(plan)
    rows = [summarize(demand, rounds, noise) for demand in DEMANDS]
    with tempfile.TemporaryDirectory(prefix="rmos-bench-") as name:
        figures = what_if.measure(Path(name), place, rounds=plan.rounds)
        figures += pictures.measure(Path(name) / "assets", rounds=plan.rounds, many=plan.listed_assets)
        figures += measure_stores(plan, Path(name), rounds) if plan.many_runs else []
    slow = measure_slow_disk(plan)
    show(rows, rounds)
    show_figures(figures)
    show_slow_disk(slow)
    save([*rows, *({**asdict(item), "met": item.met} for item in figures), *(asdict(item) for item in slow)])
    return int(options.check and not all([*(row["met"] for row in rows), *(item.met for item in figures)]))


def measure(plan: Plan) -> tuple[list[Round], list[float]]:
    flags = ["--bench-methods", "true", "--log-level", "warning"]
    with tempfile.TemporaryDirectory(prefix="rmos-bench-") as name:
        folder = Path(name)
        loader = build_loader(folder)
        with LocalServers(folder, feasibility_flags=flags, runs_flags=flags) as servers:
            cases = prepare_cases(servers, folder, loader, listed_runs=plan.listed_runs)
            place(servers.runs, SERVER_CORE)
            variants = sorted({item for demand in DEMANDS for item in (demand.numerator, demand.denominator)})
            for variant in variants:
                one(loader, servers, cases, variant, 0.3)
            rounds, noise = [], []
            for _ in range(plan.rounds):
                measured, foreign = quiet_round(loader, servers, cases, variants, plan.seconds)
                rounds.append(measured)
                noise.append(foreign)
    return rounds, noise


def measure_stores(plan: Plan, folder: Path, rounds: Sequence[Round]) -> list[what_if.Figure]:
    """What takes minutes: the naive writer, grouping, many runs, transfers."""
    create_per_s = statistics.median(measured["create@64"]["per_second"] for measured in rounds)
    return [
        *naive_writer.measure(folder / "naive", rounds=plan.rounds, create_per_s=create_per_s),
        *grouping.measure(folder / "grouping", seconds=2 * plan.seconds),
        *many_runs.measure(folder / "runs", place, few=plan.few_runs, many=plan.many_runs, starts=plan.rounds),
        *transfers.measure(
            folder / "transfers", build_loader(folder), rounds=plan.rounds, large_bytes=plan.large_bytes
        ),
    ]


def measure_slow_disk(plan: Plan) -> Sequence[slow_disk.SlowDisk]:
    with tempfile.TemporaryDirectory(prefix="rmos-bench-") as name:
        folder = Path(name)
        loader = build_loader(folder)

        def cases_of(servers: LocalServers, own: Path) -> Sequence[Case]:
            place(servers.runs, SERVER_CORE)
            place(servers.feasibility, LOAD_CORE)
            return prepare_cases(servers, own, loader, listed_runs=64)

        def load(case: Case) -> Any:
            flags = ("-in-flight", str(slow_disk.IN_FLIGHT), "-seconds", str(plan.seconds))
            return json.loads(run_load(loader, case, *flags, prefix=tuple(pinned(LOAD_CORE))))

        return slow_disk.measure(folder, cases_of, load)


def show_figures(figures: Sequence[what_if.Figure]) -> None:
    table = Table(title="What if, medians", title_justify="left")
    for title in ("figure", "measured", "demanded", "aim", ""):
        table.add_column(title)
    for item in figures:
        sign = "≤" if item.smaller_is_better else "≥"
        met = "[green]met[/]" if item.met else "[red]not met[/]"
        table.add_row(item.name, f"{item.value:.4g}", f"{sign} {item.at_least:g}", f"{sign} {item.aim:g}", met)
    console.print(table)


def show_slow_disk(slow: Sequence[slow_disk.SlowDisk]) -> None:
    table = Table(title=f"CreateRun with a delayed fsync, {slow_disk.IN_FLIGHT} in flight", title_justify="left")
    for title in ("fsync", "calls/s", "p50 ms", "records per sync of the ledger"):
        table.add_column(title)
    for item in slow:
        table.add_row(
            f"+{item.delay_ms} ms", f"{item.per_second:.0f}", f"{item.p50_ms:.1f}", f"{item.records_per_sync:.1f}"
        )
    console.print(table)


def quiet_round(
    loader: Path, servers: LocalServers, cases: Sequence[Case], variants: Sequence[str], seconds: float
) -> tuple[Round, float]:
    for _ in range(_MOST_REPEATS):
        pids = [servers.runs.pid, servers.feasibility.pid, os.getpid()]
        before = snapshot(pids)
        measured = {variant: one(loader, servers, cases, variant, seconds) for variant in variants}
        foreign = foreign_share(before, snapshot(pids))
        if foreign <= _NOISY:
            break
    return measured, foreign


def one(loader: Path, servers: LocalServers, cases: Sequence[Case], variant: str, seconds: float) -> Mapping[str, Any]:
    name, _, in_flight = variant.partition("@")
    case = next(case for case in cases if case.name == name)
    # What is measured has a core to itself; the load, and a server that is only asked by it, share the other.
    place(servers.feasibility, SERVER_CORE if case.server is servers.feasibility else LOAD_CORE)
    text = run_load(loader, case, "-in-flight", in_flight, "-seconds", str(seconds), prefix=tuple(pinned(LOAD_CORE)))
    measured: dict[str, Any] = json.loads(text)
    if measured["failed"]:
        sys.exit(f"{variant}: {measured['failed']} calls failed: {measured['first_error']}")
    return measured


def place(server: LocalServer, core: int) -> None:
    for task in Path(f"/proc/{server.pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core})


def value_of(measured: Mapping[str, Any], demand: Demand) -> float:
    number: float = measured["p50_ms"] if "p50" in demand.name else measured["per_second"]
    return number


def summarize(demand: Demand, rounds: Sequence[Round], noise: Sequence[float]) -> dict[str, Any]:
    numerators = [value_of(measured[demand.numerator], demand) * demand.factor for measured in rounds]
    denominators = [value_of(measured[demand.denominator], demand) for measured in rounds]
    ratios = [top / bottom for top, bottom in zip(numerators, denominators, strict=True)]
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
        "numerator_median": round(statistics.median(numerators), 3),
        "denominator": demand.denominator,
        "denominator_median": round(statistics.median(denominators), 3),
        "foreign_cores": round(max(noise), 3),
        "grpcio": grpc.__version__,
        "switches": {name: os.environ.get(name, "") for name in SWITCHES},
    }


def show(rows: Sequence[Mapping[str, Any]], rounds: Sequence[Round]) -> None:
    table = Table(title="Ratios, median of rounds", title_justify="left")
    for title in ("ratio", "median", "min", "max", "demanded", "aim", "", "numerator", "denominator"):
        table.add_column(title, justify="right" if title in {"median", "min", "max"} else "left")
    for row in rows:
        sign = "≤" if row["smaller_is_better"] else "≥"
        table.add_row(
            row["ratio"],
            f"{row['median']:.2f}",
            f"{row['min']:.2f}",
            f"{row['max']:.2f}",
            f"{sign} {row['at_least']}",
            f"{sign} {row['aim']}",
            "[green]met[/]" if row["met"] else "[red]not met[/]",
            f"{row['numerator_median']:.4g}",
            f"{row['denominator_median']:.4g}",
        )
    console.print(table)
    latencies = Table(title="Latency, last round", title_justify="left")
    for title in ("variant", "in flight", "calls/s", "p50 ms", "p99 ms"):
        latencies.add_column(title)
    for variant, measured in rounds[-1].items():
        latencies.add_row(
            variant,
            str(measured["in_flight"]),
            f"{measured['per_second']:.0f}",
            f"{measured['p50_ms']:.2f}",
            f"{measured['p99_ms']:.2f}",
        )
    console.print(latencies)
    console.print(f"others used at most {rows[0]['foreign_cores']:.2f} cores; grpcio {grpc.__version__}")


def save(rows: Sequence[Mapping[str, Any]]) -> None:
    RESULTS.mkdir(exist_ok=True)
    moment = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    target = RESULTS / f"{moment}.jsonl"
    target.write_text("".join(json.dumps(row) + "\n" for row in rows))
    console.print(f"written to {target.relative_to(Path.cwd()) if target.is_relative_to(Path.cwd()) else target}")


if __name__ == "__main__":
    sys.exit(main())
