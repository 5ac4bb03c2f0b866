"""States that servers, networks and others bring a screen into: no fault that axe-core knows, in every view."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from rmos.runs.v1 import run_pb2
from rmos.workflow.v1 import workflow_service_pb2 as workflow_pb
from rmos.workflow.v1.workflow_service_pb2_grpc import WorkflowServiceStub
from tests.builders import YELLOW
from tests.web.looking import settle
from tests.web.states import Looker, damage, nobody_may_watch, standing_still
from tests.web.visitors import Visitors
from tests.web.workshop import EARLY, HEAD, NO_STOP, PASSWORD, VIEWER, Workshop

pytestmark = pytest.mark.xdist_group("web")
Furnished = dict[str, run_pb2.Run]
_HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture(autouse=True)
def _everything_is_sound(enter: Visitors, looker: Looker) -> Iterator[None]:
    looker.wrong.clear()
    yield
    assert looker.wrong == []


@pytest.fixture
def newcomer(enter: Visitors) -> Iterator[Looker]:
    """Somebody who has not logged in."""
    opened = Looker(enter, EARLY)
    yield opened
    opened.page.context.close()
    assert opened.wrong == []


def test_before_anybody_has_logged_in(newcomer: Looker, workshop: Workshop) -> None:
    looker, page = newcomer, newcomer.page
    with standing_still(workshop):
        page.goto(workshop.address + "/runs")
        page.locator("main[aria-busy=true]").wait_for()
        looker.later(21)
        expect(page.get_by_role("alert")).to_contain_text("The server took too long.")
        looker.look("no server at first")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    looker.look("log in")
    page.get_by_label("Name").fill("Nobody")
    page.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Name or password is not right.")
    looker.look("wrong password")
    with nobody_may_watch(workshop):
        looker.log_in()
        expect(page.locator("header .live")).to_have_text(re.compile(r"^Every 15\ss"))
        settle(page)
        looker.look("read instead of live", views=4)


def test_while_the_server_is_slow(looker: Looker, workshop: Workshop, furnished: Furnished) -> None:
    page = looker.page
    looker.go(f"/runs/{furnished['green'].run_id}")
    settle(page)
    looker.live()
    page.evaluate(_HIDE, True)
    looker.later(70)
    expect(page.locator("header .live")).to_have_text(re.compile("^Not live"))
    with page.expect_request(re.compile("WatchAdvisoryAssets$")):  # what waits was not counted for nobody
        page.evaluate(_HIDE, False)
    looker.live()
    with standing_still(workshop):
        looker.later(16)
        expect(page.get_by_role("alert").filter(has_text="Not live for")).to_be_visible()
        expect(page.get_by_role("button", name="Note…")).to_be_disabled()
        looker.look("not live", views=4)
        for path in ("/sessions", "/runs"):
            looker.go(path, later_s=1)
            expect(page.locator("main [aria-busy=true] .bone").first).to_be_visible()
            looker.look(f"loading {path}")
        looker.go("/sessions", later_s=6)  # anew: no call lasts longer than 20 s, and looking takes its time
        expect(page.get_by_role("status").filter(has_text="Still waiting for the server")).to_be_visible()
        looker.look("still waiting")
        looker.go("/sessions", later_s=6)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("You stopped waiting.")).to_be_visible()
        looker.look("given up")
    looker.go("/about")


def test_without_a_network(looker: Looker, furnished: Furnished) -> None:
    page = looker.page
    looker.go(f"/runs/{furnished['green'].run_id}")
    settle(page)
    looker.look("with a network", views=3)  # every language is there
    page.get_by_role("button", name="Note…").click()
    page.get_by_role("dialog").get_by_label("Note").fill("written without a network")
    page.context.set_offline(True)
    try:
        page.get_by_role("button", name="Record the note").click()
        expect(page.get_by_role("alert").filter(has_text="Not known whether it was recorded.")).to_be_visible()
        looker.look("not known whether it was recorded")
        page.keyboard.press("Escape")
        looker.go("/runs?q=0151")
        expect(page.get_by_role("alert").first).to_be_visible()
        looker.look("offline")
        looker.go("/review")
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        looker.look("a screen that did not come")
    finally:
        page.context.set_offline(False)


def test_what_is_empty_or_not_there(looker: Looker) -> None:
    for path, said in (
        ("/runs?q=0159", "No run has serial 0159."),
        ("/runs/run_00000000dead", "Not found"),
        ("/review/adv_00000000dead", "Not found"),
        ("/sessions/ws_00000000dead", "Not found"),
        ("/review?state=rejected", "Review"),
        ("/nowhere", "Not found"),
    ):
        looker.go(path)
        expect(looker.page.get_by_text(said).first).to_be_visible()
        settle(looker.page)
        looker.look(path, views=1)


def test_what_changed_meanwhile(looker: Looker, workshop: Workshop) -> None:
    page = looker.page
    run = workshop.record("changes meanwhile", "E-1", YELLOW)
    workshop.attach(run, "nostop.nc", NO_STOP)
    looker.go(f"/runs/{run.run_id}")
    looker.live()
    page.get_by_role("button", name="Open the gate…").click()
    dialog = page.get_by_role("dialog")
    looker.look("opening a gate")
    workshop.note(run, "the bit is new")
    expect(dialog.get_by_role("alert")).to_contain_text("Changed while you looked:")
    looker.look("changed behind a dialog")
    page.keyboard.press("Escape")
    looker.look("changed while looking")
    page.get_by_role("button", name="Note…").click()
    dialog.get_by_label("Note").fill("and mine is old")
    workshop.note(run, "the bit is new, and sharp")
    expect(dialog.get_by_role("alert")).to_contain_text("Changed while you looked:")
    expect(dialog.get_by_role("button", name="Record the note")).to_be_disabled()
    dialog.get_by_role("button", name="Seen").click()
    expect(dialog.get_by_role("button", name="Record the note")).to_be_enabled()
    expect(dialog.get_by_label("Note")).to_have_value("and mine is old")
    page.keyboard.press("Escape")
    session = workshop.session("decided meanwhile")
    looker.go(f"/sessions/{session.session_id}")
    page.get_by_role("button", name="Send back…").click()
    dialog.get_by_label("Why?").fill("the channel is too deep")
    WorkflowServiceStub(workshop.as_(HEAD)).RequireRevision(
        workflow_pb.RequireRevisionRequest(name=session.name, reason="the other was faster")
    )
    dialog.get_by_role("button", name="Send back").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Nothing was recorded.")
    looker.look("a session that was decided meanwhile")
    page.keyboard.press("Escape")


def test_what_the_server_refuses(looker: Looker, workshop: Workshop) -> None:
    page = looker.page
    run = workshop.record("asked for by oneself", "E-2", YELLOW)
    workshop.ask(run, "the customer waits", EARLY)
    looker.go(f"/runs/{run.run_id}")
    page.get_by_role("button", name="Open the gate…").click()
    page.get_by_label("Why may it be cut?").fill("I asked for it myself")
    page.get_by_role("dialog").get_by_role("button", name="Open the gate").click()
    expect(page.get_by_role("alert")).to_contain_text("Four eyes")
    looker.look("denied", views=4)
    looker.go("/requests")
    own = page.locator(".ask", has_text="asked for by oneself")
    expect(own).to_contain_text("You asked for this yourself, so somebody else has to agree.")
    expect(own.get_by_role("button")).to_have_count(0)
    looker.look("requests")
    looker.go("/first")
    page.get_by_role("button", name="Make it my job…").click()
    page.get_by_label("Feed").fill("-5")
    page.get_by_role("button", name="Evaluate", exact=True).click()
    expect(page.get_by_label("Feed")).to_have_attribute("aria-invalid", "true")
    looker.look("errors at their fields")


def test_who_may_only_look(enter: Visitors, looker: Looker, furnished: Furnished) -> None:
    page = enter(f"/runs/{furnished['yellow'].run_id}", VIEWER)
    settle(page)
    expect(page.get_by_role("button", name="Open the gate…")).to_be_disabled()
    looker.look("what is not allowed", page=page)


def test_a_record_that_is_damaged(looker: Looker, workshop: Workshop) -> None:
    run = workshop.record("damaged rosette", "E-3")
    damage(workshop, run)
    looker.go(f"/runs/{run.run_id}")
    expect(looker.page.get_by_role("alert")).to_contain_text("This record is not what was recorded.")
    looker.look("damaged")


def test_a_log_in_that_ended(looker: Looker, furnished: Furnished) -> None:
    page = looker.page
    looker.go(f"/runs/{furnished['green'].run_id}")
    settle(page)
    page.get_by_role("button", name="Note…").click()
    page.get_by_role("dialog").get_by_label("Note").fill("begun before")
    looker.log_out_elsewhere()
    page.get_by_role("button", name="Record the note").evaluate("(button) => button.click()")
    again = page.get_by_role("dialog", name="Log in again")
    expect(again).to_be_visible()
    looker.look("logged in no longer", views=4)
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("button", name="Log in").click()
    expect(again).to_have_count(0)
    expect(page.get_by_role("dialog").get_by_label("Note")).to_have_value("begun before")
    page.keyboard.press("Escape")
