"""Plug-ins without gRPC get their answers through the door."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from deploy.door import write_certificate
from testkit.local_servers import LocalServers
from tests.builders import YELLOW, context_message, design_message
from tests.deploy.doors import OpenDoor

pytestmark = pytest.mark.xdist_group("door")

CLIENTS = Path(__file__).resolve().parents[2] / "clients"


def in_json(message: Message) -> Any:
    """A message as it goes over HTTP."""
    return MessageToDict(message, preserving_proto_field_name=True)


ROSETTE, CONTEXT = in_json(design_message()), in_json(context_message())


@pytest.fixture(scope="module")
def door(servers: LocalServers) -> Iterator[OpenDoor]:
    with OpenDoor(servers) as opened:
        yield opened


@pytest.fixture(scope="module")
def rmos_feeds() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rmos_feeds", CLIENTS / "freecad" / "rmos_feeds.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def controller(**members: float) -> Any:
    """A tool controller as FreeCAD's: quantities with a Value in mm and mm/s."""
    feeds = {"HorizFeed": 1750 / 60, "VertFeed": 5.0, "SpindleSpeed": 17000.0, **members}
    tool = SimpleNamespace(Diameter=SimpleNamespace(Value=3.175))
    return SimpleNamespace(Tool=tool, **feeds)


def _verdict(door: OpenDoor, *, ca: Path | None = None) -> "subprocess.CompletedProcess[str]":
    script = CLIENTS / "stdlib" / "verdict.py"
    command = [sys.executable, "-I", "-S", str(script), f"https://{door.address}", "--ca", str(ca or door.certificate)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ))


def test_the_standard_library_alone_gets_a_verdict(door: OpenDoor) -> None:
    said = _verdict(door)
    assert (said.returncode, said.stdout.split()[0], said.stderr) == (0, "GREEN", "")


def test_a_door_that_nobody_vouches_for_is_not_believed(door: OpenDoor, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    write_certificate(other, tmp_path / "other.key")
    said = _verdict(door, ca=other)
    assert (said.returncode, said.stdout) == (2, "")
    assert "CERTIFICATE_VERIFY_FAILED" in said.stderr


def test_a_controller_takes_over_what_is_green(door: OpenDoor, rmos_feeds: ModuleType) -> None:
    rmos = rmos_feeds.Provider(f"https://{door.address}", ca=str(door.certificate))
    slow = controller(HorizFeed=100 / 60)
    said = rmos.apply(slow, ROSETTE, CONTEXT)
    assert said.startswith("GREEN with ")
    assert slow.HorizFeed > 100 / 60
    judged = rmos.recommend(ROSETTE, rmos_feeds.with_controller(CONTEXT, slow))
    assert judged["present_risk"] == "RISK_LEVEL_GREEN"


def test_a_controller_stays_where_nothing_is_green(door: OpenDoor, rmos_feeds: ModuleType) -> None:
    rmos = rmos_feeds.Provider(f"https://{door.address}", ca=str(door.certificate))
    kept = controller()
    said = rmos.apply(kept, ROSETTE, in_json(context_message(YELLOW)))
    assert said.startswith("left as it was (YELLOW): ")
    assert vars(kept) == vars(controller()) | {"Tool": kept.Tool}


def test_feeds_go_in_mm_per_minute(rmos_feeds: ModuleType) -> None:
    given = rmos_feeds.with_controller({}, controller(HorizFeed=25.0, VertFeed=5.0))
    assert given["cut"] == {
        "feed_rate_mm_per_min": 1500.0, "plunge_rate_mm_per_min": 300.0, "spindle_speed_rpm": 17000.0,
    }  # fmt: skip
    assert given["tool"] == {"diameter_mm": 3.175}


def test_a_refusal_says_what_the_server_says(door: OpenDoor, rmos_feeds: ModuleType) -> None:
    rmos = rmos_feeds.Provider(f"https://{door.address}", ca=str(door.certificate))
    with pytest.raises(rmos_feeds.ProviderError, match="no material is called 'unobtainium'"):
        rmos.recommend(ROSETTE, in_json(context_message({"material.material_id": "unobtainium"})))


def test_what_is_no_word_of_the_contract_is_refused_with_its_field(door: OpenDoor, rmos_feeds: ModuleType) -> None:
    rmos = rmos_feeds.Provider(f"https://{door.address}", ca=str(door.certificate))
    with pytest.raises(rmos_feeds.ProviderError, match=r"workholding\.method"):
        rmos.recommend(ROSETTE, {"workholding": {"method": "GLUE"}})
