"""Spending of a running server, with a provider that answers on this machine."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.advisory.v1 import advisory_service_pb2 as pb
from rmos.advisory.v1 import advisory_service_pb2_grpc
from rpckit.local_servers import LocalServers
from tests.runs_svc.adapters.provider_server import Provider, as_json, b64, png, serve
from tests.service.wire import TIMEOUT_S, fail


@pytest.fixture
def provider() -> Iterator[Provider]:
    def play(path: str, number: int) -> Any:
        return as_json({"images": [b64(png(64 + number))]}, delay_s=2.0 if number == 99 else 0.0)

    with serve(play) as running:
        yield running


@pytest.fixture
def stub(provider: Provider, tmp_path: Path) -> Iterator[Any]:
    path = tmp_path / "providers.toml"
    path.write_text(f'[local]\nkind = "automatic1111"\nbase_url = "{provider.base_url}"\nprice_usd = 0.4\n')
    flags = ["--image-providers", str(path), "--budget-day-usd", "1.0", "--budget-requester-month-usd", "0.5"]
    with (
        LocalServers(tmp_path / "servers", runs_flags=flags) as running,
        grpc.insecure_channel(running.runs.address) as channel,
    ):
        yield advisory_service_pb2_grpc.AdvisoryServiceStub(channel)


def request(requester: str) -> pb.GenerateImageRequest:
    return pb.GenerateImageRequest(prompt="a rope rosette", provider="local", requester=requester)


def test_a_refused_budget_costs_nothing(stub: Any, provider: Provider) -> None:
    made = stub.GenerateImage(request("one"), timeout=TIMEOUT_S)
    assert made.assets[0].cost_usd == pytest.approx(0.4)
    own = fail(stub.GenerateImage, request("one"))
    assert (own.code, own.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "BUDGET_EXHAUSTED")
    assert own.facts["period"] == "requester_month"
    stub.GenerateImage(request("two"), timeout=TIMEOUT_S)
    assert fail(stub.GenerateImage, request("three")).facts["period"] == "day"
    assert len(provider.asked) == 2
    periods = {item.period: item for item in stub.GetBudget(pb.GetBudgetRequest(requester="one"), timeout=5).periods}
    assert periods["day"].used_usd == pytest.approx(0.8)
    assert periods["day"].alert
    assert periods["requester_month"].used_usd == pytest.approx(0.4)
    assert not periods["total"].HasField("limit_usd")


def test_a_deadline_ends_the_call_and_gives_the_money_back(tmp_path: Path) -> None:
    with serve(lambda path, number: as_json({"images": [b64(png())]}, delay_s=3.0)) as slow:
        path = tmp_path / "providers.toml"
        path.write_text(f'[local]\nkind = "automatic1111"\nbase_url = "{slow.base_url}"\nprice_usd = 0.4\n')
        with (
            LocalServers(tmp_path / "servers", runs_flags=["--image-providers", str(path)]) as running,
            grpc.insecure_channel(running.runs.address) as channel,
        ):
            stub: Any = advisory_service_pb2_grpc.AdvisoryServiceStub(channel)
            with pytest.raises(grpc.RpcError) as failed:
                stub.GenerateImage(request("one"), timeout=0.7)
            assert failed.value.code() in {grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAVAILABLE}
            for _ in range(50):
                used = stub.GetBudget(pb.GetBudgetRequest(), timeout=TIMEOUT_S).periods[0].used_usd
                if used == 0.0:
                    break
                time.sleep(0.05)
            assert used == 0.0
