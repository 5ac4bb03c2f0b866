"""P9: two servers on one PostgreSQL and one bucket, while a server, the database and the bucket are killed and paused.

Sixteen clients upload an attachment and record a run with it, each under a key it repeats at either server until it
is answered; afterwards every key has one run, whichever server was asked, every acknowledged run is there, and the
store is sound as a whole.
"""

import hashlib
import os
import random
import signal
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc

from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client import Rmos
from runs_svc.adapters.postgres import schema
from testkit.local_servers import LocalServer
from testkit.postgres import PostgresServer, postgres
from testkit.seaweed import S3Server, s3
from tests import builders
from tests.administration.offline import offline
from tests.promises.tally import Tally

CLIENTS = 16
_IMPATIENT = [("grpc.initial_reconnect_backoff_ms", 20), ("grpc.max_reconnect_backoff_ms", 100)]
_EXPECTED = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED})
"""What a client may see: the second where it was the client's own patience that ended."""
_PAUSE_S, _BETWEEN_S, _CLIENT_PATIENCE_S = 6.0, 1.5, 30.0


class _Client(threading.Thread):
    """Records runs under keys, at one server or the other, and asks again until it is answered."""

    def __init__(self, number: int, servers: list[LocalServer], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._dice = random.Random(number)
        self._channels = [grpc.insecure_channel(server.address, options=_IMPATIENT) for server in servers]
        self._stop_asking = stop
        self.answered: dict[str, set[str]] = {}
        self.refusals: list[str] = []

    def run(self) -> None:
        while not self._stop_asking.is_set():
            key, content = str(uuid.UUID(int=self._dice.getrandbits(128))), self._dice.randbytes(2_000)
            while not self._record(key, content):
                time.sleep(0.05)

    def _record(self, key: str, content: bytes) -> bool:
        channel = self._dice.choice(self._channels)
        request = builders.create_request(idempotency_key=key)
        digest = hashlib.sha256(content).hexdigest()
        request.attachments.append(pb.AttachmentReference(sha256=digest, kind="debug", filename="notes.txt"))
        try:
            AttachmentsServiceStub(channel).UploadAttachment(_parts(content), timeout=_CLIENT_PATIENCE_S)
            run_id = RunsServiceStub(channel).CreateRun(request, timeout=_CLIENT_PATIENCE_S).run.run_id
        except grpc.RpcError as error:
            if error.code() not in _EXPECTED:
                self.refusals.append(f"{error.code()} {error.details()}")
            return False
        self.answered.setdefault(key, set()).add(run_id)
        return True


def _parts(content: bytes) -> Iterator[attachments_pb.UploadAttachmentRequest]:
    digest = hashlib.sha256(content).hexdigest()
    header = attachments_pb.UploadHeader(sha256=digest, size_bytes=len(content), kind="debug", filename="notes.txt")
    yield attachments_pb.UploadAttachmentRequest(header=header)
    yield attachments_pb.UploadAttachmentRequest(chunk=content)


def try_servers(trials: int, *, seed: int) -> Tally:
    """As many faults, of each kind in turn."""
    dice, tally = random.Random(seed), Tally("P9 database and bucket", seed=seed)
    with tempfile.TemporaryDirectory() as folder, postgres() as database, s3() as bucket:
        servers = _start(Path(folder), database, bucket)
        stop = threading.Event()
        clients = [_Client(seed * 100 + number, servers[1:], stop) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        faults = _faults(servers[1:], database, bucket)
        for number in range(trials):
            time.sleep(dice.uniform(0.5, _BETWEEN_S))
            faults[number % len(faults)]()
            tally.trials += 1
        time.sleep(_BETWEEN_S)
        stop.set()
        for client in clients:
            client.join()
        _judge(clients, servers, database, bucket, tally)
        for server in servers:
            server.kill()
    return tally


def _start(folder: Path, database: PostgresServer, bucket: S3Server) -> list[LocalServer]:
    database.run("CREATE ROLE rmos_service LOGIN", "CREATE DATABASE store")
    schema.migrate_url(database.url("store"), service_role="rmos_service")
    feasibility = LocalServer("feasibility_svc", folder / "feasibility")
    feasibility.start()
    servers = [feasibility]
    for name in ("one", "two"):
        flags = ["--runs-dir", str(folder / name / "runs"), "--feasibility-address", feasibility.address]
        server = LocalServer("runs_svc", folder / name, flags, _places(database, bucket))
        server.start()
        servers.append(server)
    return servers


def _places(database: PostgresServer, bucket: S3Server) -> dict[str, str]:
    url = database.url("store", user="rmos_service")
    return {**bucket.environment(), "RMOS_DATABASE_URL": url, "RMOS_BLOBS_URL": "s3://rmos/campaign"}


def _faults(servers: list[LocalServer], database: PostgresServer, bucket: S3Server) -> list[Callable[[], None]]:
    def kill_server() -> None:
        servers[0].kill()
        servers[0].restart()

    def pause_server() -> None:
        os.kill(servers[1].pid, signal.SIGSTOP)
        time.sleep(_PAUSE_S)
        os.kill(servers[1].pid, signal.SIGCONT)

    def kill_database() -> None:
        database.kill()
        database.start()

    def pause_database() -> None:
        database.pause()
        time.sleep(_PAUSE_S)
        database.go_on()

    def kill_bucket() -> None:
        bucket.kill()
        bucket.start()

    def pause_bucket() -> None:
        bucket.pause()
        time.sleep(_PAUSE_S)
        bucket.go_on()

    return [kill_server, kill_database, kill_bucket, pause_server, pause_database, pause_bucket]


def _judge(
    clients: list[_Client],
    servers: list[LocalServer],
    database: PostgresServer,
    bucket: S3Server,
    tally: Tally,
) -> None:
    answered = {key: run_ids for client in clients for key, run_ids in client.answered.items()}
    listed: list[str] = []
    with Rmos(runs=servers[2].address) as runs:
        listed.extend(run.run_id for run in runs.list_runs(page_size=1_000))
    for server in servers[1:]:
        server.stop()
    acknowledged = {run_id for run_ids in answered.values() for run_id in run_ids}
    tally.acknowledged += len(answered)
    tally.lost += len(acknowledged - set(listed))
    tally.wrong += sum(len(run_ids) != 1 for run_ids in answered.values())
    tally.wrong += len(listed) - len(answered)  # every key was answered in the end, so there is a run for each
    refusals = [refusal for client in clients for refusal in client.refusals]
    tally.wrong += len(refusals)
    tally.remarks.extend(refusals[:5])
    checked = offline("fsck", "--runs-dir", servers[1].folder / "runs", **_places(database, bucket))
    tally.wrong += checked.returncode
    tally.remarks.extend(checked.stdout.splitlines()[-3:])
