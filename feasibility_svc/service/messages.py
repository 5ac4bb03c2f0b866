"""Between the contract and the domain: requests in, reports and catalogue entries out."""

import re
from typing import Any

from feasibility_svc.domain.aggregation import PASS_THRESHOLD
from feasibility_svc.domain.assessment import Assessment, Recommendation
from feasibility_svc.domain.catalogue import InstrumentModel, MachineEntry, MaterialEntry, Source, ToolEntry
from feasibility_svc.domain.context import Context
from feasibility_svc.domain.design import Design
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.engine import Engine
from feasibility_svc.domain.report import Report
from rmos.feasibility.v1 import catalog_service_pb2 as catalog_pb
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.type.v1 import context_pb2, design_pb2, feasibility_report_pb2, risk_pb2
from rpckit import canonical_json, projection, rulebook
from rpckit.canonical_json import JsonObject
from rpckit.failure import InvalidFieldsError

_NAME = re.compile(r"([a-z]+)/([A-Za-z0-9_.-]{1,100})")
_ENGINE_ID = re.compile(r"[A-Za-z0-9_]{0,100}")
_LEVELS = {name.removeprefix("RISK_LEVEL_"): number for name, number in risk_pb2.RiskLevel.items()}
_CATEGORIES = {name.removeprefix("RISK_CATEGORY_"): number for name, number in risk_pb2.RiskCategory.items()}
_GRADES = {name.removeprefix("EVIDENCE_GRADE_"): number for name, number in risk_pb2.EvidenceGrade.items()}
_UNKNOWN_KINDS = {
    name.removeprefix("UNKNOWN_KIND_"): number for name, number in feasibility_report_pb2.UnknownKind.items()
}


def read_design(message: design_pb2.Design) -> tuple[Design, JsonObject]:
    """The design, and the JSON object its digest is taken of.

    Raises:
        InvalidFieldsError: A field breaks a rule; paths start with "design".
    """
    value = projection.read(message, "design")
    return rulebook.check(Design, value, "design"), value


def read_context(message: context_pb2.Context) -> tuple[Context, JsonObject]:
    """The context, and the JSON object its digest is taken of.

    Raises:
        InvalidFieldsError: A field breaks a rule; paths start with "context".
    """
    value = projection.read(message, "context")
    return rulebook.check(Context, value, "context"), value


def read_engine_id(engine_id: str) -> str:
    if not _ENGINE_ID.fullmatch(engine_id):
        raise InvalidFieldsError.one("engine_id", f"{engine_id!r} is not [A-Za-z0-9_]+")
    return engine_id


def read_name(name: str, collection: str) -> str:
    """The id in a resource name.

    Raises:
        InvalidFieldsError: The name does not have the form `collection/{id}`.
    """
    match = _NAME.fullmatch(name)
    if match is None or match[1] != collection:
        raise InvalidFieldsError.one("name", f"{name!r} is not of the form {collection}/{{id}}")
    return match[2]


def inputs_sha256(design: JsonObject, context: JsonObject, engine: Engine) -> str:
    """Digest of everything a report depends on: inputs, engine and its version."""
    inputs: JsonObject = {
        "design": design,
        "context": context,
        "engine_id": engine.engine_id,
        "engine_version": engine.version,
    }
    return canonical_json.sha256_hex(canonical_json.dumps(inputs))


def write_report(
    report: Report, *, request_id: str, compute_ms: float, inputs_sha256: str
) -> feasibility_report_pb2.FeasibilityReport:
    verdict = report.verdict
    fields: dict[str, Any] = {
        "assessments": [
            _assessment_fields(assessment, profile)
            for assessment, profile in zip(report.assessments, report.profiles, strict=True)
        ],
        "recommendations": [_recommendation_fields(item) for item in report.recommendations],
    }
    return feasibility_report_pb2.FeasibilityReport(
        **fields,
        overall_score=_rounded(verdict.score),
        overall_risk=_LEVELS[verdict.risk],
        pass_threshold=PASS_THRESHOLD,
        is_feasible=verdict.is_feasible,
        needs_review=verdict.needs_review,
        engine_id=report.engine_id,
        engine_version=report.engine_version,
        request_id=request_id,
        compute_ms=compute_ms,
        binding_category=_CATEGORIES[verdict.binding],
        evidence_grade=_GRADES[report.grade],
        inputs_sha256=inputs_sha256,
    )


def _assessment_fields(assessment: Assessment, profile: Profile) -> dict[str, Any]:
    """Arguments of an Assessment message: nested dictionaries become messages in one go, several times faster."""
    return {
        "category": _CATEGORIES[assessment.category],
        "score": _rounded(assessment.score),
        "risk": _LEVELS[assessment.risk],
        "warnings": assessment.warnings,
        "details": [
            {
                "name": name,
                "value": _digits(value),
                "unit": unit,
                "limit": None if limit is None else _digits(limit),
                "source": source,
            }
            for name, value, unit, limit, source in assessment.details
        ],
        "unknown_reasons": [
            {"kind": _UNKNOWN_KINDS[reason.kind], "subject": reason.subject, "description": reason.description}
            for reason in assessment.unknown_reasons
        ],
        "assumptions": assessment.assumptions,
        "finding": assessment.finding,
        "weight": profile.weight,
        "evidence_grade": _GRADES[assessment.grade],
        "utilization": _rounded(assessment.utilization),
    }


def _recommendation_fields(item: Recommendation) -> dict[str, Any]:
    return {
        "category": _CATEGORIES[item.category],
        "field": item.field,
        "current_value": _rounded(item.current_value),
        "suggested_value": _rounded(item.suggested_value),
        "unit": item.unit,
        "text": item.text,
        "resulting_risk": _LEVELS[item.resulting_risk or "UNSPECIFIED"],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else _digits(value)


def _digits(value: float) -> float:
    """Twelve significant digits: what the wire carries, so that equal inputs give equal bytes everywhere."""
    return value if value == int(value) else float(f"{value:.12g}")


def write_engine(engine: Engine) -> pb.EngineInfo:
    return pb.EngineInfo(
        name=f"engines/{engine.engine_id}",
        engine_id=engine.engine_id,
        version=engine.version,
        description=engine.description,
    )


def write_category(profile: Profile) -> pb.CategoryInfo:
    return pb.CategoryInfo(
        category=_CATEGORIES[profile.category],
        weight=profile.weight,
        mandatory=profile.mandatory,
        description=profile.description,
    )


def write_level(level: str, meaning: str, *, blocks: bool, min_score: float | None) -> pb.RiskLevelInfo:
    return pb.RiskLevelInfo(level=_LEVELS[level], meaning=meaning, blocks=blocks, min_score=min_score)


def write_model(model: InstrumentModel) -> catalog_pb.InstrumentModel:
    return catalog_pb.InstrumentModel(
        name=f"models/{model.model_id}",
        model_id=model.model_id,
        display_name=model.display_name,
        scale_length_mm=model.scale_length_mm,
        fret_count=model.fret_count,
        nut_width_mm=model.nut_width_mm,
        heel_width_mm=model.heel_width_mm,
        string_spacing_mm=model.string_spacing_mm,
        soundhole_radius_mm=model.soundhole_radius_mm,
        provenance=model.provenance,
    )


def write_material(entry: MaterialEntry) -> catalog_pb.MaterialPreset:
    return catalog_pb.MaterialPreset(
        name=f"materials/{entry.material.material_id}",
        material=projection.write(context_pb2.Material, entry.material.model_dump(exclude_none=True)),
        display_name=entry.display_name,
        scientific_name=entry.scientific_name,
        force_model=entry.force_model,
        specific_cutting_force_n_per_mm2=entry.specific_cutting_force_n_per_mm2,
        edge_force_n_per_mm=entry.edge_force_n_per_mm,
        red_temperature_c=entry.red_temperature_c,
        provenance=_write_sources(entry.sources),
        note=entry.note,
    )


def write_tool(entry: ToolEntry) -> catalog_pb.ToolPreset:
    return catalog_pb.ToolPreset(
        name=f"tools/{entry.tool.tool_id}",
        tool=projection.write(context_pb2.Tool, entry.tool.model_dump(exclude_none=True)),
        display_name=entry.display_name,
        provenance=_write_sources(entry.sources),
    )


def write_machine(entry: MachineEntry) -> catalog_pb.MachinePreset:
    return catalog_pb.MachinePreset(
        name=f"machines/{entry.machine.machine_id}",
        machine=projection.write(context_pb2.Machine, entry.machine.model_dump(exclude_none=True)),
        display_name=entry.display_name,
        provenance=_write_sources(entry.sources),
    )


def _write_sources(sources: tuple[Source, ...]) -> list[catalog_pb.Provenance]:
    return [
        catalog_pb.Provenance(field=source.field, source=source.text, grade=_GRADES[source.grade]) for source in sources
    ]
