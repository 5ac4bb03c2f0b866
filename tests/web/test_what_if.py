"""The map of a sweep: what the server computed, by keyboard and as a table, and a new run from a point of it."""

import re

import pytest
from playwright.sync_api import expect

from rmos.runs.v1 import run_pb2, runs_service_pb2
from tests.web.visitors import Visitors
from tests.web.workshop import OPERATOR, Workshop

pytestmark = pytest.mark.xdist_group("web")


def test_a_point_is_chosen_by_keyboard_and_evaluated_as_a_run(enter: Visitors, workshop: Workshop) -> None:
    run = workshop.record("swept", "W-1")
    page = enter(f"/runs/{run.run_id}/what-if", OPERATOR)
    expect(page.locator("[data-cell]")).to_have_count(357)
    expect(page.locator("header .live")).to_contain_text("Live")
    value = page.locator("#map-value")
    expect(value).to_contain_text("1750")
    page.locator(".map-scroll").focus()
    page.keyboard.press("ArrowRight")
    expect(value).to_contain_text(re.compile("1950"))
    page.keyboard.press("ArrowUp")
    expect(value).to_contain_text(re.compile("0.7"))
    page.get_by_role("button", name="Evaluate as a new run…").click()
    page.get_by_role("button", name="Evaluate", exact=True).click()
    expect(page).to_have_url(re.compile(r"/runs/run_[0-9a-f]{12}$"))
    made = page.url.rsplit("/", 1)[1]
    child = workshop.runs().GetRun(runs_service_pb2.GetRunRequest(name=f"runs/{made}")).run
    assert child.linkage.parent_run_id == run.run_id
    expect(page.locator("section:has(> header #lineage)")).to_contain_text("serial W-1")
    expect(page.locator("section:has(> header #lineage)")).to_contain_text("since then: Feed, Depth of pass")
    assert (child.context.cut.feed_rate_mm_per_min, child.context.cut.axial_depth_mm) == (1950.0, 0.7)


def test_the_table_says_what_the_map_shows(enter: Visitors, furnished: dict[str, run_pb2.Run]) -> None:
    page = enter(f"/runs/{furnished['green'].run_id}/what-if")
    page.get_by_text("The same as a table").click()
    expect(page.locator("details table tbody tr")).to_have_count(17)
    shown = page.locator(".key li").all_inner_texts()
    assert sum(int(re.findall(r"\d+", text)[-1]) for text in shown) == 357
    page.get_by_label("Up").select_option("spindleSpeedRpm")
    expect(page.locator("#axis-y option:checked")).to_have_text(
        re.compile(r"^Spindle speed, [\d,]+ to [\d,]+\srpm, 17 steps$")
    )
    expect(page.locator("details table thead")).to_contain_text("Spindle speed, rpm")
