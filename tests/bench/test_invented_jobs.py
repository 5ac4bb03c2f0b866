"""Jobs made up around those from practice: slips a workshop makes, and what it is told.

Each found a fault when it was tried: advice that mends nothing, a number twice, a level that hung on something else.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.practice.verdicts import Judge
from feasibility_svc.domain.cut.resolving import resolve
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED, overridden

INVENTED: dict[str, Any] = json.loads((Path(__file__).parent / "invented_jobs.json").read_text(encoding="utf-8"))
JOBS = {job["name"]: job for job in INVENTED["jobs"]}


def report_of(judge: Judge, job: dict[str, Any]) -> Report:
    changes = {key: REMOVED if value == "__removed__" else value for key, value in job["context"].items()}
    context = Context.model_validate(overridden(INVENTED["base"]["context"], changes))
    design = Design.model_validate(job["design"] or INVENTED["base"]["design"])
    return judge.engine.evaluate(resolve(design, context, judge.catalogue))


@pytest.mark.parametrize("name", JOBS)
def test_an_invented_job_is_judged_as_a_luthier_would(judge: Judge, name: str) -> None:
    job, report = JOBS[name], report_of(judge, JOBS[name])
    binding = next(item for item in report.assessments if item.category is report.verdict.binding)
    assert (report.verdict.risk, binding.category) == (job["level"], job["decided_by"])
    assert job["finding"] in binding.finding
    if job["advice"] is not None:
        assert [advice.text for advice in report.recommendations] == job["advice"]


@pytest.mark.parametrize("name", JOBS)
def test_of_one_field_one_value_is_proposed_and_it_improves_the_level(judge: Judge, name: str) -> None:
    report = report_of(judge, JOBS[name])
    tried = [advice for advice in report.recommendations if advice.resulting_risk is not None]
    assert len({advice.field for advice in tried}) == len(tried)
    assert all(advice.resulting_risk.rank < report.verdict.risk.rank for advice in tried if advice.resulting_risk)
    if report.verdict.risk is RiskLevel.RED and not tried:
        decisive = [item for item in report.assessments if item.risk is RiskLevel.RED]
        assert len(decisive) == 1 or report.recommendations == []
