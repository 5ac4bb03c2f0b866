"""Asking for a gate to be opened, and answering."""

import re

import pytest
from playwright.sync_api import Page, expect

from rmos.runs.v1 import run_pb2, runs_service_pb2
from tests.builders import YELLOW
from tests.web.looking import faults
from tests.web.states import answer_with
from tests.web.visitors import Visitors
from tests.web.workshop import HOSTILE, LEAD, OPERATOR, Workshop

pytestmark = pytest.mark.xdist_group("web")


def _read(workshop: Workshop, run: run_pb2.Run) -> run_pb2.Run:
    return workshop.runs().GetRun(runs_service_pb2.GetRunRequest(name=run.name)).run


def test_somebody_asks_and_a_reviewer_opens_the_gate(enter: Visitors, workshop: Workshop) -> None:
    run = workshop.record("asked for", "R-1", YELLOW)
    page = enter(f"/runs/{run.run_id}", OPERATOR)
    page.get_by_role("button", name="Ask for it…").click()
    page.get_by_label("Why should it be opened?").fill(f"Top is 2.58 mm {HOSTILE}")
    page.get_by_role("button", name="Ask for it", exact=True).click()
    expect(page.locator(".cols")).to_contain_text("waiting")
    page.wait_for_function("() => document.querySelector('.live')?.textContent.includes('Live')")
    lead = enter("/requests", LEAD)
    row = lead.locator(".ask", has_text="serial R-1")
    expect(row).to_contain_text(HOSTILE)
    assert faults(lead) == []
    row.get_by_role("button", name="Answer…").click()
    dialog = lead.get_by_role("dialog")
    expect(dialog).to_contain_text("Asked by")
    dialog.get_by_label("Why may it be cut?").fill("tape holds it, tried on an offcut")
    dialog.get_by_role("button", name="Open the gate").click()
    expect(row).to_have_count(0)
    expect(page.locator(".gatebar")).to_contain_text(f"Gate opened by {LEAD}")
    (request,) = _read(workshop, run).override_requests
    assert (request.person, request.state) == (OPERATOR, run_pb2.OVERRIDE_REQUEST_STATE_GRANTED)


def test_a_request_is_declined_with_a_reason(enter: Visitors, workshop: Workshop) -> None:
    run = workshop.record("declined", "R-2", YELLOW)
    workshop.ask(run, "the customer waits")
    page = enter("/requests", LEAD)
    page.locator(".ask", has_text="declined").get_by_role("button", name="Decline…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why not?").fill("first say how it is held")
    dialog.get_by_role("button", name="Decline", exact=True).click()
    expect(page.locator(".ask", has_text="declined")).to_have_count(0)
    page.get_by_role("link", name="Answered").click()
    answered = page.locator(".ask", has_text="serial R-2")
    expect(answered).to_contain_text("the customer waits")
    expect(answered).to_contain_text(f"Declined by {LEAD}")
    expect(answered).to_contain_text("first say how it is held")
    expect(answered.get_by_role("button")).to_have_count(0)
    assert faults(page) == []
    (request,) = _read(workshop, run).override_requests
    assert (request.answer_person, request.answer_reason) == (LEAD, "first say how it is held")
    assert _read(workshop, run).effective_gate_decision == run_pb2.GATE_DECISION_BLOCKED


def test_who_is_refused_reads_why_and_asks_somebody_who_may(enter: Visitors, workshop: Workshop) -> None:
    run = workshop.record("refused here", "R-3", YELLOW)
    page = enter(f"/runs/{run.run_id}", LEAD)
    refusal = {"content-type": "application/grpc-web+proto", "grpc-status": "7", "grpc-message": "the role was taken"}
    page.route(re.compile("/OverrideRun$"), lambda route: route.fulfill(status=200, headers=refusal))
    _open_gate(page, "held by tape, tried on an offcut")
    expect(page.get_by_role("heading", name="You cannot open this gate", level=1)).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Opening a gate needs the role reviewer. the role was taken")
    expect(page.get_by_role("alert")).to_contain_text(
        f"You are logged in as {LEAD} with the role reviewer. Nothing was"
    )
    assert faults(page) == []
    expect(page.get_by_label("Why should it be opened?")).to_have_value("held by tape, tried on an offcut")
    page.get_by_role("button", name="Ask for it", exact=True).click()
    expect(page.locator(".cols")).to_contain_text("waiting")
    page.unroute_all()
    _open_gate(page, "I asked for it myself")
    expect(page.get_by_role("heading", name="You cannot open this gate", level=1)).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Four eyes: You asked for this yourself")
    expect(page.locator("main")).to_contain_text("held by tape, tried on an offcut")
    expect(page.get_by_role("button", name="Ask for it", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Back to the run").click()
    expect(page.locator(".gatebar")).to_contain_text("Gate closed")
    (request,) = _read(workshop, run).override_requests
    assert (request.person, request.state) == (LEAD, run_pb2.OVERRIDE_REQUEST_STATE_WAITING)


def _open_gate(page: Page, reason: str) -> None:
    page.get_by_role("button", name="Open the gate…").click()
    page.get_by_label("Why may it be cut?").fill(reason)
    page.get_by_role("dialog").get_by_role("button", name="Open the gate").click()


def test_pages_lead_on_in_the_order_of_their_list(enter: Visitors) -> None:
    page = enter("/about", LEAD)
    answer_with(page, "ListOverrideRequests$", runs_service_pb2.ListOverrideRequestsResponse(next_page_token="more"))
    try:
        for view, words in {
            "waiting": ["Older", "Newer"], "answered": ["Newer", "Older"], "mine": ["Older", "Newer"],
        }.items():  # fmt: skip
            enter.go(page, f"/requests?view={view}")
            expect(page.locator(".pages button")).to_have_text(words)
        expect(page.get_by_text("More requests wait than were looked through here.")).to_be_visible()
        page.get_by_role("button", name="Look through the next ones").click()
        expect(page).to_have_url(re.compile(r"view=mine&after=more$"))
        enter.go(page, "/requests?after=elsewhere")  # as from a link: nobody walked here
        page.get_by_role("button", name="Older").click()
        expect(page).to_have_url(re.compile("/requests$"))
    finally:
        page.unroute_all()
