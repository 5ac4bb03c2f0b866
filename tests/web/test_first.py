"""The first verdict: the example as it ships, and one's own job with errors at their fields."""

import json
import re
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToDict
from playwright.sync_api import expect

from rmos.runs.v1 import runs_service_pb2
from rmos_client import read_job
from runs_svc.adapters.rendering.painter import paint
from runs_svc.ports import RosetteScene
from tests.web.looking import faults, settle, sideways
from tests.web.visitors import Visitors
from tests.web.workshop import OPERATOR, ROOT, WEB, Workshop

pytestmark = pytest.mark.xdist_group("web")


def test_the_example_is_the_one_that_ships() -> None:
    job = read_job(ROOT / "examples" / "classical_rosette.yaml")
    shown = json.loads(Path(WEB / "src" / "screens" / "first" / "example.json").read_text())
    assert shown["design"] == MessageToDict(job.design, preserving_proto_field_name=True)
    assert shown["context"] == MessageToDict(job.context, preserving_proto_field_name=True)
    assert shown["mode"] == job.mode


def test_the_drawing_of_the_example_is_of_its_numbers() -> None:
    shown = WEB / "src" / "screens" / "first"
    example = json.loads((shown / "example.json").read_text().replace("RING_PATTERN_", ""))
    scene = RosetteScene(example["design"], example["context"]["material"]["material_id"])
    assert (shown / "example.svg").read_bytes() == paint(scene, size_px=460, mime="image/svg+xml")


def test_the_example_is_evaluated_and_marked(enter: Visitors, workshop: Workshop) -> None:
    page = enter("/first", OPERATOR)
    expect(page.get_by_text("Both servers answer")).to_be_visible()
    expect(page.get_by_role("img", name="Drawing of the example")).to_have_js_property("naturalWidth", 460)
    expect(page.locator("header .live")).to_contain_text("Live")
    page.get_by_role("button", name="Evaluate the example").click()
    expect(page).to_have_url(re.compile(r"/runs/run_[0-9a-f]{12}$"))
    expect(page.locator(".verdict")).to_contain_text("GREEN")
    name = f"runs/{page.url.rsplit('/', 1)[1]}"
    run = workshop.runs().GetRun(runs_service_pb2.GetRunRequest(name=name)).run
    assert run.meta["example"] is True


def test_an_own_job_has_its_errors_at_their_fields(enter: Visitors, workshop: Workshop) -> None:
    page = enter("/first", OPERATOR)
    page.get_by_role("button", name="Make it my job…").click()
    settle(page)
    assert (faults(page), sideways(page)) == ([], 0)
    feed = page.get_by_label("Feed")
    feed.fill("-5")
    page.get_by_role("button", name="Evaluate", exact=True).click()
    expect(feed).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was recorded.")
    feed.fill("1500,5")
    page.get_by_label("Serial of the instrument").fill("F-1")
    page.get_by_role("button", name="Evaluate", exact=True).click()
    expect(page).to_have_url(re.compile(r"/runs/run_[0-9a-f]{12}$"))
    name = f"runs/{page.url.rsplit('/', 1)[1]}"
    run = workshop.runs().GetRun(runs_service_pb2.GetRunRequest(name=name)).run
    assert (run.context.cut.feed_rate_mm_per_min, run.linkage.instrument_serial) == (1500.5, "F-1")
