from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.engine.engine import DimensionEngine, StubEngine
from feasibility_svc.domain.engine.registry import EngineRegistry, baseline_engine
from feasibility_svc.domain.scoring.assessment import Assessment, NotAssessedError, Quantity, UnknownKind, missing
from feasibility_svc.domain.scoring.errors import EngineNotFoundError
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, level_of
from feasibility_svc.domain.verdict.aggregation import LEVELS
from tests.builders import REMOVED
from tests.feasibility_svc.domain.made_up import Broken
from tests.feasibility_svc.domain.situations import fret_situation, situation


def engine_of(outcome: Any) -> DimensionEngine:
    return DimensionEngine(engine_id="t", version="1", description="", dimensions=[Broken(outcome)])


def test_the_rosette_is_green(catalogue: Catalogue) -> None:
    report = baseline_engine().evaluate(situation(catalogue))
    assert report.verdict.risk is RiskLevel.GREEN
    assert report.faults == []


def test_a_failing_dimension_is_unknown_with_the_reason(catalogue: Catalogue) -> None:
    report = engine_of(ZeroDivisionError("secret detail")).evaluate(situation(catalogue))
    assert report.verdict.risk is RiskLevel.UNKNOWN
    assert report.assessments[0].unknown_reasons[0].kind is UnknownKind.FAILED
    assert "secret detail" not in report.assessments[0].finding
    assert "secret detail" in report.faults[0]


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -1.0, 101.0])
def test_a_score_outside_its_range_is_an_error(catalogue: Catalogue, score: float) -> None:
    report = engine_of(score).evaluate(situation(catalogue))
    assert report.verdict.risk is RiskLevel.ERROR
    assert not report.verdict.is_feasible


class Overflowing(Broken):
    """Is GREEN, with numbers beside its score that no float holds."""

    def assess(self, situation: Situation) -> Assessment:
        details, utilization = self._outcome
        return Assessment(Category.HEAT, 90.0, RiskLevel.GREEN, "", Grade.A, utilization=utilization, details=details)


@pytest.mark.parametrize(
    "outcome", [([Quantity("power", float("inf"), "W", None, "")], 0.5), ([], float("nan"))], ids=["detail", "share"]
)
def test_a_dimension_whose_numbers_overflow_is_unknown(catalogue: Catalogue, outcome: Any) -> None:
    engine = DimensionEngine(engine_id="t", version="1", description="", dimensions=[Overflowing(outcome)])
    report = engine.evaluate(situation(catalogue))
    assert report.verdict.risk is RiskLevel.UNKNOWN
    assert report.assessments[0].unknown_reasons[0].kind is UnknownKind.FAILED
    assert "beyond what a float holds" in report.faults[0]


class Unexplorable(Broken):
    """Is GREEN, and fails as soon as its inputs vary."""

    def assess(self, situation: Situation) -> Assessment:
        return Assessment(Category.HEAT, 100.0, RiskLevel.GREEN, "", Grade.A)


def test_tolerances_that_cannot_be_explored_leave_nothing_green(catalogue: Catalogue) -> None:
    engine = DimensionEngine(
        engine_id="t", version="1", description="", dimensions=[Unexplorable(ZeroDivisionError("secret detail"))]
    )
    assert engine.evaluate(situation(catalogue)).verdict.risk is RiskLevel.GREEN
    report = engine.evaluate(situation(catalogue, {"uncertainty.method": "CORNERS"}))
    assert report.verdict.risk is RiskLevel.UNKNOWN
    assert report.assessments[0].unknown_reasons[0].kind is UnknownKind.FAILED
    assert "secret detail" in report.faults[0]


def test_an_engine_without_dimensions_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="without dimensions"):
        DimensionEngine(engine_id="t", version="1", description="", dimensions=[])


def test_an_unknown_engine_is_never_replaced() -> None:
    registry = EngineRegistry([baseline_engine()])
    assert registry.get("").engine_id == "baseline_v2"
    with pytest.raises(EngineNotFoundError):
        registry.get("baseline_v1")


@pytest.mark.parametrize("engines", [[], [DimensionEngine]])
def test_a_registry_needs_well_named_engines(engines: list[Any]) -> None:
    built = [kind(engine_id="no-dash", version="1", description="", dimensions=[Broken(1.0)]) for kind in engines]
    with pytest.raises(ValueError, match="engine"):
        EngineRegistry(built)


@pytest.mark.parametrize("level", list(RiskLevel))
def test_the_stub_engine_answers_with_its_forced_level(catalogue: Catalogue, level: RiskLevel) -> None:
    report = StubEngine(level).evaluate(situation(catalogue))
    assert report.verdict.risk is level
    assert report.verdict.is_feasible == (level in {RiskLevel.GREEN, RiskLevel.YELLOW})


ROSETTE_INPUTS = [
    "material.material_id",
    "tool.tool_id",
    "machine.machine_id",
    "cut.spindle_speed_rpm",
    "cut.feed_rate_mm_per_min",
    "cut.axial_depth_mm",
]


@pytest.mark.parametrize("path", ROSETTE_INPUTS)
def test_removing_any_mandatory_input_makes_the_report_unknown(catalogue: Catalogue, path: str) -> None:
    report = baseline_engine().evaluate(situation(catalogue, {path: REMOVED}))
    assert report.verdict.risk is RiskLevel.UNKNOWN
    subjects = {reason.subject for item in report.assessments for reason in item.unknown_reasons}
    assert subjects


def test_an_empty_context_is_unknown_in_every_dimension_that_judges(catalogue: Catalogue) -> None:
    report = baseline_engine().evaluate(situation(catalogue, base={}))
    judging = [
        item for item, profile in zip(report.assessments, report.profiles, strict=True) if not profile.information
    ]
    assert {item.risk for item in judging} == {RiskLevel.UNKNOWN}
    assert report.verdict.score is None
    assert report.verdict.binding is Category.CHIPLOAD


class Informing(Broken):
    profile = Profile(category=Category.CUT_TIME, weight=0.0, mandatory=False, information=True, description="")

    def assess(self, situation: Situation) -> Assessment:
        score = self.score(situation)
        return Assessment(Category.CUT_TIME, score, level_of(score), "", Grade.A)


@pytest.mark.parametrize(
    ("outcome", "risk", "score"),
    [
        (100.0, RiskLevel.GREEN, None),
        (79.0, RiskLevel.YELLOW, 79.0),
        (NotAssessedError(missing("context.stock.width_mm")), RiskLevel.GREEN, None),
        (ZeroDivisionError(), RiskLevel.UNKNOWN, None),
    ],
)
def test_what_only_informs_has_no_score_until_something_is_broken(
    catalogue: Catalogue, outcome: Any, risk: RiskLevel, score: float | None
) -> None:
    engine = DimensionEngine(engine_id="t", version="1", description="", dimensions=[Broken(90.0), Informing(outcome)])
    report = engine.evaluate(situation(catalogue))
    assert (report.assessments[1].risk, report.assessments[1].score) == (risk, score)
    assert report.verdict.risk is risk
    assert list(report.assessments[1].unknown_reasons) == [] or risk is RiskLevel.UNKNOWN
    table = engine.table(situation(catalogue), 1)
    assert LEVELS[int(table.ranks[0])] is risk


class Elsewhere(Broken):
    """A risk that this operation does not have."""

    def applies(self, situation: Situation) -> bool:
        return False


class Unasked(Broken):
    """A RED risk that fails when asked whether the operation has it."""

    def assess(self, situation: Situation) -> Assessment:
        return Assessment(Category.HEAT, 10.0, RiskLevel.RED, "", Grade.A)

    def applies(self, situation: Situation) -> bool:
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("kind", "count", "risk"), [(Elsewhere, 1, RiskLevel.GREEN), (Unasked, 2, RiskLevel.RED)], ids=["absent", "failing"]
)
def test_a_dimension_the_operation_does_not_have_is_absent(
    catalogue: Catalogue, kind: Any, count: int, risk: RiskLevel
) -> None:
    engine = DimensionEngine(engine_id="t", version="1", description="", dimensions=[Informing(90.0), kind(10.0)])
    report = engine.evaluate(situation(catalogue))
    assert len(report.assessments) == count
    assert report.verdict.risk is risk
    assert LEVELS[int(engine.table(situation(catalogue), 1).ranks[0])] is risk


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("cut.feed_rate_mm_per_min", 900.0),
        ("cut.spindle_speed_rpm", 12000.0),
        ("cut.axial_depth_mm", 1.3),
        ("cut.radial_width_mm", 0.5),
        ("tool.diameter_mm", 2.0),
        ("tool.flute_count", 1),
        ("tool.wear", "DULL"),
        ("tool.stickout_mm", 30.0),
        ("tool.substrate", "HSS"),
        ("tool.shank_diameter_mm", 6.0),
        ("tool.flute_length_mm", 6.0),
        ("tool.runout_mm", 0.002),
        ("material.density_kg_per_m3", 800.0),
        ("material.moisture_percent", 16.0),
        ("stock.thickness_mm", 3.2),
        ("stock.width_mm", 300.0),
        ("machine.stiffness_n_per_mm", 100.0),
        ("cut.cooling", "MIST"),
        ("cut.direction", "CONVENTIONAL"),
        ("cut.grain_angle_deg", 90.0),
        ("cut.ambient_temperature_c", 35.0),
        ("cut.quality_face", "BOTTOM"),
        ("material.figured", True),
        ("machine.spindle_power_w", 100.0),
        ("machine.lateral_force_limit_n", 20.0),
        ("workholding.clamp_force_n", 20.0),
        ("workholding.friction", 0.3),
    ],
)
def test_each_input_moves_the_result(catalogue: Catalogue, path: str, value: Any) -> None:
    engine = baseline_engine()
    before = engine.evaluate(situation(catalogue))
    after = engine.evaluate(situation(catalogue, {path: value}))
    assert [item.details for item in before.assessments] != [item.details for item in after.assessments]


@pytest.mark.parametrize("machine", ["shapeoko_3", "onefinity_journeyman", "avid_pro"])
@pytest.mark.parametrize("feed", [1262.0, 1905.0, 2286.0])
@pytest.mark.parametrize("material", ["ebony_african", "rosewood_east_indian"])
def test_the_vendors_own_fret_slot_recipe_is_not_red(
    catalogue: Catalogue, machine: str, feed: float, material: str
) -> None:
    recipe = {
        "material.material_id": material,
        "machine.machine_id": machine,
        "cut.feed_rate_mm_per_min": feed,
        "cut.axial_depth_mm": 0.584,
        "tool.runout_mm": REMOVED,
    }
    report = baseline_engine().evaluate(fret_situation(catalogue, recipe))
    assert [item.category for item in report.assessments if item.risk.blocks] == []


def test_a_router_bit_at_twice_its_marked_speed_is_red(catalogue: Catalogue) -> None:
    marked = {"tool.marked_max_spindle_speed_rpm": 8500.0}
    report = baseline_engine().evaluate(situation(catalogue, marked))
    assert report.verdict.risk is RiskLevel.RED
    assert report.verdict.binding is Category.RIMSPEED


def test_equal_inputs_give_equal_reports(catalogue: Catalogue) -> None:
    engine = baseline_engine()
    first, second = (engine.evaluate(situation(catalogue)) for _ in range(2))
    assert first == second
