"""One browser, one workshop and one built page for all tests of the page; people log in once."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from rmos.runs.v1 import run_pb2
from tests.web.ends import browser_ended_after
from tests.web.workshop import LEAD, PASSWORD, Workshop, build_page, furnish, open_workshop

_WAIT_MS = 30_000
expect.set_options(timeout=_WAIT_MS)
_START_LIMIT_S, _TEST_LIMIT_S, _CLOSE_LIMIT_S = 90.0, 180.0, 60.0
_CUT_OFF = ("net::ERR_FAILED", "net::ERR_INTERNET_DISCONNECTED", "status of 504")
"""Only calls that a test cuts off, or that a standing server gets, fail so; told at any time, even in a later test."""
_DESK = ViewportSize(width=1280, height=800)
_GO = "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }"
_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`violation of ${event.violatedDirective} by ${event.blockedURI}`));
"""


@dataclass
class Visitors:
    """A page per person. What a browser complains about is kept."""

    browser: Browser
    workshop: Workshop
    complaints: list[str] = field(default_factory=list)
    _pages: dict[str, Page] = field(default_factory=dict)

    def __call__(
        self,
        path: str,
        who: str = LEAD,
        *,
        size: ViewportSize = _DESK,
        theme: Literal["light", "dark"] = "light",
    ) -> Page:
        """The page of somebody, at an address of it."""
        if who not in self._pages:
            self._pages[who] = self._logged_in(path, who)
        page = self._pages[who]
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme, media="screen")
        if page.evaluate("() => document.documentElement.lang") != "en":  # a test before left it so
            page.evaluate("() => [...document.querySelectorAll('.menu [lang=en]')].at(0)?.click()")
        self.go(page, path)
        return page

    def go(self, page: Page, path: str) -> None:
        """Lead a page to an address, as its own links do."""
        page.evaluate(_GO, "/about")
        page.evaluate(_GO, path)

    def forget(self, who: str) -> None:
        """The page of somebody was closed."""
        del self._pages[who]

    def new_page(self) -> Page:
        context = self.browser.new_context(ignore_https_errors=True, locale="en-GB", viewport=_DESK)
        context.set_default_timeout(_WAIT_MS)
        context.add_init_script(_TELL_VIOLATIONS)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda told: self._hear(told.text) if told.type == "error" else None)
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        return page

    def _hear(self, told: str) -> None:
        if not any(word in told for word in _CUT_OFF):
            self.complaints.append(told)

    def _logged_in(self, path: str, who: str) -> Page:
        page = self.new_page()
        page.goto(self.workshop.address + path)
        page.get_by_label("Name").fill(who)
        page.locator("input[type=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("header.bar").wait_for()
        return page


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
