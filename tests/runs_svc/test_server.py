"""The runs server put together, in this process."""

import asyncio
from pathlib import Path
from typing import Any
from unittest import mock

import grpc
import pytest
import sqlalchemy as sa
from grpc_health.v1 import health_pb2, health_pb2_grpc

from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rpckit.interceptors.admission import Admission
from runs_svc.composition import server
from runs_svc.composition.store import open_store
from runs_svc.config import RunsSettings
from tests import builders


async def test_a_store_that_accepts_no_more_writes_says_so_in_health_and_goes_on_reading(tmp_path: Path) -> None:
    settings = RunsSettings(runs_dir=tmp_path, listen="127.0.0.1:0", feasibility_address="127.0.0.1:1")
    store = open_store(settings)
    running = await server.start(settings, store, Admission(most_calls=8, most_streams=8))
    watch = asyncio.create_task(server.tell_whether_it_serves(store, running))
    async with grpc.aio.insecure_channel(running.address) as channel:
        health: Any = health_pb2_grpc.HealthStub(channel)
        runs: Any = RunsServiceStub(channel)
        asked = health_pb2.HealthCheckRequest(service="rmos.runs.v1.RunsService")
        recorded = (await runs.CreateRun(builders.create_request())).run
        assert (await health.Check(asked)).status == health_pb2.HealthCheckResponse.SERVING
        sa.event.listen(sa.Engine, "commit", fail)
        try:
            refused = await runs.CreateRun(builders.create_request()).code()
        finally:
            sa.event.remove(sa.Engine, "commit", fail)
        await watch
        assert refused is grpc.StatusCode.UNAVAILABLE
        assert (await health.Check(asked)).status == health_pb2.HealthCheckResponse.NOT_SERVING
        assert (await runs.GetRun(pb.GetRunRequest(name=recorded.name))).run == recorded
    await running.stop(grace_s=0)
    await store.close()
    assert (tmp_path / ".suspect").exists()
    reopened = open_store(settings)
    await reopened.close()
    assert not (tmp_path / ".suspect").exists()


async def test_while_the_database_is_away_health_says_so_and_no_longer_than_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "_LOOK_EVERY_S", 0.001)
    store, running = mock.Mock(broken=asyncio.Event()), mock.AsyncMock()
    looks = iter([True, False, False, True, True])

    def look() -> bool:
        accepts = next(looks, None)
        if accepts is None:
            store.broken.set()
        return bool(accepts)

    type(store.database).accepts_writes = mock.PropertyMock(side_effect=look)
    monkeypatch.setattr(server, "_AWAY_AFTER_S", 1e-9)
    await asyncio.wait_for(server.tell_whether_it_serves(store, running), 60)
    said = [call.kwargs["serving"] for call in running.set_serving.await_args_list]
    assert said[:2] == [False, True]


def fail(_: sa.Connection) -> None:
    raise OSError("fsync failed")
