"""CreateRun on a slow disk: fsync delayed by 0, 1 and 5 ms, and how many records each sync of the ledger carries."""

import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cases import Case
from testkit.local_servers import LocalServers

DELAYS_MS = (0, 1, 5)
IN_FLIGHT = 64
SOURCE = Path(__file__).with_name("slow_disk.c")


@dataclass(frozen=True, slots=True)
class SlowDisk:
    """What one delay cost. Every acknowledged group needs a sync of its own, so a sync carries at least one record."""

    delay_ms: int
    per_second: float
    p50_ms: float
    records_per_sync: float


def measure(
    folder: Path, cases_of: Callable[[LocalServers, Path], Sequence[Case]], load: Callable[[Case], Any]
) -> Sequence[SlowDisk]:
    """Each delay on a server and a store of its own."""
    library = build(folder)
    return [_measure(library, delay_ms, cases_of, load) for delay_ms in DELAYS_MS]


def build(folder: Path) -> Path:
    """The preloaded library; its compiler comes as a wheel."""
    target = folder / "slow_disk.so"
    compiler = [sys.executable, "-m", "ziglang", "cc"]
    subprocess.run([*compiler, "-O2", "-shared", "-fPIC", "-o", str(target), str(SOURCE), "-ldl"], check=True)
    return target


def _measure(
    library: Path, delay_ms: int, cases_of: Callable[[LocalServers, Path], Sequence[Case]], load: Callable[[Case], Any]
) -> SlowDisk:
    with tempfile.TemporaryDirectory(prefix="rmos-slow-") as name:
        folder = Path(name)
        counts = folder / "counts"
        environment = {
            "LD_PRELOAD": str(library),
            "BENCH_SYNC_DELAY_US": str(delay_ms * 1_000),
            "BENCH_SYNC_COUNTS": str(counts),
        }
        flags = ["--bench-methods", "true", "--log-level", "warning"]
        with LocalServers(folder, feasibility_flags=flags, runs_flags=flags, runs_environment=environment) as servers:
            create = next(case for case in cases_of(servers, folder) if case.name == "create")
            before = _ledger_syncs(counts)
            measured = load(create)
            syncs = _ledger_syncs(counts) - before
    if syncs == 0:
        sys.exit("records were acknowledged without a single sync of the ledger")
    return SlowDisk(delay_ms, measured["per_second"], measured["p50_ms"], measured["calls"] / syncs)


def _ledger_syncs(counts: Path) -> int:
    """SQLite syncs its log with fdatasync; the archive uses fsync."""
    _, fdatasyncs = struct.unpack("QQ", counts.read_bytes())
    return int(fdatasyncs)
