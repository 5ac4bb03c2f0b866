"""As installed the servers ask nobody who calls: the page says so, and asks for a name with each act."""

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from playwright.sync_api import Browser, Page, expect

from rmos.runs.v1 import run_pb2, runs_service_pb2
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from testkit.local_servers import LocalServers
from tests.builders import YELLOW, create_request
from tests.deploy.doors import OpenDoor
from tests.web.ends import browser_ended_after
from tests.web.looking import faults, settle

pytestmark = pytest.mark.xdist_group("web")


@pytest.fixture
def open_page(browser: Browser, built_page: Path, own_servers: LocalServers) -> Iterator[tuple[Page, str]]:
    context = browser.new_context(ignore_https_errors=True, locale="en-GB")
    context.set_default_timeout(20_000)
    with OpenDoor(own_servers, built_page) as door, browser_ended_after(180, "the test"):
        yield context.new_page(), f"https://{door.address}"
    context.close()


def test_a_name_is_stated_for_each_act(open_page: tuple[Page, str], own_servers: LocalServers) -> None:
    with grpc.insecure_channel(own_servers.runs.address) as channel:
        stub = RunsServiceStub(channel)
        run: run_pb2.Run = stub.CreateRun(create_request(YELLOW), timeout=30).run
        page, address = open_page
        page.goto(f"{address}/runs/{run.run_id}")
        settle(page)
        expect(page.get_by_role("note")).to_contain_text("This server knows nobody: names are stated, not proven.")
        assert faults(page) == []
        page.get_by_role("button", name="Open the gate…").click()
        page.get_by_label("Why may it be cut?").fill("held by tape, tried it")
        opening = page.get_by_role("button", name="Open the gate", exact=True)
        expect(opening).to_be_disabled()
        page.get_by_label("Your name").fill("M. Sato")
        opening.click()
        expect(page.locator(".gatebar")).to_contain_text("Gate opened by M. Sato")
        found = stub.GetRun(runs_service_pb2.GetRunRequest(name=run.name), timeout=30).run
    assert found.override.person == "M. Sato"
