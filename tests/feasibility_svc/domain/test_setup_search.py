"""Setups as usual practice has them."""

import numpy as np
import pytest

from feasibility_svc.domain.advice.setup_search import search_setups
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.engine import DimensionEngine
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.domain.verdict.aggregation import Table, ranks_of, tabulate
from tests.feasibility_svc.domain.situations import situation
from tests.feasibility_svc.domain.test_holes import DRILL, HOLES


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
