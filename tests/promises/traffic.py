"""P9: minutes of mixed traffic at two servers end with a sound store, and with memory and descriptors where they were.

Eight clients record runs with attachments, small ones and some of several parts, read, list, annotate, download, verify
and watch, each call at either server. Memory and open descriptors of both servers are looked at every two seconds; the
last fifth is held against the second one: caches are full by then.
"""

import hashlib
import os
import random
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from statistics import median
from typing import Any

import grpc

from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from testkit.balancer import balancer
from testkit.local_servers import LocalServer
from tests import builders
from tests.promises.back_ends import PostgresBackEnd, problems_of
from tests.promises.clients import parts
from tests.promises.many_servers import start_two
from tests.promises.tally import Tally

CLIENTS, TIMEOUT_S = 8, 60.0
_LOOK_EVERY_S, _REST_S = 2.0, 3.0
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_LARGE_BYTES = 9 * 1024 * 1024
"""Longer than a part of an upload."""
_MORE_BYTES, _MORE_DESCRIPTORS = 24 * 1024 * 1024, 8
"""By how much a server may be larger at the end, and how many descriptors more it may have."""
_CACHE_MIB = "8"
_SPANS = 5
_PROCESSES = ("server 1", "server 2", "balancer")


class _Client(threading.Thread):
    """Does what people and programs do, in random order."""

    def __init__(self, number: int, addresses: Sequence[str], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._dice, self._stop_asking = random.Random(number), stop
        channels = [grpc.insecure_channel(address) for address in addresses]
        self._runs = [RunsServiceStub(channel) for channel in channels]
        self._files = [AttachmentsServiceStub(channel) for channel in channels]
        self.recorded: list[tuple[str, str]] = []
        """Names of runs, and the digest of what is attached."""
        self.calls: Counter[str] = Counter()
        self.failures: list[str] = []

    def run(self) -> None:
        begun = ["create_large"] * 2  # what takes most memory comes first, so that the rest can be held against it
        while not self._stop_asking.is_set():
            name = begun.pop() if begun else self._dice.choices(list(_SHARES), list(_SHARES.values()))[0]
            try:
                getattr(self, name)()
                self.calls[name] += 1
            except grpc.RpcError as error:
                self.failures.append(f"{name}: {error.code()} {error.details()}")

    def create(self) -> None:
        content = self._dice.randbytes(self._dice.choice((200, 20_000)))
        self._record(content)

    def create_large(self) -> None:
        self._record(self._dice.randbytes(64) * (_LARGE_BYTES // 64))

    def _record(self, content: bytes) -> None:
        sha256 = hashlib.sha256(content).hexdigest()
        self._dice.choice(self._files).UploadAttachment(parts(content), timeout=TIMEOUT_S)
        request = builders.create_request(idempotency_key=str(uuid.UUID(int=self._dice.getrandbits(128))))
        request.attachments.append(pb.AttachmentReference(sha256=sha256, kind="debug", filename="notes.txt"))
        created = self._dice.choice(self._runs).CreateRun(request, timeout=TIMEOUT_S).run
        self.recorded.append((created.name, sha256))

    def get(self) -> None:
        for name, _ in self._any():
            self._dice.choice(self._runs).GetRun(pb.GetRunRequest(name=name), timeout=TIMEOUT_S)

    def annotate(self) -> None:
        for name, _ in self._any():
            noted = pb.AnnotateRunRequest(name=name, person="M. Sato", note="dry wood")
            self._dice.choice(self._runs).AnnotateRun(noted, timeout=TIMEOUT_S)

    def page(self) -> None:
        asked = pb.ListRunsRequest(page_size=50, filter='status = "OK"' if self._dice.random() < 0.5 else "")
        self._dice.choice(self._runs).ListRuns(asked, timeout=TIMEOUT_S)

    def download(self) -> None:
        for name, sha256 in self._any():
            asked = attachments_pb.DownloadAttachmentRequest(name=f"{name}/attachments/{sha256}")
            whole = hashlib.sha256()
            for message in self._dice.choice(self._files).DownloadAttachment(asked, timeout=TIMEOUT_S):
                whole.update(message.chunk)
            if whole.hexdigest() != sha256:
                self.failures.append(f"wrong bytes of {name}")

    def verify(self) -> None:
        for name, _ in self._any():
            asked = pb.VerifyRunRequest(name=name)
            found = self._dice.choice(self._runs).VerifyRun(asked, timeout=TIMEOUT_S).verification
            if found.outcome != run_pb2.VERIFICATION_OUTCOME_VERIFIED:
                self.failures.append(f"{name} is not what was recorded: {found}")

    def watch(self) -> None:
        asked = pb.WatchRunsRequest(from_start=True)
        stream = self._dice.choice(self._runs).WatchRuns(asked, timeout=TIMEOUT_S)
        for _ in zip(range(5), stream, strict=False):
            pass
        stream.cancel()

    def _any(self) -> list[tuple[str, str]]:
        return [self._dice.choice(self.recorded)] if self.recorded else []


_SHARES = {
    "create": 20,
    "create_large": 0.3,
    "get": 30,
    "annotate": 12,
    "page": 10,
    "download": 8,
    "verify": 5,
    "watch": 2,
}


def record_some(address: str, runs: int) -> None:
    """Runs with attachments, and a note on each."""
    with grpc.insecure_channel(address) as channel:
        stub, files = RunsServiceStub(channel), AttachmentsServiceStub(channel)
        for number in range(runs):
            content = str(number).encode() * 500
            sha256 = hashlib.sha256(content).hexdigest()
            files.UploadAttachment(parts(content), timeout=TIMEOUT_S)
            request = builders.create_request(idempotency_key=str(uuid.uuid4()))
            request.attachments.append(pb.AttachmentReference(sha256=sha256, kind="debug", filename="notes.txt"))
            name = stub.CreateRun(request, timeout=TIMEOUT_S).run.name
            noted = pb.AnnotateRunRequest(name=name, person="M. Sato", note=f"note {number}")
            stub.AnnotateRun(noted, timeout=TIMEOUT_S)


def try_traffic(seconds: int, *, seed: int, place: PostgresBackEnd, is_balanced: bool = False) -> Tally:
    """So many seconds of mixed traffic, at two servers or at a balancer in front of them."""
    tally = Tally("P9 balanced traffic" if is_balanced else "P9 mixed traffic", seed=seed)
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        places = place.places()
        servers = start_two(folder, places, opened, flags=("--cache-mib", _CACHE_MIB))
        stop = threading.Event()
        addresses = [server.address for server in servers]
        watched = [server.pid for server in servers]
        if is_balanced:
            running = opened.enter_context(balancer(folder / "balancer", addresses))
            addresses, watched = [running.address], [*watched, running.pid]
        clients = [_Client(seed * 100 + number, addresses, stop) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        sizes = _look(watched, seconds)
        stop.set()
        for client in clients:
            client.join(TIMEOUT_S)
            tally.wrong += client.is_alive()
        time.sleep(_REST_S)
        tally.trials = seconds
        _judge_size(sizes, tally)
        _judge_store(clients, servers, tally)
        for server in servers:
            server.stop()
        problems = problems_of(servers[0].folder / "runs", places)
        tally.wrong += len(problems)
        tally.remarks += problems
    return tally


def _look(processes: Sequence[int], seconds: int) -> list[list[tuple[int, int]]]:
    """Of each process how much memory and how many descriptors it has, every two seconds."""
    sizes: list[list[tuple[int, int]]] = [[] for _ in processes]
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(_LOOK_EVERY_S)
        for process, found in zip(processes, sizes, strict=True):
            found.append((_resident_bytes(process), _descriptors(process)))
    return sizes


def _judge_size(sizes: list[list[tuple[int, int]]], tally: Tally) -> None:
    for number, found in enumerate(sizes):
        length = max(1, len(found) // _SPANS)
        spans = [found[start * length : (start + 1) * length] for start in range(_SPANS)]
        middle = [[median(column) for column in zip(*span, strict=True)] for span in spans if span]
        told = "; ".join(f"{size / 2**20:.0f} MiB, {descriptors:.0f}" for size, descriptors in middle)
        tally.remarks.append(f"{_PROCESSES[number]}, memory and descriptors in each fifth: {told}")
        (bytes_early, open_early), (bytes_late, open_late) = middle[1], middle[-1]
        tally.wrong += bytes_late - bytes_early > _MORE_BYTES
        tally.wrong += open_late - open_early > _MORE_DESCRIPTORS


def _judge_store(clients: Sequence[_Client], servers: Sequence[LocalServer], tally: Tally) -> None:
    calls: Counter[str] = sum((client.calls for client in clients), Counter())
    tally.acknowledged += calls.total()
    tally.remarks.append(", ".join(f"{count} {name}" for name, count in calls.most_common()))
    failures = [failure for client in clients for failure in client.failures]
    tally.wrong += len(failures)
    tally.remarks += failures[:3]
    with grpc.insecure_channel(servers[1].address) as channel:
        stub: Any = RunsServiceStub(channel)
        *_, last = stub.VerifyStore(pb.VerifyStoreRequest(), timeout=600)
        found = last.result
        tally.remarks.append(f"VerifyStore: {found.run_count} runs, {found.verified_count} of {found.item_count} items")
        tally.wrong += found.item_count - found.verified_count
        names = {run.name for run in _listed(stub)}
    tally.lost += len({name for client in clients for name, _ in client.recorded} - names)


def _listed(stub: Any) -> Iterator[pb.RunSummary]:
    token = ""
    while True:
        page = stub.ListRuns(pb.ListRunsRequest(page_size=1_000, page_token=token), timeout=TIMEOUT_S)
        yield from page.runs
        token = page.next_page_token
        if not token:
            return


def _resident_bytes(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE_BYTES


def _descriptors(process: int) -> int:
    with suppress(OSError):
        return len(list(Path(f"/proc/{process}/fd").iterdir()))
    return 0
