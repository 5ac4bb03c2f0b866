"""What is said of situation. Limits and levels come from the physics specification."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.scoring.errors import MaterialNotFoundError
from feasibility_svc.domain.scoring.levels import Grade
from tests.builders import FRET_SLOTS, REMOVED, rosette
from tests.feasibility_svc.domain.situations import fret_situation, situation


def test_a_stated_number_wins_over_the_preset_and_counts_as_measured(catalogue: Catalogue) -> None:
    stated = situation(catalogue, {"tool.stickout_mm": 18.0})
    assert list(stated.need("tool.stickout_mm")) == [18.0]
    assert stated.grade("tool.stickout_mm") is Grade.A
    assert situation(catalogue).grade("tool.stickout_mm") is Grade.D
    assert stated.grade("stock.price") is Grade.D


def test_an_unknown_preset_is_never_replaced(catalogue: Catalogue) -> None:
    with pytest.raises(MaterialNotFoundError):
        situation(catalogue, {"material.material_id": "unobtainium"})


def test_a_model_gives_the_sound_hole_unless_the_design_does(catalogue: Catalogue) -> None:
    def hole(design: dict[str, Any]) -> float | None:
        channel = situation(catalogue, {"model_id": "dreadnought_254"}, design=design).design.rosette_channel
        assert channel is not None
        return channel.soundhole_radius_mm

    assert hole(rosette(rosette_channel__soundhole_radius_mm=REMOVED)) == 50.8
    assert hole(rosette()) == 42.5


def test_a_model_leaves_other_designs_alone(catalogue: Catalogue) -> None:
    holes = {"drilling": {"hole_diameter_mm": 6.0, "depth_mm": 2.0}}
    looked_at = situation(catalogue, {"model_id": "dreadnought_254"}, design=holes)
    assert looked_at.design == situation(catalogue, design=holes).design


def test_a_model_keeps_the_scale_the_design_states(catalogue: Catalogue) -> None:
    looked_at = fret_situation(catalogue, {"model_id": "bass_34"})
    slots = looked_at.design.fret_slots
    assert slots is not None
    assert slots.straight is not None
    assert slots.straight.scale_length_mm == 647.7


def test_a_model_gives_the_frets_and_widths_the_design_does_not_state(catalogue: Catalogue) -> None:
    bare = {"straight": {"scale_length_mm": 647.7}, "slot_width_mm": 0.584, "slot_depth_mm": 2.5}
    own = {**bare, "fret_count": 12, "nut_width_mm": 41.0, "heel_width_mm": 53.0}
    model = catalogue.model("bass_34")
    for frets, known in (
        (bare, (model.fret_count, model.nut_width_mm, model.heel_width_mm)),
        (own, (12, 41.0, 53.0)),
    ):
        slots = fret_situation(catalogue, {"model_id": "bass_34"}, design={"fret_slots": frets}).design.fret_slots
        assert slots is not None
        assert (slots.fret_count, slots.nut_width_mm, slots.heel_width_mm) == known


@pytest.mark.parametrize(("depth_mm", "pass_mm"), [(8.0, 2.0), (2.0, 2.0), (1.5, 1.5)])
def test_a_shallower_operation_takes_no_deeper_pass_than_itself(
    catalogue: Catalogue, depth_mm: float, pass_mm: float
) -> None:
    context = {"cut.axial_depth_mm": 2.0, "stock.thickness_mm": 20.0}
    present = situation(catalogue, context, design={"profile": {"length_mm": 100.0, "depth_mm": 5.0}})
    assert present.redesigned("design.profile.depth_mm", depth_mm).find("cut.axial_depth_mm") == pass_mm


@pytest.mark.parametrize(("pass_mm", "left_mm"), [(0.65, 0.65), (1.5, 1.35), (1.6, 1.6)])
def test_a_shallower_channel_takes_no_deeper_pass_than_itself(
    catalogue: Catalogue, pass_mm: float, left_mm: float
) -> None:
    """A pass of 1.6 mm was too deep for the first channel before, and is said to be so."""
    further = {"inner_radius_mm": 62.0, "outer_radius_mm": 66.0, "depth_mm": 1.9}
    design = rosette(rosette_channel__depth_mm=1.5, rosette_channel__further_channels=[further])
    present = situation(catalogue, {"cut.axial_depth_mm": pass_mm}, design=design)
    changed = present.redesigned("design.rosette_channel.further_channels[0].depth_mm", 1.35)
    assert (changed.operation_depth_mm, changed.find("cut.axial_depth_mm")) == (1.5, left_mm)


def test_a_model_gives_the_scale_the_design_does_not_state(catalogue: Catalogue) -> None:
    frets = {**FRET_SLOTS["fret_slots"]}
    del frets["straight"]
    slots = fret_situation(catalogue, {"model_id": "bass_34"}, design={"fret_slots": frets}).design.fret_slots
    assert slots is not None
    assert slots.straight is not None
    assert slots.straight.scale_length_mm == 863.6
