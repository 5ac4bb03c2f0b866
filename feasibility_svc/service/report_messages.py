"""Reports from the domain to the wire: first as the JSON object that runs record, and from that as a message."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from feasibility_svc.domain.cut.used_entries import UsedEntry
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.scoring.assessment import Assessment, Likelihood, Quantity, Recommendation, UnknownReason
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.domain.verdict.aggregation import PASS_THRESHOLD
from feasibility_svc.domain.views.bill_of_materials import BillOfMaterials
from feasibility_svc.domain.views.frets import Fret
from feasibility_svc.domain.views.guard_finding import GuardFinding
from feasibility_svc.domain.views.rules import RuleFinding
from foundation.canonical_json import JsonObject, number
from rmos.type.v1 import feasibility_report_pb2 as pb
from rmos.type.v1 import risk_pb2
from rpckit import proto_json

LEVELS = {name.removeprefix("RISK_LEVEL_"): number for name, number in risk_pb2.RiskLevel.items()}
CATEGORIES = {name.removeprefix("RISK_CATEGORY_"): number for name, number in risk_pb2.RiskCategory.items()}
GRADES = {name.removeprefix("EVIDENCE_GRADE_"): number for name, number in risk_pb2.EvidenceGrade.items()}


def write_report(content: JsonObject, *, request_id: str = "", compute_ms: float) -> pb.FeasibilityReport:
    """The report as a message."""
    return proto_json.write(pb.FeasibilityReport, {**content, "request_id": request_id, "compute_ms": compute_ms})


def report_content(
    report: Report, *, inputs_sha256: str, strict_legacy: bool, used: Sequence[UsedEntry] = ()
) -> JsonObject:
    """The report without its volatile members, as `proto_json.read` would give it.

    Args:
        report: What the engine said.
        inputs_sha256: Digest of what was asked.
        strict_legacy: Whether the legacy verdict is asked for.
        used: The workshop's own entries that it rests on.
    """
    verdict, views = report.verdict, report.views
    content: JsonObject = {
        "overall_risk": verdict.risk.value,
        "assessments": [
            _assessment(assessment, profile)
            for assessment, profile in zip(report.assessments, report.profiles, strict=True)
        ],
        "pass_threshold": number(PASS_THRESHOLD),
        "is_feasible": verdict.is_feasible,
        "needs_review": verdict.needs_review,
        "engine_id": report.engine_id,
        "engine_version": report.engine_version,
        "binding_category": verdict.binding.value,
        "evidence_grade": report.grade.value,
        "inputs_sha256": inputs_sha256,
        "verdict": report.verdict_in_words,
    }
    if report.cut_kind is not None:
        content["cut_kind"] = report.cut_kind
    if verdict.score is not None:
        content["overall_score"] = digits(verdict.score)
    if used:
        content["used_entries"] = [{"name": entry.name, "version": entry.version} for entry in used]
    if report.recommendations:
        content["recommendations"] = [_recommendation(item) for item in report.recommendations]
    if views.rule_findings:
        content["rule_findings"] = [_rule_finding(item) for item in views.rule_findings]
    if views.guard_findings:
        content["guard_findings"] = [_guard_finding(item) for item in views.guard_findings]
    if views.frets:
        content["fret_summary"] = _fret_summary(views.frets)
    if views.bill_of_materials is not None:
        content["bill_of_materials"] = _bill_of_materials(views.bill_of_materials)
    if strict_legacy and views.legacy_risk:
        content["legacy_risk"] = views.legacy_risk.value
    return content


def _assessment(assessment: Assessment, profile: Profile) -> JsonObject:
    value: JsonObject = {
        "category": assessment.category.value,
        "risk": assessment.risk.value,
        "finding": assessment.finding,
        "weight": number(profile.weight),
        "evidence_grade": assessment.grade.value,
    }
    if assessment.score is not None:
        value["score"] = digits(assessment.score)
    if assessment.utilization is not None:
        value["utilization"] = digits(assessment.utilization)
    if assessment.warnings:
        value["warnings"] = list(assessment.warnings)
    if assessment.details:
        value["details"] = [_quantity(item) for item in assessment.details]
    if assessment.unknown_reasons:
        value["unknown_reasons"] = [_reason(reason) for reason in assessment.unknown_reasons]
    if assessment.questions:
        value["questions"] = [_reason(question) for question in assessment.questions]
    if assessment.assumptions:
        value["assumptions"] = list(assessment.assumptions)
    if assessment.interval is not None:
        low, high = assessment.interval
        value |= {"score_low": digits(low), "score_high": digits(high)}
    if assessment.likelihood is not None:
        value["likelihood"] = _likelihood(assessment.likelihood)
    return value


def _reason(reason: UnknownReason) -> JsonObject:
    return _without_empty(kind=reason.kind.value, subject=reason.subject, description=reason.description)


@lru_cache(maxsize=4_096)
def _quantity(item: Quantity) -> JsonObject:
    """A number with its name. Many follow from material, tool and machine, and come again in the next report."""
    name, content, unit, limit, source = item
    value: JsonObject = {"name": name, "value": digits(content)}
    if unit:
        value["unit"] = unit
    if limit is not None:
        value["limit"] = digits(limit)
    if source:
        value["source"] = source
    return value


def _likelihood(item: Likelihood) -> JsonObject:
    return {
        "p_green": number(item.p_green),
        "p_yellow": number(item.p_yellow),
        "p_red": number(item.p_red),
        "confidence": number(item.confidence),
        "score_mean": digits(item.score_mean),
        "sample_count": item.sample_count,
    }


def _recommendation(item: Recommendation) -> JsonObject:
    return _without_empty(
        category=item.category.value,
        field=item.field,
        current_value=rounded(item.current_value),
        suggested_value=rounded(item.suggested_value),
        unit=item.unit,
        text=item.text,
        resulting_risk=item.resulting_risk and item.resulting_risk.value,
    )


def _rule_finding(item: RuleFinding) -> JsonObject:
    rule = item.rule
    return _without_empty(
        rule_id=rule.rule_id,
        level=item.level.value,
        text=item.text,
        hint=item.hint,
        category=rule.category and rule.category.value,
        physical_risk=item.physical_risk and item.physical_risk.value,
        legacy_constraint=rule.fires_when,
    )


def _guard_finding(item: GuardFinding) -> JsonObject:
    return _without_empty(
        code=item.code,
        severity=str(item.severity),
        message=item.message,
        context=[_quantity(quantity) for quantity in item.context],
        hint=item.hint,
        fret=item.fret,
    )


def _fret_summary(frets: Sequence[Fret]) -> JsonObject:
    levels = [fret.risk for fret in frets]
    cents = [fret.pitch_error_cents for fret in frets if fret.pitch_error_cents is not None]
    return _without_empty(
        frets=[_fret(fret) for fret in frets],
        fret_count=len(frets),
        green_count=levels.count(RiskLevel.GREEN),
        yellow_count=levels.count(RiskLevel.YELLOW),
        red_count=levels.count(RiskLevel.RED),
        unknown_count=levels.count(RiskLevel.UNKNOWN) + levels.count(RiskLevel.ERROR),
        high_risk_frets=[fret.number for fret in frets if fret.risk is RiskLevel.RED],
        max_angle_deg=digits(max(abs(fret.angle_deg) for fret in frets)),
        max_pitch_error_cents=digits(max(cents)) if cents else None,
        max_slot_length_mm=digits(max(fret.slot_length_mm for fret in frets)),
    )


def _fret(fret: Fret) -> JsonObject:
    return _without_empty(
        fret=fret.number,
        risk=fret.risk.value,
        score=rounded(fret.score),
        treble_position_mm=digits(fret.treble_position_mm),
        bass_position_mm=digits(fret.bass_position_mm),
        angle_deg=digits(fret.angle_deg),
        slot_length_mm=digits(fret.slot_length_mm),
        grain_angle_deg=digits(fret.grain_angle_deg),
        pitch_error_cents=rounded(fret.pitch_error_cents),
        reasons=list(fret.reasons),
    )


def _bill_of_materials(bill: BillOfMaterials) -> JsonObject:
    lines: list[JsonObject] = [
        _without_empty(
            item=line.item,
            material_id=line.material_id,
            count=line.count,
            piece_length_mm=digits(line.piece_length_mm),
            length_mm=digits(line.length_mm),
        )
        | {"yield": digits(line.used_share)}
        for line in bill.lines
    ]
    placements: list[JsonObject] = [
        {
            "part_index": item.part_index,
            "sheet_index": item.sheet_index,
            "x_mm": number(item.x_mm),
            "y_mm": number(item.y_mm),
            "width_mm": number(item.width_mm),
            "length_mm": number(item.length_mm),
        }
        for item in bill.placements
    ]
    used, price = rounded(bill.used_share), rounded(bill.price)
    return _without_empty(lines=lines, stock_count=bill.stock_count, placements=placements, price=price) | (
        {} if used is None else {"yield": used}
    )


def _without_empty(**members: Any) -> JsonObject:
    """An object without the members that say nothing."""
    return {name: value for name, value in members.items() if value is not None and value not in ("", [])}


def rounded(value: float | None) -> float | None:
    return None if value is None else digits(value)


def digits(value: float) -> float:
    """Twelve significant digits: what the wire carries, so that equal inputs give equal bytes everywhere.

    >>> digits(1 / 3), digits(2.0), digits(0.99999999999999)
    (0.333333333333, 2, 1)
    """
    return number(value) if value == int(value) else number(float(f"{value:.12g}"))
