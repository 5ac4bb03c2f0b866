"""P9: a bucket or a database that is away for a minute, or whose disk is full, while two servers take mixed calls.

While the bucket is away, records, notes, reads and lists go on, and only bytes are refused; while the database is away
everything is. Nobody sees anything but UNAVAILABLE, or STORAGE_FULL where a disk is full; afterwards every kind of call
goes well again without a restart of a server, the archive catches up, and the store is sound with all that was
acknowledged.
"""

import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client.parser import text_string_to_metric_families

from rmos_client import Rmos
from testkit.local_servers import LocalServer, free_address
from tests.promises.back_ends import PostgresBackEnd, blob_of, problems_of
from tests.promises.callers import KINDS, OK, PATIENCE_S, Callers
from tests.promises.outage_places import OUTAGES, Place, open_place
from tests.promises.tally import Tally

_BEFORE_S, _OUTAGE_S, _BACK_WITHIN_S, _LOOK_EVERY_S = 3.0, 60.0, 90.0, 0.5
_UNAVAILABLE = frozenset({OK, "UNAVAILABLE", "UNAVAILABLE STORE_BUSY"})
_OWN_PATIENCE = frozenset({"DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED DEADLINE_EXCEEDED"})
_FULL = frozenset({"RESOURCE_EXHAUSTED STORAGE_FULL"})
_BYTES = ("upload", "download")
_WATCHED = ("rmos_accepts_writes", "rmos_archive_lag_records")


@dataclass(slots=True)
class _Seen:
    """What a server tells of itself."""

    lag: float = 0.0
    accepts_writes: set[float] = field(default_factory=set)
    health: Counter[int] = field(default_factory=Counter)


def try_outages(
    trials: int,
    *,
    seed: int,
    place: PostgresBackEnd,
    chosen: Sequence[str] = tuple(OUTAGES),
    seconds: float = _OUTAGE_S,
) -> Tally:
    """As many outages, of each kind in turn.

    Args:
        trials: How many.
        seed: Of the dice.
        place: A database and a bucket, for those that need no disk of their own.
        chosen: Which.
        seconds: How long each lasts.
    """
    tally = Tally("P9 outages", seed=seed)
    for number in range(trials):
        name = chosen[number % len(chosen)]
        with ExitStack() as opened:
            _try_once(name, open_place(name, place, opened), seconds, tally, opened)
        tally.trials += 1
    return tally


def _try_once(name: str, there: Place, seconds: float, tally: Tally, opened: ExitStack) -> None:
    servers, metrics = _start(there, opened)
    callers = Callers(
        [server.address for server in servers], seed=tally.seed + tally.trials, upload_bytes=there.upload_bytes
    )
    callers.start()
    time.sleep(_BEFORE_S)
    began, seen = time.monotonic(), _Seen()
    there.begin()
    while time.monotonic() < began + seconds:
        _look(servers, metrics, seen)
        time.sleep(_LOOK_EVERY_S)
    ended = time.monotonic()
    there.end()
    well = time.monotonic()
    back = _wait_until_all_goes_well(callers, well)
    tally.wrong += not callers.stop()
    caught_up = _wait_until_published(metrics, well)
    _judge(name, callers, (began, ended + PATIENCE_S), seen, tally)
    during = callers.counts(began, ended)
    kinds = "; ".join(f"{kind} {dict(during[kind])}" for kind in KINDS)
    told = f"writes accepted {sorted(seen.accepts_writes)}, lag up to {seen.lag:.0f}, health {dict(seen.health)}"
    tally.remarks.append(f"{name}: {kinds}; {told}; well again after {back:.1f} s, published after {caught_up:.1f} s")
    tally.wrong += back > _BACK_WITHIN_S
    tally.wrong += caught_up > _BACK_WITHIN_S
    _judge_store(callers, servers, there, tally)


def _start(there: Place, opened: ExitStack) -> tuple[list[LocalServer], list[str]]:
    folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
    feasibility = LocalServer("feasibility_svc", folder / "feasibility")
    feasibility.start()
    opened.callback(feasibility.kill)
    servers, metrics = [], []
    for name in ("one", "two")[: 2 if there.folder is None else 1]:
        runs = (there.folder or folder / name) / "runs"
        given = ["--runs-dir", str(runs), "--feasibility-address", feasibility.address, *there.flags]
        metrics.append(free_address())
        server = LocalServer("runs_svc", folder / name, [*given, "--metrics-listen", metrics[-1]], there.settings)
        server.start()
        opened.callback(server.kill)
        servers.append(server)
    return servers, metrics


def _numbers(metrics: str) -> dict[str, float]:
    with urllib.request.urlopen(f"http://{metrics}/metrics", timeout=PATIENCE_S) as answer:
        families = text_string_to_metric_families(answer.read().decode())
        return {sample.name: sample.value for family in families for sample in family.samples if not sample.labels}


def _look(servers: Sequence[LocalServer], metrics: Sequence[str], seen: _Seen) -> None:
    for server, address in zip(servers, metrics, strict=True):
        numbers = _numbers(address)
        seen.accepts_writes.add(numbers["rmos_accepts_writes"])
        seen.lag = max(seen.lag, numbers["rmos_archive_lag_records"])
        with grpc.insecure_channel(server.address) as channel:
            stub: Any = health_pb2_grpc.HealthStub(channel)
            answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=PATIENCE_S)
            seen.health[answer.status] += 1


def _wait_until_all_goes_well(callers: Callers, well: float) -> float:
    """After how many seconds each kind of call has gone well again, and none has failed since."""
    until, last = time.monotonic() + _BACK_WITHIN_S, well
    while time.monotonic() < until:
        failed = [item.at_s for item in list(callers.outcomes) if item.at_s >= well and item.said != OK]
        last = max(failed, default=well)
        since = callers.counts(last, float("inf"))
        if all(since[kind][OK] >= 2 for kind in KINDS):
            return last - well
        time.sleep(_LOOK_EVERY_S)
    return float("inf")


def _wait_until_published(metrics: Sequence[str], well: float) -> float:
    until = time.monotonic() + _BACK_WITHIN_S
    while time.monotonic() < until:
        if not any(_numbers(address)["rmos_archive_lag_records"] for address in metrics):
            return time.monotonic() - well
        time.sleep(_LOOK_EVERY_S)
    return float("inf")


def _judge(name: str, callers: Callers, span: tuple[float, float], seen: _Seen, tally: Tally) -> None:
    kind = OUTAGES[name]
    during = callers.counts(*span)
    if not kind.is_full:
        is_told = health_pb2.HealthCheckResponse.NOT_SERVING in seen.health
        tally.wrong += is_told == kind.spares_records
    for what, counts in during.items():
        allowed = _UNAVAILABLE | _OWN_PATIENCE | (_FULL if kind.is_full else frozenset())
        if kind.spares_records and what not in _BYTES:
            allowed = frozenset({OK})
            tally.wrong += not counts[OK]
        wrong = {said: count for said, count in counts.items() if said not in allowed}
        tally.wrong += sum(wrong.values())
        if wrong:
            said = next(item for item in callers.outcomes if item.kind == what and item.said in wrong)
            tally.remarks.append(f"{name}: {what} {wrong}: {said.message}")
    tally.wrong += not any(
        item.message for item in callers.outcomes if span[0] <= item.at_s < span[1]
    )  # nothing was away


def _judge_store(callers: Callers, servers: Sequence[LocalServer], there: Place, tally: Tally) -> None:
    with Rmos(runs=servers[-1].address) as runs:
        listed = {f"runs/{run.run_id}" for run in runs.list_runs(page_size=1_000)}
    for server in servers:
        tally.wrong += server.stop() != 0
    tally.acknowledged += len(callers.recorded) + len(callers.uploaded)
    tally.lost += len(set(callers.recorded) - listed)
    root = (there.folder or servers[0].folder) / "runs"
    tally.lost += sum(blob_of(root, there.settings, sha256) is None for sha256 in callers.uploaded)
    problems = problems_of(root, there.settings)
    tally.wrong += len(problems)
    tally.remarks.extend(problems[-3:])
