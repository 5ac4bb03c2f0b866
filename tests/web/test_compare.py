"""Two runs beside one another, in a machinist's words and by path."""

import pytest
from playwright.sync_api import expect

from rmos.runs.v1 import run_pb2
from tests.web.visitors import Visitors
from tests.web.workshop import Workshop

pytestmark = pytest.mark.xdist_group("web")


def test_two_chosen_runs_are_compared(enter: Visitors, furnished: dict[str, run_pb2.Run]) -> None:
    page = enter("/runs")
    green, yellow = furnished["green"], furnished["yellow"]
    for run in (green, yellow):
        page.locator(f'[data-run="{run.name}"] .pick').click()
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What changed from 0151 to 0152")
    expect(page.locator(".note.here")).to_contain_text("The level goes from GREEN to YELLOW.")
    page.locator(".all-values summary").click()
    expect(page.locator(".all-values")).to_contain_text("inputs.context.workholding.method")
    expect(page.locator("table.compare")).to_contain_text("the way the work is held is not stated")
    expect(page.locator("table.compare")).not_to_contain_text("REVIEW_REQUIRED")
    page.get_by_role("link", name="Swap sides").click()
    expect(page.locator(".note.here")).to_contain_text("The level goes from YELLOW to GREEN.")


def test_programs_are_compared_as_text(enter: Visitors, workshop: Workshop) -> None:
    one = workshop.record("with a program", "C-1", gcode_text="G0 X0\nM30\n")
    other = workshop.record("with a program", "C-2", gcode_text="G0 X<b>1\nM30\n")
    page = enter(f"/compare?left={one.run_id}&right={other.run_id}")
    page.get_by_role("link", name="Compare programs").click()
    expect(page.locator(".program-diff .added").last).to_have_text("+G0 X<b>1")


def test_a_single_run_asks_for_another(enter: Visitors, furnished: dict[str, run_pb2.Run]) -> None:
    page = enter(f"/compare?right={furnished['red'].run_id}")
    page.get_by_label("Older run").fill(furnished["green"].run_id)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator(".note.here")).to_contain_text("The level goes from GREEN to RED.")
