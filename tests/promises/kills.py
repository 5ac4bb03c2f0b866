"""P3 and P6: unacknowledged is wholly absent or wholly present, a retry gives one record, one winner per key.

The real server is killed at random times while several clients record runs, each under a key it repeats until it is
answered; afterwards every key has one run, every acknowledged run is there, and the store is sound.
"""

import random
import tempfile
import threading
import time
import uuid
from pathlib import Path

import grpc

from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client import Rmos
from testkit.local_servers import LocalServers
from tests import builders
from tests.ends import join_all
from tests.promises.back_ends import problems_of
from tests.promises.careless import StartServers
from tests.promises.tally import Tally

CLIENTS = 8
_IMPATIENT = [("grpc.initial_reconnect_backoff_ms", 20), ("grpc.max_reconnect_backoff_ms", 50)]
_SHORTEST_LIFE_S, _LONGEST_LIFE_S = 0.3, 1.0


class _Client(threading.Thread):
    """Records runs under keys, and asks again with the same key until it is answered."""

    def __init__(self, address: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._address = address
        self._stop_asking = stop
        self.answered: dict[str, set[str]] = {}

    def run(self) -> None:
        with grpc.insecure_channel(self._address, options=_IMPATIENT) as channel:
            stub = RunsServiceStub(channel)
            while not self._stop_asking.is_set():
                key = str(uuid.uuid4())
                while not self._ask(stub, key):
                    time.sleep(0.01)

    def _ask(self, stub: RunsServiceStub, key: str) -> bool:
        request = builders.create_request(idempotency_key=key)
        try:
            run_id = stub.CreateRun(request, timeout=10, wait_for_ready=True).run.run_id
        except grpc.RpcError:
            return False
        self.answered.setdefault(key, set()).add(run_id)
        return True


def try_kills(trials: int, *, seed: int, start: StartServers = LocalServers) -> Tally:
    """Many kills of one server."""
    dice, tally = random.Random(seed), Tally("P3 killed server", seed=seed)
    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as servers:
        stop = threading.Event()
        clients = [_Client(servers.runs.address, stop) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        for _ in range(trials):
            time.sleep(dice.uniform(_SHORTEST_LIFE_S, _LONGEST_LIFE_S))
            servers.runs.kill()
            servers.runs.restart()
            tally.trials += 1
        stop.set()
        join_all(clients)
        answered = {key: run_ids for client in clients for key, run_ids in client.answered.items()}
        _judge(servers, answered, tally)
    return tally


def _judge(servers: LocalServers, answered: dict[str, set[str]], tally: Tally) -> None:
    with Rmos(runs=servers.runs.address) as runs:
        listed = [run.run_id for run in runs.list_runs(page_size=1000)]
    servers.runs.stop()
    acknowledged = {run_id for run_ids in answered.values() for run_id in run_ids}
    tally.acknowledged += len(answered)
    tally.lost += len(acknowledged - set(listed))
    tally.wrong += sum(len(run_ids) != 1 for run_ids in answered.values())
    tally.wrong += len(listed) - len(answered)  # every key was answered in the end, so there is a run for each
    problems = problems_of(servers.store, servers.runs_environment)
    tally.wrong += len(problems)
    tally.remarks.extend(problems[:3])


def try_writers(keys: int, *, seed: int, writers: int = 16, start: StartServers = LocalServers) -> Tally:
    """Many clients that record under the same keys at the same time."""
    tally = Tally("P6 one winner per key", seed=seed)
    names = [str(uuid.UUID(int=random.Random(seed + number).getrandbits(128))) for number in range(keys)]
    answers: list[dict[str, str]] = [{} for _ in range(writers)]

    def write(number: int, address: str) -> None:
        order = random.Random(seed * 1_000 + number).sample(names, len(names))
        with grpc.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
            stub = RunsServiceStub(channel)
            for key in order:
                request = builders.create_request(idempotency_key=key)
                answers[number][key] = stub.CreateRun(request, timeout=60).run.run_id

    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as servers:
        threads = [threading.Thread(target=write, args=(number, servers.runs.address)) for number in range(writers)]
        for thread in threads:
            thread.start()
        join_all(threads)
        with Rmos(runs=servers.runs.address) as runs:
            listed = {run.run_id for run in runs.list_runs(page_size=1000)}
    for key in names:
        winners = {answer.get(key, "unanswered") for answer in answers}
        tally.trials += 1
        tally.acknowledged += writers
        tally.wrong += len(winners) != 1
        tally.lost += not winners <= listed
    tally.wrong += len(listed) != keys
    return tally
