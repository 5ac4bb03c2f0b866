"""What can be looked up by its id, and what a log tells of a run without anybody asking the server."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from rmos.advisory.v1 import advisory_service_pb2_grpc
from rmos.feasibility.v1 import feasibility_service_pb2 as feasibility
from rmos.feasibility.v1 import feasibility_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1 import runs_service_pb2_grpc
from rmos.type.v1 import risk_pb2
from testkit.local_servers import LocalServers
from tests import builders
from tests.ends import eventually
from tests.service.advisory_requests import approval, upload
from tests.service.wire import TIMEOUT_S, fail, log_of


@pytest.fixture
def stub(servers: LocalServers) -> Iterator[Any]:
    with grpc.insecure_channel(servers.feasibility.address) as channel:
        yield feasibility_service_pb2_grpc.FeasibilityServiceStub(channel)


def test_a_rule_is_looked_up_by_its_id(stub: Any) -> None:
    def ids(**fields: Any) -> list[str]:
        asked = feasibility.ListRulesRequest(page_size=1000, **fields)
        return [rule.rule_id for rule in stub.ListRules(asked, timeout=TIMEOUT_S).rules]

    every = ids()
    assert len(every) > 30
    assert ids(rule_ids=[every[7], every[2]]) == [every[2], every[7]]
    refused = fail(stub.ListRules, feasibility.ListRulesRequest(rule_ids=[every[0], "F999"]))
    assert (refused.reason, list(refused.fields)) == ("INVALID_FIELDS", ["rule_ids[1]"])


def test_the_log_tells_what_became_of_a_run(servers: LocalServers) -> None:
    with grpc.insecure_channel(servers.runs.address) as channel:
        runs: Any = runs_service_pb2_grpc.RunsServiceStub(channel)
        assets: Any = advisory_service_pb2_grpc.AdvisoryServiceStub(channel)
        run = runs.CreateRun(builders.create_request(builders.YELLOW), timeout=TIMEOUT_S).run
        runs.SuggestAdvisory(pb.SuggestAdvisoryRequest(name=run.name), timeout=TIMEOUT_S)
        overriding = pb.OverrideRunRequest(
            name=run.name,
            person="A. Lead",
            reason="seen it, the jig holds it",
            risk_level=risk_pb2.RISK_LEVEL_YELLOW,
        )
        opened = runs.OverrideRun(overriding, timeout=TIMEOUT_S).run
        assert opened.explanation_summary.endswith("Opened by A. Lead: seen it, the jig holds it")
        asset = upload(assets)
        assets.ReviewAdvisoryAsset(approval(asset), timeout=TIMEOUT_S)

    def of_asset(line: dict[str, Any]) -> bool:
        return bool(line.get("asset_id") == asset.asset_id)

    lines = eventually(lambda: log_of(servers.runs), lambda all_of: any(map(of_asset, all_of)))
    told = [line for line in lines if line.get("run_id") == run.run_id and "method" not in line]
    assert [(line["event"], line["status"], line["risk_level"]) for line in told] == [
        (event, "OK", "YELLOW") for event in ("run.created", "advisory.attached", "explanation.set")
    ]
    (decided,) = filter(of_asset, lines)
    assert (decided["event"], decided["status"]) == ("review.decided", "approved")
