"""States of a sheet, a review and the list while one works: no fault that axe-core knows, in every view."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from rmos.advisory.v1 import advisory_service_pb2 as advisory_pb
from rmos.advisory.v1.advisory_service_pb2_grpc import AdvisoryServiceStub
from rmos.runs.v1 import run_pb2, runs_service_pb2
from tests.builders import YELLOW
from tests.passing_programs import RING
from tests.web.looking import settle
from tests.web.states import Looker, answer_with, standing_still
from tests.web.visitors import Visitors
from tests.web.workshop import HEAD, NO_STOP, PASSWORD, Workshop

pytestmark = pytest.mark.xdist_group("web")
Furnished = dict[str, run_pb2.Run]


@pytest.fixture(autouse=True)
def _everything_is_sound(enter: Visitors, looker: Looker) -> Iterator[None]:
    looker.wrong.clear()
    yield
    assert looker.wrong == []


def test_many_findings_and_a_clock_that_is_wrong(looker: Looker, workshop: Workshop) -> None:
    page = looker.page
    run = workshop.record("with many findings", "E-4", YELLOW)
    workshop.attach(run, "nostop.nc", NO_STOP)
    workshop.ask(run, "the customer waits")
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
    expect(page.locator(".ask", has_text="with many findings")).to_contain_text("this minute")
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
