"""make bench: every ratio, measured side by side.

1. hold calls against their empty twins, pair by pair (`ratios.py`); take each ratio within its round, then the median
2. ask sweeps, batches and streams, and start fresh servers; read programs, draw rosettes, list assets
3. hold recording against the naive writer and one transaction per run; list and start with a million runs; move files;
   grow: two workers, PostgreSQL, a bucket that is away
4. record runs on a disk whose fsync is delayed by 0, 1 and 5 ms, and count the syncs
5. print a row per ratio beside its demand; append it to bench/results/
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

from bench import (
    grouping,
    growing,
    many_runs,
    naive_writer,
    pictures,
    programs,
    ratios,
    reading_memory,
    slow_disk,
    transfers,
    what_if,
)
from bench.cases import Case, build_loader, prepare_cases, run_load
from bench.demands import DEMANDS
from bench.host import LOAD_CORE, SERVER_CORE, pinned
from bench.ratios import place
from testkit.local_servers import LocalServers

RESULTS = Path(__file__).parent / "results"
SWITCHES = ("GRPC_EXPERIMENTS", "MALLOC_MMAP_THRESHOLD_")
console = Console(width=140)


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how often."""

    rounds: int
    """Of ratios of calls."""
    seconds: float
    others: int
    """Rounds of everything else."""
    listed_runs: int
    listed_assets: int
    read_runs: int
    few_runs: int
    many_runs: int
    """0: stores are not measured."""
    large_bytes: int


FULL = Plan(
    rounds=9,
    seconds=1.0,
    others=5,
    listed_runs=10_000,
    listed_assets=100_000,
    read_runs=100_000,
    few_runs=10_000,
    many_runs=1_000_000,
    large_bytes=3 * 1024**3,
)
QUICK = Plan(
    rounds=1,
    seconds=0.4,
    others=2,
    listed_runs=1_000,
    listed_assets=5_000,
    read_runs=0,
    few_runs=0,
    many_runs=0,
    large_bytes=0,
)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure every ratio and print it beside its demand.")
    parser.add_argument("--quick", action="store_true", help="under a minute, less exact")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a ratio is below its demand")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL
    rounds = ratios.measure(rounds=plan.rounds, seconds=plan.seconds, listed_runs=plan.listed_runs)
    environment = {"grpcio": grpc.__version__, "switches": {name: os.environ.get(name, "") for name in SWITCHES}}
    rows = [ratios.summarize(demand, rounds[demand.name]) for demand in DEMANDS]
    with tempfile.TemporaryDirectory(prefix="rmos-bench-") as name:
        figures = what_if.measure(Path(name), place, rounds=plan.others)
        figures += programs.measure(Path(name) / "programs", place, rounds=plan.others)
        figures += pictures.measure(Path(name) / "assets", rounds=plan.others, many=plan.listed_assets)
        figures += measure_stores(plan, Path(name), _create_per_s(rounds)) if plan.many_runs else []
    slow = measure_slow_disk(plan)
    show(rows, rounds)
    show_figures(figures)
    show_slow_disk(slow)
    save(
        [
            *({**row, **environment} for row in rows),
            *({**asdict(item), "met": item.met} for item in figures),
            *(asdict(item) for item in slow),
        ]
    )
    return int(options.check and not all([*(row["met"] for row in rows), *(item.met for item in figures)]))


def _create_per_s(rounds: ratios.Rounds) -> float:
    """How many runs of a series were recorded in a second, 64 calls in flight."""
    demand = next(demand for demand in DEMANDS if demand.numerator == "create@64")
    return float(statistics.median(pair.numerator["per_second"] for pair in rounds[demand.name]))


def measure_stores(plan: Plan, folder: Path, create_per_s: float) -> list[what_if.Figure]:
    """What takes minutes: the naive writer, grouping, many runs, transfers."""
    return [
        *naive_writer.measure(folder / "naive", rounds=plan.others, create_per_s=create_per_s),
        *grouping.measure(folder / "grouping", seconds=2 * plan.seconds),
        *many_runs.measure(folder / "runs", place, few=plan.few_runs, many=plan.many_runs, starts=plan.others),
        *reading_memory.measure(folder / "memory", runs=plan.read_runs),
        *transfers.measure(
            folder / "transfers", build_loader(folder), rounds=plan.others, large_bytes=plan.large_bytes
        ),
        *growing.measure(folder / "growing", build_loader(folder), rounds=plan.others, seconds=2 * plan.seconds),
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


def show(rows: Sequence[ratios.Row], rounds: ratios.Rounds) -> None:
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
    last = {demand.denominator: rounds[demand.name][-1].denominator for demand in DEMANDS}
    last |= {demand.numerator: rounds[demand.name][-1].numerator for demand in DEMANDS}
    for variant, measured in last.items():
        latencies.add_row(
            variant,
            str(measured["in_flight"]),
            f"{measured['per_second']:.0f}",
            f"{measured['p50_ms']:.2f}",
            f"{measured['p99_ms']:.2f}",
        )
    console.print(latencies)
    foreign = max(row["foreign_cores"] for row in rows)
    console.print(f"others used at most {foreign:.2f} cores; grpcio {grpc.__version__}")


def save(rows: Sequence[Mapping[str, object]]) -> None:
    RESULTS.mkdir(exist_ok=True)
    moment = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    target = RESULTS / f"{moment}.jsonl"
    target.write_text("".join(json.dumps(row) + "\n" for row in rows))
    console.print(f"written to {target.relative_to(Path.cwd()) if target.is_relative_to(Path.cwd()) else target}")


if __name__ == "__main__":
    sys.exit(main())
