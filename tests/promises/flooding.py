"""A caller without manners: `python -m tests.promises.flooding ADDRESS KEY CONNECTIONS`, until it is ended.

1. opens connections and leaves them idle
2. says so on standard output
3. calls as fast as answers come, every third time with a deadline of 1 ms, every tenth with too much metadata
"""

import asyncio
import itertools
import sys
from contextlib import suppress
from typing import Any

import grpc

from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub

_AT_ONCE = 64
_CONNECTING_AT_ONCE = 50
_CONNECT_S = 60.0


async def main(address: str, key: str, connections: int) -> None:
    # each channel has connections of its own, or grpc would share one
    own: Any = [("grpc.use_local_subchannel_pool", 1)]
    channels = [grpc.aio.insecure_channel(address, options=own) for _ in range(connections)]
    for first in range(0, connections, _CONNECTING_AT_ONCE):
        some = channels[first : first + _CONNECTING_AT_ONCE]
        async with asyncio.timeout(_CONNECT_S):
            await asyncio.gather(*(channel.channel_ready() for channel in some))
    print("connected", flush=True)
    async with grpc.aio.insecure_channel(address) as channel:
        stub: Any = RunsServiceStub(channel)
        await asyncio.gather(*(_flood(stub, key) for _ in range(_AT_ONCE)))


async def _flood(stub: Any, key: str) -> None:
    proof = ("authorization", f"Bearer {key}")
    for number in itertools.count():
        filler = (("x-filler", "a" * 20_000),) if number % 10 == 0 else ()
        with suppress(grpc.aio.AioRpcError):
            await stub.CountRuns(
                pb.CountRunsRequest(), metadata=(proof, *filler), timeout=0.001 if number % 3 == 0 else 30.0
            )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
