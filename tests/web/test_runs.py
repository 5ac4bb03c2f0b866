"""Logging in, finding a run, and seeing it change while one looks."""

import json
import re
from hashlib import sha256

import pytest
from playwright.sync_api import FilePayload, expect

from rmos.runs.v1 import run_pb2
from rmos.runs.v1.runs_service_pb2 import GetRunRequest
from tests.builders import YELLOW
from tests.passing_programs import RING
from tests.web.looking import faults, settle, tab_to
from tests.web.visitors import Visitors
from tests.web.workshop import HOSTILE, LEAD, NO_STOP, OPERATOR, VIEWER, Workshop

pytestmark = pytest.mark.xdist_group("web")
Furnished = dict[str, run_pb2.Run]
_WATCH_DIALOGS = """() => {
  window.cameOpen = [];
  const added = (changes) => changes.flatMap((one) => [...one.addedNodes]);
  const dialogs = (changes) => added(changes).filter((node) => node.nodeName === "DIALOG");
  new MutationObserver((changes) => window.cameOpen.push(...dialogs(changes).map((dialog) => dialog.open)))
    .observe(document.body, { childList: true, subtree: true });
}"""


def test_a_wrong_password_is_told_and_nothing_opens(enter: Visitors, workshop: Workshop) -> None:
    page = enter.new_page()
    page.goto(workshop.address + "/runs")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Name").fill("Nobody")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("Name or password is not right.")
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"\d more (try|tries), then this name waits 30\ss"))
    expect(page.get_by_role("alert")).to_contain_text("web_")
    expect(page.get_by_label("Password")).to_have_value("")
    assert page.locator("header.bar").count() == 0
    page.close()


def test_what_is_typed_stays_while_the_list_changes_and_the_focus_after_it(
    enter: Visitors, workshop: Workshop, furnished: Furnished
) -> None:
    page = enter("/runs")
    expect(page.locator("tbody")).to_contain_text(furnished["green"].run_id)
    expect(page.locator(".live")).to_contain_text("Live")
    field = page.get_by_role("searchbox")
    field.press_sequentially("Herring")
    workshop.record("recorded while somebody types", "0170", YELLOW)
    expect(page.get_by_role("button", name=re.compile("new run"))).to_be_visible()
    expect(field).to_have_value("Herring")
    field.press("Enter")
    expect(page).to_have_url(re.compile("q=Herring"))
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_a_run_is_found_by_its_serial_and_its_program(enter: Visitors, furnished: Furnished) -> None:
    page = enter("/runs")
    expect(page.locator("tbody")).to_contain_text(furnished["green"].run_id)
    page.get_by_role("searchbox").fill("0151")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=0151"))
    page.get_by_role("searchbox").fill("0159")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No run has serial 0159.")).to_be_visible()
    expect(page.locator("main").get_by_role("link", name="0152")).to_be_visible()
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Herringbone rosette, cedar top").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Herringbone rosette, cedar top")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page).to_have_title("Herringbone rosette, cedar top · RMOS")
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Runs")).to_be_focused()


def test_a_program_file_finds_its_run(enter: Visitors, furnished: Furnished) -> None:
    page = enter("/runs")
    chosen = FilePayload(name="copy.nc", mimeType="text/plain", buffer=RING.encode())
    page.get_by_label("Find a file…").set_input_files([chosen])
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text(furnished["green"].run_id)
    page.get_by_role("searchbox").fill(sha256(RING.encode()).hexdigest()[20:32].upper())
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text(furnished["green"].run_id)
    page.get_by_role("button", name=re.compile("^RED")).click()
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()


def test_chips_and_views_stand_in_the_address(enter: Visitors, furnished: Furnished) -> None:
    page = enter("/runs?level=RED")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("not to be cut")
    page.get_by_role("button", name=re.compile("^RED")).click()
    page.get_by_role("button", name=re.compile("^UNKNOWN")).click()
    expect(page).to_have_url(re.compile("level=UNKNOWN"))
    expect(page.locator("tbody tr")).to_contain_text(furnished["unknown"].run_id)


def test_a_new_run_is_told_and_shown_when_asked_for(enter: Visitors, workshop: Workshop, furnished: Furnished) -> None:
    page = enter("/runs?q=L-77")
    expect(page.get_by_text("No run has serial L-77.")).to_be_visible()
    page.wait_for_function("() => document.querySelector('.live')?.textContent.includes('Live')")
    workshop.record("told of", "L-77")
    page.get_by_role("button", name="1 new run").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator(".pages")).to_contain_text("1 of 1, newest first.")
    workshop.record("told of, too", "L-77")
    expect(page.locator(".pages")).to_contain_text("1 of 2, newest first.")


def test_a_row_changes_while_it_is_seen(enter: Visitors, workshop: Workshop, furnished: Furnished) -> None:
    run = workshop.record("changing", "L-78", YELLOW)
    page = enter("/runs?q=L-78")
    expect(page.locator("tbody tr")).to_contain_text("needs a person")
    page.wait_for_function("() => document.querySelector('.live')?.textContent.includes('Live')")
    workshop.open_gate(run)
    expect(page.locator("tbody tr")).to_contain_text(f"opened by {LEAD}")


def test_opening_a_yellow_gate_needs_a_reason_and_is_seen_by_others(
    enter: Visitors, workshop: Workshop, furnished: Furnished
) -> None:
    run = workshop.record("opened here", "L-79", YELLOW)
    looking = enter(f"/runs/{run.run_id}", OPERATOR)
    expect(looking.get_by_role("button", name="Open the gate…")).to_be_disabled()
    expect(looking.get_by_text("Opening a gate needs the role reviewer.")).to_be_visible()
    page = enter(f"/runs/{run.run_id}")
    for each in (looking, page):
        each.wait_for_function("() => document.querySelector('.live')?.textContent.includes('Live')")
    expect(page.get_by_role("button", name="Open the gate…")).to_be_visible()
    tab_to(page, ".gatebar .btn.main")
    page.evaluate(_WATCH_DIALOGS)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("YELLOW stays YELLOW.")
    assert page.evaluate("() => window.cameOpen") == [True], "a key must not go past a dialog that is seen"
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(".gatebar .btn.main")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Open the gate")).to_be_disabled()
    assert faults(page) == []
    expect(dialog.get_by_label("Why may it be cut?")).to_be_focused()
    page.keyboard.insert_text(f"held by tape, tried it {HOSTILE}")
    workshop.note(run, "the bit is new")
    expect(dialog.get_by_role("alert")).to_contain_text("Changed while you looked: the run behind this form.")
    expect(dialog.get_by_role("button", name="Open the gate")).to_be_disabled()
    dialog.get_by_role("button", name="Seen").click()
    expect(dialog.get_by_label("Why may it be cut?")).to_have_value(f"held by tape, tried it {HOSTILE}")
    tab_to(page, "dialog .btn.main")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Gate opened by {LEAD}").first).to_be_visible()
    expect(looking.get_by_text("Changed while you looked:")).to_be_visible()
    expect(looking.locator(".gatebar")).to_contain_text(HOSTILE)
    assert _read(workshop, run).override.person == LEAD


def _read(workshop: Workshop, run: run_pb2.Run) -> run_pb2.Run:
    return workshop.runs().GetRun(GetRunRequest(name=run.name)).run


def test_a_warning_is_accepted_with_its_own_tick(enter: Visitors, workshop: Workshop, furnished: Furnished) -> None:
    run = workshop.record("with a warning", "L-80", YELLOW)
    workshop.open_gate(run)
    workshop.attach(run, "nostop.nc", NO_STOP)
    page = enter(f"/runs/{run.run_id}")
    path = page.get_by_role("img", name="Path of all programs: From above")
    path.scroll_into_view_if_needed()
    page.get_by_role("button", name="From the side").click()
    side = page.get_by_role("img", name="Path of all programs: From the side")
    expect(side).to_be_visible()
    expect(side).to_have_js_property("naturalWidth", 1000)  # once it is loaded
    page.get_by_role("button", name="Accept 1 finding…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why may they run?").fill("this machine stops at M30")
    accept = dialog.get_by_role("button", name="Accept", exact=True)
    expect(accept).to_be_disabled()
    dialog.get_by_role("checkbox").check()
    accept.click()
    expect(page.locator(".cols")).to_contain_text("accepted the findings")
    expect(page.get_by_role("button", name="Accept 1 finding…")).to_have_count(0)
    workshop.attach(run, "nostop.nc", f"(corrected)\n{RING}")
    replaced = page.locator("tr", has=page.locator("s", has_text="nostop.nc"))
    expect(replaced).to_contain_text("inside, 1 warning")
    expect(page.locator(".finding", has_text="Warning, replaced:")).to_contain_text("nostop.nc")
    with page.expect_download() as report:
        page.get_by_role("button", name="Audit report").click()
    told = json.loads(report.value.path().read_bytes())
    assert [before["program"]["name"] for before in told["replaced"]] == ["nostop.nc"]
    assert faults(page) == []


def test_a_note_is_recorded_once_and_stays_text(enter: Visitors, workshop: Workshop, furnished: Furnished) -> None:
    run = workshop.record("noted", "L-81")
    page = enter(f"/runs/{run.run_id}", OPERATOR)
    page.get_by_role("button", name="Note…").click()
    page.get_by_label("Note", exact=False).last.fill(HOSTILE)
    page.get_by_role("button", name="Record the note").click()
    expect(page.locator(".written")).to_have_text(HOSTILE)
    assert page.locator("main img[src=x]").count() == 0
    assert [note.note for note in _read(workshop, run).annotations] == [HOSTILE]


def test_steps_at_the_machine_follow_one_another(enter: Visitors, workshop: Workshop, furnished: Furnished) -> None:
    run = workshop.record("cut here", "L-82")
    page = enter(f"/runs/{run.run_id}", OPERATOR)
    page.get_by_role("button", name="Started…").click()
    page.get_by_role("button", name="Start this cut").click()
    page.get_by_role("button", name="Scrapped…").click()
    expect(page.get_by_role("button", name="The part is spoiled")).to_be_disabled()
    page.get_by_role("dialog").get_by_label("Note").fill("the bit broke")
    page.get_by_role("button", name="The part is spoiled").click()
    expect(page.locator("#executions ~ .card-in, section:has(> header #executions)").first).to_contain_text("Scrapped")


def test_a_visitor_looks_and_records_nothing(enter: Visitors, furnished: Furnished) -> None:
    page = enter(f"/runs/{furnished['yellow'].run_id}", VIEWER)
    settle(page)
    for name in ("Open the gate…", "Note…", "Hold…", "Run again for another serial…"):
        expect(page.get_by_role("button", name=name)).to_be_disabled()


def test_an_unknown_run_and_a_wrong_address_are_not_found(enter: Visitors) -> None:
    page = enter("/runs/run_00000000dead", LEAD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Not found")
