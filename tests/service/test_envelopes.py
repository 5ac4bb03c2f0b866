"""The envelope of a run over the wire."""

from typing import Any

import grpc
import pytest

from rmos.runs.v1 import run_pb2, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.type.v1 import program_audit_pb2 as audit_pb
from tests import builders
from tests.service.wire import TIMEOUT_S, fail


@pytest.fixture
def stub(runs_channel: grpc.Channel) -> Any:
    return runs_service_pb2_grpc.RunsServiceStub(runs_channel)


def create(stub: Any, **fields: Any) -> run_pb2.Run:
    created = stub.CreateRun(builders.create_request(**fields), timeout=TIMEOUT_S).run
    run: run_pb2.Run = stub.GetRun(pb.GetRunRequest(name=created.name), timeout=TIMEOUT_S).run
    assert run == created
    return run


def test_a_run_holds_what_was_evaluated_as_limits_with_presets_filled_in(stub: Any) -> None:
    envelope = create(stub).envelope
    assert envelope.max_feed_rate_mm_per_min == 1750.0
    assert envelope.max_plunge_rate_mm_per_min == 300.0
    assert (envelope.min_spindle_speed_rpm, envelope.max_spindle_speed_rpm) == (17000.0, 17000.0)
    assert envelope.max_stepdown_mm == 0.65
    assert envelope.max_depth_mm == 1.3
    assert (envelope.stock.z.min_mm, envelope.stock.z.max_mm) == (-2.6, 0.0)
    assert [tool.diameter_mm for tool in envelope.tools] == [3.175]
    assert envelope.machine.HasField("max_feed_rate_mm_per_min")


def test_what_the_caller_gives_joins_it_and_widens_nothing(stub: Any) -> None:
    given = audit_pb.ProgramEnvelope(
        controller=audit_pb.GCODE_CONTROLLER_GRBL, max_feed_rate_mm_per_min=90_000.0, max_depth_mm=1.0, safe_z_mm=5.0
    )
    envelope = create(stub, envelope=given).envelope
    assert envelope.controller == audit_pb.GCODE_CONTROLLER_GRBL
    assert (envelope.max_feed_rate_mm_per_min, envelope.max_depth_mm, envelope.safe_z_mm) == (1750.0, 1.0, 5.0)


def test_a_key_is_bound_to_the_envelope_too(stub: Any) -> None:
    key = "envelope-of-a-key"
    stub.CreateRun(builders.create_request(idempotency_key=key), timeout=TIMEOUT_S)
    other = builders.create_request(idempotency_key=key, envelope=audit_pb.ProgramEnvelope(safe_z_mm=5.0))
    assert fail(stub.CreateRun, other).reason == "IDEMPOTENCY_KEY_REUSED"


@pytest.mark.parametrize(
    ("envelope", "field", "text"),
    [
        (audit_pb.ProgramEnvelope(max_feed_rate_mm_per_min=-1.0), "envelope.max_feed_rate_mm_per_min", "-1"),
        (audit_pb.ProgramEnvelope(max_depth_mm=0.0), "envelope.max_depth_mm", "0.001 to 10000"),
        (
            audit_pb.ProgramEnvelope(stock=audit_pb.Region(x=audit_pb.Span(min_mm=3.0, max_mm=1.0))),
            "envelope.stock.x.max_mm",
            "below min_mm",
        ),
        (audit_pb.ProgramEnvelope(tools=[audit_pb.PlannedTool(number=-2)]), "envelope.tools[0].number", "-2"),
        (audit_pb.ProgramEnvelope(clamps=[audit_pb.Region()] * 65), "envelope.clamps", "at most 64"),
        (audit_pb.ProgramEnvelope(switched_off=["X" * 65]), "envelope.switched_off[0]", "64"),
        (audit_pb.ProgramEnvelope(min_spindle_speed_rpm=9.0, max_spindle_speed_rpm=8.0), "max_spindle", "below"),
    ],
)
def test_an_envelope_out_of_range_is_refused_by_its_field(
    stub: Any, envelope: audit_pb.ProgramEnvelope, field: str, text: str
) -> None:
    refused = fail(stub.CreateRun, builders.create_request(envelope=envelope))
    assert refused.reason == "INVALID_FIELDS"
    assert [name for name, said in refused.fields.items() if field in name and text in said] != []
