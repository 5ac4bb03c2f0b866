"""The durable store one writes first: a file per run and an index of all of them, both written anew and synced."""

import json
import os
import statistics
import time
from pathlib import Path

from bench.records import record
from bench.what_if import Figure

RUNS = 10_000


class NaiveStore:
    """Temporary file, fsync, rename, directory fsync; the index is rewritten each time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index: dict[str, object] = {}
        folder.mkdir(parents=True)

    def fill(self, count: int) -> None:
        """Give the index as many runs, without their files."""
        self._index = {f"run_{number:012x}": record(number).index._asdict() for number in range(count)}

    def create(self, number: int) -> None:
        """Store a run, durably."""
        made = record(number)
        self._index[str(made.run_id)] = made.index._asdict()
        self._write(f"{made.run_id}.json", made.document)
        self._write("index.json", json.dumps(self._index).encode())

    def _write(self, name: str, data: bytes) -> None:
        staged, target = self._folder / f"{name}.tmp", self._folder / name
        with staged.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        staged.replace(target)
        descriptor = os.open(self._folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def measure(folder: Path, *, rounds: int, create_per_s: float) -> list[Figure]:
    """CreateRun at 64 in flight over the naive writer, both with ten thousand runs."""
    store = NaiveStore(folder)
    store.fill(RUNS)
    times = []
    for number in range(RUNS, RUNS + 2 * rounds):
        started = time.perf_counter()
        store.create(number)
        times.append(time.perf_counter() - started)
    ratio = create_per_s * statistics.median(times)
    return [Figure(f"CreateRun / the naive durable writer, at {RUNS} runs", ratio, 10.0, 30.0)]
