"""A language model that words explanations anew, on this machine."""

from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.advisory.v1 import advisory_service_pb2, advisory_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1 import runs_service_pb2_grpc
from testkit.local_servers import LocalServers
from tests import builders
from tests.runs_svc.adapters.provider_server import ErrorStatus, as_json, serve
from tests.service.wire import TIMEOUT_S, fail


def chat(text: str) -> ErrorStatus:
    return as_json({"choices": [{"message": {"content": text}}], "message": {"content": text}})


@pytest.mark.parametrize("suffix", ["/v1", "/api"])
def test_a_wording_waits_for_a_person_and_leaves_the_run_alone(suffix: str, tmp_path: Path) -> None:
    words = ["It is GREEN: nothing stands in the way.", "Go ahead and cut.", "The limit is 98765 mm."]
    with serve(lambda path, number: chat(words[min(number, 2)])) as model:
        flags = ["--language-model-url", f"{model.base_url}{suffix}", "--language-model", "m"]
        with (
            LocalServers(tmp_path, runs_flags=flags) as servers,
            grpc.insecure_channel(servers.runs.address) as channel,
        ):
            stub: Any = runs_service_pb2_grpc.RunsServiceStub(channel)
            assets: Any = advisory_service_pb2_grpc.AdvisoryServiceStub(channel)
            run = stub.CreateRun(builders.create_request(), timeout=TIMEOUT_S).run
            request = pb.SuggestAdvisoryRequest(name=run.name, rephrase=True)
            first, second, third = (stub.SuggestAdvisory(request, timeout=TIMEOUT_S) for _ in words)
            asset = assets.GetAdvisoryAsset(
                advisory_service_pb2.GetAdvisoryAssetRequest(name=first.rephrased_asset), timeout=TIMEOUT_S
            ).asset
            assert asset.state == advisory_service_pb2.ASSET_STATE_PENDING
            assert dict(asset.suggestion_data) == {"run_id": run.run_id, "text": words[0]}
            assert "tells somebody to act" in second.rephrasing_refused
            assert "98765" in third.rephrasing_refused
            assert not second.rephrased_asset
            assert first.advisory == second.advisory == third.advisory
            assert first.run.explanation_summary == third.run.explanation_summary
        seen = model.asked[0][1]["messages"]
    assert [message["role"] for message in seen] == ["system", "user"]
    assert seen[1]["content"] == first.advisory.text


def test_without_a_model_it_says_what_to_set(runs_channel: grpc.Channel) -> None:
    stub: Any = runs_service_pb2_grpc.RunsServiceStub(runs_channel)
    run = stub.CreateRun(builders.create_request(), timeout=TIMEOUT_S).run
    failed = fail(stub.SuggestAdvisory, pb.SuggestAdvisoryRequest(name=run.name, rephrase=True))
    assert failed.reason == "PROVIDER_NOT_CONFIGURED"
    assert "RMOS_LANGUAGE_MODEL_URL" in failed.message


def test_a_model_that_is_away_changes_nothing(tmp_path: Path) -> None:
    flags = ["--language-model-url", "http://127.0.0.1:9/v1", "--language-model", "m"]
    with LocalServers(tmp_path, runs_flags=flags) as servers, grpc.insecure_channel(servers.runs.address) as channel:
        stub: Any = runs_service_pb2_grpc.RunsServiceStub(channel)
        run = stub.CreateRun(builders.create_request(), timeout=TIMEOUT_S).run
        answer = stub.SuggestAdvisory(pb.SuggestAdvisoryRequest(name=run.name, rephrase=True), timeout=TIMEOUT_S)
    assert "cannot be reached" in answer.rephrasing_refused
    assert answer.advisory.text
