"""Which force law stands for a material, and how well it is known."""

from dataclasses import replace
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue, Source
from feasibility_svc.domain.cut.material_force import MaterialForce, material_force
from feasibility_svc.domain.cut.resolving import resolve
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.domain.scoring.assessment import NotAssessedError, UnknownKind
from feasibility_svc.domain.scoring.levels import Grade
from tests import builders
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import situation


def force_of(catalogue: Catalogue, context: dict[str, Any]) -> MaterialForce:
    return material_force(situation(catalogue, context))


@pytest.mark.parametrize(
    ("material", "factor", "exponent", "spread"),
    [
        ("acrylic", 111.0, 0.70, 1.6),
        ("corian", 144.3, 0.70, 1.6),
        ("phenolic_paper", 150.0, 0.70, 1.6),
        ("aluminium_6061", 448.7, 0.73, 1.0),
        ("brass_360", 624.0, 0.82, 1.6),
        ("carbon_fibre", 300.0, 0.65, 1.6),
        ("bone", 70.0, 0.70, 1.6),
        ("mother_of_pearl", 200.0, 0.70, 1.6),
        ("abalone", 200.0, 0.70, 1.6),
        ("acetal", 80.0, 0.70, 1.6),
        ("nickel_silver", 1100.0, 0.82, 1.6),
        ("g10", 300.0, 0.65, 1.6),
        ("mdf", 31.44, 1.0, 1.0),
        ("plywood_baltic_birch", 52.2, 1.0, 1.0),
    ],
)
def test_every_material_has_a_law(
    catalogue: Catalogue, material: str, factor: float, exponent: float, spread: float
) -> None:
    force = force_of(catalogue, {"material.material_id": material, "material.moisture_percent": REMOVED})
    assert (force.law.slope_n_per_mm2, force.spread) == (factor, spread)
    assert force.law.exponent == pytest.approx(exponent)
    assert (force.law.edge_force_n_per_mm == 0.0) == (exponent < 1.0)


def test_the_source_of_a_law_of_the_tables_is_that_of_the_density(catalogue: Catalogue) -> None:
    mdf = catalogue.materials["mdf"]
    others = (Source("burn_class", "a burn", Grade.D), Source("tearout_class", "a plane", Grade.D))
    sources = (*others, Source("density_kg_per_m3", "a scale", Grade.C))
    told = replace(catalogue, materials={**catalogue.materials, "mdf": replace(mdf, sources=sources)})
    assert force_of(told, {"material.material_id": "mdf"}).source == "a scale"


@pytest.mark.parametrize(
    ("kind", "factor", "spread"),
    [
        ("MDF", 31.44, 1.0),
        ("PARTICLEBOARD", 17.5, 1.0),
        ("PLYWOOD", 33.0, 1.0),
        ("PLASTIC_SOFT", 111.0, 1.6),
        ("PLASTIC_HARD", 111.0, 1.6),
        ("SOLID_SURFACE", 144.3, 1.6),
        ("ALUMINIUM", 448.7, 1.0),
        ("BRASS", 624.0, 1.6),
        ("PHENOLIC", 150.0, 1.6),
        ("CARBON_FIBRE", 300.0, 1.6),
        ("LAMINATE", 300.0, 1.6),
        ("BONE", 70.0, 1.6),
        ("SHELL", 200.0, 1.6),
    ],
)
def test_a_kind_without_a_name_takes_the_law_of_a_typical_one(
    catalogue: Catalogue, kind: str, factor: float, spread: float
) -> None:
    force = force_of(catalogue, {"material": {"kind": kind, "density_kg_per_m3": 900.0}})
    assert (force.law.slope_n_per_mm2, force.spread, force.grade) == (factor, spread, Grade.D)
    assert force.assumptions == ("assumed:force_of_kind",)


def test_wood_nobody_named_is_cut_by_its_density(catalogue: Catalogue) -> None:
    stated = {"material": {"kind": "SOFTWOOD", "density_kg_per_m3": 425.0, "moisture_percent": 8.0}}
    named, unnamed = force_of(catalogue, {}), force_of(catalogue, stated)
    assert unnamed.law == named.law
    assert unnamed.law.slope_n_per_mm2 == pytest.approx(425 * 0.0686 * 1.04)


def test_a_catalogue_without_laws_says_so() -> None:
    for kind in ("BRASS", "MDF"):
        stated = {**builders.CONTEXT, "material": {"kind": kind}}
        tool = {"kind": "END_MILL", "diameter_mm": 3.0, "flute_count": 2, "wear": "SHARP"}
        context = Context.model_validate({**stated, "tool": tool, "machine": {}})
        with pytest.raises(NotAssessedError) as gap:
            material_force(resolve(Design.model_validate(builders.ROSETTE), context, Catalogue()))
        assert [reason.kind for reason in gap.value.reasons] == [UnknownKind.NO_DATA]
        assert kind.lower() in str(gap.value)
        cure = gap.value.reasons[0].cures[0]
        slope, edge = "context.physics.specific_cutting_force_n_per_mm2", "context.physics.edge_force_n_per_mm"
        assert (cure.field, cure.text) == (slope, f"state {slope} and {edge}")


@pytest.mark.parametrize(
    ("material", "spread"), [("ebony_macassar", 1.6), ("paulownia", 1.6), ("ebony_african", 1.0), ("maple_hard", 1.0)]
)
def test_wood_beyond_the_densities_of_the_law_is_known_less_well(
    catalogue: Catalogue, material: str, spread: float
) -> None:
    force = force_of(catalogue, {"material.material_id": material})
    assert force.spread == spread
    assert ("out_of_model:rho" in force.assumptions) == (spread > 1.0)
    assert bool(force.caution) == (spread > 1.0)


def test_a_law_beyond_its_densities_is_a_guess(catalogue: Catalogue) -> None:
    measured = {"material": {"kind": "HARDWOOD", "density_kg_per_m3": 1_080.0, "moisture_percent": 8.0}}
    assert force_of(catalogue, measured).grade is Grade.C
    lightest = {"material": {**measured["material"], "density_kg_per_m3": 287.0}}
    assert force_of(catalogue, lightest).grade is Grade.C
    for density in (1_080.1, 286.9):
        beyond = {"material": {**measured["material"], "density_kg_per_m3": density}}
        assert (force_of(catalogue, beyond).grade, force_of(catalogue, beyond).spread) == (Grade.D, 1.6)


def test_a_stated_law_is_the_users_own(catalogue: Catalogue) -> None:
    stated = {
        "material.material_id": "bone",
        "physics.specific_cutting_force_n_per_mm2": 90.0,
        "physics.edge_force_n_per_mm": 1.5,
    }
    force = force_of(catalogue, stated)
    assert (force.law.slope_n_per_mm2, force.law.edge_force_n_per_mm) == (90.0, 1.5)
    assert (force.spread, force.grade) == (1.0, Grade.A)
    half = force_of(catalogue, {"material.material_id": "bone", "physics.edge_force_n_per_mm": 1.5})
    assert half.law.slope_n_per_mm2 == 70.0


def test_wear_acts_on_the_edge_force_only(catalogue: Catalogue) -> None:
    force = force_of(catalogue, {"tool.wear": "WORN"})
    assert force.worn_law.edge_force_n_per_mm == pytest.approx(1.6 * force.law.edge_force_n_per_mm)
    assert force.worn_law.slope_n_per_mm2 == force.law.slope_n_per_mm2


def test_the_angle_to_the_grain_is_a_mean_one_unless_it_is_stated(catalogue: Catalogue) -> None:
    assert "assumed:mean_grain_angle" in force_of(catalogue, {}).assumptions
    assert "assumed:mean_grain_angle" not in force_of(catalogue, {"cut.grain_angle_deg": 45.0}).assumptions


def test_a_stated_rake_changes_the_force_of_wood_by_a_percent_a_degree(catalogue: Catalogue) -> None:
    usual = force_of(catalogue, {}).law.slope_n_per_mm2
    assert force_of(catalogue, {"tool.rake_angle_deg": 25.0}).law.slope_n_per_mm2 == pytest.approx(usual)
    assert force_of(catalogue, {"tool.rake_angle_deg": 15.0}).law.slope_n_per_mm2 == pytest.approx(1.1 * usual)
    assert "assumed:rake_25_deg" in force_of(catalogue, {}).assumptions
    assert "assumed:rake_25_deg" not in force_of(catalogue, {"tool.rake_angle_deg": 25.0}).assumptions
