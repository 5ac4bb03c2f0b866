"""Catalogue entries on the wire."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from feasibility_svc.domain.catalogue.calibration import Calibration
from feasibility_svc.domain.catalogue.catalogue import (
    Catalogue,
    InstrumentModel,
    MachineEntry,
    MaterialEntry,
    Source,
    ToolEntry,
    VersionMark,
)
from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.catalogue.profiles import ConstraintProfile, Revision
from feasibility_svc.domain.catalogue.withdrawal import Withdrawal
from feasibility_svc.domain.catalogue.workshop import UNSAID, Change
from feasibility_svc.domain.inputs.context import Machine, Material, Tool
from feasibility_svc.domain.scoring.levels import Grade
from feasibility_svc.service.report_messages import GRADES
from foundation import canonical_json
from foundation.canonical_json import JsonObject
from foundation.errors import InvalidFieldsError
from foundation.visible_text import unseen_in
from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos.type.v1 import context_pb2
from rpckit import field_rules, proto_json
from rpckit.authentication.identity_messages import identity_member, write_identity

_OWN_ID = re.compile(r"[a-z0-9_]{1,50}")
_GRADE_OF = {number: Grade(name) for name, number in GRADES.items() if name != "UNSPECIFIED"}
_LONGEST_NAME = 200


def read_entry(request: Any, kind: str, rules: type[Material] | type[Tool] | type[Machine]) -> Change:
    """The entry of a Create request.

    Raises:
        InvalidFieldsError: A field breaks a rule; the id is missing or not of this form.
    """
    value = proto_json.read(getattr(request, kind), kind)
    entry_id = str(value.get(f"{kind}_id", ""))
    if not _OWN_ID.fullmatch(entry_id):
        raise InvalidFieldsError.one(f"{kind}.{kind}_id", f"{entry_id!r} is not [a-z0-9_] of 1 to 50 characters")
    entry: BaseModel = field_rules.check(rules, value, kind)
    for field in ("display_name", "source"):
        if len(getattr(request, field)) > _LONGEST_NAME:
            raise InvalidFieldsError.one(field, f"is longer than {_LONGEST_NAME} characters")
    if request.grade and request.grade not in _GRADE_OF:
        raise InvalidFieldsError.one("grade", f"{request.grade} is not a grade")
    grade = _GRADE_OF.get(request.grade, Grade.D)
    source = Source("*", request.source or UNSAID, grade)
    return Change(kind, entry, request.display_name or entry_id, (source,))  # type: ignore[arg-type]


def read_profile(request: pb.CreateProfileRequest) -> ConstraintProfile:
    """The profile of a request, without what the server sets.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    value = proto_json.read(request.profile, "profile")
    for field in ("name", "system", "revision", "create_time", "change_note", "identity"):
        value.pop(field, None)
    if unseen := unseen_in(request.profile.author.strip()):
        raise InvalidFieldsError.one("profile.author", f"{ascii(request.profile.author)[:80]}: {unseen}")
    return field_rules.check(ConstraintProfile, value, "profile")


def read_note(note: str) -> str:
    if len(note) > _LONGEST_NAME:
        raise InvalidFieldsError.one("change_note", f"is longer than {_LONGEST_NAME} characters")
    return note


def read_calibration(message: pb.Calibration, catalogue: Catalogue, *, now: str) -> Calibration:
    """The measurement of a request, with the id of its content.

    Raises:
        InvalidFieldsError: A field breaks a rule.
        EntryNotFoundError: The subject is not in the catalogue.
    """
    value = proto_json.read(message, "calibration")
    for field in ("calibration_id", "create_time", "superseded", "identity", "withdrawal"):
        value.pop(field, None)
    calibration = field_rules.check(Calibration, value, "calibration")
    subject_id = calibration.subject_id
    match calibration.kind:
        case "AXIS_PUSH":
            catalogue.machine(subject_id)
        case "RUNOUT":
            catalogue.tool(subject_id)
        case _:
            catalogue.material(subject_id)
    digest = canonical_json.sha256_hex(canonical_json.dumps(value))
    return calibration.model_copy(update={"calibration_id": f"cal_{digest[:12]}", "created_at_utc": now})


def write_preset(preset: CuttingPreset) -> pb.CuttingPreset:
    """Speeds and feeds of a library."""
    return pb.CuttingPreset(
        name=preset.name,
        material=preset.material,
        spindle_speed_rpm=preset.spindle_speed_rpm,
        feed_rate_mm_per_min=preset.feed_rate_mm_per_min,
        plunge_rate_mm_per_min=preset.plunge_rate_mm_per_min,
        axial_depth_mm=preset.axial_depth_mm,
        radial_width_mm=preset.radial_width_mm,
    )


def write_profile(revision: Revision) -> pb.ConstraintProfile:
    value = revision.profile.model_dump(mode="json")
    value |= {
        "name": f"profiles/{revision.profile.profile_id}",
        "system": revision.system,
        "revision": revision.revision,
        "change_note": revision.change_note,
        **identity_member(revision.identity),
    }
    if revision.created_at_utc:
        value["create_time"] = revision.created_at_utc
    return proto_json.write(pb.ConstraintProfile, value)


def write_calibration(calibration: Calibration, *, superseded: bool) -> pb.Calibration:
    value = calibration.model_dump(mode="json")
    value["create_time"] = value.pop("created_at_utc")
    message = proto_json.write(
        pb.Calibration, {**value, "superseded": superseded, **identity_member(calibration.identity)}
    )
    if calibration.withdrawal is not None:
        message.withdrawal.CopyFrom(_withdrawal(calibration.withdrawal))
    return message


def write_model(model: InstrumentModel) -> pb.InstrumentModel:
    return pb.InstrumentModel(
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


def write_material(entry: MaterialEntry) -> pb.MaterialPreset:
    return pb.MaterialPreset(
        name=f"materials/{entry.material.material_id}",
        material=proto_json.write(context_pb2.Material, entry.material.model_dump(exclude_none=True)),
        display_name=entry.display_name,
        scientific_name=entry.scientific_name,
        force_model=entry.force_model,
        specific_cutting_force_n_per_mm2=entry.specific_cutting_force_n_per_mm2,
        edge_force_n_per_mm=entry.edge_force_n_per_mm,
        red_temperature_c=entry.red_temperature_c,
        provenance=_write_sources(entry.sources),
        note=entry.note,
        **_write_kept(entry.kept),
    )


def write_tool(entry: ToolEntry) -> pb.ToolPreset:
    return pb.ToolPreset(
        name=f"tools/{entry.tool.tool_id}",
        tool=proto_json.write(context_pb2.Tool, entry.tool.model_dump(exclude_none=True)),
        display_name=entry.display_name,
        provenance=_write_sources(entry.sources),
        presets=[write_preset(preset) for preset in entry.presets],
        **_write_kept(entry.kept),
    )


def write_machine(entry: MachineEntry) -> pb.MachinePreset:
    return pb.MachinePreset(
        name=f"machines/{entry.machine.machine_id}",
        machine=proto_json.write(context_pb2.Machine, entry.machine.model_dump(exclude_none=True)),
        display_name=entry.display_name,
        provenance=_write_sources(entry.sources),
        **_write_kept(entry.kept),
    )


def _write_kept(kept: VersionMark) -> Mapping[str, Any]:
    """The members that say which version of an entry it is."""
    return {
        "identity": None if kept.identity is None else write_identity(kept.identity),
        "version": kept.version,
        "create_time": proto_json.write_moment(kept.created_at_utc) if kept.created_at_utc else None,
        "change_note": kept.change_note,
        "withdrawal": write_withdrawal(kept.withdrawal),
    }


def write_withdrawal(withdrawal: Withdrawal | None) -> pb.Withdrawal | None:
    """Who withdrew something, when and why; None for what may be used."""
    return None if withdrawal is None else _withdrawal(withdrawal)


def _withdrawal(withdrawal: Withdrawal) -> pb.Withdrawal:
    value: JsonObject = {"reason": withdrawal.reason, "person": withdrawal.person}
    if withdrawal.created_at_utc:
        value["create_time"] = withdrawal.created_at_utc
    return proto_json.write(pb.Withdrawal, {**value, **identity_member(withdrawal.identity)})


def _write_sources(sources: tuple[Source, ...]) -> list[pb.Provenance]:
    return [pb.Provenance(field=source.field, source=source.text, grade=GRADES[source.grade]) for source in sources]
