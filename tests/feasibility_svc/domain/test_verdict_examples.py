"""That every worked example of the decision layer is run through the domain."""

from tests.feasibility_svc.domain.verdict_examples import VERDICT_EXAMPLES, sections_with_a_test


def test_every_section_of_examples_is_tested() -> None:
    assert set(sections_with_a_test()) == {section for section in VERDICT_EXAMPLES if section != "_meta"}
