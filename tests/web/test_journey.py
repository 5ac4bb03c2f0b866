"""People in a real browser, through the door, against real servers. `make test-web` builds the page first."""

import shutil
import subprocess
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToDict

from deploy.door import ROOT
from foundation.identity import Role
from rpckit.authentication.passwords import hash_password
from tests.builders import ROSETTE, YELLOW, create_request, design_message, overridden
from tests.deploy.doors import OpenDoor
from tests.people import IdentityFolder, asking_servers

NAME, PASSWORD = "Shop lead", "a long enough password"
PART = "Rosette <img src=x onerror=alert(1)> אב"


def _chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.fail("there is no Chromium; on Debian `apt-get install chromium` brings one")


def test_a_gate_is_opened_in_the_browser_while_another_watches(tmp_path: Path) -> None:
    people = IdentityFolder(tmp_path / "identity")
    token = people.person(NAME, Role.OPERATOR, Role.REVIEWER, password_hash=hash_password(PASSWORD))
    request = create_request(YELLOW, design=design_message(overridden(ROSETTE, {"name": PART})))
    pictures = ROOT / "build" / "web"
    pictures.mkdir(parents=True, exist_ok=True)
    with asking_servers(tmp_path) as servers, OpenDoor(servers) as door:
        sent = MessageToDict(request, preserving_proto_field_name=True)
        made = door.ask("POST", "/api/runs", sent, {"authorization": f"Bearer {token}"})
        assert made.status == 200, made.body
        run = made.json["run"]
        assert run["decision"]["risk_level"] == "RISK_LEVEL_YELLOW"
        script = [str(ROOT / "clients" / "web" / "journey.mjs"), f"https://{door.address}", _chromium(), str(pictures)]
        journey = subprocess.run(
            ["node", *script, run["run_id"], NAME, PASSWORD, PART],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        opened = door.ask("GET", f"/api/runs/{run['run_id']}", headers={"authorization": f"Bearer {token}"}).json["run"]
    assert journey.stdout.endswith("journey done\n"), journey.stderr
    assert opened["override"]["person"] == NAME
    assert opened["override"]["reason"] == "<b>Test cut</b> in an offcut was clean."
    assert opened["decision"]["risk_level"] == "RISK_LEVEL_YELLOW"
