"""Tests of a group run on one worker, one after the other."""

import pytest


@pytest.fixture(scope="module")
def shared() -> str:
    return "made once"


@pytest.mark.xdist_group("together")
def test_groups_are_told_to_whoever_distributes_tests(request: pytest.FixtureRequest) -> None:
    if not hasattr(request.config, "workerinput"):
        pytest.skip("one process runs all tests")
    assert request.node.nodeid.endswith("@together")


def test_what_shares_a_fixture_of_its_module_is_a_group(request: pytest.FixtureRequest, shared: str) -> None:
    (mark,) = request.node.iter_markers("xdist_group")
    assert mark.args == ("tests/test_groups.py",)
    if hasattr(request.config, "workerinput"):
        assert request.node.nodeid.endswith("@tests/test_groups.py")


def test_what_shares_nothing_is_in_no_group(request: pytest.FixtureRequest) -> None:
    assert not [*request.node.iter_markers("xdist_group")]
    assert "@" not in request.node.nodeid
