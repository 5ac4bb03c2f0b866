"""What is searched when, which tools are likely, and how an explanation fills its screen, of made-up searches."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from feasibility_svc.domain.advice import advice as advising
from feasibility_svc.domain.advice.advice import Advice, Redesign, _likely_tools, _obstacles, _suits_tops, advise
from feasibility_svc.domain.advice.change import FieldChange, SetupChange
from feasibility_svc.domain.advice.explanation import Request, explain
from feasibility_svc.domain.advice.setup_search import Search, Setup
from feasibility_svc.domain.advice.single_change import ChangeSearch
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.engine.engine import StubEngine
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.scoring.assessment import Assessment, Recommendation, UnknownKind, UnknownReason
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, level_of
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import situation

GREEN, YELLOW, RED, UNKNOWN = RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED, RiskLevel.UNKNOWN
POCKET = {"pocket": {"length_mm": 80.0, "width_mm": 40.0, "depth_mm": 2.0}}
THICK = {"stock.thickness_mm": 20.0}
CHANGE = SetupChange([FieldChange("cut.feed_rate_mm_per_min", 900.0, 1_000.0, "mm/min")], GREEN, 90.0, 1.0, [])


def test_no_more_than_twelve_tools_are_tried_the_nearest_diameters_first(catalogue: Catalogue) -> None:
    tool = {"tool.tool_id": REMOVED, "tool.kind": "END_MILL", "tool.diameter_mm": 6.0}
    looked_at = situation(catalogue, {**THICK, **tool}, design=POCKET)
    likely = _likely_tools(looked_at, 6.0)
    assert {entry.tool.kind for entry in likely} == {"END_MILL"}
    distances = [
        max(entry.tool.diameter_mm / 6.0, 6.0 / entry.tool.diameter_mm) for entry in likely if entry.tool.diameter_mm
    ]
    assert distances == sorted(distances)
    kinds = [entry for entry in catalogue.tools.values() if entry.tool.kind == "END_MILL" and entry.tool.diameter_mm]
    assert len(likely) == min(len(kinds), 12)
    twice = {f"{name}_{copy}": replace(tool) for name, tool in catalogue.tools.items() for copy in "ba"}
    many = replace(catalogue, tools=twice)
    doubled = _likely_tools(replace(looked_at, catalogue=many), 6.0)
    assert len(doubled) == 12
    names = [next(name for name, entry in many.tools.items() if entry is one) for one in doubled[:2]]
    assert names == sorted(names)


def test_a_tool_is_not_its_own_replacement(catalogue: Catalogue) -> None:
    mills = [name for name, entry in catalogue.tools.items() if entry.tool.kind == "END_MILL"]
    present = mills[len(mills) // 2]
    looked_at = situation(catalogue, {**THICK, "tool.tool_id": present}, design=POCKET)
    diameter_mm = looked_at.context.tool.diameter_mm
    assert diameter_mm is not None
    ids = [entry.tool.tool_id for entry in _likely_tools(looked_at, diameter_mm)]
    assert present not in ids
    assert any(one > present for one in ids)
    assert any(one < present for one in ids)


@pytest.mark.parametrize(
    ("diameter_mm", "direction", "suits"),
    [(3.2, "DOWN", True), (3.3, "DOWN", False), (3.2, "UP", False), (3.2, "COMPRESSION", False)],
)
def test_tops_are_cut_with_small_down_cut_tools(diameter_mm: float, direction: str, suits: bool) -> None:
    assert _suits_tops(diameter_mm, direction) is suits


def report_of(risk: RiskLevel, *assessments: Assessment, advised: Sequence[Recommendation] = ()) -> Report:
    stub = StubEngine(risk)
    verdict = stub.evaluate(None).verdict  # type: ignore[arg-type]
    grade = max(item.grade for item in assessments)
    binding = replace(verdict, binding=assessments[0].category)
    return Report("t", "1", binding, list(assessments), stub.profiles, list(advised), grade)


def assessed(category: Category, score: float, finding: str = "a finding", **more: Any) -> Assessment:
    return Assessment(category, score, level_of(score), finding, more.pop("grade", Grade.A), **more)


ASIDE = Recommendation(Category.HEAT, "context.workholding", None, None, "", "hold it")
TRIED = replace(ASIDE, text="feed at 900 mm/min", resulting_risk=GREEN)


def test_only_what_is_worst_and_never_green_is_an_obstacle(catalogue: Catalogue) -> None:
    items = [assessed(Category.HEAT, 10.0), assessed(Category.CHIPLOAD, 60.0), assessed(Category.RIMSPEED, 90.0)]
    never = [Category.HEAT, Category.RIMSPEED]
    looked_at = situation(catalogue)
    red = report_of(RED, *items, advised=[ASIDE, TRIED])
    assert _obstacles(red, never, looked_at) == ["no setting of this machine mends the heat: a finding", "hold it"]
    assert _obstacles(red, [], looked_at) == []
    yellow = report_of(YELLOW, *items, advised=[ASIDE, TRIED])
    assert _obstacles(yellow, never, looked_at) == _obstacles(red, never, looked_at)
    assert _obstacles(yellow, [], looked_at) == []
    unknown = report_of(UNKNOWN, *items, advised=[ASIDE, TRIED])
    assert _obstacles(unknown, never, looked_at) == ["hold it"]
    assert _obstacles(unknown, [], looked_at) == ["hold it"]
    dull = _obstacles(red, never, situation(catalogue, {"tool.wear": "DULL"}))
    assert len(dull) == 3


def searched(
    monkeypatch: pytest.MonkeyPatch, *, setup: bool, singles: bool, pair: bool, redesign: bool = True
) -> list[str]:
    """Let every search be one that only says whether it was asked."""
    asked: list[str] = []

    def asking(what: str, answer: Any) -> Any:
        asked.append(what)
        return answer

    found = Search(object() if setup else None, [Category.HEAT])  # type: ignore[arg-type]
    monkeypatch.setattr(advising, "search_setups", lambda *_: found)
    monkeypatch.setattr(ChangeSearch, "__init__", lambda self, *_, **__: asking("changes", None))
    monkeypatch.setattr(ChangeSearch, "single", lambda self: [CHANGE] if singles else [])
    monkeypatch.setattr(ChangeSearch, "few", lambda self: asking("few", CHANGE if pair else None))
    made = Redesign(["shorter"], CHANGE) if redesign else None
    monkeypatch.setattr(advising, "_redesigned", lambda *_: asking("design", made))
    monkeypatch.setattr(advising, "_other_tools", lambda *_: asking("tools", []))
    monkeypatch.setattr(advising, "sensitivities", lambda *_: {})
    monkeypatch.setattr(advising, "_obstacles", lambda _, never, __: asking("obstacles", []) if never else [])
    return asked


@pytest.mark.parametrize(
    ("risk", "setup", "singles", "pair", "asked"),
    [
        (GREEN, True, False, False, []),
        (YELLOW, True, True, False, ["changes"]),
        (YELLOW, True, False, True, ["changes", "few"]),
        (YELLOW, False, True, False, ["changes", "tools"]),
        (YELLOW, False, False, True, ["changes", "few", "tools", "obstacles"]),
        (YELLOW, False, False, False, ["changes", "few", "design", "tools", "obstacles"]),
        (RED, False, False, False, ["changes", "few", "design", "tools", "obstacles"]),
    ],
)
def test_each_search_is_made_only_when_the_one_before_did_not_suffice(  # noqa: PLR0917
    catalogue: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
    risk: RiskLevel,
    setup: bool,
    singles: bool,
    pair: bool,
    asked: list[str],
) -> None:
    told = searched(monkeypatch, setup=setup, singles=singles, pair=pair)
    advise(StubEngine(risk), situation(catalogue))
    assert told == asked


def test_other_tools_step_over_in_proportion_and_the_quickest_three_are_offered(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = {"tool.tool_id": REMOVED, "tool.kind": "END_MILL", "tool.diameter_mm": 6.0, "cut.radial_width_mm": 3.0}
    looked_at = situation(catalogue, {**THICK, **tool}, design=POCKET)
    shares: list[float] = []
    times: list[float | None] = [9.0, None, 4.0, 4.0, 8.0, *[50.0] * 7]

    def found(_: Any, changed: Any) -> Search:
        shares.append(changed.find("cut.radial_width_mm") / changed.find("tool.diameter_mm"))
        place = len(shares) - 1
        return Search(Setup([], GREEN, 90.0, float(place), times[place]), ())

    monkeypatch.setattr(advising, "search_setups", found)
    offered = advising._other_tools(StubEngine(GREEN), looked_at)
    assert [(setup.cut_time_s, setup.removal_rate_mm3_per_min) for _, setup in offered] == [
        (4.0, 3.0),
        (4.0, 2.0),
        (8.0, 4.0),
    ]
    assert shares == pytest.approx([0.5] * len(shares))
    for nameless in ({"tool.diameter_mm": REMOVED}, {"cut.radial_width_mm": REMOVED}):
        bare = situation(catalogue, {**THICK, **tool, **nameless}, design=POCKET)
        assert advising._other_tools(StubEngine(GREEN), bare) == []


SHALLOWER = "make the depth of the pocket 0.8 mm"


@pytest.mark.parametrize(
    ("wanted_mm", "then", "made"),
    [
        (0.8, RED, Redesign([SHALLOWER], CHANGE)),
        (0.8, RiskLevel.ERROR, Redesign([SHALLOWER], CHANGE)),
        (0.8, GREEN, Redesign([SHALLOWER], None)),
        (0.001, GREEN, None),
    ],
)
def test_lengths_that_can_be_made_are_tried_together_with_settings(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, wanted_mm: float, then: RiskLevel, made: Redesign | None
) -> None:
    """Settings only where the lengths alone are not GREEN then."""
    monkeypatch.setattr(ChangeSearch, "__init__", lambda *_, **__: None)
    monkeypatch.setattr(ChangeSearch, "single", lambda _: [CHANGE])
    depth = Recommendation(Category.GEOMETRY, "design.pocket.depth_mm", 2.0, wanted_mm, "mm", "")
    tool = replace(depth, field="context.tool.diameter_mm", suggested_value=5.0)
    report = report_of(RED, assessed(Category.GEOMETRY, 0.0, recommendations=[depth, tool]))
    assert advising._redesigned(StubEngine(then), situation(catalogue, THICK, design=POCKET), report) == made


def test_a_design_that_nothing_asks_to_change_stays_as_it_is(catalogue: Catalogue) -> None:
    report = report_of(RED, assessed(Category.GEOMETRY, 0.0, recommendations=[ASIDE]))
    assert advising._redesigned(StubEngine(GREEN), situation(catalogue, THICK, design=POCKET), report) is None


def test_the_present_time_is_told_where_it_is_known(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    searched(monkeypatch, setup=True, singles=False, pair=False)
    known = advise(StubEngine(GREEN), situation(catalogue)).present_cut_time_s
    assert known is not None
    assert known > 0.0
    assert advise(StubEngine(GREEN), situation(catalogue, base={})).present_cut_time_s is None


REQUEST = Request("", "0" * 64, "METRIC")


def advice_of(report: Report, **more: Any) -> Advice:
    known: dict[str, Any] = {
        "present_cut_time_s": None,
        "setup": None,
        "single_changes": [],
        "pair_change": None,
        "tool_changes": [],
        "sensitivities": {},
        "obstacles": [],
    }
    return Advice(report=report, **{**known, **more})


MANY = [f"fact {number}" for number in range(40)]
GAPS = [UnknownReason(UnknownKind.MISSING, "x", text) for text in MANY]
OTHERS = [item for item in Category if item is not Category.HEAT]
FULL = [
    assessed(Category.HEAT, 60.0, warnings=MANY),
    *(assessed(category, 60.0) for category in OTHERS),
    replace(assessed(Category.CHIPLOAD, 60.0), score=None, unknown_reasons=GAPS),
]


@pytest.mark.parametrize(
    ("assessments", "obstacles"),
    [
        (FULL, MANY),
        ([assessed(Category.HEAT, 60.0), replace(FULL[-1])], []),
        ([assessed(Category.HEAT, 60.0), *FULL[1:]], []),
    ],
    ids=["everything", "only gaps", "no obstacles"],
)
def test_an_explanation_with_more_to_say_fills_its_24_lines(
    assessments: list[Assessment], obstacles: list[str]
) -> None:
    text = explain(advice_of(report_of(YELLOW, *assessments), obstacles=obstacles), [], REQUEST).text
    assert len(text.splitlines()) == 24
