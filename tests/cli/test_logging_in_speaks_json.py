"""The commands of rmosctl about who calls, with --json, on servers that ask."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.identity import Role
from rpckit.authentication.passwords import hash_password
from testkit.local_servers import LocalServers
from tests.cli.commands import Rmosctl
from tests.people import IdentityFolder, asking_servers


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    with asking_servers(tmp_path_factory.mktemp("asking")) as running:
        IdentityFolder(running.folder / "identity").person(
            "Root", Role.ADMIN, password_hash=hash_password("correct horse battery")
        )
        yield running


def test_who_logs_in_and_out_is_told_as_json(asking: LocalServers, tmp_path: Path) -> None:
    rmosctl = Rmosctl(asking, RMOS_TOKEN_FILE=str(tmp_path / "token"), RMOS_PERSON="")
    done = rmosctl.run("login", "Root", "--json", stdin="correct horse battery\n")
    assert json.loads(done.stdout)["identity"]["name"] == "Root"
    assert "token" not in json.loads(done.stdout)
    assert rmosctl.json("whoami")["identity"]["name"] == "Root"
    assert rmosctl.json("store", "admin-log")["events"] is not None
    assert rmosctl.json("logout")["logged_out"]
