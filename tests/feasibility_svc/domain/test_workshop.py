"""What a workshop adds: entries, profiles, measurements."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from feasibility_svc.domain.catalogue.additions import addition, check_writable, measurement, revision
from feasibility_svc.domain.catalogue.calibration import Calibration
from feasibility_svc.domain.catalogue.catalogue import Catalogue, Source
from feasibility_svc.domain.catalogue.profiles import ConstraintProfile, Revision
from feasibility_svc.domain.catalogue.workshop import Change, apply, in_the_name_of
from feasibility_svc.domain.dimensions.chip_load import ChipLoad
from feasibility_svc.domain.dimensions.heat import Heat
from feasibility_svc.domain.dimensions.tool_deflection import ToolDeflection
from feasibility_svc.domain.inputs.context import Machine, Material, Tool
from feasibility_svc.domain.scoring.errors import EntryReadOnlyError
from feasibility_svc.domain.scoring.levels import Grade
from foundation.identity import RecordedIdentity
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import PROFILE, assess, situation

ANN = RecordedIdentity("password", "Ann", "person", "tok_0123456789ab")
SOURCE = (Source("*", "entered by the workshop", Grade.D),)


def measured(kind: str, subject: str, value: float, **fields: Any) -> Calibration:
    return Calibration.model_validate(
        {"kind": kind, "subject": subject, "value": value, "person": "M. Sato", "date": "2026-03-01", **fields}
    )


def calibrated(catalogue: Catalogue, *calibrations: Calibration) -> Catalogue:
    return apply(catalogue, [Change("calibration", item) for item in calibrations])


CHANGES = [
    Change("material", Material(material_id="my_spruce", kind="SOFTWOOD", density_kg_per_m3=400.0), "Mine", SOURCE),
    Change("tool", Tool(tool_id="my_bit", diameter_mm=2.0), "Mine", SOURCE),
    Change("machine", Machine(machine_id="my_mill", tier="HOBBY"), "Mine", SOURCE),
    Change("profile", Revision(profile=ConstraintProfile.model_validate(PROFILE))),
    Change("calibration", measured("RUNOUT", "tools/end_mill_3175", 0.01)),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
def test_a_change_survives_the_journal_and_marks_the_catalogue(catalogue: Catalogue, change: Change) -> None:
    assert Change.from_json(change.to_json()) == change
    added = apply(catalogue, [change])
    assert added.revision != catalogue.revision == ""
    assert apply(catalogue, [change]).revision == added.revision
    assert apply(added, [change]).revision != added.revision


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
def test_an_entry_says_who_made_it_and_older_lines_stay_as_they_are(catalogue: Catalogue, change: Change) -> None:
    assert "identity" not in change.to_json()
    (named,) = in_the_name_of(ANN, [change], now="2026-03-01T08:00:00Z")
    kept = Change.from_json(named.to_json())
    assert kept == named
    added = apply(catalogue, [kept])
    newest: list[Any] = [
        *(added.materials.values()), *(added.tools.values()), *(added.machines.values()), *added.calibrations,
        *(history[-1] for history in added.profiles.values()),
    ]  # fmt: skip
    makers = [getattr(item, "kept", item).identity for item in newest]
    assert [maker for maker in makers if maker is not None] == [ANN]
    assert apply(catalogue, [change]).revision != added.revision


@pytest.mark.parametrize("value", [{"schema": "rmos.catalogue/2", "kind": "tool"}, {"schema": "rmos.catalogue/1"}])
def test_what_is_no_change_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a change"):
        Change.from_json(value)


def test_a_number_kept_when_the_ranges_were_wider_stands_at_the_end_of_its_range() -> None:
    kept = Change("tool", Tool(tool_id="my_bit", diameter_mm=2.0, stickout_mm=20.0), "Mine", SOURCE).to_json()
    read = Change.from_json({**kept, "value": {"tool_id": "my_bit", "diameter_mm": 5e-324, "stickout_mm": 1e9}})
    assert read.value == Tool(tool_id="my_bit", diameter_mm=0.001, stickout_mm=10_000.0)
    profile = Change("profile", Revision(profile=ConstraintProfile.model_validate(PROFILE))).to_json()
    narrow = Change.from_json({**profile, "value": {"profile": {**PROFILE, "min_ring_width_mm": 1e-300}}})
    assert narrow.value == Revision(profile=ConstraintProfile.model_validate({**PROFILE, "min_ring_width_mm": 0.01}))


def test_a_kept_value_of_another_kind_is_refused() -> None:
    kept = Change("tool", Tool(tool_id="my_bit"), "Mine", SOURCE).to_json()
    with pytest.raises(ValueError, match="wear"):
        Change.from_json({**kept, "value": {"tool_id": "my_bit", "wear": "BLUNT", "diameter_mm": 5e-324}})


def test_an_unknown_kind_of_value_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(ValueError, match="not a change"):
        apply(catalogue, [Change("tool", ConstraintProfile.model_validate(PROFILE))])


def test_own_entries_stand_beside_those_that_ship(catalogue: Catalogue) -> None:
    own = apply(
        catalogue,
        [
            Change("material", Material(material_id="a_wood", kind="HARDWOOD", species="Picea x"), "A wood", SOURCE),
            Change("material", Material(material_id="a_foam", kind="PLASTIC_SOFT"), "A foam", SOURCE),
            Change("tool", Tool(tool_id="a_bit", diameter_mm=2.0), "A bit", SOURCE),
            Change("machine", Machine(machine_id="a_mill"), "A mill", SOURCE),
        ],
    )
    assert (own.material("a_wood").force_model, own.material("a_foam").force_model) == ("curti_density", "none")
    assert own.material("a_wood").scientific_name == "Picea x"
    assert not own.tool("a_bit").system
    assert next(iter(own.machines)) == "a_mill"
    assert set(own.tools) - set(catalogue.tools) == {"a_bit"}


@pytest.mark.parametrize(
    ("kind", "entry_id"),
    [("material", "maple_hard"), ("tool", "end_mill_3175"), ("machine", "shapeoko_3"), ("profile", "beginner")],
)
def test_what_ships_is_never_changed(catalogue: Catalogue, kind: Any, entry_id: str) -> None:
    check_writable(catalogue, kind, "something_new")
    with pytest.raises(EntryReadOnlyError, match=entry_id):
        check_writable(catalogue, kind, entry_id)


def test_a_push_test_replaces_the_assumed_stiffness_and_raises_the_grade(catalogue: Catalogue) -> None:
    pushed = calibrated(catalogue, measured("AXIS_PUSH", "machines/shapeoko_3", 700.0))
    before, after = (assess(ToolDeflection(), situation(one)) for one in (catalogue, pushed))
    details = {item.name: item for item in after.details}
    force_n = details["mean_force"].value
    assert details["machine_deflection"].value == pytest.approx(force_n / 700.0)
    assert details["machine_deflection"].source == "measured 2026-03-01 by M. Sato"
    assert situation(catalogue).grade("machine.stiffness_n_per_mm") is Grade.D
    assert situation(pushed).grade("machine.stiffness_n_per_mm") is Grade.A
    assert before.score is not None


def test_the_last_measurement_holds_and_a_stated_number_wins(catalogue: Catalogue) -> None:
    twice = calibrated(
        catalogue,
        measured("AXIS_PUSH", "machines/shapeoko_3", 700.0),
        measured("AXIS_PUSH", "machines/shapeoko_3", 900.0),
    )
    assert situation(twice).find("machine.stiffness_n_per_mm") == 900.0
    stated = situation(twice, {"machine.stiffness_n_per_mm": 500.0})
    assert stated.find("machine.stiffness_n_per_mm") == 500.0
    assert stated.source("machine.stiffness_n_per_mm") == "stated in the request"
    assert situation(twice).source("tool.diameter_mm") is None


def test_a_scrap_burn_cut_sets_the_share_of_heat(catalogue: Catalogue) -> None:
    burned = calibrated(catalogue, measured("SCRAP_BURN", "materials/spruce_sitka", 0.25))
    before, after = (assess(Heat(), situation(one)) for one in (catalogue, burned))
    assert before.utilization is not None
    assert after.utilization is not None
    assert after.utilization < before.utilization
    assert (before.grade, after.grade) == (Grade.D, Grade.C)


def test_a_measured_runout_is_used_unless_another_is_stated(catalogue: Catalogue) -> None:
    turned = calibrated(catalogue, measured("RUNOUT", "tools/end_mill_3175_down", 0.006))
    assert situation(turned, {"tool.runout_mm": REMOVED}).find("tool.runout_mm") == 0.006
    assert situation(turned).find("tool.runout_mm") == 0.01
    assert "assumed:tir" not in assess(ChipLoad(), situation(turned, {"tool.runout_mm": REMOVED})).assumptions


def test_drawn_power_scales_the_force(catalogue: Catalogue) -> None:
    drawn = calibrated(catalogue, measured("SPINDLE_POWER", "materials/spruce_sitka", 1.5))

    def force_n(looked_at: Any) -> float:
        return {item.name: item.value for item in assess(ToolDeflection(), looked_at).details}["peak_force"]

    assert force_n(situation(drawn)) == pytest.approx(1.5 * force_n(situation(catalogue)))
    own = {"physics.specific_cutting_force_n_per_mm2": 30.0, "physics.edge_force_n_per_mm": 3.0}
    assert force_n(situation(drawn, own)) == force_n(situation(catalogue, own))


@pytest.mark.parametrize(
    ("kind", "subject", "value"),
    [
        ("AXIS_PUSH", "tools/x", 500.0),
        ("AXIS_PUSH", "machines/x", 0.0),
        ("SCRAP_BURN", "materials/x", 1.1),
        ("RUNOUT", "tools/x", float("nan")),
    ],
)
def test_a_measurement_fits_its_kind(kind: str, subject: str, value: float) -> None:
    with pytest.raises(ValidationError):
        measured(kind, subject, value)


@pytest.mark.parametrize(
    "fields",
    [
        {"min_rings": 4},
        {"min_ring_width_mm": 5.0},
        {"min_total_width_mm": 10.0},
        {"max_rings": 13},
        {"profile_id": "Mine"},
        {"min_ring_width_mm": 4.0, "min_rings": 3},
    ],
)
def test_a_profile_that_bounds_nothing_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ConstraintProfile.model_validate({**PROFILE, **fields})


def test_the_thirteen_profiles_ship(catalogue: Catalogue) -> None:
    assert set(catalogue.profiles) == {
        "default", "beginner", "first_rosette", "classical", "steel_string", "advanced", "master", "herringbone",
        "abalone", "minimalist", "exotic_woods", "cnc_3018", "production",
    }  # fmt: skip
    for history in catalogue.profiles.values():
        assert history[0].system
        assert set(history[0].profile.palette) <= set(catalogue.materials)


def test_nothing_is_added_under_the_id_of_what_ships(catalogue: Catalogue) -> None:
    tool = catalogue.tools["end_mill_3175_down"].tool
    with pytest.raises(EntryReadOnlyError, match="ships with the server and is never changed; choose another id"):
        addition(catalogue, Change("tool", tool, "Mine", SOURCE), "end_mill_3175_down")
    profile = next(iter(catalogue.profiles.values()))[0].profile
    with pytest.raises(EntryReadOnlyError):
        revision(catalogue, profile, created_at_utc="2026-03-01T12:00:00Z", note="")


@pytest.mark.parametrize("change", CHANGES[:3], ids=lambda change: change.kind)
def test_an_entry_that_says_nothing_new_is_not_added_again(catalogue: Catalogue, change: Change) -> None:
    entry_id = {"material": "my_spruce", "tool": "my_bit", "machine": "my_mill"}[change.kind]
    assert addition(catalogue, change, entry_id) == [change]
    added = apply(catalogue, [change])
    assert addition(added, change, entry_id) == []
    renamed = replace(change, display_name="Mine, newer")
    assert addition(added, renamed, entry_id) == [renamed]


def test_a_profile_is_revised_only_by_what_differs(catalogue: Catalogue) -> None:
    profile = ConstraintProfile.model_validate(PROFILE)
    first = revision(catalogue, profile, created_at_utc="2026-03-01T12:00:00Z", note="first")
    added = apply(catalogue, first)
    assert revision(added, profile, created_at_utc="2026-03-02T12:00:00Z", note="again") == []
    wider = ConstraintProfile.model_validate({**PROFILE, "max_rings": 4})
    assert len(revision(added, wider, created_at_utc="2026-03-02T12:00:00Z", note="wider")) == 1


def test_a_measurement_is_of_the_kind_of_thing_it_names() -> None:
    with pytest.raises(ValidationError, match=r"RUNOUT is measured of tools/\{id\}, not of machines/my_mill"):
        measured("RUNOUT", "machines/my_mill", 0.01)


def test_a_measurement_knows_the_id_of_what_was_measured() -> None:
    assert measured("RUNOUT", "tools/my_bit", 0.01).subject_id == "my_bit"


@pytest.mark.parametrize("value", [-0.01, 5.0])
def test_a_measurement_is_within_what_can_be(value: float) -> None:
    with pytest.raises(ValidationError, match=f"value {value:g} is not"):
        measured("RUNOUT", "tools/my_bit", value)


def test_the_first_measurement_under_an_id_stays(catalogue: Catalogue) -> None:
    first = measured("RUNOUT", "tools/end_mill_3175", 0.01, calibration_id="cal_1")
    again = measured("RUNOUT", "tools/end_mill_3175", 0.02, calibration_id="cal_1")
    added = apply(catalogue, measurement(catalogue, first))
    assert added.calibrations == (first,)
    assert measurement(added, again) == []
