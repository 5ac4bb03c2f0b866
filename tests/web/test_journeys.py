"""Two people at work, from beginning to end, each while somebody else watches live: a review, and a cut."""

import grpc
import numpy as np
import pytest
from playwright.sync_api import Page, ViewportSize, expect
from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

from rmos.advisory.v1 import advisory_service_pb2 as advisory_pb
from rmos.advisory.v1.advisory_service_pb2_grpc import AdvisoryServiceStub
from rmos.runs.v1 import run_pb2
from rmos.runs.v1.runs_service_pb2 import GetRunRequest, GetSetupSheetRequest
from tests.builders import YELLOW
from tests.passing_programs import ring
from tests.service.advisory_requests import approval
from tests.service.wire import fail
from tests.web.looking import faults, settle, sideways
from tests.web.visitors import Visitors
from tests.web.workshop import HEAD, LEAD, NIGHT, NO_STOP, OPERATOR, PASSWORD, Workshop

pytestmark = pytest.mark.xdist_group("web")
_TABLET = ViewportSize(width=820, height=1180)
_BLACK_AND_WHITE = 8
"""How far the parts of a colour may lie apart, of 255: rounding."""


def _live(page: Page) -> None:
    page.wait_for_function("() => document.querySelector('.live')?.textContent.includes('Live')")


def _run(workshop: Workshop, run: run_pb2.Run) -> run_pb2.Run:
    return workshop.runs().GetRun(GetRunRequest(name=run.name)).run


def _approve(page: Page, licence: str, caption: str) -> None:
    page.get_by_label("Licence").fill(licence)
    page.get_by_label("Caption for training").fill(caption)
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("heading", name="Decided")).to_be_visible()


def test_a_shop_lead_reviews_what_waits(enter: Visitors, workshop: Workshop) -> None:
    asked = [workshop.record(f"asked for by {who}", f"J5-{who}", YELLOW) for who in (OPERATOR, NIGHT)]
    for run, who in zip(asked, (OPERATOR, NIGHT), strict=True):
        workshop.ask(run, f"{who} has tried it on an offcut", who)
    pictures = [workshop.picture(f"herringbone rosette, trial {number}", size_px=64 + number) for number in range(9)]
    texts = [workshop.explanation(asked[0], f"the bit is dull, wording {number}") for number in range(3)]
    waiting = [asset.asset_id for asset in (*pictures, *texts)]
    requester = enter(f"/review/{pictures[1].asset_id}", OPERATOR)
    expect(requester.locator(".facts").first).to_contain_text(pictures[1].content_sha256)
    page = enter("/review", LEAD)
    queue = page.locator(".queue a")
    expect(queue.last).to_have_attribute("href", f"/review/{waiting[-1]}")
    addresses = [one.get_attribute("href") or "" for one in queue.all()]
    assert [address.split("/")[-1] for address in addresses if address.split("/")[-1] in waiting] == waiting

    page.locator(f'.queue a[href="/review/{waiting[0]}"]').click()
    expect(page.locator(".facts").first).to_contain_text(pictures[0].content_sha256)
    _approve(page, "CC BY 4.0", "herringbone rosette, first")
    page.locator(f'.queue a[href="/review/{waiting[1]}"]').click()
    facts = page.locator(".facts").first
    expect(facts).to_contain_text(pictures[1].content_sha256)
    for told in (pictures[1].prompt, OPERATOR, pictures[1].model, "0.00 USD"):
        expect(page.locator("main .cols")).to_contain_text(told)
    expect(page.locator(".pair figcaption").last).to_contain_text("Approved")
    expect(page.locator(".pair figcaption").last).to_contain_text(waiting[0])
    _approve(page, "CC0 1.0", "herringbone rosette, second")

    expect(requester.get_by_role("heading", name="Decided")).to_be_visible()
    expect(requester.locator(".note.good")).to_contain_text(f"Approved, {LEAD}")
    _see_that_it_was_decided_once(workshop, pictures[1])

    enter.go(page, f"/review/{waiting[-1]}")
    expect(page.get_by_text("changes no level", exact=False).first).to_be_visible()
    for told in ("the bit is dull, wording 2", "small-model-1", asked[0].run_id):
        expect(page.locator("main .cols")).to_contain_text(told)
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("heading", name="Decided")).to_be_visible()
    before, after = asked[0], _run(workshop, asked[0])
    assert (after.decision, after.hashes) == (before.decision, before.hashes)

    own = workshop.picture("rosette that the lead wants", size_px=96, who=LEAD)
    enter.go(page, f"/review/{own.asset_id}")
    page.get_by_label("Licence").fill("CC0 1.0")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_text("You asked for this yourself, so somebody else has to agree.").first).to_be_visible()
    refused = fail(AdvisoryServiceStub(workshop.as_(LEAD)).ReviewAdvisoryAsset, approval(own, reviewer=LEAD))
    assert (refused.code, refused.reason) == (grpc.StatusCode.PERMISSION_DENIED, "FOUR_EYES")

    enter.go(page, "/requests")
    _answer_both(page)
    granted, declined = (_run(workshop, run).override_requests[0].state for run in asked)
    assert granted == run_pb2.OVERRIDE_REQUEST_STATE_GRANTED
    assert declined == run_pb2.OVERRIDE_REQUEST_STATE_DECLINED


def _see_that_it_was_decided_once(workshop: Workshop, picture: advisory_pb.AdvisoryAsset) -> None:
    """The lead's review stands in the record, and nobody can decide again but by taking it back."""
    service = AdvisoryServiceStub(workshop.as_(HEAD))
    decided = service.GetAdvisoryAsset(advisory_pb.GetAdvisoryAssetRequest(name=picture.name))
    (review,) = decided.reviews
    assert (review.reviewer, review.decision) == (LEAD, advisory_pb.ASSET_STATE_APPROVED)
    assert (review.shown_sha256, review.licence) == (picture.content_sha256, "CC0 1.0")
    assert review.HasField("review_time")
    again = advisory_pb.ReviewAdvisoryAssetRequest(
        name=picture.name,
        decision=advisory_pb.ASSET_STATE_REJECTED,
        rejection_reason=advisory_pb.REJECTION_REASON_DUPLICATE,
        shown_sha256=picture.content_sha256,
    )
    with pytest.raises(grpc.RpcError, match="FAILED_PRECONDITION"):
        service.ReviewAdvisoryAsset(again)
    again.reversal = True
    reversed_ = service.ReviewAdvisoryAsset(again).asset
    assert (reversed_.state, reversed_.reviewed_by) == (advisory_pb.ASSET_STATE_REJECTED, HEAD)


def _answer_both(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    page.locator(".ask", has_text=f"asked for by {OPERATOR}").get_by_role("button", name="Answer…").click()
    dialog.get_by_label("Why may it be cut?").fill("tape holds it, tried on an offcut")
    dialog.get_by_role("button", name="Open the gate").click()
    expect(page.locator(".ask", has_text=f"asked for by {OPERATOR}")).to_have_count(0)
    page.locator(".ask", has_text=f"asked for by {NIGHT}").get_by_role("button", name="Decline…").click()
    dialog.get_by_label("Why not?").fill("first say how it is held")
    dialog.get_by_role("button", name="Decline", exact=True).click()
    expect(page.locator(".ask", has_text=f"asked for by {NIGHT}")).to_have_count(0)


def test_an_operator_sets_up_and_cuts(enter: Visitors, workshop: Workshop) -> None:
    name = "Rosette of the journey"
    earlier = workshop.record(name, "J12-1")
    workshop.attach(earlier, "ring.nc", ring("first"))
    for step in (run_pb2.EXECUTION_STEP_STARTED, run_pb2.EXECUTION_STEP_FINISHED):
        workshop.step(earlier, step)
    run = workshop.record(name, "J12-2", YELLOW, linkage=run_pb2.RunLinkage(instrument_serial="J12-2", operator=NIGHT))
    workshop.attach(run, "ring.nc", ring("second"))
    workshop.attach(run, "nostop.nc", NO_STOP)
    workshop.open_gate(run)
    workshop.accept(run)
    lead = enter(f"/runs/{run.run_id}/sheet", LEAD)
    _live(lead)
    page = enter(f"/runs/{run.run_id}", OPERATOR, size=_TABLET)
    elsewhere: list[str] = []
    page.on("request", lambda asked: elsewhere.append(asked.url))
    page.get_by_role("link", name="Setup sheet").first.click()
    settle(page)
    sheet = page.locator(".sheet")
    for told in (
        name, "J12-2", "YELLOW", f"Gate opened by {LEAD}",  # part, serial, verdict, approval
        "2.6 mm", "Zero", "3.175 mm", "1750 mm/min", "68.9 in/min", "ring.nc", "nostop.nc",
        f"Accepted by {LEAD}", "Changed since J12-1", "stick-out 20 mm", "planned with the profile of Shapeoko 3",
        "the way the work is held is not stated",
    ):  # fmt: skip
        expect(sheet).to_contain_text(told)
    expect(page.locator(".bits svg")).not_to_have_count(0)
    assert (faults(page), sideways(page)) == ([], 0)

    boxes = page.locator(".ticks input[type=checkbox]")
    page.get_by_label("Measured, mm").fill("2.58")
    for box in boxes.all():
        box.click()
        expect(box).to_be_checked()
    expect(lead.locator(".ticks li").last).to_contain_text(OPERATOR)
    expect(lead.locator(".ticks li").first).to_contain_text("2.58")
    _see_how_it_prints(page, f"{name} · serial J12-2 · ")
    page.get_by_role("button", name="Sign and start").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign and start").click()
    expect(lead.locator(".sign")).to_contain_text("Cutting since")
    page.get_by_role("button", name="Finished…").click()
    page.get_by_role("button", name="The part is good").click()
    expect(lead.get_by_role("button", name="Finished…")).to_have_count(0)
    assert [url for url in elsewhere if not url.startswith((workshop.address, f"blob:{workshop.address}"))] == []
    recorded = _run(workshop, run)
    assert [signature.person for signature in recorded.signatures] == [OPERATOR]
    assert {check.person for check in recorded.checks} == {OPERATOR}
    assert recorded.executions[-1].step == run_pb2.EXECUTION_STEP_FINISHED
    shown = workshop.runs().GetSetupSheet(GetSetupSheetRequest(name=run.name)).sheet
    assert recorded.signatures[0].sheet_sha256 == shown.sha256


def _see_how_it_prints(page: Page, begins: str) -> None:
    """One page without colours; where paper is too small for one, every further page says what it belongs to."""
    page.emulate_media(media="print")
    for paper in ("A4", "Letter"):
        (one,) = PdfDocument(page.pdf(format=paper, print_background=True))
        colours = np.ptp(one.render(scale=2).to_numpy().astype(int), axis=2)
        assert colours.max() <= _BLACK_AND_WHITE, paper
    small = PdfDocument(page.pdf(format="A5"))
    heads = [sheet_page.get_textpage().get_text_bounded() for sheet_page in list(small)[1:]]
    assert heads
    assert all(begins in head for head in heads)
    page.emulate_media(media="screen")
