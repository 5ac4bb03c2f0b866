"""Clients that record runs under keys, at one address or the other, and ask again until they are answered."""

import hashlib
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence

import grpc

from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client.errors import from_rpc_error
from tests import builders

IMPATIENT = (
    ("grpc.initial_reconnect_backoff_ms", 20),
    ("grpc.max_reconnect_backoff_ms", 100),
    ("grpc.use_local_subchannel_pool", 1),
)
"""Each client has connections of its own, and tries anew at once."""
_EXPECTED = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED})
"""What a client may see: the second where it was the client's own patience that ended."""
_PATIENCE_S, _PIECE_BYTES = 30.0, 1 << 20


def is_expected(error: grpc.RpcError, *, is_stream: bool = False) -> bool:
    """Whether a client may see this; in an answer that is a stream, as our own clients read it."""
    return (from_rpc_error(error, "").code if is_stream else error.code()) in _EXPECTED


class Client(threading.Thread):
    """One of them."""

    def __init__(self, number: int, addresses: Sequence[str], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._dice = random.Random(number)
        self._channels = [grpc.insecure_channel(address, options=IMPATIENT) for address in addresses]
        self._stop_asking = stop
        self.asked: set[str] = set()
        self.answered: dict[str, set[str]] = {}
        self.refusals: list[str] = []
        self.codes: Counter[str] = Counter()
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
            AttachmentsServiceStub(here).UploadAttachment(parts(content), timeout=_PATIENCE_S)
            run = RunsServiceStub(here).CreateRun(request, timeout=_PATIENCE_S).run
        except grpc.RpcError as error:
            self._note(error)
            return False
        self.answered.setdefault(key, set()).add(run.run_id)
        self._look(there, run.name, digest)
        return True

    def _look(self, channel: grpc.Channel, name: str, digest: str) -> None:
        asked, whole = attachments_pb.DownloadAttachmentRequest(name=f"{name}/attachments/{digest}"), hashlib.sha256()
        try:
            RunsServiceStub(channel).GetRun(pb.GetRunRequest(name=name), timeout=_PATIENCE_S)
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.NOT_FOUND:
                self.not_seen.append(name)
            else:
                self._note(error)
            return
        try:
            for message in AttachmentsServiceStub(channel).DownloadAttachment(asked, timeout=_PATIENCE_S):
                whole.update(message.chunk)
        except grpc.RpcError as error:
            self._note(error, is_stream=True)
            return
        if whole.hexdigest() != digest:
            self.refusals.append(f"other bytes of {name}")

    def _note(self, error: grpc.RpcError, *, is_stream: bool = False) -> None:
        self.codes[error.code().name] += 1
        if not is_expected(error, is_stream=is_stream):
            self.refusals.append(f"{error.code()} {error.details()}")


def parts(content: bytes) -> Iterator[attachments_pb.UploadAttachmentRequest]:
    """The messages of an upload."""
    digest = hashlib.sha256(content).hexdigest()
    header = attachments_pb.UploadHeader(sha256=digest, size_bytes=len(content), kind="debug", filename="notes.txt")
    yield attachments_pb.UploadAttachmentRequest(header=header)
    for start in range(0, len(content), _PIECE_BYTES):
        yield attachments_pb.UploadAttachmentRequest(chunk=content[start : start + _PIECE_BYTES])
