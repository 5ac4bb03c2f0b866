"""More than a server takes: refused with a reason, and apart from what others do."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import grpc
import pytest

from rmos.runs.v1 import attachments_service_pb2 as apb
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from testkit.local_servers import LocalServers
from tests import builders
from tests.service.wire import TIMEOUT_S, read_failure

_IDLE_S = 0.5
FLAGS = ("--max-calls", "16", "--max-streams", "4", "--upload-idle-s", str(_IDLE_S))


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    with LocalServers(tmp_path_factory.mktemp("overload"), runs_flags=FLAGS) as running:
        yield running


async def code_of(call: Any) -> str:
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return read_failure(error, {}).reason
    return "OK"


async def test_calls_beyond_every_limit_are_refused_with_a_reason_and_never_cancelled(servers: LocalServers) -> None:
    options = [("grpc.use_local_subchannel_pool", 1)]
    channels = [grpc.aio.insecure_channel(servers.runs.address, options=options) for _ in range(8)]
    stubs: list[Any] = [RunsServiceStub(channel) for channel in channels]
    calls = [stub.CreateRun(builders.create_request(), timeout=60) for stub in stubs for _ in range(200)]
    codes = Counter(await asyncio.gather(*map(code_of, calls)))
    for channel in channels:
        await channel.close()
    assert codes.keys() <= {"OK", "TOO_MANY_CALLS"}
    assert codes["OK"] > 0


def unfinished(number: int) -> AsyncIterator[apb.UploadAttachmentRequest]:
    sha256 = hashlib.sha256(f"unfinished {number}".encode()).hexdigest()
    header = apb.UploadHeader(sha256=sha256, size_bytes=100, kind="debug")

    async def messages() -> AsyncIterator[apb.UploadAttachmentRequest]:
        yield apb.UploadAttachmentRequest(header=header)
        await asyncio.Event().wait()

    return messages()


async def test_uploads_that_never_finish_leave_room_for_other_streams_and_end(servers: LocalServers) -> None:
    async with grpc.aio.insecure_channel(servers.runs.address) as channel:
        uploads: Any = AttachmentsServiceStub(channel)
        runs: Any = RunsServiceStub(channel)
        open_ones = [uploads.UploadAttachment(unfinished(number), timeout=60) for number in range(8)]
        ends = [asyncio.create_task(code_of(upload)) for upload in open_ones]
        async for _ in runs.WatchRuns(pb.WatchRunsRequest(), timeout=TIMEOUT_S):
            break
        reasons = Counter(await asyncio.gather(*ends))
    assert reasons == {"DEADLINE_EXCEEDED": 2, "TOO_MANY_CALLS": 6}
