"""How a report reads in a terminal of 80 columns."""

from io import StringIO

import pytest
from rich.console import Console

from rmos.type.v1 import feasibility_report_pb2 as pb
from rmos.type.v1 import risk_pb2
from rmos_client.cli.plain_console import PlainConsole
from rmos_client.cli.report_view import score_in_words, view
from rmos_client.cli.tables import Rows

RISK, CATEGORY = risk_pb2.RiskLevel, risk_pb2.RiskCategory


def assessment(category: str, risk: str, score: float | None, finding: str, *warnings: str) -> pb.Assessment:
    return pb.Assessment(
        category=CATEGORY.Value(f"RISK_CATEGORY_{category}"),
        risk=RISK.Value(f"RISK_LEVEL_{risk}"),
        score=score,
        finding=finding,
        warnings=warnings,
    )


def report(risk: str, binding: str, score: float | None, *assessments: pb.Assessment, advice: str = "") -> str:
    recommendation = pb.Recommendation(text=advice, resulting_risk=RISK.Value("RISK_LEVEL_GREEN"))
    message = pb.FeasibilityReport(
        overall_risk=RISK.Value(f"RISK_LEVEL_{risk}"),
        overall_score=score,
        verdict=f"{risk} (estimate)" if risk == "GREEN" else risk,
        binding_category=CATEGORY.Value(f"RISK_CATEGORY_{binding}"),
        assessments=assessments,
        recommendations=[recommendation] if advice else [],
    )
    console = Console(width=80, record=True, file=None, force_terminal=False)
    with console.capture() as captured:
        console.print(view(message))
    return captured.get()


@pytest.mark.parametrize("width", [80, 60])
def test_a_report_is_no_wider_than_its_terminal_and_breaks_no_word(width: int) -> None:
    limit = "context.safety_constraints.max_plunge_rate_mm_per_min 123456789.123 is above the workshop's limit of 299"
    said = [limit, "1.2345678901234567e+300 N of the 1.7976931348623157e+308 N that the axes hold", "it fits"]
    message = pb.FeasibilityReport(
        overall_risk=RISK.Value("RISK_LEVEL_YELLOW"),
        binding_category=CATEGORY.Value("RISK_CATEGORY_HEAT"),
        assessments=[
            assessment(category, "YELLOW", 79.5, text)
            for category, text in zip(("SAFETY_CONSTRAINTS", "FEED_LIMITS", "GEOMETRY"), said, strict=True)
        ],
    )
    for terminal in (True, False):
        console = PlainConsole(width=width, force_terminal=terminal, file=StringIO(), color_system=None)
        console.print(view(message))
        told = console.file.getvalue()  # type: ignore[attr-defined]
        assert {word for text in said for word in text.split()} <= set(told.split())
        longest = max(len(line.rstrip()) for line in told.splitlines())
        assert (longest <= width) is terminal


def test_a_word_longer_than_the_terminal_has_a_line_of_its_own() -> None:
    path = "design.rosette_channel.further_channels[0].rings[12].inner_radius_mm"
    console = PlainConsole(width=60, force_terminal=True, file=StringIO(), color_system=None)
    console.print(Rows(("", ""), [("YELLOW", f"make the {path} larger by two millimetres")]))
    lines = [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]
    assert lines == ["YELLOW", "make the", path, "larger by two millimetres", ""]


HOT = assessment("HEAT", "RED", 41.0, "the surface reaches 200 degC of 185")
FINE = assessment("GEOMETRY", "GREEN", 100.0, "everything fits")


def test_a_red_report_says_so_once_and_first_with_what_decides() -> None:
    told = report("RED", "HEAT", 41.0, HOT, FINE, advice="feed at 1200 mm/min")
    assert told.startswith("RED: do not cut this: heat: the surface reaches 200 degC of 185, 41 of 100")
    assert told.count("RED") == 1
    assert told.count("the surface reaches") == 1
    assert "GREEN  geometry" in told
    assert "What helps" in told
    assert "feed at 1200 mm/min (then GREEN)" in told


def test_a_computed_number_that_rests_on_assumptions_is_called_an_estimate() -> None:
    hot, told = pb.Assessment(), "the surface reaches 200 degC of 185 (an estimate)"
    hot.CopyFrom(HOT)
    hot.evidence_grade = risk_pb2.EVIDENCE_GRADE_D
    assert told in " ".join(report("RED", "HEAT", 41.0, hot).split())
    assert "(an estimate)" not in report("RED", "HEAT", 41.0, HOT)
    fits = assessment("GEOMETRY", "RED", 0.0, "3.5 mm deep in 3 mm of stock")
    fits.evidence_grade = risk_pb2.EVIDENCE_GRADE_D
    assert "(an estimate)" not in report("RED", "GEOMETRY", 0.0, fits)


def test_a_green_report_has_nothing_that_helps() -> None:
    told = report("GREEN", "GEOMETRY", 97.0, FINE, advice="feed at 1200 mm/min")
    assert told.startswith("GREEN (estimate): this may be cut, 97 of 100")
    assert "everything fits" in told
    assert "What helps" not in told


def test_an_unknown_report_has_no_score_and_a_question() -> None:
    gap = assessment("CHIPLOAD", "UNKNOWN", None, "the spindle speed is not stated")
    told = report("UNKNOWN", "CHIPLOAD", None, gap, FINE, advice="state the spindle speed")
    assert "of 100" not in told
    assert "What would answer it" in told


def test_other_findings_follow_with_their_scores() -> None:
    thin = assessment("CHIPLOAD", "YELLOW", 79.6, "the chip is thin", "the edge rubs")
    told = report("RED", "HEAT", 41.0, HOT, thin)
    assert "YELLOW  79.6  chip load  the chip is thin" in told
    assert "- the edge rubs" in told


def test_where_no_single_change_helps_it_says_what_may() -> None:
    assert "No single change helps" in report("RED", "HEAT", 41.0, HOT)
    assert "No single change helps" not in report("GREEN", "GEOMETRY", 97.0, FINE)
    assert "\n\n" not in report("RED", "HEAT", 41.0, HOT, FINE)


@pytest.mark.parametrize(("score", "words"), [(79.6, "79.6"), (49.99, "49.9"), (80.0, "80"), (79.2, "79")])
def test_no_score_reads_as_another_levels(score: float, words: str) -> None:
    assert score_in_words(score) == words
