import pytest
import typer

from feasibility_svc.cli import app
from feasibility_svc.config import FeasibilitySettings
from rpckit import settings as configuration
from rpckit.environment import KEYS
from rpckit.settings import ConfigurationError
from runs_svc.cli import offline
from runs_svc.config import RunsSettings

FOR_CLIENTS = {
    "RMOS_CA",
    "RMOS_CERTIFICATE",
    "RMOS_CONFIG_FILE",
    "RMOS_KEY",
    "RMOS_PERSON",
    "RMOS_RUNS_ADDRESS",
    "RMOS_TOKEN",
    "RMOS_TOKEN_FILE",
    "RMOS_UNITS",
}


def load(*arguments: str, **environ: str) -> RunsSettings:
    return configuration.load(RunsSettings, program="runs_svc", arguments=arguments, environ=environ)


def test_the_environment_sets_what_flags_do_not() -> None:
    settings = load("--max-calls", "7", RMOS_MAX_CALLS="9", RMOS_GRACE_S="1.5")
    assert (settings.max_calls, settings.grace_s) == (7, 1.5)


def test_an_unknown_variable_is_fatal_and_the_nearest_is_named() -> None:
    with pytest.raises(ConfigurationError, match="RMOS_RUN_DIR; did you mean RMOS_RUNS_DIR"):
        load(RMOS_RUN_DIR="x")


def test_two_aliases_at_once_are_an_error() -> None:
    with pytest.raises(ConfigurationError, match="RMOS_RUNS_DIR and RMOS_RUNS_V2_DIR"):
        load(RMOS_RUNS_DIR="a", RMOS_RUNS_V2_DIR="b")


@pytest.mark.parametrize("alias", ["RMOS_RUNS_DIR", "RMOS_RUNS_V2_DIR", "RMOS_RUNS_GOV_DIR"])
def test_each_alias_names_the_store(alias: str) -> None:
    assert str(load(**{alias: "x"}).runs_dir) == "x"


def test_a_bad_value_names_flag_variable_and_value() -> None:
    with pytest.raises(ConfigurationError, match=r"--max-calls or RMOS_MAX_CALLS.*given: 'many'"):
        load(RMOS_MAX_CALLS="many")


def test_the_store_never_lies_relative_to_the_working_directory() -> None:
    assert load().runs_dir.is_absolute()


def test_the_list_of_variables_is_complete() -> None:
    named = {
        name
        for settings in (FeasibilitySettings, RunsSettings)
        for names in settings.environment.values()
        for name in names
    }
    assert named | FOR_CLIENTS == KEYS


def test_every_named_setting_exists() -> None:
    for settings in (FeasibilitySettings, RunsSettings):
        assert set(settings.environment) <= set(settings.model_fields)


@pytest.mark.parametrize(("settings", "commands"), [(RunsSettings, offline), (FeasibilitySettings, app)])
def test_help_lists_every_command_and_real_defaults(
    settings: type[configuration.Settings], commands: typer.Typer, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = {group.name for group in commands.registered_groups}
    single = {command.name or command.callback.__name__ for command in commands.registered_commands if command.callback}
    assert set(settings.commands) == groups | single
    with pytest.raises(SystemExit) as ended:
        configuration.load(settings, program="server", arguments=["--help"], environ={})
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert "None" not in told
    assert "Undefined" not in told
    assert "[]" not in told
    for name in settings.commands:
        assert f"\n  python -m server {name} " in told


def test_what_a_terminal_obeys_in_a_wrong_flag_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        configuration.load(RunsSettings, program="server", arguments=["--a\x1b[2J\u202e\u2028\nb"], environ={})
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith(r"--a\x1b[2J\u202e\u2028\nb")
