"""Valid requests and records, in which a test overrides the one thing that matters."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from foundation import canonical_json
from rmos.runs.v1 import runs_service_pb2
from rmos.type.v1 import context_pb2, design_pb2
from rpckit import proto_json
from runs_svc.domain.advisory.asset import Asset
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs import gate
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.inputs import Inputs
from runs_svc.domain.runs.report import read_report
from runs_svc.domain.runs.run import Attempt, Idempotency, RunRecord, compose
from runs_svc.domain.runs.run_document import RunDocument, read, write

ROSETTE: dict[str, Any] = {
    "name": "classical rosette",
    "rosette_channel": {
        "soundhole_radius_mm": 42.5,
        "inner_radius_mm": 46.0,
        "outer_radius_mm": 58.0,
        "depth_mm": 1.3,
        "upper_bout_width_mm": 280.0,
    },
    "part": {"rectangle": {"width_mm": 200.0, "length_mm": 510.0}, "count": 1, "spacing_mm": 3.0},
}
CONTEXT: dict[str, Any] = {
    "material": {"material_id": "spruce_sitka", "moisture_percent": 8.0},
    "stock": {"width_mm": 210.0, "length_mm": 530.0, "thickness_mm": 2.6, "thickness_tolerance_mm": 0.1},
    "tool": {"tool_id": "end_mill_3175_down", "wear": "SHARP", "runout_mm": 0.01},
    "machine": {"machine_id": "shapeoko_3"},
    "cut": {
        "spindle_speed_rpm": 17000.0,
        "feed_rate_mm_per_min": 1750.0,
        "plunge_rate_mm_per_min": 300.0,
        "axial_depth_mm": 0.65,
        "radial_width_mm": 3.175,
        "direction": "CLIMB",
        "cooling": "AIR",
    },
    "safety_constraints": {"dust_collection_present": True, "stops_present": True},
    "workholding": {"method": "CLAMPS", "clamp_force_n": 400.0, "friction": 0.25},
}
FRET_SLOTS: dict[str, Any] = {
    "fret_slots": {
        "fret_count": 24,
        "straight": {"scale_length_mm": 647.7},
        "slot_width_mm": 0.584,
        "slot_depth_mm": 2.5,
        "nut_width_mm": 43.0,
        "heel_width_mm": 57.0,
        "board_length_mm": 500.0,
        "tang_width_mm": 0.56,
        "tang_depth_mm": 2.1,
    }
}
FRET_CONTEXT: dict[str, Any] = {
    "material": {"material_id": "ebony_african", "moisture_percent": 8.0},
    "stock": {"width_mm": 62.0, "length_mm": 515.0, "thickness_mm": 6.2, "thickness_tolerance_mm": 0.1},
    "tool": {"tool_id": "fret_end_mill_0584", "wear": "SHARP", "runout_mm": 0.003},
    "machine": {"machine_id": "avid_pro"},
    "cut": {
        "spindle_speed_rpm": 24000.0,
        "feed_rate_mm_per_min": 1700.0,
        "plunge_rate_mm_per_min": 200.0,
        "axial_depth_mm": 0.5,
        "radial_width_mm": 0.584,
        "direction": "CONVENTIONAL",
        "cooling": "AIR",
    },
    "safety_constraints": {"dust_collection_present": True, "stops_present": True},
    "workholding": {"method": "CLAMPS", "clamp_force_n": 400.0, "friction": 0.25},
}
REMOVED = object()
"""Override with this to leave a field out."""
RED: dict[str, Any] = {"cut.feed_rate_mm_per_min": 100.0}
"""Override with this for a job whose teeth rub and form no chip."""
YELLOW: dict[str, Any] = {"workholding.method": REMOVED}
"""Override with this for a job that nobody has said how to hold: all of it is GREEN but that."""


def overridden(base: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with dotted paths replaced: {"cut.feed_rate_mm_per_min": 100.0}."""
    value = {key: overridden(item, {}) if isinstance(item, dict) else item for key, item in base.items()}
    for path, new in overrides.items():
        *groups, last = path.split(".")
        target = value
        for group in groups:
            target = target.setdefault(group, {})
        if new is REMOVED:
            target.pop(last, None)
        else:
            target[last] = new
    return value


def rosette(**overrides: Any) -> dict[str, Any]:
    return overridden(ROSETTE, {key.replace("__", "."): value for key, value in overrides.items()})


def context(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return overridden(CONTEXT, overrides or {})


def design_message(value: Mapping[str, Any] | None = None) -> design_pb2.Design:
    return proto_json.write(design_pb2.Design, value or ROSETTE)


def context_message(overrides: Mapping[str, Any] | None = None) -> context_pb2.Context:
    return proto_json.write(context_pb2.Context, context(overrides))


def create_request(overrides: Mapping[str, Any] | None = None, **fields: Any) -> runs_service_pb2.CreateRunRequest:
    given = {"design": design_message(), "context": context_message(overrides), "mode": "rosette"}
    return runs_service_pb2.CreateRunRequest(**{**given, **fields})


REPORT: dict[str, Any] = {
    "overall_score": 97.0,
    "overall_risk": "GREEN",
    "assessments": [
        {"category": "CHIPLOAD", "score": 97.0, "risk": "GREEN", "finding": "fine", "warnings": [], "weight": 1.0}
    ],
    "pass_threshold": 70.0,
    "is_feasible": True,
    "needs_review": False,
    "engine_id": "baseline_v2",
    "engine_version": "2.0.0",
    "compute_ms": 0.5,
    "binding_category": "CHIPLOAD",
    "cut_kind": "MILLING",
}
_OF_EVERY_CUT = (
    "CHIPLOAD",
    "RIMSPEED",
    "BOM_EFFICIENCY",
    "GEOMETRY",
    "SAFETY_CONSTRAINTS",
    "SPINDLE_POWER",
    "CUT_TIME",
)
OF_MILLING = (*_OF_EVERY_CUT, "HEAT", "DEFLECTION", "CHATTER", "WORKHOLDING", "FEED_LIMITS")
OF_DRILLING = (*_OF_EVERY_CUT, "HEAT")
OF_SAWING = (*_OF_EVERY_CUT, "DEFLECTION")
OF_BASELINE_V1 = (*OF_MILLING, "TEAR_OUT")
NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)


def report(**overrides: Any) -> dict[str, Any]:
    return {**REPORT, **overrides}


def complete_report(categories: Sequence[str] = OF_MILLING, **overrides: Any) -> dict[str, Any]:
    """A report that assesses every dimension of its cut, and so may open the gate."""
    every = [{**REPORT["assessments"][0], "category": name} for name in categories]
    return report(**{"assessments": every, **overrides})


def canonical_report(**overrides: Any) -> bytes:
    """A report as it is sent to be recorded."""
    value = {name: item for name, item in complete_report(**overrides).items() if name != "compute_ms"}
    return canonical_json.dumps({name: item for name, item in value.items() if item is not REMOVED})


def attempt(**overrides: Any) -> Attempt:
    fields: dict[str, Any] = {"inputs": inputs(), "mode": "rosette", "request_summary": {}, **overrides}
    return Attempt(**fields)


def inputs(**overrides: Any) -> Inputs:
    return Inputs(**{"design": rosette(), "context": context(), **overrides})


def asset(number: int = 1, **overrides: Any) -> Asset:
    """A made picture that waits for its review, without bytes."""
    fields: dict[str, Any] = {
        "asset_id": f"adv_{number:012x}",
        "asset_type": "image",
        "source": "ai_graphics",
        "provider": "p",
        "created_at_utc": "2026-03-01T12:00:00.000000Z",
        "request_id": "req_1",
        "prompt": "a rosette",
        **overrides,
    }
    return Asset(**fields)


def run_document(**members: Any) -> RunDocument:
    """What was recorded of an attempt nobody could judge, with some members of the document replaced."""
    unjudged = compose(
        attempt(inputs=Inputs({}, {})),
        run_id=RunId("run_000000000001"),
        created_at_utc="2026-03-01T12:00:00Z",
        request_id="req_1",
        decision=gate.decide_without_report("the service was away"),
        report=None,
    )
    return read({**write(unjudged.content), **members})


def record(
    number: int = 1,
    *,
    created_at_utc: str = "2026-03-01T12:00:00.000000Z",
    report_value: dict[str, Any] | None = None,
    attachments: tuple[Attachment, ...] = (),
    idempotency: Idempotency | None = None,
    **attempt_fields: Any,
) -> RunRecord:
    value = report() if report_value is None else report_value
    return compose(
        attempt(attachments=attachments, **attempt_fields),
        run_id=RunId(f"run_{number:012x}"),
        created_at_utc=created_at_utc,
        request_id=f"req_{number}",
        decision=gate.decide(value),
        report=read_report(value),
        idempotency=idempotency,
    )
