"""P17: another process's lock on the database holds up writes only, and these for a bounded time.

A person with `sqlite3` begins a transaction and leaves it open. Health and reads go on; a write is done, or refused as
one that may be sent again; once the lock is gone, every write is done.
"""

import sqlite3
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc

from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from testkit.local_servers import LocalServers
from tests import builders
from tests.ends import join_all
from tests.promises.careless import StartServers
from tests.promises.health import Health, Span, is_held_up
from tests.promises.tally import Tally
from tests.service.wire import read_failure

_WRITERS = 4
_PATIENCE_S = 30.0


def try_locks(trials: int, *, seed: int = 0, held_s: float = 7.0, start: StartServers = LocalServers) -> Tally:
    """A lock that is held longer than a write waits, again and again."""
    tally, answers = Tally("P17 foreign lock", seed=seed), Counter[str]()
    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as servers:
        other = sqlite3.connect(servers.store / "rmos.db", isolation_level=None, check_same_thread=False)
        with grpc.insecure_channel(servers.runs.address) as channel:
            stub: Any = RunsServiceStub(channel)
            acknowledged = [_create(stub, answers)]

            def longest_gap_s() -> float:
                created, gap_s = _through_a_lock(servers, stub, _held(other, held_s), answers, tally)
                acknowledged.extend(created)
                return gap_s

            for _ in range(trials):
                tally.trials += 1
                tally.wrong += is_held_up(longest_gap_s)
                acknowledged.append(_create(stub, answers))
                tally.wrong += acknowledged[-1] is None
            listed = {run.run_id for run in stub.ListRuns(pb.ListRunsRequest(page_size=1000)).runs}
        other.close()
    names = {run_id for run_id in acknowledged if run_id is not None}
    tally.acknowledged += len(names)
    tally.lost += len(names - listed)
    tally.wrong += len(listed - names)  # what was refused is not there
    tally.wrong += sum(count for reason, count in answers.items() if reason not in {"OK", "STORE_BUSY"})
    tally.remarks.append(f"answers: {dict(answers)}")
    return tally


def _through_a_lock(
    servers: LocalServers, stub: Any, release: threading.Timer, answers: Counter[str], tally: Tally
) -> tuple[list[str | None], float]:
    """What was recorded meanwhile, and how long health or a read was held up at most. [s]"""
    created: list[str | None] = []
    with Health(servers.runs.address) as health:
        writers = [threading.Thread(target=lambda: created.append(_create(stub, answers))) for _ in range(_WRITERS)]
        for writer in writers:
            writer.start()
        reads = [_timed(lambda: stub.ListRuns(pb.ListRunsRequest(), timeout=_PATIENCE_S)) for _ in range(20)]
        join_all([*writers, release])
    gap_s = health.gap_s(*reads)
    tally.remarks.append(f"health: {health}; with reads {gap_s * 1e3:.0f} ms")
    return created, gap_s


def _held(other: sqlite3.Connection, held_s: float) -> threading.Timer:
    """The lock of the database is taken; what is returned has begun to wait before it lets go."""
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(held_s, lambda: other.execute("ROLLBACK"))
    release.start()
    return release


def _create(stub: Any, answers: Counter[str]) -> str | None:
    """A new run's id; None where it was refused."""
    try:
        run_id: str = stub.CreateRun(builders.create_request(), timeout=_PATIENCE_S).run.run_id
    except grpc.RpcError as error:
        answers[read_failure(error, {}).reason] += 1
        return None
    answers["OK"] += 1
    return run_id


def _timed(ask: Callable[[], Any]) -> Span:
    began_s = time.monotonic()
    ask()
    return Span(began_s, time.monotonic())
