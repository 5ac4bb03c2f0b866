"""A workshop network: both servers over TLS, people, keys and certificates, as docs/network.md says."""

import json
import os
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from foundation.identity import Role
from testkit.certificates import CertificateAuthority
from testkit.local_servers import LocalServer, LocalServers
from testkit.oidc_issuer import OidcIssuer
from tests.people import IdentityFolder

BIN = Path(sys.executable).parent
PASSWORD = "correct horse battery"
ACCESS = """
[[certificate]]
san = "spiffe://workshop/cam"
name = "cam"
roles = ["operator"]
"""
PROVIDER = """
[[issuer]]
issuer = "{address}"
audience = "rmos"
keys = "{address}/keys"
algorithms = ["ES256"]
name_claim = "preferred_username"

[[issuer.role]]
claim = "groups"
value = "luthiers"
roles = ["reviewer"]
"""
BUF = shutil.which("buf", path=str(BIN)) or "buf"


@dataclass
class Network:
    """The servers, and what their callers have."""

    servers: LocalServers
    authority: CertificateAuthority
    folder: Path
    provider: OidcIssuer

    def run(
        self, *command: str, stdin: str = "", environment: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("RMOS_")}
        return subprocess.run(
            command,
            env={**inherited, **(environment or {})},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def rmosctl(self, *arguments: str, stdin: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
        environment = {
            "RMOS_CA": str(self.authority.certificate),
            "RMOS_RUNS_ADDRESS": named(self.servers.runs.address),
            "RMOS_FEASIBILITY_ADDRESS": named(self.servers.feasibility.address),
            "RMOS_TOKEN_FILE": str(self.folder / "token"),
            **variables,
        }
        return self.run(str(BIN / "rmosctl"), *arguments, stdin=stdin, environment=environment)

    def administer(self, *arguments: str, stdin: str = "") -> str:
        done = self.run(
            sys.executable, "-m", "runs_svc", *arguments, stdin=stdin,
            environment={"RMOS_IDENTITY_DIR": str(self.folder / "identity")},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def named(address: str) -> str:
    return f"localhost:{address.rpartition(':')[2]}"


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    folder = tmp_path_factory.mktemp("network")
    authority = CertificateAuthority(folder / "certificates")
    own = authority.issue("server", "localhost", "127.0.0.1")
    provider = OidcIssuer("127.0.0.1", 0)
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    (folder / "access.toml").write_text(ACCESS + PROVIDER.format(address=provider.address))
    flags = [
        *("--tls-certificate", str(own.certificate), "--tls-key", str(own.key)),
        *("--authentication", "required", "--identity-dir", str(folder / "identity")),
        *("--access-file", str(folder / "access.toml")),
    ]
    calling = ["--feasibility-ca", str(authority.certificate)]
    with LocalServers(folder, feasibility_flags=flags, runs_flags=[*flags, *calling]) as servers:
        yield Network(servers, authority, folder, provider)
    provider.shutdown()
    provider.server_close()


def test_a_person_logs_in_works_and_logs_out(network: Network) -> None:
    network.administer("people", "add", "M. Sato", "--role", "reviewer", stdin=f"{PASSWORD}\n")
    assert "CREDENTIALS_MISSING" in network.rmosctl("list").stderr
    assert "CREDENTIALS_INVALID" in network.rmosctl("login", "M. Sato", stdin="something else\n").stderr
    logged_in = network.rmosctl("login", "m. sato", stdin=f"{PASSWORD}\n")
    assert logged_in.returncode == 0, logged_in.stderr
    assert stat.S_IMODE((network.folder / "token").stat().st_mode) == 0o600
    assert network.rmosctl("whoami").stdout.strip() == "M. Sato, by password: reviewer"
    recorded = network.rmosctl("record", "examples/classical_rosette.yaml")
    assert recorded.returncode in {0, 3}, recorded.stderr  # both servers were asked, and the verdict is the cut's
    token = (network.folder / "token").read_text()
    assert network.rmosctl("logout").returncode == 0
    assert not (network.folder / "token").exists()
    assert "CREDENTIALS_INVALID" in network.rmosctl("list", RMOS_TOKEN=token).stderr


@pytest.mark.parametrize("kind", ["login", "key", "provider"])
def test_any_credential_works_in_buf_curl_and_in_rmosctl(network: Network, kind: str) -> None:
    people = IdentityFolder(network.folder / "identity")
    match kind:
        case "login":
            token, said = people.person("N. Ito", Role.REVIEWER), "N. Ito, by password: reviewer"
        case "key":
            token, said = people.key("router", Role.OPERATOR), "router, by api_key: operator"
        case _:
            token, said = network.provider.token("A. Lead", groups=["luthiers"]), "A. Lead, by token: reviewer"
    assert network.rmosctl("whoami", RMOS_TOKEN=token).stdout.strip() == said
    address = f"https://{named(network.servers.runs.address)}/rmos.auth.v1.AuthService/WhoAmI"
    proof = ("--reflect-header", "*", "-H", f"authorization: Bearer {token}")
    authority = ("--cacert", str(network.authority.certificate))
    done = network.run(BUF, "curl", "--protocol", "grpc", *authority, *proof, address)
    assert json.loads(done.stdout)["identity"]["name"] == said.partition(",")[0], done.stderr


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"exp": 1}, "expired"),
        ({"nbf": 4_000_000_000}, "not valid yet"),
        ({"aud": "another"}, "another audience"),
        ({"iss": "http://elsewhere.example"}, "not known here"),
        ({"preferred_username": "\u202ebob"}, "cannot be seen"),
        ({"groups": ["customers"]}, "needs the role viewer"),
        ({"groups": "all luthiers"}, "needs the role viewer"),
    ],
)
def test_a_token_of_the_provider_that_is_not_good_is_refused(
    network: Network, claims: dict[str, object], said: str
) -> None:
    token = network.provider.token("A. Lead", **{"groups": ["luthiers"], **claims})
    refused = network.rmosctl("list", RMOS_TOKEN=token)
    assert refused.returncode != 0
    assert said in " ".join(refused.stderr.split())


def test_a_key_of_a_tool_is_good_until_it_is_revoked(network: Network) -> None:
    key = network.administer("keys", "create", "cam", "--role", "operator")
    assert network.rmosctl("whoami", RMOS_TOKEN=key).stdout.strip() == "cam, by api_key: operator"
    key_id = key.split("_")[1]
    assert key_id in network.administer("keys", "list")
    network.administer("keys", "revoke", key_id)
    assert "CREDENTIALS_INVALID" in network.rmosctl("whoami", RMOS_TOKEN=key).stderr


def test_administrators_list_who_was_refused_what(network: Network) -> None:
    key = network.administer("keys", "create", "lathe", "--role", "viewer")
    head = network.administer("keys", "create", "office", "--role", "admin")
    refused = network.rmosctl("record", "examples/classical_rosette.yaml", RMOS_TOKEN=key)
    assert "ROLE_REQUIRED" in refused.stderr
    listed = network.rmosctl("store", "admin-log", "--filter", "person = lathe", "--json", RMOS_TOKEN=head)
    (event,) = json.loads(listed.stdout)["events"]
    assert (event["command"], event["code"]) == (
        "rmos.runs.v1.AttachmentsService/FindMissingAttachments",
        "PERMISSION_DENIED",
    )
    assert "ROLE_REQUIRED" in network.rmosctl("store", "admin-log", RMOS_TOKEN=key).stderr


def test_a_person_who_is_disabled_is_out(network: Network) -> None:
    network.administer("people", "add", "Eve", "--role", "viewer", stdin=f"{PASSWORD}\n")
    network.rmosctl("login", "Eve", stdin=f"{PASSWORD}\n", RMOS_TOKEN_FILE=str(network.folder / "eve"))
    network.administer("people", "disable", "EVE")
    assert "Eve: disabled" in network.administer("people", "list")
    assert "CREDENTIALS_INVALID" in network.rmosctl("whoami", RMOS_TOKEN_FILE=str(network.folder / "eve")).stderr


def test_a_name_that_looks_like_another_is_not_added(network: Network) -> None:
    network.administer("people", "add", "Bob", "--role", "reviewer", stdin=f"{PASSWORD}\n")
    done = network.run(
        sys.executable, "-m", "runs_svc", "people", "add", "B\u043eb", "--role", "reviewer",
        stdin=f"{PASSWORD}\n", environment={"RMOS_IDENTITY_DIR": str(network.folder / "identity")},
    )  # fmt: skip
    assert done.returncode == 2
    assert "'Bob'" in done.stderr


def test_a_token_does_not_leave_the_machine_without_tls(network: Network) -> None:
    done = network.rmosctl("list", RMOS_CA="", RMOS_TOKEN="secret", RMOS_RUNS_ADDRESS="192.0.2.1:50062")
    assert done.returncode == 2
    assert "without TLS" in done.stderr


def test_a_certificate_is_enough_on_the_second_address(network: Network, tmp_path: Path) -> None:
    own = network.authority.issue("second", "localhost")
    cam = network.authority.issue("cam", "spiffe://workshop/cam")
    flags = [
        *("--tls-certificate", str(own.certificate), "--tls-key", str(own.key)),
        *("--tls-client-ca", str(network.authority.certificate)),
        *("--authentication", "required", "--identity-dir", str(network.folder / "identity")),
        *("--access-file", str(network.folder / "access.toml"), "--runs-dir", str(tmp_path / "runs")),
    ]
    server = LocalServer("runs_svc", tmp_path, flags)
    server.start()
    try:
        certified = {"RMOS_CERTIFICATE": str(cam.certificate), "RMOS_KEY": str(cam.key)}
        known = network.rmosctl("whoami", RMOS_RUNS_ADDRESS=named(server.address), **certified)
        assert known.stdout.strip() == "cam, by certificate: operator"
    finally:
        server.kill()
