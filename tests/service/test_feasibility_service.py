"""FeasibilityService and CatalogService of a running server."""

import socket
from typing import Any

import grpc
import pytest

from rmos.feasibility.v1 import (
    catalog_service_pb2 as catalog_pb,
)
from rmos.feasibility.v1 import (
    catalog_service_pb2_grpc,
    feasibility_service_pb2_grpc,
)
from rmos.feasibility.v1 import (
    feasibility_service_pb2 as pb,
)
from rmos.type.v1 import context_pb2, risk_pb2
from rmos_client import Rmos, RmosError
from rpckit import proto_json
from tests import builders
from tests.service.wire import fail


@pytest.fixture
def stub(feasibility_channel: grpc.Channel) -> feasibility_service_pb2_grpc.FeasibilityServiceStub:
    return feasibility_service_pb2_grpc.FeasibilityServiceStub(feasibility_channel)


def request(overrides: dict[str, Any] | None = None, **fields: Any) -> pb.EvaluateFeasibilityRequest:
    return pb.EvaluateFeasibilityRequest(
        design=builders.design_message(), context=builders.context_message(overrides), **fields
    )


def test_the_rosette_is_green_with_everything_a_report_holds(feasibility: Rmos) -> None:
    report = feasibility.evaluate(builders.design_message(), builders.context_message(), request_id="my-id")
    assert report.overall_risk == risk_pb2.RISK_LEVEL_GREEN
    assert 80 <= report.overall_score <= 100
    assert (report.is_feasible, report.needs_review, report.pass_threshold) == (True, False, 70.0)
    assert (report.engine_id, report.engine_version, report.request_id) == ("baseline_v2", "2.0.0", "my-id")
    assert report.compute_ms > 0
    assert len(report.inputs_sha256) == 64
    assert [item.weight for item in report.assessments if item.weight] == [0.30, 0.25, 0.20, 0.15, 0.10]


def test_equal_inputs_give_equal_bytes_but_for_id_and_time(feasibility: Rmos) -> None:
    reports = [feasibility.evaluate(builders.design_message(), builders.context_message()) for _ in range(2)]
    for report in reports:
        report.ClearField("request_id")
        report.ClearField("compute_ms")
    assert reports[0].SerializeToString(deterministic=True) == reports[1].SerializeToString(deterministic=True)


def test_nothing_known_is_unknown_and_never_green(feasibility: Rmos) -> None:
    report = feasibility.evaluate(builders.design_message(), context_pb2.Context())
    assert report.overall_risk == risk_pb2.RISK_LEVEL_UNKNOWN
    assert not report.HasField("overall_score")
    assert not report.is_feasible
    subjects = {reason.subject for item in report.assessments for reason in item.unknown_reasons}
    assert {"context.cut.spindle_speed_rpm", "context.tool.diameter_mm"} <= subjects


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ({"cut.feed_rate_mm_per_min": float("nan")}, "context.cut.feed_rate_mm_per_min"),
        ({"cut.feed_rate_mm_per_min": float("inf")}, "context.cut.feed_rate_mm_per_min"),
        ({"cut.feed_rate_mm_per_min": -1.0}, "context.cut.feed_rate_mm_per_min"),
        ({"cut.spindle_speed_rpm": 0.0}, "context.cut.spindle_speed_rpm"),
        ({"tool.flute_count": 0}, "context.tool.flute_count"),
        ({"tool.tool_id": "../../etc/passwd"}, "context.tool.tool_id"),
        ({"material.moisture_percent": 61.0}, "context.material.moisture_percent"),
        ({"machine.dial_speeds_rpm": [2.0, 1.0]}, "context.machine"),
        ({"physics.chip_load_window": {"min_mm": 0.2, "max_mm": 0.1}}, "context.physics.chip_load_window"),
    ],
)
def test_a_bad_number_is_refused_with_its_path(stub: Any, overrides: dict[str, Any], field: str) -> None:
    failed = fail(stub.EvaluateFeasibility, request(overrides), request_id="my-id")
    assert (failed.code, failed.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELDS")
    assert list(failed.fields) == [field]
    assert failed.request_id == failed.initial_request_id == "my-id"


def test_every_bad_field_is_named_at_once(stub: Any) -> None:
    bad = request({"cut.feed_rate_mm_per_min": -1.0, "tool.diameter_mm": 0.0, "stock.width_mm": 1e9})
    assert set(fail(stub.EvaluateFeasibility, bad).fields) == {
        "context.cut.feed_rate_mm_per_min",
        "context.tool.diameter_mm",
        "context.stock.width_mm",
    }


def test_a_refusal_says_the_value_and_what_is_allowed(stub: Any) -> None:
    failed = fail(stub.EvaluateFeasibility, request({"material.moisture_percent": 61.0}))
    description = failed.fields["context.material.moisture_percent"]
    assert description.startswith("61 is not allowed")
    assert "less than or equal to 60" in description


def test_a_design_without_an_operation_is_refused(stub: Any) -> None:
    failed = fail(stub.EvaluateFeasibility, pb.EvaluateFeasibilityRequest())
    assert "design" in failed.fields


@pytest.mark.parametrize(
    ("overrides", "engine", "reason"),
    [
        ({}, "baseline_v9", "ENGINE_NOT_FOUND"),
        ({"material.material_id": "unobtainium"}, "", "MATERIAL_NOT_FOUND"),
        ({"tool.tool_id": "t99"}, "", "TOOL_NOT_FOUND"),
        ({"machine.machine_id": "m99"}, "", "MACHINE_NOT_FOUND"),
        ({"model_id": "m99"}, "", "MODEL_NOT_FOUND"),
    ],
)
def test_a_name_nobody_knows_is_not_found(stub: Any, overrides: dict[str, Any], engine: str, reason: str) -> None:
    failed = fail(stub.EvaluateFeasibility, request(overrides, engine_id=engine))
    assert (failed.code, failed.reason) == (grpc.StatusCode.NOT_FOUND, reason)


def test_a_malformed_engine_id_is_refused(stub: Any) -> None:
    assert list(fail(stub.EvaluateFeasibility, request(engine_id="base line")).fields) == ["engine_id"]


def test_a_smuggled_field_is_refused_and_has_no_effect(stub: Any) -> None:
    context = context_pb2.Context.FromString(builders.context_message().SerializeToString() + b"\xfa\x3f\x05GREEN")
    failed = fail(
        stub.EvaluateFeasibility, pb.EvaluateFeasibilityRequest(design=builders.design_message(), context=context)
    )
    assert list(failed.fields) == ["context.1023"]


def test_the_stub_engine_answers_only_by_name(feasibility: Rmos) -> None:
    report = feasibility.evaluate(builders.design_message(), context_pb2.Context(), engine_id="stub")
    assert (report.engine_id, report.overall_risk) == ("stub", risk_pb2.RISK_LEVEL_GREEN)
    assert [engine.engine_id for engine in feasibility.list_engines()] == ["baseline_v2", "stub"]


def test_a_model_fills_in_what_the_design_leaves_out(feasibility: Rmos) -> None:
    slots = {"slot_width_mm": 0.584, "slot_depth_mm": 2.5, "board_length_mm": 500.0}
    design = builders.design_message({"fret_slots": slots})
    context = proto_json.write(context_pb2.Context, builders.FRET_CONTEXT)
    alone = feasibility.evaluate(design, context)
    assert alone.overall_risk == risk_pb2.RISK_LEVEL_UNKNOWN
    named = feasibility.evaluate_model("stratocaster_255", design, context)
    assert named.overall_risk != risk_pb2.RISK_LEVEL_UNKNOWN


def test_a_model_must_not_contradict_the_context(stub: Any) -> None:
    asked = pb.EvaluateModelRequest(
        model_id="classical_650",
        design=builders.design_message(),
        context=builders.context_message({"model_id": "om_254"}),
    )
    assert list(fail(stub.EvaluateModel, asked).fields) == ["context.model_id"]
    asked.model_id = ""
    assert list(fail(stub.EvaluateModel, asked).fields) == ["model_id"]


def test_the_levels_say_what_they_mean(stub: Any) -> None:
    levels = stub.ListRiskLevels(pb.ListRiskLevelsRequest(), timeout=20).risk_levels
    blocking = {risk_pb2.RiskLevel.Name(item.level) for item in levels if item.blocks}
    assert len(levels) == 5
    assert blocking == {"RISK_LEVEL_RED", "RISK_LEVEL_UNKNOWN", "RISK_LEVEL_ERROR"}


def test_the_categories_have_the_weights_of_the_documents(feasibility: Rmos) -> None:
    weights = {risk_pb2.RiskCategory.Name(item.category): item.weight for item in feasibility.list_categories()}
    assert set(weights) == set(risk_pb2.RiskCategory.keys()) - {"RISK_CATEGORY_UNSPECIFIED"}
    assert {name: weight for name, weight in weights.items() if weight} == {
        "RISK_CATEGORY_CHIPLOAD": 0.30,
        "RISK_CATEGORY_HEAT": 0.25,
        "RISK_CATEGORY_DEFLECTION": 0.20,
        "RISK_CATEGORY_RIMSPEED": 0.15,
        "RISK_CATEGORY_BOM_EFFICIENCY": 0.10,
    }


def test_lists_are_paged(stub: Any) -> None:
    first = stub.ListCategories(pb.ListCategoriesRequest(page_size=9), timeout=20)
    rest = pb.ListCategoriesRequest(page_size=100, page_token=first.next_page_token)
    second = stub.ListCategories(rest, timeout=20)
    found = [item.category for item in (*first.categories, *second.categories)]
    assert (len(first.categories), second.next_page_token) == (9, "")
    assert sorted(found) == sorted(set(risk_pb2.RiskCategory.values()) - {risk_pb2.RISK_CATEGORY_UNSPECIFIED})
    token = pb.ListEnginesRequest(page_token=first.next_page_token)
    assert fail(stub.ListEngines, token).reason == "INVALID_PAGE_TOKEN"


def test_the_catalogue_lists_what_ships(feasibility: Rmos) -> None:
    materials = {item.material.material_id: item for item in feasibility.list_materials()}
    assert len(materials) >= 70
    assert materials["spruce_sitka"].material.kind == context_pb2.MATERIAL_KIND_SOFTWOOD
    assert materials["maple_hard"].red_temperature_c == 170.0
    assert {"density_kg_per_m3"} <= {source.field for source in materials["maple_hard"].provenance}
    tools = {item.tool.tool_id: item.tool for item in feasibility.list_tools()}
    assert {3.175, 6.0, 6.35, 12.7, 254.0, 0.584} <= {tool.diameter_mm for tool in tools.values()}
    machines = {item.machine.machine_id: item.machine for item in feasibility.list_machines()}
    assert not machines["grbl_generic"].HasField("stiffness_n_per_mm")
    models = {item.model_id: item for item in feasibility.list_models()}
    assert models["stratocaster_255"].scale_length_mm == 647.7


@pytest.mark.parametrize(
    ("kind", "name", "reason"),
    [
        ("Model", "models/classical_650", "MODEL_NOT_FOUND"),
        ("Material", "materials/spruce_sitka", "MATERIAL_NOT_FOUND"),
        ("Tool", "tools/end_mill_3175", "TOOL_NOT_FOUND"),
        ("Machine", "machines/shapeoko_3", "MACHINE_NOT_FOUND"),
    ],
)
def test_entries_are_got_by_name(feasibility_channel: grpc.Channel, kind: str, name: str, reason: str) -> None:
    stub = catalog_service_pb2_grpc.CatalogServiceStub(feasibility_channel)
    method, make = getattr(stub, f"Get{kind}"), getattr(catalog_pb, f"Get{kind}Request")
    assert getattr(method(make(name=name), timeout=20), kind.lower()).name == name
    assert fail(method, make(name=name.partition("/")[0] + "/nobody")).reason == reason
    assert list(fail(method, make(name="nobody")).fields) == ["name"]


def test_an_expired_deadline_is_reported() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with Rmos(feasibility=address) as client, pytest.raises(RmosError) as caught:
            client.evaluate(builders.design_message(), builders.context_message(), timeout_s=0.2)
    assert caught.value.code is grpc.StatusCode.DEADLINE_EXCEEDED


def test_a_long_path_does_not_hold_up_other_calls(stub: Any) -> None:
    asked, count = request(), 150_000
    path = asked.context.toolpaths.cuts.add()
    path.x_mm.extend(float(number % 1_000) for number in range(count))
    path.y_mm.extend([1.0] * count)
    answered_before = 0
    for _ in range(5):  # where the machine does much else, this process may get no time before the long one is done
        long = stub.EvaluateFeasibility.future(asked, timeout=60)
        for _ in range(3):
            stub.ListEngines(pb.ListEnginesRequest(), timeout=60)
        answered_before += not long.done()
        assert long.result().report.assessments
        if answered_before:
            break
    assert answered_before
