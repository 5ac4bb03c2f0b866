"""Sessions: a line of steps, and the decisions about it."""

import pytest
from playwright.sync_api import expect

from rmos.workflow.v1 import workflow_service_pb2 as pb
from rmos.workflow.v1.workflow_service_pb2_grpc import WorkflowServiceStub
from tests.web.visitors import Visitors
from tests.web.workshop import HOSTILE, LEAD, Workshop

pytestmark = pytest.mark.xdist_group("web")


def test_a_session_is_followed_and_approved(enter: Visitors, workshop: Workshop) -> None:
    session = workshop.session(f"Top for 0153 {HOSTILE}")
    page = enter("/sessions")
    expect(page.locator("header .live")).to_contain_text("Live")
    expect(page.locator("tr", has_text="Top for 0153")).to_contain_text("Verdict kept")
    page.get_by_role("link", name="Top for 0153").click()
    expect(page.locator(".list")).to_contain_text("Verdict kept")
    page.get_by_role("button", name="Approve…").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".list")).to_contain_text("Approved")
    stub = WorkflowServiceStub(workshop.as_(LEAD))
    assert stub.GetSession(pb.GetSessionRequest(name=session.name)).session.approval.actor.name == LEAD


def test_a_session_that_somebody_else_decided_is_shown_so(enter: Visitors, workshop: Workshop) -> None:
    page = enter("/sessions")
    session = workshop.session("sent back elsewhere")
    expect(page.locator("tr", has_text="sent back elsewhere")).to_contain_text("waits for a person")
    page.get_by_role("link", name="sent back elsewhere").click()
    expect(page.get_by_role("button", name="Approve…")).to_be_visible()
    WorkflowServiceStub(workshop.as_("Head")).RequireRevision(
        pb.RequireRevisionRequest(name=session.name, reason="the channel is too deep")
    )
    expect(page.locator(".list")).to_contain_text("Sent back")


def test_a_session_that_changed_meanwhile_is_not_decided(enter: Visitors, workshop: Workshop) -> None:
    session = workshop.session("changes meanwhile")
    page = enter(f"/sessions/{session.session_id}")
    page.get_by_role("button", name="Send back…").click()
    page.get_by_role("dialog").get_by_label("Why?").fill("the channel is too deep")
    WorkflowServiceStub(workshop.as_("Head")).RequireRevision(
        pb.RequireRevisionRequest(name=session.name, reason="the other was faster")
    )
    page.get_by_role("dialog").get_by_role("button", name="Send back").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was recorded.")
