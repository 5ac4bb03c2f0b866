"""What group commit is worth: runs recorded one transaction each, and in groups, on a disk whose fsync takes longer.

`python -m bench.grouping FOLDER SECONDS` prints both rates; it is started with the slow disk preloaded.
"""

import asyncio
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from bench import slow_disk
from bench.records import record
from bench.what_if import Figure
from runs_svc.adapters.sql.write_jobs import LARGEST_GROUP
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.adapters.sqlite.schema import migrate_url

IN_FLIGHT, DELAY_MS = 64, 1


def measure(folder: Path, *, seconds: float) -> list[Figure]:
    """The rate in groups over the rate one by one."""
    folder.mkdir(parents=True)
    environment = {
        **os.environ,
        "LD_PRELOAD": str(slow_disk.build(folder)),
        "BENCH_SYNC_DELAY_US": str(DELAY_MS * 1_000),
    }
    command = [sys.executable, "-m", "bench.grouping", str(folder), str(seconds)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    rates = json.loads(done.stdout)
    name = f"runs recorded at +{DELAY_MS} ms fsync / one transaction each"
    return [Figure(name, rates["grouped"] / rates["single"], 6.0, 10.0)]


async def _rate(url: str, largest_group: int, seconds: float) -> float:
    migrate_url(url)
    database = SqliteDatabase(url, largest_group=largest_group)
    ledger, numbers, done = SqliteLedger(database), itertools.count(1), 0
    until = time.perf_counter() + seconds

    async def client() -> None:
        nonlocal done
        while time.perf_counter() < until:
            await ledger.create(record(next(numbers)))
            done += 1

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(IN_FLIGHT)))
    elapsed = time.perf_counter() - started
    await database.close()
    return done / elapsed


if __name__ == "__main__":
    root, length_s = Path(sys.argv[1]), float(sys.argv[2])
    measured = {
        name: asyncio.run(_rate(f"sqlite:///{root / name}.db", size, length_s))
        for name, size in (("single", 1), ("grouped", LARGEST_GROUP))
    }
    print(json.dumps(measured))
