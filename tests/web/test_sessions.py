"""Sessions: a line of steps, and the decisions about it."""

import pytest
from playwright.sync_api import expect

from rmos.workflow.v1 import workflow_service_pb2 as pb
from rmos.workflow.v1.workflow_service_pb2_grpc import WorkflowServiceStub
from tests.builders import context_message, design_message
from tests.web.conftest import Visitors
from tests.web.workshop import HOSTILE, LEAD, OPERATOR, Workshop

pytestmark = pytest.mark.xdist_group("web")


def waiting_session(workshop: Workshop, title: str) -> pb.Session:
    """A session whose verdict waits for a person."""
    stub = WorkflowServiceStub(workshop.as_(OPERATOR))
    session = stub.CreateSession(pb.CreateSessionRequest(title=title)).session
    stub.SetDesign(pb.SetDesignRequest(name=session.name, design=design_message()))
    stub.SetContext(pb.SetContextRequest(name=session.name, context=context_message()))
    return stub.RequestFeasibility(pb.RequestFeasibilityRequest(name=session.name)).session


def test_a_session_is_followed_and_approved(enter: Visitors, workshop: Workshop) -> None:
    session = waiting_session(workshop, f"Top for 0153 {HOSTILE}")
    page = enter("/sessions")
    page.get_by_role("link", name="Top for 0153").click()
    expect(page.locator(".list")).to_contain_text("Verdict kept")
    page.get_by_role("button", name="Approve…").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".list")).to_contain_text("Approved")
    stub = WorkflowServiceStub(workshop.as_(LEAD))
    assert stub.GetSession(pb.GetSessionRequest(name=session.name)).session.approval.actor.name == LEAD


def test_a_session_that_changed_meanwhile_is_not_decided(enter: Visitors, workshop: Workshop) -> None:
    session = waiting_session(workshop, "changes meanwhile")
    page = enter(f"/sessions/{session.session_id}")
    page.get_by_role("button", name="Send back…").click()
    page.get_by_role("dialog").get_by_label("Why?").fill("the channel is too deep")
    WorkflowServiceStub(workshop.as_("Head")).RequireRevision(
        pb.RequireRevisionRequest(name=session.name, reason="the other was faster")
    )
    page.get_by_role("dialog").get_by_role("button", name="Send back").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was recorded.")
