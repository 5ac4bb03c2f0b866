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
from tests.promises.health import LONGEST_GAP_S, Health
from tests.promises.tally import Tally
from tests.service.wire import read_failure

_WRITERS = 4
_PATIENCE_S = 30.0


def try_locks(
    trials: int, *, seed: int = 0, held_s: float = 7.0, start: StartServers = LocalServers, tries: int = 3
) -> Tally:
    """A lock that is held longer than a write waits, again and again."""
    tally, answers = Tally("P17 foreign lock", seed=seed), Counter[str]()
    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as servers:
        other = sqlite3.connect(servers.store / "rmos.db", isolation_level=None, check_same_thread=False)
        with grpc.insecure_channel(servers.runs.address) as channel:
            stub: Any = RunsServiceStub(channel)
            acknowledged = [_create(stub, answers)]
            for _ in range(trials):
                tally.trials += 1
                for _ in range(tries):  # a machine that is busy stands still itself: a suspicion has to hold each time
                    created, is_slow = _through_a_lock(servers, stub, _held(other, held_s), answers, tally)
                    acknowledged += created
                    if not is_slow:
                        break
                tally.wrong += is_slow
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
) -> tuple[list[str | None], bool]:
    """What was recorded meanwhile, and whether health or reads were held up."""
    created: list[str | None] = []
    with Health(servers.runs.address) as health:
        writers = [threading.Thread(target=lambda: created.append(_create(stub, answers))) for _ in range(_WRITERS)]
        for writer in writers:
            writer.start()
        slowest_read_s = max(
            _timed(lambda: stub.ListRuns(pb.ListRunsRequest(), timeout=_PATIENCE_S)) for _ in range(20)
        )
        join_all([*writers, release])
    tally.remarks.append(f"health: {health}; slowest read {slowest_read_s * 1e3:.0f} ms")
    return created, max(health.longest_s, slowest_read_s) > LONGEST_GAP_S


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


def _timed(ask: Callable[[], Any]) -> float:
    began = time.monotonic()
    ask()
    return time.monotonic() - began
