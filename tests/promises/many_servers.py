"""P9: two servers on one PostgreSQL and one bucket, while each of these dies and stops, and the lines to them fail.

Sixteen clients upload an attachment and record a run with it, each under a key it repeats at either server until it
is answered, and then look for the run at the other server, and download the attachment; afterwards every key has one
run, whichever server was asked, every acknowledged run is there, was told to whoever watches, and the store is sound as
a whole. With a balancer in front, which dies and stops as well, clients know nothing but that.
"""

import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from rmos_client import Rmos
from testkit.balancer import balancer
from testkit.local_servers import LocalServer
from tests.promises.back_ends import PostgresBackEnd, problems_of
from tests.promises.clients import Client
from tests.promises.faults import NAMES, WITH_BALANCER, Faults
from tests.promises.tally import Tally
from tests.promises.watchers import Watcher

CLIENTS = 16
_BETWEEN_S, _LONGEST_RETRY_S = 1.5, 120.0


def try_servers(
    trials: int,
    *,
    seed: int,
    place: PostgresBackEnd,
    chosen: Sequence[str] = (),
    module: str = "runs_svc",
    is_balanced: bool = False,
) -> Tally:
    """As many faults, of each kind in turn.

    Args:
        trials: How many.
        seed: Of the dice.
        place: A database and a bucket.
        chosen: Which faults; all, if none is given.
        module: The server.
        is_balanced: Whether clients call a balancer instead of the servers.
    """
    dice, tally = random.Random(seed), Tally(f"P9 {'balancer' if is_balanced else 'database and bucket'}", seed=seed)
    chosen = chosen or (WITH_BALANCER if is_balanced else NAMES)
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        faults = opened.enter_context(Faults.between(place))
        servers = start_two(folder, faults.places, opened, module=module)
        addresses = [server.address for server in servers]
        if is_balanced:
            faults.balancer = opened.enter_context(balancer(folder / "balancer", addresses))
            addresses = [faults.balancer.address] * 2
        stop = threading.Event()
        clients = [Client(seed * 100 + number, addresses, stop) for number in range(CLIENTS)]
        watchers = [Watcher(address, stop) for address in addresses]
        for thread in (*watchers, *clients):
            thread.start()
        for number in range(trials):
            time.sleep(dice.uniform(0.5, _BETWEEN_S))
            faults.do(chosen[number % len(chosen)], servers)
            tally.trials += 1
        time.sleep(_BETWEEN_S)
        stop.set()
        until = time.monotonic() + _LONGEST_RETRY_S
        for client in clients:
            client.join(max(0.0, until - time.monotonic()))
        acknowledged = {run for client in clients for run_ids in list(client.answered.values()) for run in run_ids}
        for watcher in watchers:
            tally.wrong += len(watcher.not_told(acknowledged)) + len(watcher.refusals)
            tally.remarks.extend(watcher.refusals[:3])
        _judge(clients, servers, faults.places, tally)
    return tally


def start_two(
    folder: Path, places: Mapping[str, str], opened: ExitStack, *, module: str = "runs_svc", flags: Sequence[str] = ()
) -> list[LocalServer]:
    """Two servers of a store, which are gone when the stack is closed."""
    feasibility = LocalServer("feasibility_svc", folder / "feasibility")
    feasibility.start()
    opened.callback(feasibility.kill)
    servers = []
    for name in ("one", "two"):
        given = ["--runs-dir", str(folder / name / "runs"), "--feasibility-address", feasibility.address, *flags]
        server = LocalServer(module, folder / name, given, places)
        server.start()
        opened.callback(server.kill)
        servers.append(server)
    return servers


def _judge(clients: list[Client], servers: list[LocalServer], places: dict[str, str], tally: Tally) -> None:
    answered = {key: run_ids for client in clients for key, run_ids in client.answered.items()}
    with Rmos(runs=servers[1].address) as runs:
        listed = [run.run_id for run in runs.list_runs(page_size=1_000)]
    for server in servers:
        server.stop()
    acknowledged = {run_id for run_ids in answered.values() for run_id in run_ids}
    tally.acknowledged += len(answered)
    tally.lost += len(acknowledged - set(listed)) + sum(len(client.not_seen) for client in clients)
    tally.wrong += sum(len(run_ids) != 1 for run_ids in answered.values())
    tally.wrong += len(listed) - len(answered)  # every key was answered in the end, so there is a run for each
    tally.wrong += sum(len(client.asked - client.answered.keys()) for client in clients)
    refusals = [refusal for client in clients for refusal in client.refusals]
    tally.wrong += len(refusals)
    codes: Counter[str] = sum((client.codes for client in clients), Counter())
    tally.remarks.append(f"{sum(client.retries for client in clients)} calls were tried again; failed: {dict(codes)}")
    tally.remarks.extend(refusals[:5])
    problems = problems_of(servers[0].folder / "runs", places)
    tally.wrong += len(problems)
    tally.remarks.extend(problems[-3:])
