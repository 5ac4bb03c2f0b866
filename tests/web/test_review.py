"""Reviewing a picture: seen, licensed, rated, captioned, decided; never decided unseen."""

import re

import pytest
from playwright.sync_api import Route, expect

from rmos.advisory.v1 import advisory_service_pb2 as advisory_pb
from rmos.advisory.v1.advisory_service_pb2_grpc import AdvisoryServiceStub
from tests.web.looking import faults, tab_to
from tests.web.visitors import Visitors
from tests.web.workshop import LEAD, OPERATOR, Workshop

pytestmark = pytest.mark.xdist_group("web")
CAPTION = "rope rosette <img src=x onerror=alert(1)> {{7*7}}</script><b>"


def _read(workshop: Workshop, asset: advisory_pb.AdvisoryAsset) -> advisory_pb.GetAdvisoryAssetResponse:
    return AdvisoryServiceStub(workshop.as_(LEAD)).GetAdvisoryAsset(
        advisory_pb.GetAdvisoryAssetRequest(name=asset.name)
    )


def _send_twice(route: Route) -> None:
    """As when the first answer is lost."""
    route.fetch()
    route.continue_()


def test_a_picture_is_approved_with_licence_rating_and_caption(enter: Visitors, workshop: Workshop) -> None:
    asset = workshop.picture("rope rosette with rosewood borders")
    page = enter(f"/review/{asset.asset_id}")
    approve = page.get_by_role("button", name="Approve", exact=True)
    expect(page.locator(".facts").first).to_contain_text(asset.content_sha256)
    expect(approve).to_be_disabled()
    expect(page.get_by_label("Caption for training")).to_have_value("guitar rosette with mosaic, purfling rings")
    expect(page.get_by_label("Concept")).to_have_value("rosette mosaic")
    page.keyboard.press("4")
    for field, text in (("#licence", "CC BY 4.0"), ("#concept", "rope rosette"), ("#caption", CAPTION)):
        tab_to(page, field)
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.insert_text(text)
    assert faults(page) == []
    page.route(re.compile("/ReviewAdvisoryAsset$"), _send_twice)
    tab_to(page, "#approve")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Decided")).to_be_visible()
    page.unroute_all()
    found = _read(workshop, asset).asset
    assert [review.refused for review in _read(workshop, asset).reviews] == [False]
    assert (found.state, found.reviewed_by, found.rating) == (advisory_pb.ASSET_STATE_APPROVED, LEAD, 4)
    assert (found.licence, found.concept, found.caption) == ("CC BY 4.0", "rope rosette", CAPTION)
    expect(page.locator("main")).to_contain_text(CAPTION)


def test_a_rejection_says_why_and_can_be_taken_back(enter: Visitors, workshop: Workshop) -> None:
    asset = workshop.picture("crooked rosette")
    page = enter(f"/review/{asset.asset_id}")
    page.get_by_label("Licence").fill("CC0 1.0")
    page.get_by_role("button", name="Reject…").click()
    dialog = page.get_by_role("dialog")
    reject = dialog.get_by_role("button", name="Reject", exact=True)
    expect(reject).to_be_disabled()
    dialog.get_by_label("Why?").select_option("Something else")
    expect(reject).to_be_disabled()
    dialog.get_by_label("Note").fill("it is crooked")
    reject.click()
    page.get_by_role("button", name="Decide otherwise…").click()
    dialog.get_by_label("Note").fill("it was the lens")
    dialog.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".note.good")).to_contain_text(LEAD)
    decisions = [(review.decision, review.reversal) for review in _read(workshop, asset).reviews]
    assert decisions == [(advisory_pb.ASSET_STATE_REJECTED, False), (advisory_pb.ASSET_STATE_APPROVED, True)]


def test_who_may_not_decide_sees_and_reads_why(enter: Visitors, workshop: Workshop) -> None:
    asset = workshop.picture("rosette for the operator")
    page = enter(f"/review/{asset.asset_id}", OPERATOR)
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_disabled()
    expect(page.get_by_text("Reviewing needs the role reviewer.")).to_be_visible()


def test_a_picture_that_does_not_arrive_cannot_be_approved(enter: Visitors, workshop: Workshop) -> None:
    page = enter("/runs")
    page.route(re.compile("DownloadAdvisoryAsset"), lambda route: route.abort())
    asset = workshop.picture("rosette that is lost on the way", size_px=97)  # bytes that no page has kept
    enter.go(page, f"/review/{asset.asset_id}")
    page.get_by_label("Licence").fill("CC0 1.0")
    expect(page.get_by_text("The picture has not been shown, so it cannot be decided on.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_disabled()
    page.unroute_all()


def test_a_decision_of_somebody_else_appears_and_is_told(enter: Visitors, workshop: Workshop) -> None:
    page = enter("/runs")
    seen, unseen = workshop.picture("rosette decided elsewhere"), workshop.picture("rosette decided before")
    enter.go(page, f"/review/{seen.asset_id}")
    expect(page.locator("header .live")).to_have_text(re.compile("Live"))
    page.get_by_label("Licence").fill("CC0 1.0")
    _reject(workshop, seen)
    expect(page.locator(".note.bad").first).to_contain_text("Head")
    expect(page.locator(f'.queue a[href="/review/{seen.asset_id}"]')).to_have_count(0)
    page.route(re.compile("WatchAdvisoryAssets"), lambda route: route.abort())
    enter.go(page, f"/review/{unseen.asset_id}")
    page.get_by_label("Licence").fill("CC0 1.0")
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_enabled()
    expect(page.locator("header .live")).to_have_text(re.compile("Not live"))
    _reject(workshop, unseen)
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".note.bad").first).to_contain_text("Head")
    expect(page.get_by_role("button", name="Decide otherwise…")).to_be_visible()
    page.unroute_all()


def _reject(workshop: Workshop, asset: advisory_pb.AdvisoryAsset) -> None:
    decision = advisory_pb.ReviewAdvisoryAssetRequest(
        name=asset.name,
        decision=advisory_pb.ASSET_STATE_REJECTED,
        rejection_reason=advisory_pb.REJECTION_REASON_DUPLICATE,
        shown_sha256=asset.content_sha256,
    )
    AdvisoryServiceStub(workshop.as_("Head")).ReviewAdvisoryAsset(decision)


def test_a_new_picture_appears_by_itself(enter: Visitors, workshop: Workshop) -> None:
    page = enter("/review")
    expect(page.get_by_role("heading", level=1)).to_have_text("Review")
    asset = workshop.picture("rosette that comes late", size_px=98)
    expect(page.locator(f'.queue a[href="/review/{asset.asset_id}"]')).to_be_visible()
