"""P9: two servers on one PostgreSQL and one bucket, while each of these dies and stops, and the lines to them fail.

Sixteen clients upload an attachment and record a run with it, each under a key it repeats at either server until it
is answered, and then look for the run at the other server; afterwards every key has one run, whichever server was
asked, every acknowledged run is there, and the store is sound as a whole.
"""

import hashlib
import random
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import grpc

from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client import Rmos
from testkit.local_servers import LocalServer
from tests import builders
from tests.promises.back_ends import PostgresBackEnd, problems_of
from tests.promises.faults import NAMES, Faults
from tests.promises.tally import Tally

CLIENTS = 16
_IMPATIENT = [("grpc.initial_reconnect_backoff_ms", 20), ("grpc.max_reconnect_backoff_ms", 100)]
_EXPECTED = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED})
"""What a client may see: the second where it was the client's own patience that ended."""
_BETWEEN_S, _CLIENT_PATIENCE_S, _LONGEST_RETRY_S = 1.5, 30.0, 120.0


class _Client(threading.Thread):
    """Records runs under keys, at one server or the other, and asks again until it is answered."""

    def __init__(self, number: int, servers: Sequence[LocalServer], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._dice = random.Random(number)
        self._channels = [grpc.insecure_channel(server.address, options=_IMPATIENT) for server in servers]
        self._stop_asking = stop
        self.asked: set[str] = set()
        self.answered: dict[str, set[str]] = {}
        self.refusals: list[str] = []
        self.retries = 0
        self.not_seen: list[str] = []
        """Runs that one server acknowledged and the other one did not know."""

    def run(self) -> None:
        while not self._stop_asking.is_set():
            key, content = str(uuid.UUID(int=self._dice.getrandbits(128))), self._dice.randbytes(2_000)
            self.asked.add(key)
            while not self._record(key, content):
                self.retries += 1
                time.sleep(0.05)

    def _record(self, key: str, content: bytes) -> bool:
        here, there = self._dice.sample(self._channels, 2)
        request = builders.create_request(idempotency_key=key)
        digest = hashlib.sha256(content).hexdigest()
        request.attachments.append(pb.AttachmentReference(sha256=digest, kind="debug", filename="notes.txt"))
        try:
            AttachmentsServiceStub(here).UploadAttachment(_parts(content), timeout=_CLIENT_PATIENCE_S)
            run = RunsServiceStub(here).CreateRun(request, timeout=_CLIENT_PATIENCE_S).run
        except grpc.RpcError as error:
            self._note(error)
            return False
        self.answered.setdefault(key, set()).add(run.run_id)
        self._look(there, run.name)
        return True

    def _look(self, channel: grpc.Channel, name: str) -> None:
        try:
            RunsServiceStub(channel).GetRun(pb.GetRunRequest(name=name), timeout=_CLIENT_PATIENCE_S)
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.NOT_FOUND:
                self.not_seen.append(name)
            else:
                self._note(error)

    def _note(self, error: grpc.RpcError) -> None:
        if error.code() not in _EXPECTED:
            self.refusals.append(f"{error.code()} {error.details()}")


def _parts(content: bytes) -> Iterator[attachments_pb.UploadAttachmentRequest]:
    digest = hashlib.sha256(content).hexdigest()
    header = attachments_pb.UploadHeader(sha256=digest, size_bytes=len(content), kind="debug", filename="notes.txt")
    yield attachments_pb.UploadAttachmentRequest(header=header)
    yield attachments_pb.UploadAttachmentRequest(chunk=content)


def try_servers(
    trials: int,
    *,
    seed: int,
    place: PostgresBackEnd,
    chosen: Sequence[str] = NAMES,
    module: str = "runs_svc",
) -> Tally:
    """As many faults, of each kind in turn.

    Args:
        trials: How many.
        seed: Of the dice.
        place: A database and a bucket.
        chosen: Which faults.
        module: The server.
    """
    dice, tally = random.Random(seed), Tally("P9 database and bucket", seed=seed)
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        faults = opened.enter_context(Faults.between(place))
        servers = start_two(folder, faults.places, opened, module=module)
        stop = threading.Event()
        clients = [_Client(seed * 100 + number, servers, stop) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        for number in range(trials):
            time.sleep(dice.uniform(0.5, _BETWEEN_S))
            faults.do(chosen[number % len(chosen)], servers)
            tally.trials += 1
        time.sleep(_BETWEEN_S)
        stop.set()
        until = time.monotonic() + _LONGEST_RETRY_S
        for client in clients:
            client.join(max(0.0, until - time.monotonic()))
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


def _judge(clients: list[_Client], servers: list[LocalServer], places: dict[str, str], tally: Tally) -> None:
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
    tally.remarks.append(f"{sum(client.retries for client in clients)} calls were tried again")
    tally.remarks.extend(refusals[:5])
    problems = problems_of(servers[0].folder / "runs", places)
    tally.wrong += len(problems)
    tally.remarks.extend(problems[-3:])
