"""Uploads and downloads beside the same work done by hand, the memory they take, and small calls meanwhile."""

import hashlib
import os
import statistics
import threading
import time
from pathlib import Path

import grpc
from google.protobuf.message import Message

from bench.cases import Case, run_load
from bench.host import LOAD_CORE, SERVER_CORE, pinned
from bench.what_if import Figure
from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client import Rmos, Upload
from rmos_client.jobs import read_job
from testkit.local_servers import LocalServer, LocalServers

ROOT = Path(__file__).parents[1]
_SIZE, _PIECE = 192 * 1024**2, 256 * 1024
_CALLS = 200


def measure(folder: Path, loader: Path, *, rounds: int, large_bytes: int) -> list[Figure]:
    """Rates over one thread that hashes, writes and syncs; peak memory of a large upload; small calls meanwhile."""
    with LocalServers(folder) as servers:
        for task in Path(f"/proc/{servers.runs.pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {SERVER_CORE})
        run_id = _run(servers)

        def stream(method: str, request: Message, *flags: str) -> float:
            given = folder / "request"
            given.write_bytes(request.SerializeToString())
            case = Case(method, servers.runs, f"/rmos.runs.v1.AttachmentsService/{method}", given)
            return float(run_load(loader, case, *flags, prefix=tuple(pinned(LOAD_CORE))))

        up, down = [], []
        for number in range(rounds):
            path = folder / f"upload-{number}"
            _random_file(path, _SIZE)
            by_hand = _by_hand(path, folder / "by-hand")
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            header = attachments_pb.UploadHeader(
                parent=f"runs/{run_id}", sha256=sha256, size_bytes=_SIZE, kind="debug", filename="bytes"
            )
            upload = attachments_pb.UploadAttachmentRequest(header=header)
            up.append(by_hand / stream("UploadAttachment", upload, "-send", str(path)))
            download = attachments_pb.DownloadAttachmentRequest(name=f"runs/{run_id}/attachments/{sha256}")
            down.append(by_hand / stream("DownloadAttachment", download, "-receive"))
        slower = _small_calls_meanwhile(servers, folder, run_id)
        grown_mib = _memory_of_an_upload(servers.runs, folder, large_bytes)
    return [
        Figure("upload / one thread doing sha256, write, fsync", statistics.median(up), 0.5, 0.75),
        Figure("download / the same", statistics.median(down), 1.0, 1.5),
        Figure("small call's p50 during 2 uploads / idle", slower, 2.0, 1.2, smaller_is_better=True),
        Figure(
            f"memory of a {large_bytes >> 20} MiB upload over idle [MiB]",
            grown_mib,
            128.0,
            64.0,
            smaller_is_better=True,
        ),
    ]


def _run(servers: LocalServers) -> str:
    job = read_job(ROOT / "examples" / "classical_rosette.yaml")
    with Rmos(runs=servers.runs.address) as client:
        return client.create_run(job.design, job.context, mode="rosette").run_id


def _random_file(path: Path, size: int) -> None:
    with path.open("wb") as file:
        for _ in range(size >> 20):
            file.write(os.urandom(1024**2))


def _by_hand(path: Path, target: Path) -> float:
    """One thread: read, hash, write, sync. [s]"""
    started, whole = time.perf_counter(), hashlib.sha256()
    with path.open("rb") as file, target.open("wb") as copy:
        while piece := file.read(_PIECE):
            whole.update(piece)
            copy.write(piece)
        copy.flush()
        os.fsync(copy.fileno())
    elapsed = time.perf_counter() - started
    target.unlink()
    return elapsed


def _small_calls_meanwhile(servers: LocalServers, folder: Path, run_id: str) -> float:
    idle = _p50(servers.runs, run_id)
    paths = [folder / "beside-0", folder / "beside-1"]
    for path in paths:
        _random_file(path, 3 * _SIZE)
    threads = [threading.Thread(target=_upload, args=(servers.runs.address, path)) for path in paths]
    for thread in threads:
        thread.start()
    busy = _p50(servers.runs, run_id)
    for thread in threads:
        thread.join()
    return busy / idle


def _upload(address: str, path: Path) -> None:
    with Rmos(runs=address) as client:
        client.upload(Upload(path, "debug"))


def _p50(server: LocalServer, run_id: str) -> float:
    times = []
    with grpc.insecure_channel(server.address, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
        stub = RunsServiceStub(channel)
        for _ in range(_CALLS):
            started = time.perf_counter()
            stub.GetRun(pb.GetRunRequest(name=f"runs/{run_id}"), timeout=60)
            times.append(time.perf_counter() - started)
    return statistics.median(times)


def _memory_of_an_upload(server: LocalServer, folder: Path, size: int) -> float:
    before = _resident_kib(server, "VmRSS")
    Path(f"/proc/{server.pid}/clear_refs").write_text("5", encoding="ascii")  # the peak counts from here
    path = folder / "large"
    _random_file(path, size)
    _upload(server.address, path)
    return (_resident_kib(server, "VmHWM") - before) / 1024


def _resident_kib(server: LocalServer, name: str) -> int:
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
    return int(status.split(f"{name}:")[1].split()[0])
