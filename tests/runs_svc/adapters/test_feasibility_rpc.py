"""Reports as they come from the feasibility service."""

from collections.abc import Sequence
from typing import Any, cast

import grpc
import pytest

from foundation import canonical_json
from foundation.batch_window import BatchWindow
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos_client.aio import AsyncFeasibilityClient
from rmos_client.errors import RmosError
from runs_svc.adapters.caching.report_reader import ReportReaderCache
from runs_svc.adapters.feasibility.client import RpcFeasibility
from runs_svc.adapters.feasibility.report_reader import CheckedReports
from runs_svc.domain.runs.inputs import Inputs
from runs_svc.domain.runs.report import VOLATILE, Report
from runs_svc.ports import FeasibilityUnavailableError, UnbelievableReportError
from tests import builders


class Client:
    """Answers with what it is given."""

    def __init__(self) -> None:
        value: dict[str, Any] = builders.complete_report()
        self.content = {name: item for name, item in value.items() if name not in VOLATILE}
        self.compute_ms = 0.5
        self.document: bytes | None = None
        self.failing: RmosError | None = None

    async def evaluate(self, items: Sequence[pb.BatchEvaluateItem], **_: Any) -> Sequence[pb.BatchEvaluateResult]:
        if self.failing is not None:
            raise self.failing
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
    reports = ReportReaderCache(CheckedReports(), most_bytes=1024**2)
    return RpcFeasibility(cast("AsyncFeasibilityClient", client), BatchWindow(lambda: 1), reports)


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
    client.content["overall_score"] = 88.5
    assert (await ask(feasibility, "second")).content == first.content | {"overall_score": 88.5}


@pytest.mark.parametrize(
    "document",
    [
        b"nonsense",
        b"",
        b"[]",
        b'{"verdict":"GREEN","engine_id":"baseline_v1"}',
        b'{"pass_threshold":70.0}',
        builders.canonical_report(something_new=1),
        builders.canonical_report(verdict=7),
    ],
)
async def test_what_is_no_canonical_report_is_never_recorded(
    feasibility: RpcFeasibility, client: Client, document: bytes
) -> None:
    client.document = document
    with pytest.raises(FeasibilityUnavailableError, match="cannot be read"):
        await ask(feasibility, "first")


@pytest.mark.parametrize(
    ("document", "violation"),
    [
        (b"{}", "it names no engine"),
        (builders.canonical_report(overall_score=150), "its score is 150, not a number from 0 to 100"),
        (builders.canonical_report(overall_risk="PURPLE"), "its level is 'PURPLE', none of GREEN"),
        (builders.canonical_report(assessments=[]), "it assesses nothing"),
    ],
)
async def test_a_report_that_breaks_the_rules_is_reported_by_what_it_breaks(
    feasibility: RpcFeasibility, client: Client, document: bytes, violation: str
) -> None:
    client.document = document
    with pytest.raises(UnbelievableReportError) as caught:
        await ask(feasibility, "first")
    assert any(found.startswith(violation) for found in caught.value.violations)


@pytest.mark.parametrize("compute_ms", [float("nan"), float("inf"), -1.0])
async def test_a_time_that_cannot_be_is_refused(feasibility: RpcFeasibility, client: Client, compute_ms: float) -> None:
    client.compute_ms = compute_ms
    with pytest.raises(UnbelievableReportError, match="the time it took is"):
        await ask(feasibility, "first")


async def test_the_answer_of_another_engine_is_refused(feasibility: RpcFeasibility) -> None:
    with pytest.raises(UnbelievableReportError, match="'baseline_v2' answered, 'mine' was asked"):
        await feasibility.evaluate(Inputs({}, {}, "mine"), request_id="first", timeout_s=1.0)


async def test_what_is_reported_of_a_server_that_is_away_holds_no_address(
    feasibility: RpcFeasibility, client: Client
) -> None:
    client.failing = RmosError(code=grpc.StatusCode.UNAVAILABLE, message="connect to ipv4:10.0.0.7:50051 failed")
    with pytest.raises(FeasibilityUnavailableError) as caught:
        await ask(feasibility, "first")
    assert str(caught.value) == "UNAVAILABLE"
    assert "10.0.0.7" in caught.value.cause
