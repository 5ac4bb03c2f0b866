"""Lists are read whole, or say what is missing."""

from collections.abc import Iterator
from typing import Any

import pytest

from rmos.runs.v1.runs_service_pb2 import ListRunsRequest, ListRunsResponse, RunSummary
from rmos_client import RmosError
from rmos_client.calls import pages

FIRST = ListRunsResponse(runs=[RunSummary(run_id="a"), RunSummary(run_id="b")], next_page_token="2")
DAMAGED = ListRunsResponse(runs=[RunSummary(run_id="c")], unreachable=["runs/d"], next_page_token="3")


def listing(*answers: ListRunsResponse) -> Any:
    """A list method that gives these pages, whatever is asked."""
    left: Iterator[ListRunsResponse] = iter(answers)
    return lambda request, **_: next(left)


def test_a_list_ends_with_the_page_that_has_no_token() -> None:
    last = ListRunsResponse(runs=[RunSummary(run_id="c")])
    assert [run.run_id for run in pages(listing(FIRST, last), ListRunsRequest(), "runs")] == ["a", "b", "c"]


def test_what_cannot_be_read_is_named_after_the_rest_of_its_page() -> None:
    with pytest.raises(RmosError, match=r"ARTIFACT_CORRUPT.*cannot be read: runs/d"):
        list(pages(listing(FIRST, DAMAGED), ListRunsRequest(), "runs"))
    found = pages(listing(FIRST, DAMAGED), ListRunsRequest(), "runs")
    assert [next(found).run_id for _ in range(3)] == ["a", "b", "c"]
