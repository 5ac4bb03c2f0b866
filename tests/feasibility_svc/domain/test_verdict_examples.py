"""That every worked example of the decision layer is run through the domain."""

from tests.feasibility_svc.domain.verdict_examples import NOT_YET_TESTED, VERDICT_EXAMPLES, sections_with_a_test


def test_every_section_is_tested_or_listed_as_not_yet_tested() -> None:
    sections = {section for section in VERDICT_EXAMPLES if section != "_meta"}
    assert set(sections_with_a_test()) == sections - NOT_YET_TESTED
