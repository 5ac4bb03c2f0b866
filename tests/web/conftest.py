"""One browser, one workshop and one built page for all tests of the page; people log in once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from rmos.runs.v1 import run_pb2
from tests.web.ends import browser_ended_after
from tests.web.states import Looker
from tests.web.visitors import Visitors
from tests.web.workshop import EARLY, Workshop, build_page, furnish, open_workshop

_START_LIMIT_S, _TEST_LIMIT_S, _CLOSE_LIMIT_S, _OPEN_LIMIT_S = 90.0, 180.0, 60.0, 120.0
_NO_ANSWER = ("net::ERR_INTERNET_DISCONNECTED", "status of 504")
"""What a page is told that has no network, and any page whose server stands still."""


# for the package, not the session: while the browser is open its event loop counts as running, and tests elsewhere
# that are coroutines would fail
@pytest.fixture(scope="package")
def built_page() -> Path:
    return build_page()


@pytest.fixture(scope="package")
def workshop(tmp_path_factory: pytest.TempPathFactory, built_page: Path) -> Iterator[Workshop]:
    with open_workshop(tmp_path_factory.mktemp("workshop"), built_page) as opened:
        yield opened


@pytest.fixture(scope="package")
def furnished(workshop: Workshop) -> dict[str, run_pb2.Run]:
    """Runs of every level, by what they are; tests leave them as they are."""
    return furnish(workshop)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium is not None, "there is no chromium: `make chromium` installs Debian's"
    with browser_ended_after(_START_LIMIT_S, "starting the browser"):
        playwright = sync_playwright().start()
        # as root, which containers are, Chromium has no sandbox, and containers have little shared memory
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
    yield opened
    with browser_ended_after(_CLOSE_LIMIT_S, "closing the browser"):
        opened.close()
        playwright.stop()


@pytest.fixture(scope="package")
def visitors(browser: Browser, workshop: Workshop) -> Visitors:
    return Visitors(browser, workshop)


@pytest.fixture
def enter(visitors: Visitors) -> Iterator[Visitors]:
    """Opens an address of the page as somebody. What the browser complains about fails the test."""
    visitors.complaints.clear()
    with browser_ended_after(_TEST_LIMIT_S, "the test"):
        yield visitors
    assert visitors.complaints == []


@pytest.fixture(scope="module")
def looker(visitors: Visitors) -> Iterator[Looker]:
    """Somebody who may decide, whose tests have servers stand still and networks fail; they use one page in turn."""
    with visitors.expecting(*_NO_ANSWER):
        with browser_ended_after(_OPEN_LIMIT_S, "opening the page"):
            opened = Looker(visitors, EARLY)
        yield opened
        opened.page.context.close()
