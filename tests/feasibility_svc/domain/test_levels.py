"""Levels, the engines of a server, and what a read-only catalogue says."""

import pytest

from feasibility_svc.domain.engine.engine import StubEngine
from feasibility_svc.domain.engine.registry import EngineRegistry, baseline_engine
from feasibility_svc.domain.scoring.errors import CatalogBusyError, CatalogFullError, EngineNotFoundError
from feasibility_svc.domain.scoring.levels import RiskLevel


@pytest.mark.parametrize(
    ("level", "least", "said"),
    [
        (RiskLevel.GREEN, 80.0, "may be cut"),
        (RiskLevel.YELLOW, 50.0, "a named person has reviewed it"),
        (RiskLevel.RED, 0.0, "not to be cut"),
        (RiskLevel.UNKNOWN, None, "until it is known"),
        (RiskLevel.ERROR, None, "the evaluation failed"),
    ],
)
def test_a_level_says_what_it_means_and_where_it_begins(level: RiskLevel, least: float | None, said: str) -> None:
    assert level.least_score == least
    assert said in level.meaning


def test_an_engine_is_found_by_its_id_and_never_replaced() -> None:
    engines = EngineRegistry([baseline_engine(), StubEngine(RiskLevel.GREEN)])
    assert [engine.engine_id for engine in engines] == ["baseline_v2", "stub"]
    assert engines.get("").engine_id == "baseline_v2"
    assert engines.get("stub").engine_id == "stub"
    with pytest.raises(EngineNotFoundError):
        engines.get("baseline_v1")


def test_a_catalogue_that_is_busy_or_full_says_what_to_do() -> None:
    assert CatalogBusyError().retry_after_s == 1.0
    assert "make room and send it again" in str(CatalogFullError())
