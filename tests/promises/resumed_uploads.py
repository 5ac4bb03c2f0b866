"""P10: an upload that is cut anywhere goes on exactly where it stopped."""

import hashlib
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import grpc

from rmos.runs.v1 import attachments_service_pb2 as pb
from rmos.runs.v1 import run_pb2
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from testkit.local_servers import LocalServers
from tests.promises.back_ends import blob_of, problems_of
from tests.promises.careless import StartServers
from tests.promises.tally import Tally

_LARGEST, _CHUNK = 3 * 1024 * 1024, 64 * 1024
TIMEOUT_S = 30.0


class _CutError(Exception):
    """The client goes away."""


def try_cuts(trials: int, *, seed: int, kill_every: int = 5, start: StartServers = LocalServers) -> Tally:
    """Many uploads, each cut at a random byte until it is through; now and then the server is killed instead."""
    dice, tally = random.Random(seed), Tally("P10 resumed upload", seed=seed)
    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as servers:
        for number in range(trials):
            data = dice.randbytes(dice.randint(1, _LARGEST))
            killing = number % kill_every == 0
            stored = _upload(servers, data, dice, killing=killing, tally=tally)
            tally.trials += 1
            tally.acknowledged += 1
            sha256 = hashlib.sha256(data).hexdigest()
            tally.lost += blob_of(servers.store, servers.runs_environment, sha256) != data
            tally.wrong += (stored.sha256, stored.size_bytes) != (sha256, len(data))
        servers.runs.stop()
        problems = problems_of(servers.store, servers.runs_environment)
        tally.wrong += len(problems)
        tally.remarks.extend(problems[:3])
    return tally


def _upload(
    servers: LocalServers, data: bytes, dice: random.Random, *, killing: bool, tally: Tally
) -> run_pb2.Attachment:
    sha256 = hashlib.sha256(data).hexdigest()
    cuts = [dice.randint(0, len(data)) for _ in range(2)]
    while True:
        with grpc.insecure_channel(servers.runs.address) as channel:
            stub = AttachmentsServiceStub(channel)
            asked = pb.FindMissingAttachmentsRequest(sha256=[sha256])
            missing = stub.FindMissingAttachments(asked, timeout=TIMEOUT_S).missing
            offset = missing[0].committed_size_bytes if missing else len(data)
            tally.wrong += offset > len(data)
            cut = max(cuts.pop(), offset) if cuts else None
            try:
                return stub.UploadAttachment(_messages(data, sha256, offset, cut), timeout=TIMEOUT_S).attachment
            except grpc.RpcError:
                pass
        if killing:
            servers.runs.kill()
            servers.runs.restart()


def _messages(data: bytes, sha256: str, offset: int, cut: int | None) -> Iterator[pb.UploadAttachmentRequest]:
    header = pb.UploadHeader(sha256=sha256, size_bytes=len(data), offset_bytes=offset, kind="debug")
    yield pb.UploadAttachmentRequest(header=header)
    end = len(data) if cut is None else cut
    for start in range(offset, end, _CHUNK):
        yield pb.UploadAttachmentRequest(chunk=data[start : min(start + _CHUNK, end)])
    if cut is not None:
        raise _CutError
