"""The built-in catalogue, read from the tables that ship with the package."""

import csv
import json
from collections.abc import Iterator, Mapping
from importlib import resources

from feasibility_svc.domain.catalogue.catalogue import (
    Catalogue,
    InstrumentModel,
    MachineEntry,
    MaterialEntry,
    Source,
    ToolEntry,
)
from feasibility_svc.domain.catalogue.envelope import Envelope, EnvelopeRow, ToolFamily
from feasibility_svc.domain.catalogue.force_laws import TabulatedForce
from feasibility_svc.domain.catalogue.profiles import ConstraintProfile, Revision
from feasibility_svc.domain.inputs.context import Machine, Material, Tool
from feasibility_svc.domain.inputs.material_class import MaterialClass
from feasibility_svc.domain.scoring.levels import Grade

_GRADES = {"retrieved": Grade.C, "recalled": Grade.D, "derived": Grade.D}


def read_catalogue() -> Catalogue:
    """Everything that ships: models, materials, tools, machines, envelope, force laws."""
    return Catalogue(
        models={model.model_id: model for model in _models()},
        materials={entry.material.material_id: entry for entry in _materials()},
        tools={entry.tool.tool_id: entry for entry in _tools()},
        machines={entry.machine.machine_id: entry for entry in _machines()},
        envelope=Envelope(tuple(_envelope_rows())),
        force_laws={law.material_id: law for law in _force_laws()},
        profiles={item["profile_id"]: (_system_profile(item),) for item in json.loads(_text("profiles.json"))},
    )


def _text(name: str) -> str:
    return (resources.files("feasibility_svc.data") / name).read_text(encoding="utf-8")


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(_text(name).splitlines())


def _number(text: str) -> float | None:
    return float(text) if text else None


def _models() -> Iterator[InstrumentModel]:
    for row in sorted(_rows("models.csv"), key=lambda row: row["model_id"]):
        yield InstrumentModel(
            model_id=row["model_id"],
            display_name=row["display_name"],
            scale_length_mm=float(row["scale_length_mm"]),
            fret_count=int(row["fret_count"]),
            nut_width_mm=float(row["nut_width_mm"]),
            heel_width_mm=float(row["heel_width_mm"]),
            string_spacing_mm=float(row["string_spacing_mm"]),
            soundhole_radius_mm=_number(row["soundhole_radius_mm"]),
            provenance=row["provenance"],
        )


def _materials() -> Iterator[MaterialEntry]:
    for row in sorted(_rows("materials.csv"), key=lambda row: row["id"]):
        yield MaterialEntry(
            material=Material(
                material_id=row["id"],
                kind=row["kind"],
                species=row["name"],
                density_kg_per_m3=float(row["density_kg_m3"]),
                janka_hardness_lbf=_number(row["janka_lbf"]),
                burn_class=int(row["burn_class"]),
                resinous=row["resinous"] == "1",
                tearout_class=int(row["tearout_class"]),
            ),
            display_name=row["name"],
            scientific_name=row["scientific"],
            force_model=row["force_model"],  # type: ignore[arg-type]  # the table's own vocabulary
            specific_cutting_force_n_per_mm2=_number(row["ks_n_mm2"]),
            edge_force_n_per_mm=_number(row["int_n_mm"]),
            red_temperature_c=_number(row["t_red_c"]),
            sources=tuple(_material_sources(row)),
            note=row["note"],
        )


def _material_sources(row: Mapping[str, str]) -> Iterator[Source]:
    for field, column in (
        ("density_kg_per_m3", "prov_density"),
        ("basic_specific_gravity", "prov_sg_moe"),
        ("janka_hardness_lbf", "prov_janka"),
    ):
        if row[column]:
            yield Source(field, row[column], _GRADES[row[column].split(":", 1)[0]])


def _tools() -> Iterator[ToolEntry]:
    for item in json.loads(_text("tools.json")):
        yield ToolEntry(Tool.model_validate(item["tool"]), item["display_name"], _sources(item["sources"]))


def _machines() -> Iterator[MachineEntry]:
    for item in json.loads(_text("machines.json")):
        yield MachineEntry(Machine.model_validate(item["machine"]), item["display_name"], _sources(item["sources"]))


def _system_profile(item: dict[str, object]) -> Revision:
    return Revision(profile=ConstraintProfile.model_validate(item), system=True)


def _sources(items: list[dict[str, str]]) -> tuple[Source, ...]:
    return tuple(Source(item["field"], item["text"], Grade(item["grade"])) for item in items)


def _envelope_rows() -> Iterator[EnvelopeRow]:
    for row in _rows("envelope.csv"):
        yield EnvelopeRow(
            material_class=MaterialClass(row["material_class"]),
            tool_family=ToolFamily(row["tool_family"]),
            low_per_diameter=float(row["low_per_diameter"]),
            low_mm=float(row["low_mm"]),
            high_per_diameter=float(row["high_per_diameter"]),
            high_mm=float(row["high_mm"]),
            low_source=row["low_source"],
            high_source=row["high_source"],
            grade=Grade(row["grade"]),
        )


def _force_laws() -> Iterator[TabulatedForce]:
    for row in _rows("force_laws.csv"):
        yield TabulatedForce(
            material_id=row["material_id"],
            force_n_per_mm2=float(row["force_n_per_mm2"]),
            exponent_mc=float(row["exponent_mc"]),
            spread=float(row["spread"]),
            source=row["source"],
            grade=Grade(row["grade"]),
        )
