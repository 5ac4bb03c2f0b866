"""Every state of a screen, with real servers: no fault that axe-core knows, in every light, language and size."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from rmos.advisory.v1 import advisory_service_pb2 as advisory_pb
from rmos.advisory.v1.advisory_service_pb2_grpc import AdvisoryServiceStub
from rmos.runs.v1 import run_pb2, runs_service_pb2
from rmos.workflow.v1 import workflow_service_pb2 as workflow_pb
from rmos.workflow.v1.workflow_service_pb2_grpc import WorkflowServiceStub
from tests.builders import YELLOW
from tests.passing_programs import RING
from tests.web.conftest import Visitors
from tests.web.ends import browser_ended_after
from tests.web.looking import settle
from tests.web.states import Looker, answer_with, damage, nobody_may_watch, standing_still
from tests.web.test_sessions import waiting_session
from tests.web.workshop import EARLY, HEAD, NO_STOP, PASSWORD, VIEWER, Workshop

pytestmark = pytest.mark.xdist_group("web")
Furnished = dict[str, run_pb2.Run]


@pytest.fixture(scope="module")
def looker(visitors: Visitors, furnished: Furnished) -> Iterator[Looker]:
    """Somebody who may decide. The tests of this file use the page one after another."""
    with browser_ended_after(120, "opening the page"):
        opened = Looker(visitors, EARLY)
    yield opened
    opened.page.context.close()


@pytest.fixture(autouse=True)
def _everything_is_sound(enter: Visitors, looker: Looker) -> Iterator[None]:
    looker.wrong.clear()
    yield
    assert looker.wrong == []


def test_before_anybody_has_logged_in(looker: Looker, workshop: Workshop) -> None:
    page = looker.page
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
        expect(page.locator("header .live")).to_have_text(re.compile("^Every 15 s"))
        settle(page)
        looker.look("read instead of live", views=4)


def test_while_the_server_is_slow(looker: Looker, workshop: Workshop, furnished: Furnished) -> None:
    page = looker.page
    looker.go(f"/runs/{furnished['green'].run_id}")
    settle(page)
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
    session = waiting_session(workshop, "decided meanwhile")
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
    workshop.runs(EARLY).RequestOverride(
        runs_service_pb2.RequestOverrideRequest(
            name=run.name, reason="the customer waits", risk_level=run.decision.risk_level
        )
    )
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


def test_many_findings_and_a_clock_that_is_wrong(looker: Looker, workshop: Workshop) -> None:
    page = looker.page
    run = workshop.record("with many findings", "E-4", YELLOW)
    workshop.attach(run, "nostop.nc", NO_STOP)
    answer = workshop.runs().GetRun(runs_service_pb2.GetRunRequest(name=run.name))
    (finding,) = answer.run.program_audit.report.findings
    answer.run.program_audit.report.findings.extend([finding] * 299)  # more than this server ever keeps
    answer_with(page, "RunsService/GetRun$", answer)
    page.clock.set_system_time(datetime.now(UTC) - timedelta(minutes=10))
    looker.go(f"/runs/{run.run_id}")
    expect(page.locator(".finding")).to_have_count(300)
    looker.live()
    looker.look("300 findings", views=1)
    page.get_by_role("button", name="Accept 300 findings…").click()
    expect(page.get_by_role("dialog").get_by_role("checkbox")).to_have_count(300)
    page.keyboard.press("Escape")
    page.unroute_all()
    looker.go("/requests")
    settle(page)
    expect(page.locator(".ask").first).to_contain_text("this minute")
    for ahead in (0, 10):  # and a key is pressed in between: nobody was away for twenty minutes
        page.clock.set_system_time(datetime.now(UTC) + timedelta(minutes=ahead))
        page.keyboard.press("Shift")
    looker.go("/runs?q=E-4")
    looker.live()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.clock.set_system_time(datetime.now(UTC))


def test_the_sheet_from_closed_to_cut(looker: Looker, workshop: Workshop) -> None:
    page, run = looker.page, workshop.record("cut in every state", "E-5", YELLOW)
    workshop.attach(run, "nostop.nc", NO_STOP)
    looker.go(f"/runs/{run.run_id}/sheet")
    expect(page.locator(".band")).to_be_visible()
    looker.look("the sheet of a closed gate")
    workshop.open_gate(run)
    workshop.accept(run)
    looker.go(f"/runs/{run.run_id}/sheet")
    boxes = page.locator(".ticks input[type=checkbox]")
    expect(boxes.nth(1)).to_be_enabled()
    looker.live()
    with standing_still(workshop):
        boxes.nth(1).click()
        expect(page.locator(".ticks .by").nth(1)).to_have_text("Sending…")
        looker.look("a tick that is being sent", views=1, translated=False)
    expect(boxes.nth(1)).to_be_checked()
    boxes.nth(1).click()
    looker.look("taking a tick back", translated=False)
    page.keyboard.press("Escape")
    for box in boxes.all():
        if not box.is_checked():
            box.click()
            expect(box).to_be_checked()
    page.get_by_role("button", name="Sign and start").click()
    looker.look("who signs", translated=False)
    page.get_by_role("dialog").get_by_label("Password").fill(PASSWORD)
    page.get_by_role("dialog").get_by_role("button", name="Sign and start").click()
    expect(page.locator(".sign")).to_contain_text("Cutting since")
    looker.look("cutting")
    page.get_by_role("button", name="Scrapped…").click()
    looker.look("what was scrapped", translated=False)
    page.keyboard.press("Escape")
    workshop.attach(run, "nostop.nc", f"(corrected)\n{RING}")
    expect(page.get_by_role("alert")).to_contain_text("The sheet changed. Read it again.")
    looker.look("a sheet that changed")


def test_reviewing_from_waiting_to_taken_back(looker: Looker, workshop: Workshop) -> None:
    page, asset = looker.page, workshop.picture("rosette in every state", size_px=99)
    looker.go(f"/review/{asset.asset_id}")
    expect(page.locator(".facts").first).to_contain_text(asset.content_sha256)
    page.get_by_label("Licence").fill("CC0 1.0")
    page.get_by_role("button", name="Reject…").click()
    looker.look("rejecting")
    page.keyboard.press("Escape")
    decision = advisory_pb.ReviewAdvisoryAssetRequest(
        name=asset.name,
        decision=advisory_pb.ASSET_STATE_REJECTED,
        rejection_reason=advisory_pb.REJECTION_REASON_DUPLICATE,
        shown_sha256=asset.content_sha256,
    )
    AdvisoryServiceStub(workshop.as_(HEAD)).ReviewAdvisoryAsset(decision)
    expect(page.get_by_role("heading", name="Decided")).to_be_visible()
    looker.look("decided meanwhile")
    page.get_by_role("button", name="Decide otherwise…").click()
    looker.look("deciding otherwise", views=1)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Training set").click()
    expect(page.locator("section:has(> header #readiness)")).to_contain_text("more pictures are needed")
    expect(page.get_by_text("No training set has left yet.")).to_be_visible()
    looker.look("training set")


def test_runs_that_come_are_chosen_run_again_and_compared(
    looker: Looker, workshop: Workshop, furnished: Furnished
) -> None:
    page = looker.page
    looker.go("/runs")
    settle(page)
    looker.live()
    workshop.record("comes while one looks", "E-6")
    expect(page.get_by_role("button", name="1 new run")).to_be_visible()
    looker.look("a new run")
    for serial, name in (("0151", "green"), ("0152", "yellow")):
        looker.go(f"/runs?q={serial}")
        page.locator(f'[data-run="{furnished[name].name}"] .pick').click()
        looker.look("chosen runs", views=1)
    page.get_by_role("link", name="Compare", exact=True).click()
    page.get_by_role("link", name="Compare programs").click()
    page.locator(".all-values summary").click()
    settle(page)
    looker.look("compared with programs")
    run = workshop.record("run again", "E-7")
    looker.go(f"/runs/{run.run_id}")
    page.get_by_role("button", name="Run again for another serial…").click()
    page.get_by_role("dialog").get_by_label("Serial").fill("E-8")
    page.get_by_role("dialog").get_by_role("button", name="Run again").click()
    expect(page.get_by_role("dialog").get_by_role("heading", name="Recorded as a new run")).to_be_visible()
    looker.look("run again")
    page.keyboard.press("Escape")
    expect(page.locator("#lineage")).to_be_visible()
    looker.go(f"/runs/{furnished['green'].run_id}/what-if")
    expect(page.locator("[data-cell]").first).to_be_visible()
    page.get_by_role("button", name="Evaluate as a new run…").click()
    looker.look("a point of the map as a run")
    page.keyboard.press("Escape")
