"""Searches for rosettes: what they keep to, and when they end."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.profiles import ConstraintProfile, Revision
from feasibility_svc.domain.catalogue.workshop import (
    Change,
    apply,
)
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.errors import ProfileNotFoundError
from feasibility_svc.domain.search.rosette_search import Draw, RosetteQuery, RosetteSearch
from tests import builders
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import PROFILE, situation


def search(
    catalogue: Catalogue, profile_id: str = "default", *, stock: dict[str, Any] | None = None, **fields: Any
) -> RosetteSearch:
    wanted = RosetteQuery(
        profile_id=profile_id,
        **{
            "soundhole_radius_mm": 42.5,
            "channel_depth_mm": 1.3,
            "upper_bout_width_mm": None,
            "candidates": 5,
            "attempts": 60,
            "time_limit_s": 60.0,
            "seed": 7,
            **fields,
        },
    )
    ticks = iter(range(10_000))
    looked_at = situation(catalogue)
    context = type(looked_at.context).model_validate(
        builders.overridden(builders.CONTEXT, {f"stock.{name}": value for name, value in (stock or {}).items()})
    )
    return RosetteSearch(baseline_engine(), catalogue, context, wanted, stopwatch=lambda: float(next(ticks)))


@pytest.mark.parametrize(
    "profile_id",
    ["default", "beginner", "first_rosette", "classical", "herringbone", "abalone", "production", "cnc_3018"],
)
def test_a_search_keeps_every_bound_of_its_profile(catalogue: Catalogue, profile_id: str) -> None:
    outcome = search(catalogue, profile_id, candidates=50).run()
    profile = catalogue.profile(profile_id).profile
    assert outcome.candidates
    scores = [item.report.verdict.score or 0.0 for item in outcome.candidates]
    ranks = [item.report.verdict.risk.rank for item in outcome.candidates]
    assert ranks == sorted(ranks)
    assert all(not item.report.verdict.risk.blocks for item in outcome.candidates)
    assert scores == sorted(scores, reverse=True) or len(set(ranks)) > 1
    for item in outcome.candidates:
        channel = item.design.rosette_channel
        assert channel is not None
        widths = [ring.width_mm or 0.0 for ring in channel.rings]
        assert profile.min_rings <= len(widths) <= profile.max_rings
        assert all(profile.min_ring_width_mm <= width <= profile.max_ring_width_mm for width in widths)
        assert sum(widths) <= profile.max_total_width_mm
        patterns = {ring.pattern for ring in channel.rings}
        assert profile.allow_mosaic or "MOSAIC" not in patterns
        assert profile.allow_segmented or not patterns & {"HERRINGBONE", "ROPE"}
        if profile.palette:
            assert {ring.material_id for ring in channel.rings} <= set(profile.palette)


@pytest.mark.parametrize("widest_mm", [0.01, 0.06, 0.1, 12.0])
def test_a_rosette_narrower_than_its_glue_is_searched_all_the_same(catalogue: Catalogue, widest_mm: float) -> None:
    narrow = {"min_ring_width_mm": 0.01, "max_ring_width_mm": 0.012, "min_total_width_mm": 0.01, "min_rings": 1}
    profile = ConstraintProfile.model_validate({**PROFILE, **narrow, "max_total_width_mm": widest_mm})
    own = apply(catalogue, [Change("profile", Revision(profile=profile))])
    outcome = search(own, "mine", attempts=20).run()
    assert outcome.attempts == 20


def test_the_same_seed_finds_the_same(catalogue: Catalogue) -> None:
    first, again, other = (search(catalogue, seed=seed).run().candidates for seed in (3, 3, 4))
    assert [item.design for item in first] == [item.design for item in again]
    assert [item.design for item in first] != [item.design for item in other]


def test_a_search_ends_with_its_time(catalogue: Catalogue) -> None:
    outcome = search(catalogue, time_limit_s=10.0).run()
    assert outcome.timed_out
    assert outcome.attempts == 10


def test_what_may_not_be_cut_is_left_out(catalogue: Catalogue) -> None:
    outcome = search(catalogue, channel_depth_mm=2.5).run()
    assert outcome.candidates == []
    assert outcome.refused + outcome.duplicates == outcome.attempts == 60


def test_few_choices_repeat_and_are_tried_once(catalogue: Catalogue) -> None:
    narrow = Revision(
        profile=ConstraintProfile.model_validate({
            **PROFILE, "max_rings": 1, "min_ring_width_mm": 4.0, "max_ring_width_mm": 4.0, "bias": 0.0,
            "max_total_width_mm": 4.2,
        })
    )  # fmt: skip
    outcome = search(apply(catalogue, [Change("profile", narrow)]), "mine").run()
    assert outcome.duplicates > 50
    tight = Revision(
        profile=ConstraintProfile.model_validate({
            **PROFILE, "min_rings": 2, "min_ring_width_mm": 2.0, "min_total_width_mm": 4.0, "max_total_width_mm": 4.0,
        })
    )  # fmt: skip
    with_glue = search(apply(catalogue, [Change("profile", tight)]), "mine").run()
    assert with_glue.attempts == 60
    with pytest.raises(ProfileNotFoundError):
        search(catalogue, "nobody")


def test_without_a_speed_nothing_is_known_well_enough(catalogue: Catalogue) -> None:
    bare = search(catalogue)
    stripped = builders.overridden(builders.CONTEXT, {"cut.spindle_speed_rpm": REMOVED})
    bare._context = type(bare._context).model_validate(stripped)
    assert bare.run().candidates == []


def test_draws_are_even() -> None:
    draw = Draw(1)
    values = [draw.between(1, 6) for _ in range(6_000)]
    assert {value: values.count(value) > 900 for value in range(1, 7)} == dict.fromkeys(range(1, 7), True)
    assert all(0 <= draw.share() < 1 for _ in range(1_000))


def test_a_search_without_a_top_leaves_the_part_open(catalogue: Catalogue) -> None:
    outcome = search(catalogue, candidates=1, stock={"width_mm": REMOVED}).run()
    assert [item.design.part for item in outcome.candidates] == [None]
