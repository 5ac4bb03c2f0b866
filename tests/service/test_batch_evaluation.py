"""BatchEvaluateFeasibility of a running server."""

from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2

from foundation import canonical_json
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.feasibility.v1 import feasibility_service_pb2_grpc
from rpckit import proto_json
from testkit.local_servers import LocalServers
from tests import builders
from tests.service.wire import TIMEOUT_S, fail, log_line


@pytest.fixture
def stub(feasibility_channel: grpc.Channel) -> feasibility_service_pb2_grpc.FeasibilityServiceStub:
    return feasibility_service_pb2_grpc.FeasibilityServiceStub(feasibility_channel)


def request(overrides: dict[str, Any] | None = None) -> pb.EvaluateFeasibilityRequest:
    return pb.EvaluateFeasibilityRequest(design=builders.design_message(), context=builders.context_message(overrides))


def ask(stub: Any, *items: pb.BatchEvaluateItem, request_id: str = "the-batch") -> list[pb.BatchEvaluateResult]:
    batch = pb.BatchEvaluateFeasibilityRequest(items=items)
    metadata = [("x-request-id", request_id)]
    return list(stub.BatchEvaluateFeasibility(batch, timeout=TIMEOUT_S, metadata=metadata).results)


def test_each_item_is_evaluated_as_alone_and_fails_alone(stub: Any) -> None:
    slow, nobody = {"cut.feed_rate_mm_per_min": 400.0}, {"tool.tool_id": "nobody"}
    items = [pb.BatchEvaluateItem(request=request(overrides)) for overrides in ({}, nobody, slow)]
    first, refused, last = ask(stub, *items)
    for result, overrides in ((first, {}), (last, slow)):
        alone = stub.EvaluateFeasibility(request(overrides), timeout=TIMEOUT_S).report
        for name in ("request_id", "compute_ms"):
            alone.ClearField(name)
        content = {key: value for key, value in proto_json.read(alone).items() if key != "compute_ms"}
        assert result.report.document == canonical_json.dumps(content)
        assert result.report.compute_ms > 0
    info = error_details_pb2.ErrorInfo()
    refused.error.details[0].Unpack(info)
    assert (refused.error.code, info.reason) == (grpc.StatusCode.NOT_FOUND.value[0], "TOOL_NOT_FOUND")
    bad = ask(stub, pb.BatchEvaluateItem())[0].error
    assert bad.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert bad.message.startswith("design")


def test_each_item_carries_the_id_it_was_requested_under(stub: Any, servers: LocalServers) -> None:
    items = [
        pb.BatchEvaluateItem(request=request(), correlation_id="batched-job-17"),
        pb.BatchEvaluateItem(request=request({"tool.tool_id": "nobody"}), correlation_id="batched-job-18"),
        pb.BatchEvaluateItem(request=request()),
        pb.BatchEvaluateItem(request=request(), correlation_id="not an id"),
    ]
    _, refused, _, _ = ask(stub, *items, request_id="batch-of-4")
    on_progress = error_details_pb2.RequestInfo()
    assert refused.error.details[-1].Unpack(on_progress)
    assert on_progress.request_id == "batched-job-18"
    line = log_line(servers.feasibility, "batched-job-17")
    assert (line["event"], line["batch"]) == ("evaluated in a batch", "batch-of-4")


@pytest.mark.parametrize("count", [0, 101])
def test_a_batch_of_another_size_is_refused(stub: Any, count: int) -> None:
    batch = pb.BatchEvaluateFeasibilityRequest(items=[pb.BatchEvaluateItem()] * count)
    failed = fail(stub.BatchEvaluateFeasibility, batch)
    assert failed.code is grpc.StatusCode.INVALID_ARGUMENT
    assert failed.fields == {"items": f"{count} items; allowed: 1 to 100"}
