"""P15: on a full disk everything is refused or done, nothing is lost, and writing goes on when there is room again.

Both servers run with a library around them that lets no file below a folder grow while a switch is on: a full disk
wherever the test runs. Every write is tried on it, then the switch is taken away, and the same processes go on.
"""

import hashlib
import random
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from rmos.feasibility.v1 import catalog_service_pb2 as cpb
from rmos.feasibility.v1.catalog_service_pb2_grpc import CatalogServiceStub
from rmos.runs.v1 import attachments_service_pb2 as apb
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos.shop.v1 import patterns_service_pb2 as ppb
from rmos.shop.v1.patterns_service_pb2_grpc import PatternsServiceStub
from testkit.local_servers import LocalServer
from tests import builders
from tests.promises.failed_calls import check
from tests.promises.preloaded import library
from tests.promises.tally import Tally
from tests.service.wire import read_failure

_TIMEOUT_S = 30.0
_WRITES, _TOOLS = 5, 300
_FULL = (grpc.StatusCode.RESOURCE_EXHAUSTED, "STORAGE_FULL")
_FOREIGN = ("sql", "http", "errno", "\n")
"""What belongs into a log, and never into an answer."""


class _Workshop:
    """Both servers below one folder, and the switch."""

    def __init__(self, root: Path, *, careless: str) -> None:
        self.root, self.switch = root, root.with_suffix(".full")
        around = {"LD_PRELOAD": str(library()), "DISK_ROOT": str(root), "DISK_FULL": str(self.switch)}
        around |= {"TMPDIR": str(root), "CARELESS": careless}
        module = "tests.promises.careless_server" if careless else "runs_svc"
        self.feasibility = LocalServer("feasibility_svc", root, (), around)
        self.feasibility.start()
        flags = ("--runs-dir", str(root / "runs"), "--feasibility-address", self.feasibility.address)
        self.runs = LocalServer(module, root, flags, around)
        self.runs.start()

    def kill(self) -> None:
        for server in (self.runs, self.feasibility):
            server.kill()


def try_full_disks(trials: int, *, seed: int, careless: str = "") -> Tally:
    """One store, whose disk is full now and then."""
    dice, tally = random.Random(seed), Tally("P15 full disk", seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "disk"
        root.mkdir()
        workshop = _Workshop(root, careless=careless)
        try:
            with _Writer(workshop, dice, tally) as writer:
                for _ in range(trials):
                    writer.try_once()
                tally.lost += writer.lost()
            tally.wrong += workshop.runs.stop() != 0
            problems = check(root / "runs").problems
            tally.wrong += len(problems)
            tally.remarks.extend(map(str, problems[:3]))
        finally:
            workshop.kill()
    return tally


class _Writer:
    """Writes, sees what was acknowledged, and looks for it."""

    def __init__(self, workshop: _Workshop, dice: random.Random, tally: Tally) -> None:
        self._workshop, self._dice, self._tally = workshop, dice, tally
        self._channels = [grpc.insecure_channel(server.address) for server in (workshop.runs, workshop.feasibility)]
        self._runs: Any = RunsServiceStub(self._channels[0])
        self._attachments: Any = AttachmentsServiceStub(self._channels[0])
        self._patterns: Any = PatternsServiceStub(self._channels[0])
        self._health: Any = health_pb2_grpc.HealthStub(self._channels[0])
        self._catalogue: Any = CatalogServiceStub(self._channels[1])
        self._acknowledged: set[str] = set()
        self._refused_keys: list[str] = []
        self._tools = 0

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(self, *_: object) -> None:
        for channel in self._channels:
            channel.close()

    def try_once(self) -> None:
        """Some writes with room, every kind of write without, and the same once more with room again."""
        self._tally.trials += 1
        for _ in range(_WRITES):
            self._write(self._create, with_room=True)
        self._workshop.switch.touch()
        for _ in range(self._dice.randint(1, _WRITES)):
            for write in (self._create, self._annotate, self._upload, self._import, self._draw):
                self._write(write, with_room=False)
        self._look()
        self._workshop.switch.unlink()
        for write in (self._create, self._annotate, self._upload, self._import, self._draw):
            self._write(write, with_room=True)
        self._look()

    def lost(self) -> int:
        """How much of what was acknowledged is not there, and of what was refused is."""
        listed = {run.run_id for run in self._runs.ListRuns(pb.ListRunsRequest(page_size=1000)).runs}
        found = 0
        for key in self._refused_keys:
            try:
                answer = self._runs.CreateRun(builders.create_request(idempotency_key=key), timeout=_TIMEOUT_S)
            except grpc.RpcError:
                self._tally.wrong += 1
            else:
                found += int(answer.run.run_id in listed)
        tools = self._catalogue.ListTools(cpb.ListToolsRequest(page_size=1000)).tools
        imported = sum(tool.display_name.startswith("full") for tool in tools)
        return len(self._acknowledged - listed) + found + int(imported != self._tools)

    def _write(self, write: Callable[[], None], *, with_room: bool) -> None:
        try:
            write()
        except grpc.RpcError as error:
            failed = read_failure(error, dict(error.initial_metadata()))  # type: ignore[attr-defined]
            plain = not any(word in failed.message.lower() for word in _FOREIGN)
            if with_room or (failed.code, failed.reason) != _FULL or not plain:
                self._tally.wrong += 1
                self._tally.remarks.append(f"{write.__name__}, room {with_room}: {failed.code} {failed.message}")
        else:
            self._tally.acknowledged += 1

    def _look(self) -> None:
        """Reads go on, and health says so."""
        status = self._health.Check(health_pb2.HealthCheckRequest(), timeout=_TIMEOUT_S).status
        self._tally.wrong += status != health_pb2.HealthCheckResponse.SERVING
        for run_id in list(self._acknowledged)[:_WRITES]:
            self._runs.GetRun(pb.GetRunRequest(name=f"runs/{run_id}"), timeout=_TIMEOUT_S)

    def _create(self) -> None:
        key = str(uuid.UUID(int=self._dice.getrandbits(128)))
        self._refused_keys.append(key)
        answer = self._runs.CreateRun(builders.create_request(idempotency_key=key), timeout=_TIMEOUT_S)
        self._refused_keys.pop()
        self._acknowledged.add(answer.run.run_id)

    def _annotate(self) -> None:
        name = f"runs/{self._dice.choice(sorted(self._acknowledged))}"
        self._runs.AnnotateRun(pb.AnnotateRunRequest(name=name, person="Ana", note="seen"), timeout=_TIMEOUT_S)

    def _upload(self) -> None:
        data = self._dice.randbytes(self._dice.randint(1, 200_000))
        self._attachments.UploadAttachment(_upload_of(data), timeout=_TIMEOUT_S)

    def _import(self) -> None:
        names = [f"full{self._dice.getrandbits(64):x}" for _ in range(_TOOLS)]
        lines = "".join(f"{name},{number + 3},2\n" for number, name in enumerate(names))
        header = cpb.ImportHeader(file_name="t.csv", units=cpb.TOOL_LIBRARY_UNITS_MM)
        parts = [
            cpb.ImportToolsRequest(header=header),
            cpb.ImportToolsRequest(chunk=f"name,diameter,flutes\n{lines}".encode()),
        ]
        self._catalogue.ImportTools(iter(parts), timeout=_TIMEOUT_S)
        self._tools += _TOOLS

    def _draw(self) -> None:
        """A pattern, which is a versioned entity."""
        pattern = ppb.CreatePatternRequest(title="drawn", pattern_type="rope", ring_count=3)
        self._patterns.CreatePattern(pattern, timeout=_TIMEOUT_S)


def _upload_of(data: bytes) -> Iterator[apb.UploadAttachmentRequest]:
    sha256 = hashlib.sha256(data).hexdigest()
    header = apb.UploadHeader(sha256=sha256, size_bytes=len(data), kind="debug")
    yield apb.UploadAttachmentRequest(header=header)
    yield apb.UploadAttachmentRequest(chunk=data)
