"""Sweeps, streams, advice, explanations, rules and rosette searches of a running server."""

import json
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.feasibility.v1 import feasibility_service_pb2_grpc
from rmos.type.v1 import feasibility_report_pb2, risk_pb2
from rpckit import proto_json
from tests import builders
from tests.service.wire import TIMEOUT_S, fail

FEED, SPEED = "context.cut.feed_rate_mm_per_min", "context.cut.spindle_speed_rpm"
PLUNGE = "context.cut.plunge_rate_mm_per_min"
GREEN, RED = risk_pb2.RISK_LEVEL_GREEN, risk_pb2.RISK_LEVEL_RED


@pytest.fixture
def stub(feasibility_channel: grpc.Channel) -> Any:
    return feasibility_service_pb2_grpc.FeasibilityServiceStub(feasibility_channel)


def job(overrides: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return {"design": builders.design_message(), "context": builders.context_message(overrides), **fields}


def numbers(field: str, *values: float) -> pb.SweepAxis:
    return pb.SweepAxis(field=field, numbers=pb.NumberList(values=values))


def evaluated(stub: Any, overrides: dict[str, Any], **fields: Any) -> feasibility_report_pb2.FeasibilityReport:
    report: feasibility_report_pb2.FeasibilityReport = stub.EvaluateFeasibility(
        pb.EvaluateFeasibilityRequest(**job(overrides, **fields)), timeout=TIMEOUT_S
    ).report
    return report


def test_a_sweep_gives_every_point_the_bits_of_a_single_evaluation(stub: Any) -> None:
    axes = [
        pb.SweepAxis(field="context.tool.wear", texts=pb.TextList(values=["SHARP", "WORN"])),
        numbers(SPEED, 12_000.0, 17_000.0, 30_000.0),
        pb.SweepAxis(field=FEED, range=pb.NumberRange(min=333.3, max=4_444.4, count=7)),
    ]
    parts = list(stub.SweepFeasibility(pb.SweepFeasibilityRequest(**job(axes=axes)), timeout=TIMEOUT_S))
    header, block, result = parts[0].header, parts[1].block, parts[-1].result
    assert header.point_count == 42
    assert len(parts) == 3
    feeds = header.axes[2].numbers.values
    points = [(wear, speed, feed) for wear in ("SHARP", "WORN") for speed in (12e3, 17e3, 30e3) for feed in feeds]
    for index, (wear, speed, feed) in enumerate(points):
        overrides = {"tool.wear": wear, "cut.spindle_speed_rpm": speed, "cut.feed_rate_mm_per_min": feed}
        report = evaluated(stub, overrides)
        assert block.table.scores[index] == report.overall_score
        assert block.table.risks[index] == report.overall_risk
        assert block.table.binding_categories[index] == report.binding_category
        details = {item.name: item.value for assessment in report.assessments for item in assessment.details}
        assert block.table.cut_times_s[index] == details["cut_time"]
    assert result.green_count + result.yellow_count + result.red_count + result.unknown_count == 42
    assert result.fastest_green.risk == GREEN
    assert {extent.field for extent in result.green_region} == {SPEED, FEED}


def test_what_if_of_an_ebony_fretboard_names_the_fastest_safe_point(stub: Any) -> None:
    request = pb.SweepFeasibilityRequest(
        design=builders.design_message(builders.FRET_SLOTS),
        context=proto_json.write(type(builders.context_message()), builders.FRET_CONTEXT),
        axes=[
            pb.SweepAxis(field=SPEED, range=pb.NumberRange(min=10_000, max=24_000, count=10)),
            pb.SweepAxis(field=FEED, range=pb.NumberRange(min=300, max=2_300, count=10)),
            pb.SweepAxis(field="context.cut.axial_depth_mm", range=pb.NumberRange(min=0.2, max=0.6, count=10)),
        ],
    )
    parts = list(stub.SweepFeasibility(request, timeout=TIMEOUT_S))
    risks = [risk for part in parts if part.WhichOneof("part") == "block" for risk in part.block.table.risks]
    assert len(risks) == 1_000
    assert len({*risks}) > 1
    best = parts[-1].result.fastest_green if parts[-1].result.green_count else parts[-1].result.nearest
    assert best.cut_time_s > 0
    assert best.binding_category


def test_a_sampled_sweep_says_how_likely_each_level_is(stub: Any) -> None:
    request = pb.SweepFeasibilityRequest(**job({"uncertainty.method": "SAMPLED"}, axes=[numbers(FEED, 100.0, 1_750.0)]))
    (_, part, _) = stub.SweepFeasibility(request, timeout=TIMEOUT_S)
    table = part.block.table
    assert len(table.p_green) == len(table.p_red) == 2
    report = evaluated(stub, {"uncertainty.method": "SAMPLED"})
    assert table.risks[1] == report.overall_risk
    assert table.scores[1] == report.overall_score
    assert table.p_red[0] > table.p_red[1]


@pytest.mark.parametrize(
    ("axes", "path"),
    [
        ([], "axes"),
        ([numbers(FEED, 1.0)] * 4, "axes"),
        ([numbers(FEED, 1.0), numbers(FEED, 2.0)], "axes"),
        ([numbers("cut.feed_rate_mm_per_min", 1.0)], "axes[0].field"),
        ([pb.SweepAxis(field=FEED)], "axes[0]"),
        ([numbers(FEED)], "axes[0].numbers.values"),
        ([pb.SweepAxis(field=FEED, range=pb.NumberRange(min=1, max=2, count=1))], "axes[0].range.count"),
        ([pb.SweepAxis(field=FEED, range=pb.NumberRange(max=2, count=2))], "axes[0].range"),
        ([pb.SweepAxis(field=FEED, range=pb.NumberRange(min=3, max=2, count=2))], "axes[0].range"),
        ([pb.SweepAxis(field=FEED, range=pb.NumberRange(min=float("nan"), max=2, count=2))], "axes[0].range"),
        ([numbers(FEED, 100.0, -5.0)], "axes[0]"),
        ([numbers(FEED, float("nan"))], "axes[0].numbers.values[0]"),
        ([numbers(FEED, 1_750.0, float("nan"))], "axes[0].numbers.values[1]"),
        ([numbers(SPEED, 17_000.0), numbers(PLUNGE, 300.0, float("nan"), 200.0)], "axes[1].numbers.values[1]"),
        ([numbers("context.tool.diameter_mm", 3.0, float("inf"))], "axes[0].numbers.values[1]"),
        ([numbers("context.cut.nonsense", 1.0)], "axes[0]"),
        ([pb.SweepAxis(field="context.tool.wear", texts=pb.TextList(values=["SHARP", "BLUNT"]))], "axes[0]"),
        (
            [pb.SweepAxis(field=FEED, range=pb.NumberRange(min=1, max=9_000, count=10_000)),
             pb.SweepAxis(field=SPEED, range=pb.NumberRange(min=1, max=9_000, count=1_000))],
            "axes",
        ),
    ],
)  # fmt: skip
def test_a_bad_axis_is_refused_before_the_sweep_starts(stub: Any, axes: list[pb.SweepAxis], path: str) -> None:
    call = stub.SweepFeasibility(pb.SweepFeasibilityRequest(**job(axes=axes)), timeout=TIMEOUT_S)
    with pytest.raises(grpc.RpcError) as caught:
        next(iter(call))
    error: Any = caught.value
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert error.details().startswith(f"{path}: ")


def test_a_stream_answers_each_item_under_its_key(stub: Any) -> None:
    items = [
        pb.StreamEvaluateFeasibilityRequest(key="a", **job()),
        pb.StreamEvaluateFeasibilityRequest(key="b", **job({"tool.tool_id": "nobody"})),
        pb.StreamEvaluateFeasibilityRequest(key="", **job()),
        pb.StreamEvaluateFeasibilityRequest(key="c", **job({"cut.feed_rate_mm_per_min": 400.0})),
    ]
    answers = list(stub.StreamEvaluateFeasibility(iter(items), timeout=TIMEOUT_S))
    assert [(item.key, item.WhichOneof("outcome")) for item in answers] == [
        ("a", "report"),
        ("b", "error"),
        ("", "error"),
        ("c", "report"),
    ]
    single = evaluated(stub, {})
    for report in (answers[0].report, single):
        report.ClearField("request_id")
        report.ClearField("compute_ms")
    assert answers[0].report == single
    error = answers[1].error
    assert error.code == grpc.StatusCode.NOT_FOUND.value[0]
    info = error_details_pb2.ErrorInfo()
    error.details[0].Unpack(info)
    assert info.reason == "TOOL_NOT_FOUND"
    assert answers[2].error.message.startswith("key: ")


def test_a_batch_scores_each_row_as_a_single_evaluation(stub: Any) -> None:
    columns = [
        pb.NumberColumn(field=FEED, values=[400.0, 1_234.5, 1_750.0]),
        pb.NumberColumn(field=SPEED, values=[17_000.0, 16_543.2, 30_000.0]),
    ]
    item = pb.StreamEvaluateFeasibilityRequest(key="batch", **job(columns=columns))
    (answer,) = stub.StreamEvaluateFeasibility(iter([item]), timeout=TIMEOUT_S)
    for index in range(3):
        overrides = {
            "cut.feed_rate_mm_per_min": columns[0].values[index],
            "cut.spindle_speed_rpm": columns[1].values[index],
        }
        report = evaluated(stub, overrides)
        assert (answer.table.scores[index], answer.table.risks[index]) == (report.overall_score, report.overall_risk)


@pytest.mark.parametrize(
    ("columns", "path"),
    [
        ([pb.NumberColumn(field="context.tool.diameter_mm", values=[1.0])], "columns[0].field"),
        ([pb.NumberColumn(field="cut.feed_rate_mm_per_min", values=[1.0])], "columns[0].field"),
        ([pb.NumberColumn(field=FEED)], "columns[0].values"),
        ([pb.NumberColumn(field=PLUNGE, values=[300.0, float("nan"), 200.0])], "columns[0].values[1]"),
        ([pb.NumberColumn(field=FEED, values=[300.0, float("-inf")])], "columns[0].values[1]"),
        ([pb.NumberColumn(field=FEED, values=[1.0]), pb.NumberColumn(field=FEED, values=[1.0])], "columns[1].field"),
        ([pb.NumberColumn(field=FEED, values=[1]), pb.NumberColumn(field=SPEED, values=[1, 2])], "columns[1].values"),
        ([pb.NumberColumn(field=FEED, values=[1.0, -1.0])], "context.cut.feed_rate_mm_per_min"),
    ],
)  # fmt: skip
def test_a_bad_column_is_the_items_error(stub: Any, columns: list[pb.NumberColumn], path: str) -> None:
    item = pb.StreamEvaluateFeasibilityRequest(key="batch", **job(columns=columns))
    (answer,) = stub.StreamEvaluateFeasibility(iter([item]), timeout=TIMEOUT_S)
    assert answer.error.message.startswith(f"{path}: ")


def test_following_the_recommended_setup_is_green(stub: Any) -> None:
    slow = {"cut.feed_rate_mm_per_min": 60.0, "cut.spindle_speed_rpm": 27_000.0}
    advice = stub.RecommendSetup(pb.RecommendSetupRequest(**job(slow)), timeout=TIMEOUT_S)
    assert advice.present_risk == RED
    followed = {field.field.removeprefix("context."): field.suggested_value for field in advice.setup.fields}
    report = evaluated(stub, {**slow, **followed})
    assert report.overall_risk == GREEN == advice.setup.risk
    assert report.overall_score == advice.setup.score
    assert len(advice.dimensions) == len(report.assessments)
    assert any(state.sensitivities for state in advice.dimensions)


def test_a_single_change_says_its_price(stub: Any) -> None:
    request = pb.RecommendSetupRequest(**job({"cut.plunge_rate_mm_per_min": 3_000.0}))
    (change,) = stub.RecommendSetup(request, timeout=TIMEOUT_S).single_changes
    assert change.fields[0].field == "context.cut.plunge_rate_mm_per_min"
    assert change.resulting_risk == GREEN
    assert change.time_ratio == pytest.approx(1.0, abs=0.05)
    assert change.text.startswith("set plunge feed ")
    assert " mm/min (now 3000): GREEN" in change.text


def test_words_and_other_tools_are_recommended_too(stub: Any) -> None:
    worn = {"tool.wear": "DULL", "cut.feed_rate_mm_per_min": 400.0}
    pair = stub.RecommendSetup(pb.RecommendSetupRequest(**job(worn)), timeout=TIMEOUT_S).pair_change
    assert "SHARP" in {field.suggested_word for field in pair.fields}
    long_tool = stub.RecommendSetup(pb.RecommendSetupRequest(**job({"tool.stickout_mm": 120.0})), timeout=TIMEOUT_S)
    assert 1 <= len({proposal.tool_id for proposal in long_tool.tool_changes}) <= 3
    assert "tool_id" not in {field.field for field in long_tool.setup.fields}


def test_the_same_report_is_explained_in_the_same_words(stub: Any) -> None:
    request = pb.ExplainReportRequest(**job({"cut.feed_rate_mm_per_min": 60.0}, run_id="run_0123456789ab"))
    first, again = (stub.ExplainReport(request, timeout=TIMEOUT_S).explanation for _ in range(2))
    assert first == again
    assert first.risk == RED
    assert first.sections[0].title == "What to change"
    assert first.sections[-1].title == "This is about"
    assert "run run_0123456789ab" in first.text
    assert first.inputs_sha256 == evaluated(stub, {"cut.feed_rate_mm_per_min": 60.0}).inputs_sha256
    request.unit_system = pb.UNIT_SYSTEM_INCH
    assert " mm/min" not in stub.ExplainReport(request, timeout=TIMEOUT_S).explanation.text


@pytest.mark.parametrize(
    ("fields", "path"), [({"unit_system": 9}, "unit_system"), ({"run_id": "run_../../etc"}, "run_id")]
)
def test_a_bad_explanation_request_is_refused(stub: Any, fields: dict[str, Any], path: str) -> None:
    failed = fail(stub.ExplainReport, pb.ExplainReportRequest(**job(**fields)))
    assert (failed.reason, list(failed.fields)) == ("INVALID_FIELDS", [path])


def test_the_rules_are_listed_and_the_legacy_verdict_is_given_on_request_only(stub: Any) -> None:
    rules = stub.ListRules(pb.ListRulesRequest(), timeout=TIMEOUT_S).rules
    assert len(rules) == 33
    assert (rules[6].rule_id, rules[6].level) == ("F007", RED)
    deep = {"cut.axial_depth_mm": 3.5}
    report = evaluated(stub, deep)
    assert report.legacy_risk == risk_pb2.RISK_LEVEL_UNSPECIFIED
    assert "F012" in {item.rule_id for item in report.rule_findings}
    assert evaluated(stub, deep, strict_legacy=True).legacy_risk == risk_pb2.RISK_LEVEL_YELLOW


def test_a_rosette_search_streams_candidates_and_its_outcome(stub: Any) -> None:
    request = pb.SearchRosettesRequest(
        profile_id="classical",
        soundhole_radius_mm=42.5,
        channel_depth_mm=1.3,
        context=builders.context_message(),
        max_candidates=3,
        max_attempts=40,
        seed=5,
    )
    parts = list(stub.SearchRosettes(request, timeout=TIMEOUT_S))
    assert [part.candidate.rank for part in parts[:-1]] == [1, 2, 3]
    assert parts[-1].result.attempt_count == 40
    best = parts[0].candidate
    assert best.risk in {GREEN, risk_pb2.RISK_LEVEL_YELLOW}
    answer = stub.EvaluateFeasibility(
        pb.EvaluateFeasibilityRequest(design=best.design, context=builders.context_message()), timeout=TIMEOUT_S
    )
    assert answer.report.overall_score == best.score
    assert [item.candidate for item in stub.SearchRosettes(request, timeout=TIMEOUT_S)][:3] == [
        part.candidate for part in parts[:3]
    ]


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"soundhole_radius_mm": None}, grpc.StatusCode.INVALID_ARGUMENT, "soundhole_radius_mm"),
        ({"channel_depth_mm": -1.0}, grpc.StatusCode.INVALID_ARGUMENT, "channel_depth_mm"),
        ({"max_candidates": 51}, grpc.StatusCode.INVALID_ARGUMENT, "max_candidates"),
        ({"max_attempts": 201}, grpc.StatusCode.INVALID_ARGUMENT, "max_attempts"),
        ({"time_limit_s": 61.0}, grpc.StatusCode.INVALID_ARGUMENT, "time_limit_s"),
        ({"seed": -1}, grpc.StatusCode.INVALID_ARGUMENT, "seed"),
        ({"profile_id": "nobody"}, grpc.StatusCode.NOT_FOUND, "no profile"),
    ],
)
def test_a_search_beyond_its_bounds_is_refused(
    stub: Any, fields: dict[str, Any], code: grpc.StatusCode, path: str
) -> None:
    valid = {"soundhole_radius_mm": 42.5, "channel_depth_mm": 1.3, "context": builders.context_message()}
    given = {key: value for key, value in {**valid, **fields}.items() if value is not None}
    with pytest.raises(grpc.RpcError) as caught:
        list(stub.SearchRosettes(pb.SearchRosettesRequest(**given), timeout=TIMEOUT_S))
    error: Any = caught.value
    assert error.code() is code
    assert error.details().startswith(path)


def test_frets_guards_and_bills_are_in_the_report(stub: Any) -> None:
    context = builders.overridden(builders.FRET_CONTEXT, {"cut.feed_rate_mm_per_min": 20.0, "stock.price": 30.0})
    request = pb.EvaluateFeasibilityRequest(
        design=builders.design_message(builders.FRET_SLOTS),
        context=proto_json.write(type(builders.context_message()), context),
    )
    report = stub.EvaluateFeasibility(request, timeout=TIMEOUT_S).report
    assert (report.fret_summary.fret_count, report.fret_summary.red_count) == (24, 24)
    assert list(report.fret_summary.high_risk_frets) == list(range(1, 25))
    assert report.guard_findings[0].code == "CHIPLOAD_LOW"
    assert report.guard_findings[0].severity == feasibility_report_pb2.FINDING_SEVERITY_ERROR
    assert (report.bill_of_materials.stock_count, report.bill_of_materials.price) == (1, 30.0)
    assert report.verdict == "RED"
    assert evaluated(stub, {}).verdict == "GREEN (estimate)"
    assert json.dumps(proto_json.read(report))


def test_tolerances_are_on_the_wire(stub: Any) -> None:
    report = evaluated(stub, {"uncertainty.method": "SAMPLED"})
    for assessment in (item for item in report.assessments if item.HasField("score")):
        assert assessment.score_low <= assessment.score_high
        assert assessment.likelihood.sample_count == 256
    corners = evaluated(stub, {"uncertainty.method": "CORNERS"})
    assert corners.assessments[1].HasField("score_low")
    assert not corners.assessments[1].HasField("likelihood")
    assert not evaluated(stub, {}).assessments[1].HasField("score_low")
