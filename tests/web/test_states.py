"""States that every screen has: answers that are lost, log-ins that end, servers that are slow."""

import re

import pytest
from playwright.sync_api import Route, expect

from rmos.runs.v1 import run_pb2, runs_service_pb2
from tests.web.looking import settle
from tests.web.states import answer_with
from tests.web.visitors import Visitors
from tests.web.workshop import EVENING, NO_STOP, OPERATOR, PASSWORD, Workshop

pytestmark = pytest.mark.xdist_group("web")
_REFUSED = {"content-type": "application/grpc-web+proto", "grpc-status": "16", "grpc-message": "the token has ended"}


def _read(workshop: Workshop, run: run_pb2.Run) -> run_pb2.Run:
    return workshop.runs().GetRun(runs_service_pb2.GetRunRequest(name=run.name)).run


def test_a_lost_answer_is_not_known_and_trying_again_records_once(enter: Visitors, workshop: Workshop) -> None:
    run = workshop.record("answer is lost", "Z-1")
    page = enter(f"/runs/{run.run_id}", OPERATOR)
    page.get_by_role("button", name="Note…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Note").fill("written once")
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.url)
        route.fetch()  # the server hears it
        route.abort()  # and the page does not hear the server

    page.route(re.compile("AnnotateRun"), lose)
    dialog.get_by_role("button", name="Record the note").click()
    # beside it the stream may tell of the note already
    expect(dialog.get_by_role("alert").filter(has_text="Not known whether it was recorded.")).to_be_visible()
    expect(dialog.get_by_label("Note")).to_have_value("written once")
    dialog.get_by_role("button", name="Try again").click()
    expect(page.locator(".written")).to_have_text("written once")
    page.unroute_all()
    assert [note.note for note in _read(workshop, run).annotations] == ["written once"]


def test_a_log_in_that_ends_is_asked_again_and_the_text_stays(enter: Visitors, workshop: Workshop) -> None:
    run = workshop.record("log-in ends", "Z-2")
    page = enter(f"/runs/{run.run_id}", EVENING)
    page.get_by_role("button", name="Note…").click()
    page.get_by_role("dialog").get_by_label("Note").fill("begun before, sent after")
    page.route(re.compile("AnnotateRun"), lambda route: route.fulfill(status=200, headers=_REFUSED))
    page.get_by_role("button", name="Record the note").click()
    again = page.get_by_role("dialog", name="Log in again")
    expect(again).to_be_visible()
    page.unroute_all()
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("button", name="Log in").click()
    expect(again).to_have_count(0)
    page.get_by_role("button", name="Record the note").click()
    expect(page.locator(".written")).to_have_text("begun before, sent after")


def test_an_unknown_run_says_so_and_damage_is_told(enter: Visitors, workshop: Workshop) -> None:
    page = enter("/runs/run_00000000dead", OPERATOR)
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Not found")
    headers = {**_REFUSED, "grpc-status": "15", "grpc-message": "the document differs"}
    page.route(re.compile("RunsService/GetRun$"), lambda route: route.fulfill(status=200, headers=headers))
    enter.go(page, "/runs/run_00000000beef")
    expect(page.get_by_role("alert")).to_contain_text("This record is not what was recorded.")
    expect(page.get_by_role("alert")).to_contain_text("the document differs")
    assert page.get_by_role("button", name=re.compile("gate|Note|Hold")).count() == 0
    page.unroute_all()


def test_a_part_of_the_page_that_the_server_has_no_longer_is_told(enter: Visitors, workshop: Workshop) -> None:
    run, told = workshop.record("page of an earlier server", "Z-5"), "A part of this page could not be loaded."
    workshop.attach(run, "nostop.nc", NO_STOP)
    page = enter.new_page()
    page.route(re.compile("assets/app-"), lambda route: route.abort())
    page.goto(f"{workshop.address}/runs/{run.run_id}")
    expect(page.get_by_role("alert")).to_contain_text(told)
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    page.get_by_label("Name").fill(OPERATOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.route(re.compile("assets/attachments-"), lambda route: route.abort())
    page.get_by_role("button", name="Download", exact=True).first.click()
    expect(page.get_by_role("alert")).to_contain_text(told)
    page.context.close()


def test_a_value_newer_than_the_page_is_not_known(enter: Visitors, workshop: Workshop) -> None:
    run = workshop.record("of a later server", "Z-4")
    later = _read(workshop, run)
    later.decision.risk_level = 17  # type: ignore[assignment]
    later.decision.ClearField("score")
    page = enter("/about", OPERATOR)
    answer_with(page, "RunsService/GetRun$", runs_service_pb2.GetRunResponse(run=later))
    enter.go(page, f"/runs/{run.run_id}")
    expect(page.locator(".verdict .level").first).to_have_text("not known (17)")
    page.unroute_all()


def test_a_damaged_run_stays_in_the_list_and_can_be_asked_for_nothing(enter: Visitors) -> None:
    page = enter("/about", OPERATOR)
    answer_with(page, "RunsService/ListRuns$", runs_service_pb2.ListRunsResponse(unreachable=["runs/run_00000000beef"]))
    enter.go(page, "/runs?q=damaged")
    row = page.locator("tbody tr")
    expect(row).to_contain_text("This record is not what was recorded.")
    expect(row).to_contain_text("run_00000000beef")
    assert row.get_by_role("checkbox").count() == 0
    page.unroute_all()


def test_a_slow_answer_shows_bars_then_words_and_can_be_given_up(enter: Visitors) -> None:
    page = enter("/about", OPERATOR)
    page.route(re.compile("WorkflowService/ListSessions$"), lambda _: None)  # it is never answered
    enter.go(page, "/sessions")
    expect(page.locator("main [aria-busy=true] .bone").first).to_be_visible()
    waiting = page.get_by_role("status").filter(has_text="Still waiting for the server")
    waiting.get_by_role("button", name="Cancel").click()
    page.unroute_all()
    again = page.get_by_role("button", name="Try again")
    expect(page.locator("main .bone")).to_have_count(0)
    again.click()
    expect(page.get_by_text("No sessions", exact=False).or_(page.locator("main table")).first).to_be_visible()
