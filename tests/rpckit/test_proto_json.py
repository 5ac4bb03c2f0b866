from typing import Any

import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InvalidFieldsError, JsonOutOfDomainError
from rmos.runs.v1 import run_pb2
from rmos.type.v1 import context_pb2, design_pb2
from rpckit import open_fields, proto_json
from tests import builders


def test_a_design_survives_the_round_trip() -> None:
    message = builders.design_message()
    assert proto_json.write(design_pb2.Design, proto_json.read(message)) == message


def test_a_run_with_times_enums_and_open_fields_survives_the_round_trip() -> None:
    message = run_pb2.Run(run_id="run_000000000001", status=run_pb2.RUN_STATUS_OK, errors=["a"])
    message.create_time.FromJsonString("2026-03-01T12:00:00.123456Z")
    message.meta.update({"n": 1, "list": [1.5, None, {"deep": True}]})
    value = proto_json.read(message)
    assert value["create_time"] == "2026-03-01T12:00:00.123456Z"
    assert value["status"] == "OK"
    assert proto_json.write(run_pb2.Run, value) == message


def test_zero_and_absent_are_told_apart() -> None:
    absent = proto_json.read(context_pb2.Cut())
    zero = proto_json.read(context_pb2.Cut(spindle_speed_rpm=0.0))
    assert "spindle_speed_rpm" not in absent
    assert zero["spindle_speed_rpm"] == 0.0


def test_a_field_this_server_does_not_know_is_refused_by_path() -> None:
    smuggled = context_pb2.Context.FromString(b"\xfa\x3f\x05GREEN")  # field 1023
    with pytest.raises(InvalidFieldsError) as caught:
        proto_json.read(smuggled, "context")
    assert caught.value.violations[0].field == "context.1023"


def test_an_enum_value_this_server_does_not_know_is_refused_by_path() -> None:
    message = context_pb2.Context(tool=context_pb2.Tool(kind=999))  # type: ignore[arg-type]
    with pytest.raises(InvalidFieldsError) as caught:
        proto_json.read(message, "context")
    assert caught.value.violations[0].field == "context.tool.kind"
    assert "END_MILL" in caught.value.violations[0].description


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_is_refused_by_path(number: float) -> None:
    message = design_pb2.Design(
        rosette_channel=design_pb2.RosetteChannel(rings=[design_pb2.RosetteRing(width_mm=number)])
    )
    with pytest.raises(InvalidFieldsError) as caught:
        proto_json.read(message, "design")
    assert caught.value.violations[0].field == "design.rosette_channel.rings[0].width_mm"


@pytest.mark.parametrize("number", [2.0**53, -(2.0**53), 1e16, 1e18, -1e20, 1e21, 1e300])
def test_a_number_that_json_cannot_carry_exactly_is_refused_by_path(number: float) -> None:
    message = design_pb2.Design(rosette_channel=design_pb2.RosetteChannel(depth_mm=number))
    with pytest.raises(InvalidFieldsError) as caught:
        proto_json.read(message, "design")
    (violation,) = caught.value.violations
    assert violation.field == "design.rosette_channel.depth_mm"
    assert repr(number) in violation.description
    assert "allowed: finite numbers below 2^53" in violation.description


def test_the_largest_number_that_json_carries_exactly_is_taken() -> None:
    message = design_pb2.Design(rosette_channel=design_pb2.RosetteChannel(depth_mm=2.0**53 - 1))
    assert proto_json.read(message) == {"rosette_channel": {"depth_mm": 2**53 - 1}}


def test_what_is_wrong_in_an_open_field_is_named_by_its_whole_path() -> None:
    struct = struct_pb2.Struct()
    struct.update({"a": {"b": [1, {"c": 1e16}]}})
    with pytest.raises(JsonOutOfDomainError) as caught:
        proto_json.read_struct(struct, "meta")
    assert caught.value.violations[0].field == "meta.a.b[1].c"
    assert "1e+16" in caught.value.violations[0].description


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {"end": 1}
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "value",
    [
        nested(16),
        {"k" * 129: 1},
        {"": 1},
        {"n": float("nan")},
        {"n": float(2**53)},
        {"t": "x" * (256 * 1024)},
        {"list": [[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]},
    ],
    ids=["depth", "key", "empty key", "nan", "integer", "size", "list depth"],
)
def test_open_fields_outside_their_domain_are_refused(value: dict[str, Any]) -> None:
    struct = struct_pb2.Struct()
    struct.update(value)
    with pytest.raises(JsonOutOfDomainError):
        proto_json.read_struct(struct, "meta")
    with pytest.raises(JsonOutOfDomainError):
        open_fields.read_object(value, "meta")


def test_json_that_is_nested_as_deep_as_a_parser_allows_is_refused_like_any_other() -> None:
    with pytest.raises(JsonOutOfDomainError):
        open_fields.read_object(nested(5_000), "meta")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(-1e6, 1e6) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1, max_size=5), JSON, max_size=4))
def test_open_fields_survive_the_round_trip(value: dict[str, Any]) -> None:
    assert proto_json.read_struct(proto_json.write_struct(value), "meta") == value
    assert open_fields.read_object(value, "meta") == value


def test_a_value_that_is_not_an_object_is_read_too() -> None:
    assert proto_json.read_value(struct_pb2.Value(string_value="x"), "v") == "x"
    assert proto_json.read_value(struct_pb2.Value(), "v") is None
    with pytest.raises(JsonOutOfDomainError):
        proto_json.read_value(struct_pb2.Value(string_value="x" * (256 * 1024)), "v")
