"""One object for every service, for threads and for an event loop."""

from pathlib import Path

import grpc
import pytest

from rmos.runs.v1.runs_service_pb2 import GetRunRequest, ListRunsRequest, VerifyStoreRequest
from rmos_client import AsyncRmos, Rmos, RmosError, Upload
from testkit.local_servers import LocalServers
from tests import builders
from tests.services import SERVICES


def test_lists_are_read_page_after_page(servers: LocalServers) -> None:
    with Rmos(feasibility=servers.feasibility.address, runs=servers.runs.address) as rmos:
        made = {rmos.call(rmos.runs.CreateRun, builders.create_request()).run.run_id for _ in range(3)}
        listed = [run.run_id for run in rmos.pages(rmos.runs.ListRuns, ListRunsRequest(page_size=2), "runs")]
        assert made <= set(listed)
        assert len(listed) == len(set(listed))
        assert list(rmos.stream(rmos.runs.VerifyStore, VerifyStoreRequest()))[-1].HasField("result")


def test_failures_are_told_as_one_error(servers: LocalServers) -> None:
    with Rmos(runs=servers.runs.address) as rmos, pytest.raises(RmosError) as failed:
        rmos.call(rmos.runs.GetRun, GetRunRequest(name="runs/run_000000000000"), request_id="req_mine")
    assert (failed.value.code, failed.value.reason) == (grpc.StatusCode.NOT_FOUND, "RUN_NOT_FOUND")
    assert failed.value.request_id == "req_mine"


def test_a_server_that_was_never_there_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("rmos_client.transfers.time.sleep", pauses.append)
    (tmp_path / "small.nc").write_text("G21\n")
    with Rmos(runs="127.0.0.1:1") as rmos, pytest.raises(RmosError) as failed:
        rmos.upload(Upload(tmp_path / "small.nc", "gcode"))
    assert (failed.value.code, pauses) == (grpc.StatusCode.UNAVAILABLE, [])


async def test_the_same_on_an_event_loop(servers: LocalServers) -> None:
    async with AsyncRmos(feasibility=servers.feasibility.address, runs=servers.runs.address) as rmos:
        made = (await rmos.call(rmos.runs.CreateRun, builders.create_request())).run
        listed = [run.run_id async for run in rmos.pages(rmos.runs.ListRuns, ListRunsRequest(page_size=2), "runs")]
        assert made.run_id in listed
        answers = [answer async for answer in rmos.stream(rmos.runs.VerifyStore, VerifyStoreRequest())]
        assert answers[-1].HasField("result")
        with pytest.raises(RmosError, match="RUN_NOT_FOUND"):
            await rmos.call(rmos.runs.GetRun, GetRunRequest(name="runs/run_000000000000"))


async def test_both_offer_every_service_of_the_contract_under_the_same_names() -> None:
    async with AsyncRmos() as loop:
        with Rmos() as threads:
            assert stubs(threads) == stubs(loop)
            assert set(stubs(threads).values()) == {f"{service.name}Stub" for service in SERVICES}


def stubs(client: Rmos | AsyncRmos) -> dict[str, str]:
    found = {name: type(stub).__name__ for name, stub in vars(client).items()}
    return {name: kind for name, kind in found.items() if kind.endswith("Stub")}
