"""Reports as they come from the feasibility service."""

from collections.abc import Sequence
from typing import Any, cast

import pytest

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos_client.aio import AsyncFeasibilityClient
from rpckit import canonical_json
from rpckit.gathering import Gathering
from runs_svc.adapters.feasibility_rpc import RpcFeasibility
from runs_svc.domain.report import VOLATILE, Report
from runs_svc.domain.run import Inputs
from runs_svc.ports import FeasibilityUnavailableError
from tests import builders


class Client:
    """Answers with what it is told."""

    def __init__(self) -> None:
        value: dict[str, Any] = builders.report()
        self.content = {name: item for name, item in value.items() if name not in VOLATILE}
        self.compute_ms = 0.5
        self.document: bytes | None = None

    async def evaluate(self, items: Sequence[pb.BatchEvaluateItem], **_: Any) -> Sequence[pb.BatchEvaluateResult]:
        document = canonical_json.dumps(self.content) if self.document is None else self.document
        report = pb.ReportDocument(document=document, compute_ms=self.compute_ms)
        return [pb.BatchEvaluateResult(report=report) for _ in items]


async def ask(feasibility: RpcFeasibility, request_id: str) -> Report:
    return await feasibility.evaluate(Inputs({}, {}), request_id=request_id, timeout_s=1.0)


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def feasibility(client: Client) -> RpcFeasibility:
    return RpcFeasibility(cast("AsyncFeasibilityClient", client), Gathering(lambda: 1))


async def test_what_differs_between_equal_reports_is_kept_apart(feasibility: RpcFeasibility, client: Client) -> None:
    first = await ask(feasibility, "first")
    client.compute_ms = 0.25
    second = await ask(feasibility, "second")
    assert first.evaluation == {"request_id": "first", "compute_ms": 0.5}
    assert second.evaluation == {"request_id": "second", "compute_ms": 0.25}
    assert second.content is first.content
    assert second.canonical is first.canonical
    assert first.canonical == canonical_json.dumps(first.content)
    assert not {"request_id", "compute_ms"} & first.content.keys()


async def test_another_report_is_read_anew(feasibility: RpcFeasibility, client: Client) -> None:
    first = await ask(feasibility, "first")
    client.content["overall_score"] = 12.5
    assert (await ask(feasibility, "second")).content == first.content | {"overall_score": 12.5}


@pytest.mark.parametrize(
    "document",
    [
        b"nonsense",
        b"",
        b"[]",
        b'{"verdict":"GREEN","engine_id":"baseline_v1"}',
        b'{"pass_threshold":70.0}',
        b'{"overall_risk":"PURPLE"}',
        b'{"overall_risk":7}',
        b'{"overall_score":"high"}',
        b'{"assessments":7}',
        b'{"assessments":[7]}',
        b'{"something_new":1}',
    ],
)
async def test_what_is_no_canonical_report_is_never_recorded(
    feasibility: RpcFeasibility, client: Client, document: bytes
) -> None:
    client.document = document
    with pytest.raises(FeasibilityUnavailableError, match="cannot be read"):
        await ask(feasibility, "first")
