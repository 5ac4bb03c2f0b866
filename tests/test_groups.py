"""Tests of a group run on one worker, one after the other."""

import pytest


@pytest.mark.xdist_group("together")
def test_groups_are_told_to_whoever_distributes_tests(request: pytest.FixtureRequest) -> None:
    if not hasattr(request.config, "workerinput"):
        pytest.skip("one process runs all tests")
    assert request.node.nodeid.endswith("@together")
