"""The setup sheet: ticked, taken back, signed, started, and seen by others at once; it prints on one page."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from rmos.runs.v1 import run_pb2, runs_service_pb2, setup_sheet_pb2
from tests.builders import RED, YELLOW
from tests.passing_programs import RING
from tests.web.looking import faults, settle
from tests.web.visitors import Visitors
from tests.web.workshop import HEAD, HOSTILE, LEAD, NIGHT, NO_STOP, OPERATOR, PASSWORD, VIEWER, Workshop

pytestmark = pytest.mark.xdist_group("web")


def _released(workshop: Workshop, serial: str) -> run_pb2.Run:
    run = workshop.record("Herringbone rosette, cedar top", serial, YELLOW)
    workshop.open_gate(run)
    workshop.attach(run, "herringbone.nc", RING)
    return run


def _sheet(workshop: Workshop, run: run_pb2.Run) -> setup_sheet_pb2.SetupSheet:
    return workshop.runs().GetSetupSheet(runs_service_pb2.GetSetupSheetRequest(name=run.name)).sheet


def _live(page: Page) -> None:
    page.wait_for_function("() => document.querySelector('.live')?.textContent.includes('Live')")


def test_ticks_are_recorded_seen_by_others_signed_and_started(enter: Visitors, workshop: Workshop) -> None:
    run = _released(workshop, "S-1")
    other = enter(f"/runs/{run.run_id}/sheet", LEAD)
    _live(other)
    page = enter(f"/runs/{run.run_id}/sheet", OPERATOR)
    sign = page.get_by_role("button", name="Sign and start")
    expect(sign).to_be_disabled()
    page.get_by_label("Measured, mm").fill("2,58")
    boxes = page.locator(".ticks input[type=checkbox]")
    boxes.first.click()
    expect(page.locator(".ticks li").first).to_contain_text(re.compile(f"2.58.*{OPERATOR}", re.DOTALL))
    expect(other.locator(".ticks li").first).to_contain_text(OPERATOR)
    for box in boxes.all()[1:]:
        box.click()
        expect(box).to_be_checked()
    expect(other.locator("[role=status]", has_text=re.compile(r"7 of 7"))).to_be_visible()
    assert _sheet(workshop, run).items[0].check.measured_mm == pytest.approx(2.58)
    sign.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill("not the password")
    dialog.get_by_role("button", name="Sign and start").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Name or password is not right.")
    assert not _sheet(workshop, run).HasField("signature")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign and start").click()
    expect(page.locator(".sign")).to_contain_text("Cutting since")
    expect(other.locator(".sign")).to_contain_text("Cutting since")
    assert _sheet(workshop, run).signature.person in {OPERATOR, ""}
    page.get_by_role("button", name="Finished…").click()
    page.get_by_role("button", name="The part is good").click()
    expect(page.get_by_role("button", name="Finished…")).to_have_count(0)
    recorded = workshop.runs().GetRun(runs_service_pb2.GetRunRequest(name=run.name)).run
    assert [step.step for step in recorded.executions] == [
        run_pb2.EXECUTION_STEP_STARTED,
        run_pb2.EXECUTION_STEP_FINISHED,
    ]
    assert [signature.person for signature in recorded.signatures] == [OPERATOR]


def test_a_tick_is_taken_back_and_both_stay(enter: Visitors, workshop: Workshop) -> None:
    run = _released(workshop, "S-2")
    page = enter(f"/runs/{run.run_id}/sheet", OPERATOR)
    box = page.locator(".ticks input[type=checkbox]").nth(1)
    box.click()
    expect(box).to_be_checked()
    box.click()
    page.get_by_role("dialog").get_by_role("button", name="Take it back").click()
    expect(box).not_to_be_checked()
    expect(page.locator(".ticks li").nth(1)).to_contain_text(f"taken back by {OPERATOR}")
    checks = workshop.runs().GetRun(runs_service_pb2.GetRunRequest(name=run.name)).run.checks
    assert [check.done for check in checks] == [True, False]


def test_another_program_covers_the_sheet_until_it_is_read_again(enter: Visitors, workshop: Workshop) -> None:
    run = _released(workshop, "S-3")
    page = enter(f"/runs/{run.run_id}/sheet", OPERATOR)
    _live(page)
    box = page.locator(".ticks input[type=checkbox]").first
    expect(box).to_be_enabled()
    workshop.attach(run, "herringbone.nc", f"(corrected)\n{RING}")
    expect(page.get_by_role("alert")).to_contain_text("The sheet changed. Read it again.")
    expect(box).to_be_disabled()
    page.get_by_role("button", name="I have read it again").click()
    expect(box).to_be_enabled()


def test_what_is_not_released_says_so_and_has_no_list(enter: Visitors, workshop: Workshop) -> None:
    run = workshop.record(f"not to be cut {HOSTILE}", "S-4", RED)
    page = enter(f"/runs/{run.run_id}/sheet", HEAD)
    expect(page.locator(".band")).to_contain_text("Not released:")
    assert page.locator(".ticks").count() == 0
    expect(page.get_by_role("heading", level=1)).to_contain_text(HOSTILE)


def test_who_only_looks_cannot_tick(enter: Visitors, workshop: Workshop) -> None:
    run = _released(workshop, "S-5")
    page = enter(f"/runs/{run.run_id}/sheet", VIEWER)
    expect(page.locator(".ticks input[type=checkbox]").first).to_be_disabled()
    expect(page.get_by_text("This needs the role operator.").first).to_be_visible()


def test_the_sheet_prints_on_one_page_in_black_and_white(enter: Visitors, workshop: Workshop) -> None:
    run = workshop.record("Herringbone rosette, cedar top", "S-6", YELLOW)
    workshop.open_gate(run)
    workshop.attach(run, "herringbone.nc", NO_STOP)
    workshop.accept(run)
    page = enter(f"/runs/{run.run_id}/sheet", LEAD)
    settle(page)
    expect(page.locator(".sheet-head img")).to_be_visible()
    page.set_viewport_size({"width": 700, "height": 1000})
    page.emulate_media(media="print")
    for hidden in (".bar", ".btns.screen", ".page-note"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.get_by_text("Name, signature, time:")).to_be_visible()
    assert page.locator(".sheet-head .qr").bounding_box()["width"] >= 22 / 25.4 * 96 - 1  # type: ignore[index]
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1
    page.emulate_media(media="screen")


def test_a_sheet_in_german_and_inches(enter: Visitors, workshop: Workshop) -> None:
    run = _released(workshop, "S-7")
    page = enter(f"/runs/{run.run_id}/sheet", LEAD)
    page.locator("summary.who").click()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator(".sheet")).to_contain_text("Prüfliste")
    expect(page.locator(".ticks")).to_contain_text("Werkstück gemessen")
    assert faults(page) == []
    page.get_by_role("button", name="English").click()


def test_silence_stops_acts_and_says_since_when(enter: Visitors, workshop: Workshop) -> None:
    run = _released(workshop, "S-8")
    page = enter("/about", NIGHT)
    page.clock.install()
    enter.go(page, f"/runs/{run.run_id}/sheet")
    _live(page)
    box = page.locator(".ticks input[type=checkbox]").first
    expect(box).to_be_enabled()
    page.route(re.compile("/rmos\\."), lambda route: route.abort())
    with enter.expecting("net::ERR_INTERNET_DISCONNECTED"):
        page.context.set_offline(True)
        page.clock.fast_forward(timedelta(seconds=40).seconds * 1000)
        page.clock.run_for(2_000)
        expect(page.get_by_role("alert").first).to_contain_text("Not live for")
        expect(box).to_be_disabled()
        page.context.close()
    enter.forget(NIGHT)
