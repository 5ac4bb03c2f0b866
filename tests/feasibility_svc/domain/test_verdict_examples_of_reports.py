"""Whole reports of the worked examples: jobs from practice, every dimension together."""

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.resolving import resolve
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design
from tests.feasibility_svc.domain.verdict_examples import Numbers, verdict_examples

DETAILS = {
    "v_m_s": "rim_speed",
    "fz_mm": "feed_per_tooth",
    "h_max_mm": "thickest_chip",
    "h_mean_mm": "mean_chip",
    "depth_factor": "depth_factor",
    "h_min_mm": "thinnest_chip",
    "hi_mm": "window_high",
    "F_peak_N": "peak_force",
    "F_mean_N": "mean_force",
    "T_surface_C": "surface_temperature",
    "H_N": "holding_force",
}
"""Numbers of the examples, each by the name it has in a report."""


@verdict_examples("V1_report")
def test_a_whole_report(catalogue: Catalogue, example: Numbers) -> None:
    job, expected = example["inputs"]["job"], example["expected"]
    looked_at = resolve(Design.model_validate(job["design"]), Context.model_validate(job["context"]), catalogue)
    report = baseline_engine().evaluate(looked_at)
    scored = {item.category.value: item for item in report.assessments if item.score is not None}
    assert {name: item.score for name, item in scored.items()} == {
        name: pytest.approx(score, rel=1e-9) for name, score in expected["scores"].items()
    }
    assert {name: item.risk.value for name, item in scored.items()} == expected["levels"]
    assert report.verdict.score == pytest.approx(expected["overall_score"], rel=1e-9)
    assert (report.verdict.risk.value, report.verdict.binding.value) == (expected["level"], expected["binding"])
    details = {item.name: item.value for assessment in report.assessments for item in assessment.details}
    found = {name: details[DETAILS[name]] for name in expected["details"] if DETAILS.get(name) in details}
    assert found == {name: pytest.approx(expected["details"][name], rel=1e-9) for name in found}
    assert len(found) >= 2
    assert scored["RIMSPEED"].utilization == pytest.approx(expected["details"]["u_rim"], rel=1e-9)
    if "u_heat" in expected["details"]:
        assert scored["HEAT"].utilization == pytest.approx(expected["details"]["u_heat"], rel=1e-9)
