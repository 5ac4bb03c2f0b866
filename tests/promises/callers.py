"""One caller for each kind of call, which notes what becomes of it, second by second."""

import hashlib
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import grpc

from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client.errors import from_rpc_error
from tests import builders
from tests.promises.clients import IMPATIENT, parts

PATIENCE_S, PAUSE_S = 15.0, 0.05
KINDS = ("record", "note", "get", "list", "upload", "download")
OK = "OK"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call: OK, or its code with the reason that the server gave."""

    at_s: float
    kind: str
    said: str
    message: str = ""


class Callers:
    """Threads, one for each kind of call, that use every address in turn."""

    def __init__(self, addresses: Sequence[str], *, seed: int, upload_bytes: int = 20_000) -> None:
        self._dice, self._upload_bytes = random.Random(seed), upload_bytes
        channels = [grpc.insecure_channel(address, options=IMPATIENT) for address in addresses]
        self._runs: list[Any] = [RunsServiceStub(channel) for channel in channels]
        self._files: list[Any] = [AttachmentsServiceStub(channel) for channel in channels]
        self.outcomes: list[Outcome] = []
        self.recorded: list[str] = []
        """Names of runs that were acknowledged."""
        self.uploaded: list[str] = []
        """Digests of bytes that were acknowledged."""
        self._attached = ("", "")
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._go_on, args=(kind,), daemon=True) for kind in KINDS]

    def start(self) -> None:
        """Record a run with an attachment, then begin."""
        sha256 = self._upload()
        name = self._record(sha256)
        self._attached = (name, sha256)
        for thread in self._threads:
            thread.start()

    def stop(self) -> bool:
        """End them; whether all have ended."""
        self._done.set()
        for thread in self._threads:
            thread.join(3 * PATIENCE_S)
        return not any(thread.is_alive() for thread in self._threads)

    def counts(self, since_s: float, until_s: float) -> dict[str, Counter[str]]:
        """By kind what calls that ended in a time have ended with."""
        found: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
        for item in list(self.outcomes):
            if since_s <= item.at_s < until_s:
                found[item.kind][item.said] += 1
        return found

    def _go_on(self, kind: str) -> None:
        calls: dict[str, Callable[[], object]] = {
            "record": self._record,
            "note": self._note,
            "get": self._get,
            "list": self._list,
            "upload": self._upload,
            "download": self._download,
        }
        while not self._done.is_set():
            said, message = OK, ""
            try:
                calls[kind]()
            except grpc.RpcError as error:
                failed = from_rpc_error(error, "")
                said, message = " ".join(filter(None, (error.code().name, failed.reason))), failed.message
            self.outcomes.append(Outcome(time.monotonic(), kind, said, message))
            self._done.wait(PAUSE_S)

    def _record(self, sha256: str = "") -> str:
        request = builders.create_request(idempotency_key=str(uuid.UUID(int=self._dice.getrandbits(128))))
        if sha256:
            request.attachments.append(pb.AttachmentReference(sha256=sha256, kind="debug", filename="notes.txt"))
        name: str = self._dice.choice(self._runs).CreateRun(request, timeout=PATIENCE_S).run.name
        self.recorded.append(name)
        return name

    def _note(self) -> None:
        request = pb.AnnotateRunRequest(name=self._dice.choice(self.recorded), person="M. Sato", note="seen")
        self._dice.choice(self._runs).AnnotateRun(request, timeout=PATIENCE_S)

    def _get(self) -> None:
        self._dice.choice(self._runs).GetRun(pb.GetRunRequest(name=self._attached[0]), timeout=PATIENCE_S)

    def _list(self) -> None:
        self._dice.choice(self._runs).ListRuns(pb.ListRunsRequest(page_size=20), timeout=PATIENCE_S)

    def _upload(self) -> str:
        content = self._dice.randbytes(64) * (self._upload_bytes // 64)
        sha256 = hashlib.sha256(content).hexdigest()
        self._dice.choice(self._files).UploadAttachment(parts(content), timeout=PATIENCE_S)
        self.uploaded.append(sha256)
        return sha256

    def _download(self) -> None:
        name, sha256 = self._attached
        asked, whole = attachments_pb.DownloadAttachmentRequest(name=f"{name}/attachments/{sha256}"), hashlib.sha256()
        for message in self._dice.choice(self._files).DownloadAttachment(asked, timeout=PATIENCE_S):
            whole.update(message.chunk)
        assert whole.hexdigest() == sha256, "other bytes came"
