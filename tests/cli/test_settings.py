"""The configuration file of rmosctl, and what goes before it."""

import json
import os
from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rmos_client.cli.commands import rmosctl as program
from rmos_client.cli.settings import SettingsError, effective, read, write

AWAY = "127.0.0.1:9"
Run = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rmos" / "config.toml"


@pytest.fixture
def rmosctl(file: Path) -> Run:
    def run(*arguments: str, **environment: str) -> Result:
        given = {"RMOS_CONFIG_FILE": str(file), "COLUMNS": "200", **environment}
        return copy_context().run(lambda: CliRunner().invoke(program(), list(arguments), env=given))

    return run


def test_what_is_set_is_shown_with_where_it_is_said(rmosctl: Run, file: Path) -> None:
    assert rmosctl("config", "set", "person", 'Ann "the saw" O\\Neil').exit_code == 0
    shown = json.loads(rmosctl("config", "show", "--json", RMOS_UNITS="in").stdout)["settings"]
    assert shown["person"] == {"value": 'Ann "the saw" O\\Neil', "source": str(file)}
    assert shown["units"] == {"value": "in", "source": "RMOS_UNITS"}
    assert shown["ca"] == {"value": "", "source": "default"}


def test_a_token_is_never_shown(rmosctl: Run) -> None:
    rmosctl("config", "set", "token", "secret-words")
    for form in ((), ("--json",)):
        shown = rmosctl("config", "show", *form).stdout
        assert "secret-words" not in shown
        assert "(set)" in shown


def test_a_flag_goes_before_the_environment_and_that_before_the_file(rmosctl: Run, file: Path) -> None:
    write(file, "runs_address", "127.0.0.1:1")
    addresses = [
        str(rmosctl("show", "run_000000000000", *flags, **environment).exception)
        for flags, environment in (
            ((), {}),
            ((), {"RMOS_RUNS_ADDRESS": "127.0.0.1:2"}),
            (("--runs", "127.0.0.1:3"), {"RMOS_RUNS_ADDRESS": "127.0.0.1:2"}),
        )
    ]
    assert [text.split("127.0.0.1:")[1][0] for text in addresses] == ["1", "2", "3"]


def test_setting_a_key_leaves_every_other_line(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('# the shop\nunits = "mm"\nruns_address = "shop:50062"\n')
    write(file, "units", "in")
    assert file.read_text() == '# the shop\nruns_address = "shop:50062"\nunits = "in"\n'
    write(file, "runs_address", "")
    assert read(file) == {"units": "in"}


def test_only_its_owner_reads_the_file(file: Path) -> None:
    before = os.umask(0)
    try:
        write(file, "units", "in")
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('unit = "in"', "no key 'unit'; did you mean units?"),
        ('colour = "red"', "no key 'colour'; allowed: feasibility_address, runs_address"),
        ('units = "inch"', "units: 'inch'; allowed: mm, in"),
        ("person = 7", 'person: 7 is no text; write "7"'),
        ('units = "in"\nunits = "mm"', "units|overwrite"),
        ("units in", "line 1"),
    ],
)
def test_what_the_file_may_not_say_is_named(file: Path, text: str, complaint: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(SettingsError, match=complaint.replace("?", r"\?")) as refused:
        read(file)
    assert str(file) in str(refused.value)


def test_a_token_that_others_may_read_is_refused(file: Path) -> None:
    write(file, "token", "secret-words")
    assert read(file) == {"token": "secret-words"}
    file.chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        read(file)


def test_the_file_fills_what_the_environment_leaves_open(file: Path) -> None:
    write(file, "person", "Ann")
    write(file, "ca", "system")
    given = effective({"RMOS_CONFIG_FILE": str(file), "RMOS_PERSON": "Bea", "RMOS_CA": ""})
    assert (given["RMOS_PERSON"], given["RMOS_CA"]) == ("Bea", "system")


def test_the_file_is_looked_for_where_xdg_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    write(tmp_path / "rmos" / "config.toml", "person", "Ann")
    assert effective({})["RMOS_PERSON"] == "Ann"


def test_a_device_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    device = tmp_path / "device"
    os.mkfifo(device)
    with pytest.raises(SettingsError, match="is no file"):
        write(device, "person", "Ann")
    assert device.is_fifo()
