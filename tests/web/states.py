"""States of screens, made with real servers: one that stands still, one that is full, one that somebody else uses."""

import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import grpc
from google.protobuf.message import Message
from playwright.sync_api import Page, ViewportSize

from rmos.auth.v1 import auth_service_pb2
from rmos.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from rmos.runs.v1 import run_pb2, runs_service_pb2
from tests.people import bearer, sending
from tests.web.looking import faults, low_buttons, settle, sideways
from tests.web.visitors import Visitors
from tests.web.workshop import EVENING, HEAD, LEAD, NIGHT, PASSWORD, Workshop

VIEWS = (
    ("light", "en", ViewportSize(width=1280, height=800)),
    ("dark", "de", ViewportSize(width=820, height=1180)),
    ("light", "de", ViewportSize(width=390, height=844)),
    ("dark", "en", ViewportSize(width=320, height=640)),
)
_SHOW = """async ([theme, language]) => {
  document.documentElement.dataset.theme = theme;
  const button = document.querySelector(`.menu [lang=${language}], button[lang=${language}]`);
  if (document.documentElement.lang !== language) button?.click();
  return button ? language : document.documentElement.lang;
}"""
"""Gives the language that is shown then: not every screen offers a choice."""
_BEARER = "Bearer "
_MOST_OF_ONE = 15
"""One less than the streams that one person may have open."""


class Looker:
    """A page of somebody whose time can be put forward, held to what every screen is held to in every view."""

    def __init__(self, enter: Visitors, who: str) -> None:
        self.enter, self.workshop = enter, enter.workshop
        self.page, self.wrong = enter.new_page(), list[str]()
        self.page.clock.install()
        self._who, self._credential, self._seen = who, "", 0
        self.page.on("request", lambda request: self._hear(request.headers.get("authorization", "")))

    def _hear(self, authorization: str) -> None:
        self._credential = authorization.removeprefix(_BEARER) or self._credential

    def log_in(self) -> None:
        self.page.get_by_label("Name").fill(self._who)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.locator("header.bar").wait_for()

    def go(self, path: str, *, later_s: float = 0.0) -> None:
        if not self._credential:
            self.page.goto(self.workshop.address)
            self.log_in()
        self.enter.go(self.page, path)
        if later_s:
            self.later(later_s)

    def later(self, seconds: float) -> None:
        """So much later, as far as the page knows."""
        self.page.clock.fast_forward(int(seconds * 1000))

    def live(self) -> None:
        self.page.locator("header .live", has_text=re.compile("^Live")).wait_for()

    def look(self, state: str, *, views: int = 2, page: Page | None = None, translated: bool = True) -> None:
        """Look at what is shown, in some of the views: one state after another in all of them.

        Not `translated`: in English alone, where another language reads the screen anew.
        """
        page = page or self.page
        for _ in range(views):
            theme, language, size = VIEWS[self._seen % len(VIEWS)]
            language = language if translated else "en"
            self._seen += 1
            self._show(page, theme, language, size)
            named = f"{state} ({theme}, {language}, {size['width']} px)"
            self.wrong += [f"{named}: {fault}" for fault in faults(page)]
            self.wrong += [f"{named}: {sideways(page)} px too wide"] if sideways(page) > 0 else []
            self.wrong += [f"{named}: low: {button}" for button in low_buttons(page)]
        self._show(page, *VIEWS[0])

    def _show(self, page: Page, theme: str, language: str, size: ViewportSize) -> None:
        page.set_viewport_size(size)
        is_read = page.locator("main [aria-busy=true]").count() == 0
        shown = page.evaluate(_SHOW, [theme, language])
        page.locator(f"html[lang={shown}]").wait_for(state="attached")
        if is_read:
            settle(page)
        page.evaluate("() => scrollTo(0, 0)")  # what lies under the bar counts as too small

    def log_out_elsewhere(self) -> None:
        """End the log-in of this page, as its owner does on another machine."""
        channel = sending(bearer(self._credential), self.workshop.channel)
        AuthServiceStub(channel).Logout(auth_service_pb2.LogoutRequest())


@contextmanager
def standing_still(workshop: Workshop) -> Iterator[None]:
    """The server takes what is sent and answers nothing."""
    os.kill(workshop.servers.runs.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(workshop.servers.runs.pid, signal.SIGCONT)


@contextmanager
def nobody_may_watch(workshop: Workshop) -> Iterator[None]:
    """Others follow so many streams that the server refuses one more."""
    with ExitStack() as stack:
        for who in (LEAD, HEAD, NIGHT, EVENING):
            for _ in range(_MOST_OF_ONE):
                stream = workshop.runs(who).WatchRuns(runs_service_pb2.WatchRunsRequest())
                stack.callback(stream.cancel)
                if not _is_open(stream):
                    break
        assert "watchers" in (stream.details() or ""), "the server refuses no watcher"
        yield


def _is_open(stream: Iterator[runs_service_pb2.WatchRunsResponse]) -> bool:
    try:
        next(stream)
    except grpc.RpcError:
        return False
    return True


def damage(workshop: Workshop, run: run_pb2.Run) -> None:
    """Change a record on the disk behind the server's back."""
    with sqlite3.connect(workshop.servers.store / "rmos.db", timeout=30) as ledger:
        triggers = ledger.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            ledger.execute(f"DROP TRIGGER {name}")
        flip = "UPDATE ledger SET document = CAST(replace(document, 'rosette', 'Rosette') AS BLOB) WHERE record_id = ?"
        assert ledger.execute(flip, (run.run_id,)).rowcount > 0
        for _, sql in triggers:
            ledger.execute(sql)
    ledger.close()


def answer_with(page: Page, method: str, message: Message) -> None:
    """Have a method answer so, as no server of this version does."""
    sent, trailers = message.SerializeToString(), b"grpc-status: 0\r\n"
    body = b"\0" + len(sent).to_bytes(4, "big") + sent + b"\x80" + len(trailers).to_bytes(4, "big") + trailers
    headers = {"content-type": "application/grpc-web+proto"}
    page.route(re.compile(method), lambda route: route.fulfill(status=200, headers=headers, body=body))
