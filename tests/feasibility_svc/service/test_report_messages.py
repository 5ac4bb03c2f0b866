"""The JSON object of a report, and the message made of it."""

import time
from pathlib import Path

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.engine.engine import Engine, StubEngine
from feasibility_svc.domain.engine.registry import EngineRegistry, baseline_engine
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.service import report_messages
from feasibility_svc.service.encoded_reports import ReportEncoder
from feasibility_svc.usecases.evaluate import EvaluateSetup
from foundation import canonical_json
from foundation.canonical_json import JsonObject
from rmos.type.v1 import context_pb2
from rmos_client.jobs import read_job
from rpckit import proto_json

JOBS = sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))
METHODS = context_pb2.UncertaintyMethod


class Source:
    def __init__(self, catalogue: Catalogue) -> None:
        self.current = catalogue


def evaluated(catalogue: Catalogue, engine: Engine, job: Path, method: str, *, strict_legacy: bool) -> JsonObject:
    evaluation = EvaluateSetup(EngineRegistry([engine]), Source(catalogue), stopwatch=time.perf_counter)
    given = read_job(job)
    given.context.uncertainty.method = METHODS.Value(f"UNCERTAINTY_METHOD_{method}")
    inquiry = ReportEncoder(evaluation).read(given.design, given.context, "")
    report = engine.evaluate(inquiry.situation)
    return report_messages.report_content(report, inputs_sha256="f" * 64, strict_legacy=strict_legacy)


@pytest.mark.parametrize("method", ["UNSPECIFIED", "CORNERS", "SAMPLED"])
@pytest.mark.parametrize("job", JOBS, ids=lambda path: path.stem)
def test_what_is_recorded_is_what_the_message_says(catalogue: Catalogue, job: Path, method: str) -> None:
    content = evaluated(catalogue, baseline_engine(), job, method, strict_legacy=True)
    message = report_messages.write_report(content, request_id="job-17", compute_ms=0.5)
    assert proto_json.read(message) == {**content, "request_id": "job-17", "compute_ms": 0.5}
    assert content["legacy_risk"]
    canonical_json.dumps(content)


@pytest.mark.parametrize("level", list(RiskLevel))
def test_a_forced_level_is_recorded_as_the_message_says(catalogue: Catalogue, level: RiskLevel) -> None:
    content = evaluated(catalogue, StubEngine(level), JOBS[0], "UNSPECIFIED", strict_legacy=False)
    message = report_messages.write_report(content, request_id="job-17", compute_ms=0.5)
    assert proto_json.read(message) == {**content, "request_id": "job-17", "compute_ms": 0.5}
    assert ("overall_score" in content) == (level not in {RiskLevel.UNKNOWN, RiskLevel.ERROR})
