"""Versions of the workshop's entries: revised, withdrawn, brought back, and what each did."""

from dataclasses import replace

import pytest

from feasibility_svc.domain.catalogue.additions import (
    addition,
    measurement,
    require_known,
    revised,
    withdrawal,
    withdrawal_of,
)
from feasibility_svc.domain.catalogue.calibration import Calibration
from feasibility_svc.domain.catalogue.catalogue import Catalogue, Source
from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.catalogue.tool_import import plan_import
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from feasibility_svc.domain.catalogue.versions import versions_of
from feasibility_svc.domain.catalogue.withdrawal import Withdrawal
from feasibility_svc.domain.catalogue.workshop import Change, apply, in_the_name_of
from feasibility_svc.domain.inputs.context import Machine, Material, Tool
from feasibility_svc.domain.scoring import errors
from feasibility_svc.domain.scoring.levels import Grade
from foundation.identity import RecordedIdentity

ANN = RecordedIdentity("password", "Ann", "person", "tok_0123456789ab")
SOURCE = (Source("*", "callipers", Grade.B),)
BIT = Change("tool", Tool(tool_id="my_bit", kind="END_MILL", diameter_mm=3.0), "Bit", SOURCE)
OTHERS = [
    Change("tool", Tool(tool_id="near_bit", kind="END_MILL", diameter_mm=3.1), "Near", SOURCE),
    Change("tool", Tool(tool_id="bare_bit", kind="END_MILL"), "Bare", SOURCE),
]
WOOD = Change("material", Material(material_id="my_wood", kind="SOFTWOOD", density_kg_per_m3=410.0), "Wood", SOURCE)
MILL = Change("machine", Machine(machine_id="my_mill", tier="HOBBY"), "Mill", SOURCE)
RUNOUT = Calibration(
    kind="RUNOUT", subject="tools/my_bit", value=0.01, person="Ann", date="2026-03-01", calibration_id="cal_1",
    created_at_utc="2026-03-01T07:00:00Z",
)  # fmt: skip


def made(catalogue: Catalogue, changes: list[Change], *, day: int = 1) -> Catalogue:
    """The catalogue with changes, as the journal gives them back."""
    named = in_the_name_of(ANN, changes, now=f"2026-03-{day:02}T08:00:00Z")
    return apply(catalogue, [Change.from_json(change.to_json()) for change in named])


def gone(resource: str, reason: str = "dropped") -> Withdrawal:
    return Withdrawal(resource=resource, reason=reason, person="Ann")


@pytest.fixture
def shop(catalogue: Catalogue) -> Catalogue:
    return made(catalogue, [BIT, *OTHERS, WOOD, MILL, Change("calibration", RUNOUT)])


def revise(shop: Catalogue, change: Change, *, version: int = 0) -> list[Change]:
    return revised(shop, change, change.resource.partition("/")[2], expected_version=version)


def test_a_revision_is_a_further_version_and_keeps_what_it_does_not_say(shop: Catalogue) -> None:
    worn = Change("tool", Tool(tool_id="my_bit", kind="END_MILL", diameter_mm=3.0, wear="WORN"), change_note="200 tops")
    later = made(shop, revise(shop, worn, version=1), day=2)
    entry = later.tool("my_bit")
    assert (entry.tool.wear, entry.display_name, entry.sources) == ("WORN", "Bit", SOURCE)
    assert (entry.kept.version, entry.kept.change_note, entry.kept.created_at_utc[:10]) == (2, "200 tops", "2026-03-02")
    assert entry.kept.identity == ANN
    newest, first = versions_of(later, "tools/my_bit")
    assert (newest.version, newest.action, newest.note, newest.person) == (2, "REVISED", "200 tops", "")
    assert newest.changes == ["wear: nothing before, WORN now"]
    assert (first.version, first.action, first.changes, first.created_at_utc[:10]) == (1, "CREATED", (), "2026-03-01")
    assert first.identity == newest.identity == ANN
    assert revise(later, worn, version=2) == []


def test_a_version_says_every_field_that_differs(shop: Catalogue) -> None:
    renamed = replace(
        BIT, display_name="Old", sources=(Source("*", "guessed", Grade.D),), presets=(CuttingPreset("a"),)
    )
    (newest, _) = versions_of(made(shop, [renamed]), "tools/my_bit")
    assert newest.changes == [
        "name: 'Bit' before, 'Old' now",
        "source: callipers (B) before, guessed (D) now",
        "presets: 0 before, 1 now",
    ]


def test_who_saw_another_version_is_refused(shop: Catalogue) -> None:
    with pytest.raises(errors.EntryChangedError, match="the tool 'my_bit' has version 1, not 2"):
        revise(shop, BIT, version=2)
    for resource in ("tools/my_bit", "calibrations/cal_1"):
        with pytest.raises(errors.EntryChangedError, match="has version 1, not 2"):
            withdrawal(shop, gone(resource), expected_version=2)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (Change("tool", Tool(tool_id="end_mill_3175", diameter_mm=3)), errors.EntryReadOnlyError),
        (Change("tool", Tool(tool_id="no_bit", diameter_mm=3)), errors.ToolNotFoundError),
        (Change("material", Material(material_id="no_wood")), errors.MaterialNotFoundError),
        (Change("machine", Machine(machine_id="no_mill")), errors.MachineNotFoundError),
    ],
)
def test_what_ships_and_what_is_not_there_is_neither_revised_nor_withdrawn(
    shop: Catalogue, change: Change, error: type[Exception]
) -> None:
    with pytest.raises(error):
        revise(shop, change)
    with pytest.raises(error):
        withdrawal(shop, gone(change.resource), expected_version=0)


@pytest.mark.parametrize("change", [BIT, WOOD, MILL], ids=lambda change: change.kind)
def test_what_is_withdrawn_is_not_used_and_comes_back_when_revised(shop: Catalogue, change: Change) -> None:
    collection, _, entry_id = change.resource.partition("/")
    later = made(shop, withdrawal(shop, gone(change.resource), expected_version=1), day=2)
    assert later.revision != shop.revision
    assert entry_id not in getattr(later, collection)
    assert getattr(later, f"every_{change.kind}")[entry_id].kept.version == 2
    with pytest.raises(errors.EntryWithdrawnError, match="was withdrawn on 2026-03-02 by Ann: dropped"):
        getattr(later, change.kind)(entry_id)
    with pytest.raises(errors.EntryWithdrawnError, match="revise it to use it again"):
        addition(later, change, entry_id)
    assert withdrawal(later, gone(change.resource, "again"), expected_version=1) == []
    held = withdrawal_of(later, change.resource)
    assert held is not None
    assert (held.reason, held.person, held.identity) == ("dropped", "Ann", ANN)
    back = made(later, revise(later, change, version=2), day=3)
    assert getattr(back, change.kind)(entry_id).kept.version == 3
    assert withdrawal_of(back, change.resource) is None
    actions = [(version.action, version.note, version.person) for version in versions_of(back, change.resource)]
    assert actions == [("RESTORED", "", ""), ("WITHDRAWN", "dropped", "Ann"), ("CREATED", "", "")]


def test_the_presets_of_a_tool_come_back_with_it(shop: Catalogue) -> None:
    with_presets = made(shop, [replace(BIT, presets=(CuttingPreset("pine"),))])
    later = made(with_presets, withdrawal(with_presets, gone("tools/my_bit"), expected_version=0))
    assert made(later, revise(later, replace(BIT, presets=None))).tool("my_bit").presets == (CuttingPreset("pine"),)


def test_the_refusal_names_what_is_near(shop: Catalogue) -> None:
    later = made(shop, withdrawal(shop, gone("tools/my_bit"), expected_version=0))
    with pytest.raises(errors.EntryWithdrawnError) as refused:
        later.tool("my_bit")
    assert refused.value.metadata["near"].split(", ")[0] == "near_bit"
    assert "bare_bit" not in refused.value.metadata["near"]


def test_a_withdrawn_calibration_gives_way_to_the_one_before(shop: Catalogue) -> None:
    second = RUNOUT.model_copy(update={"value": 0.02, "calibration_id": "cal_2"})
    later = made(shop, measurement(shop, second))
    held = later.calibration("RUNOUT", "tools/my_bit")
    assert held is not None
    assert held.calibration_id == "cal_2"
    back = made(later, withdrawal(later, gone("calibrations/cal_2", "wrong collet"), expected_version=1))
    held = back.calibration("RUNOUT", "tools/my_bit")
    assert held is not None
    assert held.calibration_id == "cal_1"
    assert withdrawal(back, gone("calibrations/cal_2"), expected_version=0) == []
    with pytest.raises(errors.EntryWithdrawnError, match="wrong collet"):
        measurement(back, second)
    withdrawn, recorded = versions_of(back, "calibrations/cal_2")
    assert (withdrawn.action, withdrawn.note) == ("WITHDRAWN", "wrong collet")
    assert (recorded.person, recorded.created_at_utc) == ("Ann", RUNOUT.created_at_utc)
    found = withdrawal_of(back, "calibrations/cal_2")
    assert found is not None
    assert found.reason == "wrong collet"


def test_a_resource_is_one_that_is_known(shop: Catalogue) -> None:
    require_known(shop, "tools/my_bit")
    require_known(shop, "calibrations/cal_1")
    with pytest.raises(errors.CalibrationNotFoundError):
        require_known(shop, "calibrations/cal_0")
    assert versions_of(shop, "tools/end_mill_3175") == []


def test_an_import_does_not_bring_back_what_was_withdrawn(shop: Catalogue) -> None:
    entry = LibraryTool("guid-1", 1, "Bit", {"diameter_mm": 3.0})
    (new,) = plan_import(shop, [entry], library="vendor")
    assert new.tool is not None
    added = made(shop, [Change("tool", new.tool.tool, "Bit", new.tool.sources)])
    name = f"tools/{new.tool.tool.tool_id}"
    later = made(added, withdrawal(added, gone(name), expected_version=0), day=2)
    (again,) = plan_import(later, [entry], library="vendor")
    assert (again.status, again.remarks[0]) == ("SKIPPED", "it was withdrawn on 2026-03-02 by Ann: dropped")


def test_a_journal_that_withdraws_what_was_never_added_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(ValueError, match="tools/my_bit is withdrawn and was never added"):
        made(catalogue, [Change("withdrawal", gone("tools/my_bit"))])
