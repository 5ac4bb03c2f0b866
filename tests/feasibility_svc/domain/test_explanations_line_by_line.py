"""What an explanation says of a report that is put together by hand, line by line."""

from collections.abc import Sequence
from typing import Any

import pytest

from feasibility_svc.domain.advice.advice import Advice
from feasibility_svc.domain.advice.change import FieldChange, SetupChange, time_in_words
from feasibility_svc.domain.advice.explanation import Explanation, Request, explain
from feasibility_svc.domain.advice.setup_search import Setup
from feasibility_svc.domain.advice.units import UnitSystem
from feasibility_svc.domain.advice.wording import CALLED, CHAINS, OPENINGS
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.scoring.assessment import Assessment, Quantity, Recommendation, missing
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, level_of
from feasibility_svc.domain.verdict.aggregation import Verdict

GREEN, YELLOW, RED, UNKNOWN, ERROR = (RiskLevel[name] for name in ("GREEN", "YELLOW", "RED", "UNKNOWN", "ERROR"))
FEED = FieldChange("cut.feed_rate_mm_per_min", 500.0, 900.0, "mm/min")


def item(category: Category, score: float | None, finding: str = "found", **more: Any) -> Assessment:
    risk = more.pop("risk", UNKNOWN if score is None else level_of(score))
    return Assessment(category, score, risk, finding, more.pop("grade", Grade.B), **more)


def explained(
    items: Sequence[Assessment],
    *,
    grade: Grade = Grade.B,
    recommendations: Sequence[Recommendation] = (),
    to_yellow: Sequence[SetupChange] = (),
    sources: bool = False,
    units: UnitSystem = "METRIC",
    **advice: Any,
) -> Explanation:
    """Of a report whose first dimension decides."""
    decides = items[0]
    verdict = Verdict(decides.score, decides.risk, decides.category)
    report = Report("e", "1", verdict, items, [], recommendations, grade)
    given: dict[str, Any] = {
        "present_cut_time_s": None,
        "setup": None,
        "single_changes": [],
        "pair_change": None,
        "tool_changes": [],
        "sensitivities": {},
        "obstacles": [],
        **advice,
    }
    return explain(Advice(report=report, **given), to_yellow, Request("", "ab" * 32, units, sources))


def section(explanation: Explanation, title: str) -> list[str]:
    return [line for part in explanation.sections if part.title == title for line in part.lines]


@pytest.mark.parametrize(
    ("decides", "grade", "summary"),
    [
        (
            item(Category.GEOMETRY, 95.0),
            Grade.D,
            f"{OPENINGS[GREEN]}; an estimate, as some numbers are assumed. "
            f"Closest to its limit is {CALLED[Category.GEOMETRY]}: found.",
        ),
        (
            item(Category.GEOMETRY, 95.0),
            Grade.C,
            f"{OPENINGS[GREEN]}. Closest to its limit is {CALLED[Category.GEOMETRY]}: found.",
        ),
        (item(Category.GEOMETRY, 10.0), Grade.D, f"{OPENINGS[RED]}: found."),
        (item(Category.GEOMETRY, None, risk=ERROR), Grade.D, f"{OPENINGS[ERROR]}: found."),
        (item(Category.HEAT, 10.0, grade=Grade.D), Grade.D, f"{OPENINGS[RED]}: found (an estimate)."),
        (item(Category.HEAT, 10.0, grade=Grade.C), Grade.D, f"{OPENINGS[RED]}: found."),
        (item(Category.GEOMETRY, 10.0, grade=Grade.D), Grade.D, f"{OPENINGS[RED]}: found."),
    ],
)
def test_the_verdict_with_what_decides_it(decides: Assessment, grade: Grade, summary: str) -> None:
    assert explained([decides], grade=grade).summary == summary


@pytest.mark.parametrize(("length", "kept"), [(230, 230), (231, 230), (400, 230)])
def test_a_verdict_is_no_longer_than_three_lines(length: int, kept: int) -> None:
    finding = "x" * (length - len(f"{OPENINGS[RED]}: ."))
    summary = explained([item(Category.GEOMETRY, 10.0, finding)]).summary
    assert len(summary) == kept
    assert summary.endswith("…") == (length > 230)


def test_the_other_dimensions_are_told_worst_first_without_what_is_perfect() -> None:
    others = [
        item(Category.TEAR_OUT, 100.0, "perfect"),
        item(Category.CHATTER, 99.5, "nearly perfect"),
        item(Category.WORKHOLDING, None, "not known"),
        item(Category.SPINDLE_POWER, 60.0, "weak"),
        item(Category.RIMSPEED, 55.0, "weaker"),
        item(Category.HEAT, 0.5, "hot"),
        item(Category.DEFLECTION, 0.0, "bends"),
    ]
    told = section(explained([item(Category.GEOMETRY, 5.0, "deep"), *others]), "The other dimensions")
    assert [line.rsplit(": ", 1)[1] for line in told] == ["bends", "hot", "weaker", "weak", "nearly perfect"]


@pytest.mark.parametrize(
    ("slope", "said"),
    [
        (25.0, "a tenth more raises the score by 2.5 points."),
        (0.5, "a tenth more raises the score by 0.05 points."),
        (-0.5, "a tenth more lowers the score by 0.05 points."),
    ],
)
def test_what_a_score_reacts_to_most(slope: float, said: str) -> None:
    moved = {Category.GEOMETRY: [("tool.stickout_mm", slope), ("cut.axial_depth_mm", 0.01)]}
    told = section(explained([item(Category.GEOMETRY, 95.0)], sensitivities=moved), "Why")
    assert told == [CHAINS[Category.GEOMETRY], f"It reacts most to the stick-out: {said}"]


@pytest.mark.parametrize(("score", "told"), [(10.0, ["after", "before"]), (95.0, [])])
def test_warnings_beside_the_finding_are_told_of_what_is_not_green(score: float, told: list[str]) -> None:
    warned = item(Category.GEOMETRY, score, "between", warnings=["after", "between", "before"])
    assert section(explained([warned]), "Why")[1:] == told
    other = item(Category.GEOMETRY, score, "m", warnings=["a", "m", "z"])
    assert section(explained([other]), "Why")[1:] == (["a", "z"] if told else [])


@pytest.mark.parametrize(("ratio", "price"), [(None, ""), (1.0, ""), (1.9, "; takes 90 % longer")])
def test_a_change_has_its_price_behind_it(ratio: float | None, price: str) -> None:
    change = SetupChange([FEED], GREEN, 91.0, ratio, [])
    told = section(explained([item(Category.HEAT, 10.0)], single_changes=[change]), "What to change")
    assert told == [f"To GREEN: feed 900 mm/min (now 500 mm/min){price}."]


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ("METRIC", "feed 900 mm/min (now 500 mm/min)"),
        ("BOTH", "feed 900 mm/min (35.4 in/min) (now 500 mm/min)"),
        ("INCH", "feed 35.4 in/min (now 19.7 in/min)"),
    ],
)
def test_what_is_set_now_is_told_in_one_unit(units: UnitSystem, said: str) -> None:
    change = SetupChange([FEED], GREEN, 91.0, None, [])
    told = section(explained([item(Category.HEAT, 10.0)], single_changes=[change], units=units), "What to change")
    assert told == [f"To GREEN: {said}."]


def test_what_nobody_states_has_no_present_value() -> None:
    change = SetupChange([FieldChange("cut.feed_rate_mm_per_min", None, 900.0, "mm/min")], GREEN, 91.0, None, [])
    told = section(explained([item(Category.HEAT, 10.0)], single_changes=[change]), "What to change")
    assert told == ["To GREEN: feed 900 mm/min."]


def test_changes_to_yellow_are_those_that_reach_no_more() -> None:
    half, whole = SetupChange([FEED], YELLOW, 60.0, None, []), SetupChange([FEED], GREEN, 90.0, None, [])
    told = section(explained([item(Category.HEAT, 10.0)], to_yellow=[half, whole]), "What to change")
    assert told == ["To YELLOW: feed 900 mm/min (now 500 mm/min)."]


def test_proposals_of_dimensions_are_told_but_those_of_the_hand() -> None:
    proposals = [
        Recommendation(category, "design.pocket.depth_mm", None, 5.0, "mm", category.lower(), GREEN)
        for category in (Category.GEOMETRY, Category.HAND, Category.HEAT)
    ]
    told = section(explained([item(Category.HEAT, 10.0)], recommendations=proposals), "What to change")
    assert told == ["To GREEN: geometry.", "To GREEN: heat."]


def test_six_sources_are_told_at_most_and_only_where_there_are_some() -> None:
    details = [Quantity(f"number_{place}", 1.0, "mm", None, f"source {place}") for place in range(8)]
    details.insert(0, Quantity("stated", 1.0, "mm"))
    told = section(explained([item(Category.HEAT, 95.0, details=details)], sources=True), "Where the numbers come from")
    assert told == [
        *(f"number {place}: source {place}" for place in range(6)),
        "The weakest number behind the verdict is published (grade B).",
    ]


@pytest.mark.parametrize(("now_s", "then_s", "told"), [(10.0, 5.0, True), (10.0, 20.0, False), (None, 5.0, False)])
def test_a_green_setup_is_told_of_one_that_takes_less_time(now_s: float | None, then_s: float, told: bool) -> None:
    setup = Setup([FEED], GREEN, 90.0, 1.0, then_s)
    text = explained([item(Category.HEAT, 90.0)], setup=setup, present_cut_time_s=now_s).text
    assert ("Also GREEN" in text) is told
    said = "Also GREEN: feed 900 mm/min (now 500 mm/min); takes 50 % less time."
    assert (said in " ".join(text.split())) is told


def test_other_tools_are_told_with_their_setups() -> None:
    setup = Setup([FEED], GREEN, 90.0, 1.0, 5.0)
    told = section(explained([item(Category.HEAT, 60.0)], tool_changes=[("end_mill_9", setup)]), "What to change")
    assert told == ["To GREEN with the tool end_mill_9: feed 900 mm/min (now 500 mm/min)."]


def full(*, assumed: bool = True) -> Explanation:
    """More to say of everything than there is room for."""
    codes = ["assumed:wear_used", "assumed:thickness_tolerance_0.15_mm"] * 9 if assumed else []
    gaps = [missing("tool.kind")] * 9
    lead = item(Category.GEOMETRY, 10.0, "f", warnings=[f"w{place}" for place in range(9)], unknown_reasons=gaps)
    others = [item(category, 60.0) for category in Category if category is not Category.GEOMETRY]
    others[0] = item(Category.CHIPLOAD, 60.0, assumptions=codes)
    changes = [SetupChange([FEED], GREEN, 91.0, None, [])] * 20
    return explained([lead, *others], single_changes=changes)


def test_sections_share_a_screen_and_the_first_has_what_is_spare() -> None:
    explanation = full(assumed=False)
    assert len(explanation.text.splitlines()) == 24
    lengths = {part.title: len(part.on_screen) for part in explanation.sections}
    assert lengths == {
        "What to change": 7,  # 24 lines less all the others
        "Why": 4,
        "The other dimensions": 4,
        "Not checked": 5,  # with the three lines of what nobody assumed
        "This is about": 2,
    }


def test_what_was_assumed_takes_two_lines_at_most() -> None:
    explanation = full()
    lengths = [len(part.on_screen) for part in explanation.sections if part.title in {"Assumed", "Not checked"}]
    assert lengths[0] <= 3
    assert sum(lengths) == 5
    assert len(explanation.text.splitlines()) == 24


@pytest.mark.parametrize(
    ("ratio", "words"),
    [(1.06, "takes 6 % longer"), (2.9, "takes 190 % longer"), (3.0, "takes 3 x as long"), (3.6, "takes 4 x as long")],
)
def test_from_three_times_on_a_time_is_told_as_a_multiple(ratio: float, words: str) -> None:
    assert time_in_words(ratio) == words
