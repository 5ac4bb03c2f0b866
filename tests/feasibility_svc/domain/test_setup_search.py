"""Setups as usual practice has them."""

from math import sqrt
from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.advice.setup_search import search_setups
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.engine import DimensionEngine
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from feasibility_svc.domain.verdict.aggregation import Table, ranks_of, tabulate
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import DRILL, HOLES, situation


def slow_drill(catalogue: Catalogue) -> Situation:
    drill = {**DRILL, "tool.flute_count": 2, "cut.spindle_speed_rpm": 3_000.0, "cut.plunge_rate_mm_per_min": 60.0}
    return situation(catalogue, drill, design={"drilling": HOLES})


def test_a_setup_for_holes_removes_what_the_drill_bores(catalogue: Catalogue) -> None:
    setup = search_setups(baseline_engine(), slow_drill(catalogue)).setup
    assert setup is not None
    assert setup.risk is RiskLevel.GREEN
    (plunge,) = (change.suggested for change in setup.fields if change.key == "cut.plunge_rate_mm_per_min")
    assert isinstance(plunge, float)
    assert plunge > 60.0  # that bite was too small
    assert setup.removal_rate_mm3_per_min == pytest.approx(plunge * 78.53981633974483)  # 10 mm wide


class Wary(DimensionEngine):
    """Calls the first setup RED whose tolerances are looked at."""

    refused = 0

    def table(self, situation: Situation, count: int) -> Table:
        if situation.context.uncertainty.method == "SAMPLED" and not self.refused:
            self.refused += 1
            nothing = np.zeros((len(self.dimensions), count))
            return tabulate(nothing, ranks_of(nothing), self.profiles)
        return super().table(situation, count)


def test_a_setup_that_is_not_green_within_its_tolerances_gives_way_to_the_next(catalogue: Catalogue) -> None:
    usual = baseline_engine()
    wary = Wary(engine_id="wary", version="1.0.0", description="for a test", dimensions=usual.dimensions)
    looked_at = slow_drill(catalogue)
    first, next_one = search_setups(usual, looked_at).setup, search_setups(wary, looked_at).setup
    assert first is not None
    assert next_one is not None
    assert wary.refused == 1
    assert next_one.risk is RiskLevel.GREEN
    assert next_one.fields != first.fields


SLOW = {"cut.feed_rate_mm_per_min": 200.0}


def fields_of(catalogue: Catalogue, context: dict[str, Any]) -> dict[str, Any]:
    setup = search_setups(baseline_engine(), situation(catalogue, context)).setup
    assert setup is not None
    return {change.key: change.suggested for change in setup.fields}


def test_the_bite_of_a_proposed_setup_is_the_usual_one(catalogue: Catalogue) -> None:
    found = fields_of(catalogue, SLOW)
    bite_mm = found["cut.feed_rate_mm_per_min"] / (2 * found["cut.spindle_speed_rpm"])
    assert bite_mm == pytest.approx(
        sqrt(0.0127 * 0.025 * 3.175), rel=0.05
    )  # 0.004 D, and the thickest of hobby presets


def test_a_plunge_nobody_states_is_not_proposed(catalogue: Catalogue) -> None:
    assert "cut.plunge_rate_mm_per_min" in fields_of(catalogue, SLOW)
    assert "cut.plunge_rate_mm_per_min" not in fields_of(catalogue, {**SLOW, "cut.plunge_rate_mm_per_min": REMOVED})


def test_what_never_becomes_green_is_named_alone(catalogue: Catalogue) -> None:
    thin = search_setups(baseline_engine(), situation(catalogue, {"stock.thickness_mm": 1.9}))
    assert (thin.setup, list(thin.never_green)) == (None, [Category.GEOMETRY])
