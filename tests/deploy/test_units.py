"""The systemd units start what is installed, as a user of its own, with settings that exist."""

import re
import tomllib
from pathlib import Path

import pytest

from rpckit.environment import KEYS

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_starts_a_command_that_the_wheel_installs(unit: Path) -> None:
    (command,) = re.findall(r"^ExecStart=(\S+)$", unit.read_text(), re.MULTILINE)
    assert Path(command).name in SCRIPTS


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_has_no_rights_beyond_its_own_folder(unit: Path) -> None:
    lines = set(unit.read_text().splitlines())
    assert {"User=rmos", "ProtectSystem=strict", "StateDirectory=rmos", "UMask=0077", "NoNewPrivileges=yes"} <= lines


def test_every_setting_of_the_environment_files_exists() -> None:
    texts = [file.read_text() for file in (ROOT / "deploy" / "systemd").iterdir()]
    named = {name for text in texts for name in re.findall(r"\b(RMOS_[A-Z0-9_]+)=", text)}
    assert named <= KEYS
