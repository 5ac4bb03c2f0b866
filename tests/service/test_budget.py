"""Spending of a running server, with a provider that answers on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.advisory.v1 import advisory_service_pb2 as pb
from rmos.advisory.v1 import advisory_service_pb2_grpc
from testkit.local_servers import LocalServer, LocalServers
from tests.ends import eventually
from tests.runs_svc.adapters.provider_server import ErrorStatus, Provider, as_json, b64, in_turn, png, serve
from tests.service.wire import TIMEOUT_S, fail, log_of


@pytest.fixture
def provider() -> Iterator[Provider]:
    def play(path: str, number: int) -> Any:
        return as_json({"images": [b64(png(64 + number))]}, delay_s=2.0 if number == 99 else 0.0)

    with serve(play) as running:
        yield running


@pytest.fixture
def stub(provider: Provider, tmp_path: Path) -> Iterator[Any]:
    flags = [
        "--image-providers",
        str(write_provider(tmp_path, provider.base_url)),
        "--budget-day-usd",
        "1.0",
        "--budget-requester-month-usd",
        "0.5",
    ]
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
    assert own.amendments["period"] == "requester_month"
    stub.GenerateImage(request("two"), timeout=TIMEOUT_S)
    assert fail(stub.GenerateImage, request("three")).amendments["period"] == "day"
    assert len(provider.asked) == 2
    periods = {
        item.period: item for item in stub.GetBudget(pb.GetBudgetRequest(requester="one"), timeout=TIMEOUT_S).periods
    }
    assert periods["day"].used_usd == pytest.approx(0.8)
    assert periods["day"].alert
    assert periods["requester_month"].used_usd == pytest.approx(0.4)
    assert not periods["total"].HasField("limit_usd")


LATE, DAMAGED, BUSY = (
    as_json({"images": [b64(png())]}, delay_s=3.0),
    as_json({"images": ["%%%"]}),
    ErrorStatus(b"", 503),
)


@pytest.mark.parametrize(
    ("answer", "timeout_s", "spent_usd"),
    [(LATE, 2.0, 0.4), (DAMAGED, TIMEOUT_S, 0.4), (BUSY, TIMEOUT_S, 0.0), (as_json({}, status=400), TIMEOUT_S, 0.0)],
    ids=["deadline", "damaged", "busy", "refused"],
)
def test_what_may_have_been_charged_counts(
    tmp_path: Path, answer: ErrorStatus, timeout_s: float, spent_usd: float
) -> None:
    with serve(lambda path, number: answer) as provider, one_provider(tmp_path, provider.base_url) as (server, stub):
        with pytest.raises(grpc.RpcError):
            stub.GenerateImage(request("one"), timeout=timeout_s)
        see_spent(server, stub, spent_usd)


def test_a_provider_that_cannot_be_reached_costs_nothing(tmp_path: Path) -> None:
    with one_provider(tmp_path, "http://127.0.0.1:9") as (server, stub):
        assert fail(stub.GenerateImage, request("one")).reason == "PROVIDER_UNAVAILABLE"
        see_spent(server, stub, 0.0)


def test_trying_again_under_the_same_key_adds_up(tmp_path: Path) -> None:
    keyed = request("one")
    keyed.idempotency_key = "8f14e45f-ceea-467f-9b5e-aaaaaaaaaaaa"
    good = as_json({"images": [b64(png())]})
    with serve(in_turn([DAMAGED, good])) as provider, one_provider(tmp_path, provider.base_url) as (server, stub):
        assert fail(stub.GenerateImage, keyed).reason == "PROVIDER_UNAVAILABLE"
        made = stub.GenerateImage(keyed, timeout=TIMEOUT_S)
        assert made.assets[0].cost_usd == pytest.approx(0.4)
        assert stub.GenerateImage(keyed, timeout=TIMEOUT_S).assets[0] == made.assets[0]
        see_spent(server, stub, 0.8, calls=3)
        assert len(provider.asked) == 2


def test_an_asset_keeps_what_was_sent_and_how_the_provider_made_it(tmp_path: Path) -> None:
    info = '{"all_seeds": [18446744073709551615], "sd_model_name": "rosettes"}'
    answer = as_json({"images": [b64(png())], "info": info})
    with serve(lambda path, number: answer) as provider, one_provider(tmp_path, provider.base_url) as (_, stub):
        name = stub.GenerateImage(request("one"), timeout=TIMEOUT_S).assets[0].name
        made = stub.GetAdvisoryAsset(pb.GetAdvisoryAssetRequest(name=name), timeout=TIMEOUT_S).asset.generation
        ((_, asked),) = provider.asked
        assert (made.prompt, made.negative_prompt) == (asked["prompt"], asked["negative_prompt"])
        assert (made.seed, made.checkpoint) == ("18446744073709551615", "rosettes")


def test_a_key_whose_call_died_with_the_server_may_be_tried_again(tmp_path: Path) -> None:
    keyed = request("one")
    keyed.idempotency_key = "8f14e45f-ceea-467f-9b5e-aaaaaaaaaaaa"
    answers = [as_json({"images": [b64(png())]}, delay_s=delay_s) for delay_s in (3.0, 0.0)]
    with serve(in_turn(answers)) as provider:
        flags = ["--image-providers", str(write_provider(tmp_path, provider.base_url))]
        with LocalServers(tmp_path / "servers", runs_flags=flags) as running:
            with grpc.insecure_channel(running.runs.address) as channel:
                lost = advisory_service_pb2_grpc.AdvisoryServiceStub(channel).GenerateImage.future(
                    keyed, timeout=TIMEOUT_S
                )
                eventually(lambda: provider.asked, bool)
                running.runs.kill()
                assert lost.exception() is not None
            running.runs.restart()
            with grpc.insecure_channel(running.runs.address) as channel:
                stub: Any = advisory_service_pb2_grpc.AdvisoryServiceStub(channel)
                assert stub.GenerateImage(keyed, timeout=TIMEOUT_S).assets
                see_spent(running.runs, stub, 0.8)  # the call that died has no line


def write_provider(folder: Path, base_url: str) -> Path:
    path = folder / "providers.toml"
    path.write_text(f'[local]\nkind = "automatic1111"\nbase_url = "{base_url}"\nprice_usd = 0.4\n')
    return path


@contextmanager
def one_provider(folder: Path, base_url: str) -> Iterator[tuple[LocalServer, Any]]:
    flags = ["--image-providers", str(write_provider(folder, base_url))]
    with (
        LocalServers(folder / "servers", runs_flags=flags) as running,
        grpc.insecure_channel(running.runs.address) as channel,
    ):
        yield running.runs, advisory_service_pb2_grpc.AdvisoryServiceStub(channel)


def see_spent(server: LocalServer, stub: Any, usd: float, *, calls: int = 1) -> None:
    """See what is spent once so many calls have ended: the server settles, then writes a call's line into its log.

    A caller may have gone by then, and what is reserved counts as spent: a look before would see too much.
    """

    def ended() -> int:
        return sum(str(line.get("method")).endswith("/GenerateImage") for line in log_of(server))

    eventually(ended, lambda count: count == calls)
    used_usd = stub.GetBudget(pb.GetBudgetRequest(), timeout=TIMEOUT_S).periods[0].used_usd
    assert used_usd == pytest.approx(usd)
