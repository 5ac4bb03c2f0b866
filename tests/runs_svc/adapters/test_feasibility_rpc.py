"""Reports as they come from the feasibility service."""

from typing import Any, cast

import pytest

from rmos.type.v1 import feasibility_report_pb2
from rmos_client.aio import AsyncFeasibilityClient
from rpckit import canonical_json, projection
from rpckit.gathering import Gathering
from runs_svc.adapters.feasibility_rpc import RpcFeasibility
from runs_svc.domain.report import Report
from runs_svc.domain.run import Inputs
from tests import builders


class Client:
    """Answers with what it is told."""

    def __init__(self) -> None:
        self.value: dict[str, Any] = builders.report()

    async def evaluate(self, *_: Any, request_id: str, **__: Any) -> feasibility_report_pb2.FeasibilityReport:
        return projection.write(feasibility_report_pb2.FeasibilityReport, {**self.value, "request_id": request_id})


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
    client.value["compute_ms"] = 0.25
    second = await ask(feasibility, "second")
    assert first.evaluation == {"request_id": "first", "compute_ms": 0.5}
    assert second.evaluation == {"request_id": "second", "compute_ms": 0.25}
    assert second.content is first.content
    assert second.canonical is first.canonical
    assert first.canonical == canonical_json.dumps(first.content)
    assert not {"request_id", "compute_ms"} & first.content.keys()


async def test_another_report_is_read_anew(feasibility: RpcFeasibility, client: Client) -> None:
    first = await ask(feasibility, "first")
    client.value["overall_score"] = 12.5
    assert (await ask(feasibility, "second")).content == first.content | {"overall_score": 12.5}
