"""The machine a benchmark runs on: who else uses it, and where processes are pinned."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

SERVER_CORE, LOAD_CORE = 0, min(1, (os.cpu_count() or 1) - 1)
_TICKS = os.sysconf("SC_CLK_TCK")


def pinned(core: int) -> list[str]:
    """Command prefix that pins a process to one core."""
    return ["taskset", "-c", str(core)]


@dataclass(frozen=True, slots=True)
class CpuSnapshot:
    """CPU time used so far: by the whole machine, and by the processes of the benchmark. [s]"""

    moment: float
    machine_s: float
    own_s: float


def snapshot(pids: list[int]) -> CpuSnapshot:
    with Path("/proc/stat").open(encoding="ascii") as file:
        fields = [int(field) for field in file.readline().split()[1:]]
    busy = sum(fields) - fields[3] - fields[4]
    own = sum(_process_ticks(pid) for pid in pids)
    children = os.times()
    return CpuSnapshot(
        time.monotonic(), busy / _TICKS, own / _TICKS + children.children_user + children.children_system
    )


def _process_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def foreign_share(before: CpuSnapshot, after: CpuSnapshot) -> float:
    """Cores that others used meanwhile."""
    elapsed = after.moment - before.moment
    foreign = (after.machine_s - before.machine_s) - (after.own_s - before.own_s)
    return max(foreign, 0.0) / elapsed
