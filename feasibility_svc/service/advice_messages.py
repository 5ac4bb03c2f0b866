"""Recommendations and explanations on the wire."""

import re
from collections.abc import Sequence

from feasibility_svc.domain.advice.advice import Advice
from feasibility_svc.domain.advice.change import FieldChange, SetupChange
from feasibility_svc.domain.advice.explanation import Explanation
from feasibility_svc.domain.advice.setup_search import Setup
from feasibility_svc.domain.advice.units import UnitSystem
from feasibility_svc.service.report_messages import CATEGORIES, LEVELS, digits, rounded
from foundation import canonical_json
from foundation.errors import InvalidFieldsError
from rmos.feasibility.v1 import feasibility_service_pb2 as pb

_UNITS: dict[int, UnitSystem] = {
    pb.UNIT_SYSTEM_UNSPECIFIED: "BOTH",
    pb.UNIT_SYSTEM_METRIC: "METRIC",
    pb.UNIT_SYSTEM_INCH: "INCH",
}
_RUN_ID = re.compile(r"(run_[0-9a-f]{12,32})?")


def read_units(value: int) -> UnitSystem:
    if value not in _UNITS:
        raise InvalidFieldsError.one("unit_system", f"{value} is not one of UNIT_SYSTEM_METRIC, UNIT_SYSTEM_INCH")
    return _UNITS[value]


def read_run_id(value: str) -> str:
    if not _RUN_ID.fullmatch(value):
        raise InvalidFieldsError.one("run_id", f"{value!r} is not run_ and 12 to 32 hex digits")
    return value


def write_advice(advice: Advice) -> pb.RecommendSetupResponse:
    return pb.RecommendSetupResponse(
        present_risk=LEVELS[advice.report.verdict.risk],
        setup=None if advice.setup is None else _write_setup("", advice.setup),
        single_changes=[_write_change(change) for change in advice.single_changes],
        pair_change=None if advice.pair_change is None else _write_change(advice.pair_change),
        tool_changes=[_write_setup(tool_id, setup) for tool_id, setup in advice.tool_changes],
        dimensions=[
            pb.DimensionState(
                category=CATEGORIES[item.category],
                risk=LEVELS[item.risk],
                score=rounded(item.score),
                utilization=rounded(item.utilization),
                sensitivities=[
                    pb.Sensitivity(field=f"context.{key}", score_per_log=digits(round(slope, 6)))
                    for key, slope in advice.sensitivities[item.category]
                ],
            )
            for item in advice.report.assessments
        ],
        present_cut_time_s=rounded(advice.present_cut_time_s),
        obstacles=advice.obstacles,
    )


def _write_setup(tool_id: str, setup: Setup) -> pb.SetupProposal:
    return pb.SetupProposal(
        tool_id=tool_id,
        fields=_write_fields(setup.fields),
        risk=LEVELS[setup.risk],
        score=rounded(setup.score),
        removal_rate_mm3_per_min=digits(setup.removal_rate_mm3_per_min),
        cut_time_s=rounded(setup.cut_time_s),
    )


def _write_change(change: SetupChange) -> pb.SetupChange:
    return pb.SetupChange(
        fields=_write_fields(change.fields),
        resulting_risk=LEVELS[change.risk],
        resulting_score=rounded(change.score),
        time_ratio=rounded(change.time_ratio),
        costs=[
            pb.DimensionShift(
                category=CATEGORIES[shift.category], before=digits(shift.before), after=digits(shift.after)
            )
            for shift in change.costs
        ],
        text=change.text,
    )


def _write_fields(fields: Sequence[FieldChange]) -> list[pb.FieldChange]:
    written = []
    for field in fields:
        change = pb.FieldChange(field=f"context.{field.key}", current_value=rounded(field.current), unit=field.unit)
        if isinstance(field.suggested, str):
            change.suggested_word = field.suggested
        else:
            change.suggested_value = digits(field.suggested)
        written.append(change)
    return written


def write_explanation(explanation: Explanation, advice: Advice, inputs_sha256: str) -> pb.Explanation:
    text = explanation.text
    return pb.Explanation(
        summary=explanation.summary,
        sections=[pb.ExplanationSection(title=item.title, lines=item.lines) for item in explanation.sections],
        risk=LEVELS[advice.report.verdict.risk],
        text_sha256=canonical_json.sha256_hex(text.encode()),
        text=text,
        engine_id=advice.report.engine_id,
        engine_version=advice.report.engine_version,
        inputs_sha256=inputs_sha256,
    )
