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


def test_a_model_gives_the_scale_the_design_does_not_state(catalogue: Catalogue) -> None:
    frets = {**FRET_SLOTS["fret_slots"]}
    del frets["straight"]
    slots = fret_situation(catalogue, {"model_id": "bass_34"}, design={"fret_slots": frets}).design.fret_slots
    assert slots is not None
    assert slots.straight is not None
    assert slots.straight.scale_length_mm == 863.6
