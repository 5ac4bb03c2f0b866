"""Reports from the domain to the wire."""

from collections.abc import Sequence
from typing import Any

from feasibility_svc.domain.aggregation import PASS_THRESHOLD
from feasibility_svc.domain.assessment import Assessment, Likelihood, Quantity, Recommendation
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.levels import RiskLevel
from feasibility_svc.domain.report import Report
from feasibility_svc.domain.views.bill_of_materials import BillOfMaterials
from feasibility_svc.domain.views.frets import Fret
from feasibility_svc.domain.views.guard_finding import GuardFinding
from feasibility_svc.domain.views.rules import RuleFinding
from rmos.type.v1 import feasibility_report_pb2 as pb
from rmos.type.v1 import risk_pb2

LEVELS = {name.removeprefix("RISK_LEVEL_"): number for name, number in risk_pb2.RiskLevel.items()}
CATEGORIES = {name.removeprefix("RISK_CATEGORY_"): number for name, number in risk_pb2.RiskCategory.items()}
GRADES = {name.removeprefix("EVIDENCE_GRADE_"): number for name, number in risk_pb2.EvidenceGrade.items()}
_UNKNOWN_KINDS = {name.removeprefix("UNKNOWN_KIND_"): number for name, number in pb.UnknownKind.items()}
_SEVERITIES = {name.removeprefix("FINDING_SEVERITY_"): number for name, number in pb.FindingSeverity.items()}


def write_report(report: Report, *, compute_ms: float, inputs_sha256: str, strict_legacy: bool) -> pb.FeasibilityReport:
    """The report as it leaves the server, but for the id of the request; the legacy verdict only when asked for."""
    verdict, views = report.verdict, report.views
    fields: dict[str, Any] = {
        "assessments": [
            _assessment_fields(assessment, profile)
            for assessment, profile in zip(report.assessments, report.profiles, strict=True)
        ],
        "recommendations": [_recommendation_fields(item) for item in report.recommendations],
        "rule_findings": [_rule_fields(item) for item in views.rule_findings],
        "guard_findings": [_guard_fields(item) for item in views.guard_findings],
        "fret_summary": _fret_fields(views.frets) if views.frets else None,
        "bill_of_materials": None if views.bill_of_materials is None else _bill_fields(views.bill_of_materials),
        "legacy_risk": LEVELS[views.legacy_risk] if strict_legacy and views.legacy_risk else None,
    }
    return pb.FeasibilityReport(
        **fields,
        overall_score=rounded(verdict.score),
        overall_risk=LEVELS[verdict.risk],
        pass_threshold=PASS_THRESHOLD,
        is_feasible=verdict.is_feasible,
        needs_review=verdict.needs_review,
        engine_id=report.engine_id,
        engine_version=report.engine_version,
        compute_ms=compute_ms,
        binding_category=CATEGORIES[verdict.binding],
        evidence_grade=GRADES[report.grade],
        inputs_sha256=inputs_sha256,
        verdict=report.verdict_in_words,
    )


def _assessment_fields(assessment: Assessment, profile: Profile) -> dict[str, Any]:
    """Arguments of an Assessment message: nested dictionaries become messages in one go, several times faster."""
    fields: dict[str, Any] = {
        "category": CATEGORIES[assessment.category],
        "score": rounded(assessment.score),
        "risk": LEVELS[assessment.risk],
        "warnings": assessment.warnings,
        "details": [_quantity_fields(item) for item in assessment.details],
        "unknown_reasons": [
            {"kind": _UNKNOWN_KINDS[reason.kind], "subject": reason.subject, "description": reason.description}
            for reason in assessment.unknown_reasons
        ],
        "assumptions": assessment.assumptions,
        "finding": assessment.finding,
        "weight": profile.weight,
        "evidence_grade": GRADES[assessment.grade],
        "utilization": rounded(assessment.utilization),
    }
    if assessment.interval is not None:
        low, high = assessment.interval
        fields["score_low"], fields["score_high"] = digits(low), digits(high)
    if assessment.likelihood is not None:
        fields["likelihood"] = _likelihood_fields(assessment.likelihood)
    return fields


def _quantity_fields(item: Quantity) -> dict[str, Any]:
    name, value, unit, limit, source = item
    return {"name": name, "value": digits(value), "unit": unit, "limit": rounded(limit), "source": source}


def _likelihood_fields(item: Likelihood) -> dict[str, Any]:
    return {
        "p_green": item.p_green,
        "p_yellow": item.p_yellow,
        "p_red": item.p_red,
        "confidence": item.confidence,
        "score_mean": digits(item.score_mean),
        "sample_count": item.sample_count,
    }


def _recommendation_fields(item: Recommendation) -> dict[str, Any]:
    return {
        "category": CATEGORIES[item.category],
        "field": item.field,
        "current_value": rounded(item.current_value),
        "suggested_value": rounded(item.suggested_value),
        "unit": item.unit,
        "text": item.text,
        "resulting_risk": LEVELS[item.resulting_risk or "UNSPECIFIED"],
    }


def _rule_fields(item: RuleFinding) -> dict[str, Any]:
    rule = item.rule
    return {
        "rule_id": rule.rule_id,
        "level": LEVELS[rule.level],
        "text": item.text,
        "hint": rule.hint,
        "category": CATEGORIES[rule.category or "UNSPECIFIED"],
        "physical_risk": LEVELS[item.physical_risk or "UNSPECIFIED"],
        "legacy_constraint": rule.fires_when,
    }


def _guard_fields(item: GuardFinding) -> dict[str, Any]:
    return {
        "code": item.code,
        "severity": _SEVERITIES[item.severity],
        "message": item.message,
        "context": [_quantity_fields(quantity) for quantity in item.context],
        "hint": item.hint,
        "fret": item.fret,
    }


def _fret_fields(frets: Sequence[Fret]) -> dict[str, Any]:
    levels = [fret.risk for fret in frets]
    cents = [fret.pitch_error_cents for fret in frets if fret.pitch_error_cents is not None]
    return {
        "frets": [
            {
                "fret": fret.number,
                "risk": LEVELS[fret.risk],
                "score": rounded(fret.score),
                "treble_position_mm": digits(fret.treble_position_mm),
                "bass_position_mm": digits(fret.bass_position_mm),
                "angle_deg": digits(fret.angle_deg),
                "slot_length_mm": digits(fret.slot_length_mm),
                "grain_angle_deg": digits(fret.grain_angle_deg),
                "pitch_error_cents": rounded(fret.pitch_error_cents),
                "reasons": fret.reasons,
            }
            for fret in frets
        ],
        "fret_count": len(frets),
        "green_count": levels.count(RiskLevel.GREEN),
        "yellow_count": levels.count(RiskLevel.YELLOW),
        "red_count": levels.count(RiskLevel.RED),
        "unknown_count": levels.count(RiskLevel.UNKNOWN) + levels.count(RiskLevel.ERROR),
        "high_risk_frets": [fret.number for fret in frets if fret.risk is RiskLevel.RED],
        "max_angle_deg": digits(max(abs(fret.angle_deg) for fret in frets)),
        "max_pitch_error_cents": digits(max(cents)) if cents else None,
        "max_slot_length_mm": digits(max(fret.slot_length_mm for fret in frets)),
    }


def _bill_fields(bill: BillOfMaterials) -> dict[str, Any]:
    return {
        "lines": [
            {
                "item": line.item,
                "material_id": line.material_id,
                "count": line.count,
                "piece_length_mm": digits(line.piece_length_mm),
                "length_mm": digits(line.length_mm),
                "yield": digits(line.used_share),
            }
            for line in bill.lines
        ],
        "stock_count": bill.stock_count,
        "yield": rounded(bill.used_share),
        "placements": [
            {
                "part_index": item.part_index,
                "sheet_index": item.sheet_index,
                "x_mm": item.x_mm,
                "y_mm": item.y_mm,
                "width_mm": item.width_mm,
                "length_mm": item.length_mm,
            }
            for item in bill.placements
        ],
        "price": rounded(bill.price),
    }


def rounded(value: float | None) -> float | None:
    return None if value is None else digits(value)


def digits(value: float) -> float:
    """Twelve significant digits: what the wire carries, so that equal inputs give equal bytes everywhere."""
    return value if value == int(value) else float(f"{value:.12g}")
