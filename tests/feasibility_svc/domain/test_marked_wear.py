"""A tool that the workshop has marked as worn is not taken for a sharp one in silence."""

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.workshop import Change, apply
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import Category
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import situation


@pytest.mark.parametrize(
    ("marked", "stated", "expected"),
    [
        ("DULL", REMOVED, "the catalogue has the tool 'our_bit' as dull since 2026-03-01 (burns)"),
        (
            "WORN",
            "SHARP",
            "the catalogue has the tool 'our_bit' as worn since 2026-03-01 (burns), and the request says sharp: look "
            "at the edge, or revise the catalogue",
        ),
        ("WORN", "DULL", "the catalogue has the tool 'our_bit' as worn since 2026-03-01 (burns)"),
        ("USED", "SHARP", ""),
    ],
)
def test_the_mark_of_the_catalogue_is_told_with_the_bite(
    catalogue: Catalogue, marked: str, stated: object, expected: str
) -> None:
    tool = catalogue.tools["end_mill_3175_down"].tool.model_copy(update={"tool_id": "our_bit", "wear": marked})
    shop = apply(catalogue, [Change("tool", tool, created_at_utc="2026-03-01T08:00:00Z", change_note="burns")])
    report = baseline_engine().evaluate(situation(shop, {"tool.tool_id": "our_bit", "tool.wear": stated}))
    told = {
        item.category: [text for text in item.warnings if "the catalogue has" in text] for item in report.assessments
    }
    assert told.pop(Category.CHIPLOAD) == ([expected] if expected else [])
    assert not any(told.values())


def test_an_older_mark_has_no_day(catalogue: Catalogue) -> None:
    tool = catalogue.tools["end_mill_3175_down"].tool.model_copy(update={"tool_id": "our_bit", "wear": "DULL"})
    shop = apply(catalogue, [Change("tool", tool)])
    report = baseline_engine().evaluate(situation(shop, {"tool.tool_id": "our_bit", "tool.wear": REMOVED}))
    (bite,) = [item for item in report.assessments if item.category is Category.CHIPLOAD]
    assert bite.warnings[-1] == "the catalogue has the tool 'our_bit' as dull"
