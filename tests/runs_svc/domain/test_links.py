"""Links of a chain: what stands behind a break proves nothing."""

import pytest

from runs_svc.domain.upkeep.verification import Check, Outcome, prove_links

GOOD, BAD, GONE, INEXACT = Outcome.VERIFIED, Outcome.MISMATCH, Outcome.MISSING, Outcome.UNREADABLE


@pytest.mark.parametrize(
    ("records", "links", "proven", "at"),
    [
        ([GOOD, GOOD, GOOD], [GOOD, GOOD, GOOD], [GOOD, GOOD, GOOD], ""),
        ([BAD, GOOD, GOOD], [GOOD, GOOD, GOOD], [BAD, BAD, BAD], "record 0"),
        ([GOOD, BAD, BAD], [GOOD, GOOD, GOOD], [GOOD, BAD, BAD], "record 1"),
        ([GOOD, GOOD, GOOD], [GOOD, GONE, GOOD], [GOOD, GONE, BAD], "link 1"),
        ([GOOD, GOOD, GOOD], [BAD, BAD, GOOD], [BAD, BAD, BAD], "link 0"),
        ([GOOD, INEXACT, GOOD], [GOOD, GOOD, GOOD], [GOOD, GOOD, GOOD], ""),
        ([], [], [], ""),
    ],
)
def test_links_behind_a_break_are_broken(
    records: list[Outcome], links: list[Outcome], proven: list[Outcome], at: str
) -> None:
    before = [Check(f"record {place}", outcome) for place, outcome in enumerate(records)]
    found = list(prove_links(before, [Check(f"link {place}", outcome) for place, outcome in enumerate(links)]))
    assert [check.outcome for check in found] == proven
    details = {check.detail for check, link in zip(found, links, strict=True) if link is GOOD and check.outcome is BAD}
    assert details <= {f"the chain is broken before it, at {at}"}
