"""What growing is worth: two workers beside one, groups in PostgreSQL beside single inserts, and what reading costs
while the bucket does not answer. `python -m bench.growing` measures these alone.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench import slow_disk
from bench.cases import Case, build_loader, different, prepare_cases, run_load
from bench.what_if import JOB, Figure
from rmos.feasibility.v1 import feasibility_service_pb2
from rmos_client.jobs import read_job
from runs_svc.adapters.postgres import schema
from testkit.local_servers import LocalServer, LocalServers
from testkit.postgres import PostgresServer, postgres
from testkit.seaweed import S3Server, s3

IN_FLIGHT, DELAY_MS, _RECORDED = 64, 1, 2_000
_EVALUATE = "/rmos.feasibility.v1.FeasibilityService/EvaluateFeasibility"
_QUIET = ("--log-level", "warning")


def measure(folder: Path, loader: Path, *, rounds: int, seconds: float) -> list[Figure]:
    """The median of each figure over some rounds."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        _two_workers(folder / "workers", loader, rounds=rounds, seconds=seconds),
        *_groups(folder / "groups", loader, rounds=rounds, seconds=seconds),
        _without_bucket(folder / "bucket", loader, rounds=rounds, seconds=seconds),
    ]


def _two_workers(folder: Path, loader: Path, *, rounds: int, seconds: float) -> Figure:
    """Evaluations a second of two workers and of one; the load runs beside them, nothing is pinned."""
    given = folder / "requests"
    given.mkdir(parents=True)
    job = read_job(JOB)
    request = feasibility_service_pb2.EvaluateFeasibilityRequest(design=job.design, context=job.context)
    for number, one in enumerate(different(request)):
        (given / f"{number:06}").write_bytes(one.SerializeToString())
    ratios = []
    with ExitStack() as running:
        cases = [Case("evaluate fresh", _evaluating(running, folder, count), _EVALUATE, given) for count in (1, 2)]
        for case in cases:
            _load(loader, case, 0.5, "-connections", "16")
        for _ in range(rounds):
            one, two = (_load(loader, case, seconds, "-connections", "16")["per_second"] for case in cases)
            ratios.append(two / one)
    return Figure("two workers / one, EvaluateFeasibility", statistics.median(ratios), 1.2, 1.5)


def _evaluating(running: ExitStack, folder: Path, workers: int) -> LocalServer:
    own = folder / f"{workers}"
    own.mkdir()
    server = LocalServer("feasibility_svc", own, [*_QUIET, "--workers", str(workers)])
    running.callback(server.kill)
    server.start()
    return server


def _groups(folder: Path, loader: Path, *, rounds: int, seconds: float) -> list[Figure]:
    """AnnotateRun on a database whose log takes a millisecond longer to be synced, beside one insert a transaction."""
    single: list[float] = []
    rates: dict[str, list[float]] = {"annotate": [], "create": []}
    with _slow_postgres() as server, _runs_on(server, folder / "servers") as servers:
        own = folder / "cases"
        own.mkdir()
        cases = {case.name: case for case in prepare_cases(servers, own, loader, listed_runs=_RECORDED)}
        for name in rates:
            _load(loader, cases[name], 2 * seconds, in_flight=IN_FLIGHT)
        for _ in range(rounds):
            single.append(_one_by_one(server, seconds))
            for name, found in rates.items():
                found.append(_load(loader, cases[name], seconds, in_flight=IN_FLIGHT)["per_second"])
    named = {"annotate": ("AnnotateRun", 2.0, 4.0), "create": ("CreateRun (only told)", 0.0, 0.0)}
    return [
        Figure(
            f"PostgreSQL at +{DELAY_MS} ms fsync, {name}, {IN_FLIGHT} in flight / one insert per transaction",
            statistics.median(rate / one for rate, one in zip(rates[case], single, strict=True)),
            at_least,
            aim,
        )
        for case, (name, at_least, aim) in named.items()
    ]


@contextmanager
def _slow_postgres() -> Iterator[PostgresServer]:
    with tempfile.TemporaryDirectory(prefix="rmos-slow-") as name:
        Path(name).chmod(0o755)  # the database may run as somebody else
        given = {"LD_PRELOAD": str(slow_disk.build(Path(name))), "BENCH_SYNC_DELAY_US": str(DELAY_MS * 1_000)}
        with ExitStack() as running:
            with _environment(given):
                server = running.enter_context(postgres())
            yield server


def _one_by_one(server: PostgresServer, seconds: float) -> float:
    """Rows a second, each committed alone, of the size of a note."""
    with psycopg.connect(server.url("store"), autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS single")
        connection.execute("CREATE TABLE single (LIKE ledger INCLUDING ALL)")
        row = ["annotation", "r", "s", "2026-03-01", b"x" * 600, "0" * 64, "0" * 64]
        names = "kind, record_id, subject_id, partition, document, sha256, previous_sha256, ordinal, seq"
        insert = f"INSERT INTO single ({names}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"  # our own text
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            count += 1
            connection.execute(insert.encode(), [row[0], f"r{count}", *row[2:], count, count])
        return count / (time.perf_counter() - began)


def _without_bucket(folder: Path, loader: Path, *, rounds: int, seconds: float) -> Figure:
    """The median wait for a lone GetRun while the bucket is stopped, over the same while it answers."""
    ratios = []
    with postgres() as database, s3() as bucket, _runs_on(database, folder / "servers", bucket) as servers:
        own = folder / "cases"
        own.mkdir(parents=True)
        get = next(case for case in prepare_cases(servers, own, loader, listed_runs=_RECORDED) if case.name == "get")
        _load(loader, get, 0.3)
        for _ in range(rounds):
            there = _load(loader, get, seconds)["p50_ms"]
            bucket.pause()
            try:
                away = _load(loader, get, seconds)["p50_ms"]
            finally:
                bucket.go_on()
            ratios.append(away / there)
    name = "GetRun lone p50 while the bucket is stopped / while it answers"
    return Figure(name, statistics.median(ratios), 1.5, 1.1, smaller_is_better=True)


@contextmanager
def _runs_on(database: PostgresServer, folder: Path, bucket: S3Server | None = None) -> Iterator[LocalServers]:
    folder.mkdir(parents=True)
    database.run("CREATE ROLE rmos_service LOGIN", "CREATE DATABASE store")
    schema.migrate_url(database.url("store"), service_role="rmos_service")
    places = {"RMOS_DATABASE_URL": database.url("store", user="rmos_service")}
    if bucket is not None:
        places |= {**bucket.environment(), "RMOS_BLOBS_URL": "s3://rmos/bench"}
    flags = [*_QUIET, "--bench-methods", "true"]
    with LocalServers(folder, feasibility_flags=flags, runs_flags=flags, runs_environment=places) as servers:
        yield servers


def _load(loader: Path, case: Case, seconds: float, *more: str, in_flight: int = 0) -> Mapping[str, Any]:
    calls = in_flight or (IN_FLIGHT if more else 1)
    measured: dict[str, Any] = json.loads(
        run_load(loader, case, "-in-flight", str(calls), "-seconds", str(seconds), *more)
    )
    if measured["failed"]:
        sys.exit(f"{case.name}: {measured['failed']} calls failed: {measured['first_error']}")
    return measured


@contextmanager
def _environment(given: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(given)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def main(arguments: Sequence[str]) -> int:
    """Print these figures; the first argument is how long each is measured [s]."""
    seconds = float(arguments[0]) if arguments else 2.0
    with tempfile.TemporaryDirectory(prefix="rmos-bench-") as name:
        for item in measure(Path(name), build_loader(Path(name)), rounds=5, seconds=seconds):
            print(f"{item.name}: {item.value:.2f}, demanded {item.at_least:g}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
