"""EvaluateJob on the wire: steps evaluated together, only geometry carried between them."""

from typing import Any

import grpc
import pytest

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.type.v1 import context_pb2, design_pb2, risk_pb2
from rmos_client import Rmos, RmosError
from rpckit import proto_json
from tests import builders
from tests.builders import REMOVED

BLANK = {
    "material.material_id": "maple_hard",
    "stock.width_mm": 80.0,
    "stock.length_mm": 700.0,
    "stock.thickness_mm": 21.0,
    "tool.tool_id": "ball_nose_6000",
    "cut.axial_depth_mm": 0.5,
    "cut.radial_width_mm": REMOVED,
}
PLANE = {"facing": {"length_mm": 700.0, "width_mm": 80.0, "removal_mm": 1.0}}
SURFACING = {**BLANK, "tool.tool_id": "surfacing_25400", "cut.radial_width_mm": 12.0}
NECK = {"length_mm": 600.0, "width_mm": 60.0, "depth_mm": 20.0, "stepover_mm": 0.5, "finishing_depth_mm": 0.5}


def step(design: dict[str, Any], context: dict[str, Any], name: str = "") -> pb.JobStep:
    message = proto_json.write(context_pb2.Context, builders.context(context))
    return pb.JobStep(name=name, design=proto_json.write(design_pb2.Design, design), context=message)


def carve(**changes: Any) -> pb.JobStep:
    return step({"contour_3d": {**NECK, **changes}}, {**BLANK, "tool.flute_length_mm": 25.0, "tool.stickout_mm": 33.0})


def geometry(answer: pb.EvaluateJobResponse, place: int) -> "risk_pb2.RiskLevel.ValueType":
    by_category = {item.category: item.risk for item in answer.steps[place].report.assessments}
    return by_category[risk_pb2.RISK_CATEGORY_GEOMETRY]


def test_a_faced_stock_is_thinner_for_the_next_step(feasibility: Rmos) -> None:
    deep = carve(depth_mm=20.5)
    assert geometry(feasibility.evaluate_job([deep]), 0) == risk_pb2.RISK_LEVEL_GREEN
    answer = feasibility.evaluate_job([step(PLANE, SURFACING, "plane"), deep])
    assert geometry(answer, 1) == risk_pb2.RISK_LEVEL_RED
    assert list(answer.steps[1].carried) == ["the stock is 20 mm thick after facing"]
    assert [item.name for item in answer.steps] == ["plane", ""]


def test_the_worst_step_and_its_dimension_decide(feasibility: Rmos) -> None:
    answer = feasibility.evaluate_job([carve(), carve(depth_mm=22.0), carve()])
    assert answer.overall_risk == risk_pb2.RISK_LEVEL_RED
    assert (answer.binding_step, answer.binding_category) == (1, risk_pb2.RISK_CATEGORY_GEOMETRY)
    assert not answer.is_feasible


def test_roughing_that_leaves_more_than_finishing_takes_needs_review(feasibility: Rmos) -> None:
    enough = feasibility.evaluate_job([carve(depth_mm=19.5), carve()])
    assert geometry(enough, 1) == risk_pb2.RISK_LEVEL_GREEN
    short = feasibility.evaluate_job([carve(depth_mm=19.4), carve()])
    assert geometry(short, 1) == risk_pb2.RISK_LEVEL_YELLOW
    assert short.needs_review


def test_a_step_that_nothing_precedes_has_the_report_of_evaluate(feasibility: Rmos) -> None:
    design, context = builders.design_message(), builders.context_message()
    alone = feasibility.evaluate(design, context)
    answer = feasibility.evaluate_job([pb.JobStep(design=design, context=context)])
    (report,) = (item.report for item in answer.steps)
    for message in (alone, report):
        message.ClearField("request_id")
        message.ClearField("compute_ms")
    assert report == alone
    assert answer.overall_risk == alone.overall_risk


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ([], "steps"),
        ([carve()] * 21, "steps"),
        ([carve(), pb.JobStep(design=builders.design_message())], "steps[1].context"),
        ([carve(), carve(depth_mm=-1.0)], "steps[1].design.contour_3d.depth_mm"),
        ([step(PLANE, SURFACING, "n" * 201)], "steps[0].name"),
    ],
)
def test_what_is_no_job_is_refused_by_field(feasibility: Rmos, steps: list[Any], field: str) -> None:
    with pytest.raises(RmosError) as caught:
        feasibility.evaluate_job(steps)
    assert caught.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert [violation.field for violation in caught.value.violations] == [field]
