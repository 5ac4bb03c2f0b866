"""Every screen: no fault that axe-core knows, no sideways scrolling, texts of others stay text."""

import pytest
from playwright.sync_api import ViewportSize, expect

from rmos.advisory.v1 import advisory_service_pb2 as advisory_pb
from rmos.advisory.v1.advisory_service_pb2_grpc import AdvisoryServiceStub
from rmos.runs.v1 import run_pb2
from tests.builders import YELLOW
from tests.web.looking import faults, low_buttons, settle, sideways, texts_over_texts
from tests.web.visitors import Visitors
from tests.web.workshop import HOSTILE, LEAD, LONG, NO_STOP, Workshop

pytestmark = pytest.mark.xdist_group("web")
SCREENS = (
    "/runs",
    "/runs?q=nothing-9",
    "/runs/{yellow}",
    "/runs/{hostile}",
    "/runs/{unknown}",
    "/runs/{long}/what-if",
    "/compare?left={green}&right={red}",
    "/compare",
    "/runs/{green}/sheet",
    "/runs/{red}/sheet",
    "/requests",
    "/review",
    "/review?state=rejected",
    "/sessions",
    "/first",
    "/about",
    "/nowhere",
)
SIZES = {"desk": ViewportSize(width=1280, height=800), "phone": ViewportSize(width=320, height=640)}


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_every_screen_is_sound(enter: Visitors, furnished: dict[str, run_pb2.Run], size: str) -> None:
    page = enter("/runs", size=SIZES[size], theme="dark" if size == "phone" else "light")
    ids = {name: run.run_id for name, run in furnished.items()}
    wrong: list[str] = []
    for screen in SCREENS:
        path = screen.format(**ids)
        page.evaluate(
            "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path
        )
        settle(page)
        wrong += [f"{path}: {fault}" for fault in faults(page)]
        wrong += [f"{path}: {sideways(page)} px too wide"] if sideways(page) > 0 else []
        wrong += [f"{path}: low: {button}" for button in low_buttons(page)]
        wrong += [f"{path}: {both}" for both in texts_over_texts(page)]
    assert wrong == []


def test_hostile_names_stay_text(enter: Visitors, furnished: dict[str, run_pb2.Run]) -> None:
    page = enter("/runs")
    expect(page.locator("tbody")).to_contain_text(HOSTILE)
    expect(page.locator("tbody")).to_contain_text(LONG)
    page.get_by_role("link", name=HOSTILE, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    expect(page.locator(".cols")).to_contain_text("<b>&amp;.nc")
    assert page.locator("main img:not([src^='blob:']), main b, main script").count() == 0


def test_hostile_texts_stay_text_on_every_screen(
    enter: Visitors, workshop: Workshop, furnished: dict[str, run_pb2.Run]
) -> None:
    unseen, run = workshop.record("\u3000\u200b", "H-1"), workshop.record(HOSTILE, HOSTILE, YELLOW)
    workshop.attach(run, "<img src=x onerror=alert(1)><b>.nc", NO_STOP)
    workshop.note(run, HOSTILE)
    workshop.ask(run, HOSTILE)
    asset, session = workshop.picture(HOSTILE, size_px=101), workshop.session(HOSTILE)
    visible = HOSTILE.replace("\u202e", "")
    approval = advisory_pb.ReviewAdvisoryAssetRequest(
        name=asset.name, decision=advisory_pb.ASSET_STATE_APPROVED, shown_sha256=asset.content_sha256,
        licence=visible, caption=visible, concept="rope", note=visible,
    )  # fmt: skip
    AdvisoryServiceStub(workshop.as_(LEAD)).ReviewAdvisoryAsset(approval)
    page = enter("/runs?q=H-1")
    expect(page.locator(f'[data-run="{unseen.name}"] a')).to_have_text("Unnamed part")
    for path in (
        "/runs", f"/runs/{run.run_id}", f"/runs/{run.run_id}/sheet", f"/runs/{run.run_id}/what-if", "/requests",
        f"/compare?left={furnished['long'].run_id}&right={run.run_id}&programs=1", f"/review/{asset.asset_id}",
        "/review?state=approved", "/sessions", f"/sessions/{session.session_id}",
    ):  # fmt: skip
        enter.go(page, path)
        settle(page)
        expect(page.get_by_text(HOSTILE).first).to_be_attached()
        assert sideways(page) <= 0, path
        markup = page.locator("main img:not([src^='blob:']), main b, main script, main [onerror]")
        assert markup.count() == 0, path


def test_german_is_german(enter: Visitors, furnished: dict[str, run_pb2.Run]) -> None:
    page = enter("/runs")
    page.locator("summary.who").click()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Läufe")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("tbody")).to_contain_text("GRÜN")
    page.get_by_role("button", name="English").click()
