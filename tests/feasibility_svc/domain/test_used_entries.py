"""Which of the workshop's own entries a report names: those that count, in the version that was used."""

import pytest

from feasibility_svc.domain.catalogue.calibration import Calibration
from feasibility_svc.domain.catalogue.catalogue import Catalogue, Source
from feasibility_svc.domain.catalogue.workshop import Change, apply
from feasibility_svc.domain.cut.used_entries import UsedEntry, used_entries
from feasibility_svc.domain.inputs.context import Machine, Material, Tool
from feasibility_svc.domain.scoring.levels import Grade
from tests import builders
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import situation

SOURCE = (Source("*", "callipers", Grade.B),)
BIT = Change("tool", Tool(tool_id="my_bit", kind="END_MILL", diameter_mm=3.0), "Bit", SOURCE)
GROUND = Change("tool", Tool(tool_id="my_bit", kind="END_MILL", diameter_mm=2.9), "Bit", SOURCE)
OTHER = Change("tool", Tool(tool_id="other_bit", kind="END_MILL", diameter_mm=3.0), "Other", SOURCE)
WOOD = Change("material", Material(material_id="my_wood", kind="SOFTWOOD", density_kg_per_m3=410.0), "Wood", SOURCE)
MILL = Change("machine", Machine(machine_id="my_mill", tier="HOBBY"), "Mill", SOURCE)


def measured(kind: str, subject: str, name: str) -> Change:
    value = {"kind": kind, "subject": subject, "value": 1.0, "person": "Ann", "date": "2026-03-01"}
    return Change("calibration", Calibration.model_validate({**value, "calibration_id": name}))


@pytest.fixture
def shop(catalogue: Catalogue) -> Catalogue:
    return apply(catalogue, [BIT, WOOD, MILL, GROUND, OTHER])


def test_what_ships_is_not_told(shop: Catalogue) -> None:
    assert used_entries(situation(shop)) == []


def test_entries_are_told_in_the_version_that_was_used(shop: Catalogue) -> None:
    used = used_entries(
        situation(
            shop,
            {"tool.tool_id": "my_bit", "material.material_id": "my_wood", "machine.machine_id": "my_mill"},
        )
    )
    assert used == [UsedEntry("machines/my_mill", 1), UsedEntry("materials/my_wood", 1), UsedEntry("tools/my_bit", 2)]


def test_materials_of_rings_are_told(shop: Catalogue) -> None:
    ring = {"inner_radius_mm": 47.0, "width_mm": 2.0, "material_id": "my_wood"}
    design = builders.rosette(rosette_channel__rings=[ring, ring | {"inner_radius_mm": 50.0}])
    assert used_entries(situation(shop, design=design)) == [UsedEntry("materials/my_wood", 1)]


@pytest.mark.parametrize(
    ("kind", "subject", "stated"),
    [
        ("RUNOUT", "tools/end_mill_3175_down", "tool.runout_mm"),
        ("AXIS_PUSH", "machines/shapeoko_3", "machine.stiffness_n_per_mm"),
        ("SCRAP_BURN", "materials/spruce_sitka", "physics.edge_heat_share"),
        ("SPINDLE_POWER", "materials/spruce_sitka", "physics.specific_cutting_force_n_per_mm2"),
    ],
)
def test_a_calibration_is_told_where_it_counts(catalogue: Catalogue, kind: str, subject: str, stated: str) -> None:
    elsewhere = subject.partition("/")[0] + "/another"
    shop = apply(
        catalogue,
        [measured(kind, subject, "cal_old"), measured(kind, subject, "cal_new"), measured(kind, elsewhere, "cal_else")],
    )
    assert used_entries(situation(shop, {stated: REMOVED})) == [UsedEntry("calibrations/cal_new", 1)]
    assert used_entries(situation(shop, {stated: 0.5})) == []
