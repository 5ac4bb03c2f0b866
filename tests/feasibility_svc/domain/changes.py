"""Searches for changes, of an engine made up for them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from feasibility_svc.domain.advice.change import SetupChange
from feasibility_svc.domain.advice.single_change import ChangeSearch
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.engine.engine import DimensionEngine
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, level_of
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import situation

GREEN, YELLOW = RiskLevel.GREEN, RiskLevel.YELLOW
SPEED, FEED, DEPTH, WIDTH = (
    "cut.spindle_speed_rpm",
    "cut.feed_rate_mm_per_min",
    "cut.axial_depth_mm",
    "cut.radial_width_mm",
)
POCKET = {"pocket": {"length_mm": 80.0, "width_mm": 40.0, "depth_mm": 12.0}}
CUT: dict[str, Any] = {
    "machine.machine_id": REMOVED,
    "stock.thickness_mm": 20.0,
    SPEED: 10_000.0,
    FEED: 1_000.0,
    DEPTH: 1.0,
    WIDTH: 1.0,
    "cut.plunge_rate_mm_per_min": 100.0,
    "tool.stickout_mm": 20.0,
    "tool.wear": "SHARP",
    "cut.cooling": "AIR",
    "cut.direction": "CLIMB",
    "tool.flute_direction": "DOWN",
    "tool.flute_count": 2,
}
Score = Callable[[Situation], Any]


class Made(OfEveryOperation):
    """A dimension with the score that a test gives it."""

    def __init__(self, score: Score, category: Category = Category.HEAT) -> None:
        self.profile = Profile(category, 1.0, mandatory=True, description="")
        self.score = score

    def assess(self, situation: Situation) -> Assessment:
        score = float(self.score(situation))
        return Assessment(self.profile.category, score, level_of(score), "", Grade.A)


def search(catalogue: Catalogue, *scores: Score, target: RiskLevel = GREEN, **changes: Any) -> ChangeSearch:
    categories = list(Category)
    dimensions = [Made(score, category) for score, category in zip(scores, categories, strict=False)]
    engine = DimensionEngine(engine_id="t", version="1", description="", dimensions=dimensions)
    context = {**CUT, **{key.replace("__", "."): value for key, value in changes.items()}}
    return ChangeSearch(engine, situation(catalogue, context, design=POCKET), target=target)


def when(holds: Callable[[Any], Any], key: str, *, else_score: float = 60.0) -> Score:
    """GREEN where a number is so."""
    return lambda looked_at: np.where(holds(looked_at.find(key)), 100.0, else_score)


def told(changes: list[SetupChange]) -> list[dict[str, float | str]]:
    return [{field.key: field.suggested for field in change.fields} for change in changes]
