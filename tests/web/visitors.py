"""Who looks at the page: a browser's page for each person, and what browsers complain about."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.web.workshop import LEAD, PASSWORD, Workshop

_WAIT_MS = 30_000
expect.set_options(timeout=_WAIT_MS)
_CUT_OFF = "net::ERR_FAILED"
"""Only calls that a test itself cuts off fail so; it is told of them at any time, even in a later test."""
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
    _expected: tuple[str, ...] = (_CUT_OFF,)

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
        if not any(word in told for word in self._expected):
            self.complaints.append(told)

    @contextmanager
    def expecting(self, *words: str) -> Iterator[None]:
        """Complaints with one of these words are none, in tests that make browsers complain so."""
        self._expected = (_CUT_OFF, *words)
        try:
            yield
        finally:
            self._expected = (_CUT_OFF,)

    def _logged_in(self, path: str, who: str) -> Page:
        page = self.new_page()
        page.goto(self.workshop.address + path)
        page.get_by_label("Name").fill(who)
        page.locator("input[type=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("header.bar").wait_for()
        return page
