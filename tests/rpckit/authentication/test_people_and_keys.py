"""People who log in, keys of tools, certificates, and the journal that servers follow."""

import asyncio
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from foundation.access_errors import CredentialsInvalidError, CredentialsMissingError, LoginRefusedError, TooFastError
from foundation.errors import InvalidFieldsError
from foundation.identity import IdentityKind, ProofMethod, Role
from rpckit.authentication import login as login_module
from rpckit.authentication.access_file import MappedCertificate, read_access_file
from rpckit.authentication.authenticator import Authenticator
from rpckit.authentication.bearer import read_bearer
from rpckit.authentication.identity_journal import IdentityJournal
from rpckit.authentication.login import PasswordLogin
from rpckit.authentication.own_tokens import SESSION_S
from rpckit.authentication.passwords import hash_password
from rpckit.authentication.token_bucket import TokenBuckets
from rpckit.authentication.tokens import Tokens
from rpckit.settings import ConfigurationError
from tests.people import IdentityFolder

PASSWORD = "correct horse battery"
HERE = "ipv4:127.0.0.1"
HASH = hash_password(PASSWORD)


@pytest.fixture
def people(tmp_path: Path) -> IdentityFolder:
    return IdentityFolder(tmp_path)


def authenticator(people: IdentityFolder, *certificates: MappedCertificate, **named: Any) -> Authenticator:
    journal = IdentityJournal(people.folder, look_every_s=0.0)
    return Authenticator(journal, Tokens(journal, (), folder=people.folder), certificates, **named)


def login(people: IdentityFolder, **named: Any) -> PasswordLogin:
    return PasswordLogin(people.journal, people.signer, **named)


async def test_a_password_gives_a_token_of_twelve_hours(people: IdentityFolder) -> None:
    people.person("M. Sato", Role.REVIEWER, password_hash=HASH)
    before = time.time()
    name, token = await login(people).login("m. sato", PASSWORD, address=HERE)
    assert name == "M. Sato"
    assert SESSION_S == 43_200
    assert before + SESSION_S - 1 <= token.expires_at <= time.time() + SESSION_S
    found = await authenticator(people).verify(token.text)
    assert (found.name, found.kind, found.roles) == ("M. Sato", IdentityKind.PERSON, frozenset({Role.REVIEWER}))
    assert (found.method, found.credential_id) == (ProofMethod.PASSWORD, token.token_id)


@pytest.mark.parametrize(("name", "password"), [("M. Sato", "wrong horse battery"), ("Nobody", PASSWORD)])
async def test_wrong_names_and_wrong_passwords_sound_alike(people: IdentityFolder, name: str, password: str) -> None:
    people.person("M. Sato", Role.REVIEWER, password_hash=HASH)
    with pytest.raises(CredentialsInvalidError, match=r"^name or password is wrong$"):
        await login(people).login(name, password, address=HERE)


async def test_whoever_is_disabled_neither_logs_in_nor_goes_on(people: IdentityFolder) -> None:
    people.person("M. Sato", Role.REVIEWER, password_hash=HASH)
    asked = authenticator(people)
    _, token = await login(people).login("M. Sato", PASSWORD, address=HERE)
    await asked.verify(token.text)
    people.write("person_disabled", name="M. Sato")
    assert asked.remembered(token.text) is None
    with pytest.raises(CredentialsInvalidError):
        await asked.verify(token.text)
    with pytest.raises(CredentialsInvalidError, match="name or password"):
        await login(people).login("M. Sato", PASSWORD, address=HERE)


async def test_roles_that_were_taken_away_are_gone_at_once(people: IdentityFolder) -> None:
    token, asked = people.person("M. Sato", Role.ADMIN), authenticator(people)
    assert (await asked.verify(token)).roles == {Role.ADMIN}
    people.person("M. Sato", Role.VIEWER)
    assert asked.remembered(token) is None
    assert (await asked.verify(token)).roles == {Role.VIEWER}


async def test_a_token_that_was_logged_out_is_refused(people: IdentityFolder) -> None:
    token, asked = people.person("M. Sato", Role.REVIEWER), authenticator(people)
    login(people).logout(await asked.verify(token))
    assert asked.remembered(token) is None
    with pytest.raises(CredentialsInvalidError, match="logged out"):
        await asked.verify(token)


@pytest.mark.parametrize("shift_s", [-43_300, 3_600])
async def test_a_token_is_good_from_when_it_was_given_until_it_ends(people: IdentityFolder, shift_s: float) -> None:
    people.person("M. Sato", Role.REVIEWER)
    token = people.signer.for_person("M. Sato", time.time() + shift_s).text
    with pytest.raises(CredentialsInvalidError):
        await authenticator(people).verify(token)


async def test_a_token_of_another_folder_proves_nothing(people: IdentityFolder, tmp_path: Path) -> None:
    people.person("M. Sato", Role.REVIEWER)
    stranger = IdentityFolder(tmp_path / "other").person("M. Sato", Role.ADMIN)
    with pytest.raises(CredentialsInvalidError):
        await authenticator(people).verify(stranger)


async def test_guessing_a_password_is_slowed_down_for_that_name_alone(people: IdentityFolder) -> None:
    asked = login(people)
    people.person("M. Sato", Role.REVIEWER, password_hash=HASH)
    tries = [
        asked.login(name, "wrong horse battery", address=HERE) for name in ("Eve", "EVE", "eve ", "еve", "Eve", "eve")
    ]
    failures = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(failure) for failure in failures].count(TooFastError) == 1
    told = [failure.metadata for failure in failures if isinstance(failure, LoginRefusedError)]
    assert {one["wait_s"] for one in told} == {"30"}
    assert min(int(one["tries_left"]) for one in told) == 0
    with pytest.raises(LoginRefusedError) as other:
        await asked.login("Ann", "wrong horse battery", address=HERE)
    assert other.value.metadata["tries_left"] == "4"
    assert (await asked.login("M. Sato", PASSWORD, address=HERE))[0] == "M. Sato"


async def test_guessing_names_is_slowed_down_for_that_address_alone(
    people: IdentityFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_module, "password_is", lambda password, _: password == PASSWORD)  # hashing takes long
    asked = login(people)
    for number in range(40):  # what succeeds does not count
        people.person(f"Person {number}", Role.VIEWER, password_hash=HASH)
        await asked.login(f"Person {number}", PASSWORD, address="ipv4:10.0.0.7")
        await asked.login("Person 0", PASSWORD, address="ipv4:10.0.0.7")
    failures = []
    for number in range(32):
        with pytest.raises((CredentialsInvalidError, TooFastError)) as caught:
            await asked.login(f"Guess {number}", "wrong horse battery", address="ipv4:10.0.0.7")
        failures.append(caught.type)
    assert failures == [LoginRefusedError] * 30 + [TooFastError] * 2
    with pytest.raises(TooFastError, match="failed login"):
        await asked.login("Person 1", PASSWORD, address="ipv4:10.0.0.7")
    with pytest.raises(CredentialsInvalidError):
        await asked.login("Guess 33", "wrong horse battery", address="ipv4:10.0.0.8")


@pytest.mark.parametrize(
    ("name", "password", "field"), [("", "a", "name"), ("a", "", "password"), ("a" * 101, "a", "name")]
)
async def test_a_login_without_a_name_is_refused_by_field(
    people: IdentityFolder, name: str, password: str, field: str
) -> None:
    with pytest.raises(InvalidFieldsError, match=field):
        await login(people).login(name, password, address=HERE)


@pytest.mark.parametrize("password", ["", "short", "a" * 201])
def test_short_passwords_are_not_taken(password: str) -> None:
    with pytest.raises(InvalidFieldsError, match="password"):
        hash_password(password)


async def test_a_key_proves_a_tool(people: IdentityFolder) -> None:
    found = await authenticator(people).verify(people.key("cam", Role.OPERATOR))
    assert (found.name, found.kind, found.roles, found.method) == (
        "cam", IdentityKind.TOOL, frozenset({Role.OPERATOR}), ProofMethod.API_KEY,
    )  # fmt: skip


async def test_the_secret_of_a_key_is_not_kept(people: IdentityFolder) -> None:
    secret = people.key("cam", Role.OPERATOR).split("_", 2)[2]
    kept = b"".join(path.read_bytes() for path in people.folder.iterdir())
    assert secret.encode() not in kept


async def test_a_revoked_key_is_refused_at_once(people: IdentityFolder) -> None:
    key, asked = people.key("cam", Role.OPERATOR), authenticator(people)
    await asked.verify(key)
    people.write("key_revoked", id=key.split("_")[1])
    assert asked.remembered(key) is None
    with pytest.raises(CredentialsInvalidError, match="revoked"):
        await asked.verify(key)


async def test_a_key_ends_when_its_time_is_over(people: IdentityFolder) -> None:
    now = [1_000.0]
    key, asked = people.key("cam", Role.OPERATOR, expires_at=2_000.0), authenticator(people, clock=lambda: now[0])
    await asked.verify(key)
    now[0] = 2_000.0
    assert asked.remembered(key) is None
    with pytest.raises(CredentialsInvalidError, match="expired"):
        await asked.verify(key)


@pytest.mark.parametrize(
    "change", [lambda key: key[:-1], lambda key: key[:-4] + "AAAA", lambda key: f"{key}\n", str.upper]
)
async def test_a_changed_key_is_not_known(people: IdentityFolder, change: Any) -> None:
    with pytest.raises(CredentialsInvalidError):
        await authenticator(people).verify(change(people.key("cam", Role.OPERATOR)))


CAM = MappedCertificate(san="spiffe://workshop/cam", name="cam", roles=frozenset({Role.OPERATOR}))
PEM = {"x509_pem_cert": [b"-----BEGIN CERTIFICATE-----"]}


def test_a_certificate_proves_whom_its_name_is_mapped_to(people: IdentityFolder) -> None:
    found = authenticator(people, CAM).of_certificate({**PEM, "peer_uri": [b"spiffe://workshop/cam"]})
    assert (found.name, found.kind, found.method) == ("cam", IdentityKind.TOOL, ProofMethod.CERTIFICATE)


@pytest.mark.parametrize(
    "names",
    [
        {},
        {"peer_uri": [b"spiffe://workshop/cam2"]},
        {"peer_uri": [b"spiffe://workshop/CAM"]},
        {"peer_uri": [b"spiffe://workshop/cam/"]},
        {"x509_common_name": [b"spiffe://workshop/cam"]},
        {"x509_subject_alternative_name": [b"spiffe://workshop/cam"]},
    ],
)
def test_only_the_exact_alternative_name_counts(people: IdentityFolder, names: dict[str, list[bytes]]) -> None:
    with pytest.raises(CredentialsInvalidError):
        authenticator(people, CAM).of_certificate({**PEM, **names})


def test_a_connection_without_a_certificate_proves_nothing(people: IdentityFolder) -> None:
    with pytest.raises(CredentialsMissingError):
        authenticator(people, CAM).of_certificate({"peer_uri": [b"spiffe://workshop/cam"]})


@pytest.mark.parametrize("values", [["Basic abc"], ["Bearer"], ["Bearer "], ["abc"], ["Bearer a", "Bearer b"]])
def test_credentials_in_another_form_are_refused(values: list[str]) -> None:
    with pytest.raises(CredentialsInvalidError):
        read_bearer([("authorization", value) for value in values])


def test_the_word_bearer_is_read_in_any_case() -> None:
    assert read_bearer([("x", "y"), ("authorization", "bearer abc")]) == "abc"
    assert read_bearer([]) is read_bearer(None) is None


def test_only_the_owner_reads_people_and_the_signing_key(people: IdentityFolder) -> None:
    people.person("M. Sato", Role.REVIEWER)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in people.folder.iterdir()}
    assert modes["identities.jsonl"] == modes["signing_key.pem"] == 0o600


def test_a_second_start_keeps_the_signing_key(people: IdentityFolder) -> None:
    before = (people.folder / "signing_key.pem").read_bytes()
    IdentityFolder(people.folder)
    assert (people.folder / "signing_key.pem").read_bytes() == before


def test_a_line_that_is_still_being_written_is_waited_for(people: IdentityFolder) -> None:
    people.person("M. Sato", Role.REVIEWER)
    path = people.folder / "identities.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    journal = IdentityJournal(people.folder, look_every_s=0.0)
    found = journal.now()
    assert found is not None
    assert found.people == {}
    with path.open("ab") as file:
        file.write(whole[-5:])
    found = journal.now()
    assert found is not None
    assert [person.name for person in found.people.values()] == ["M. Sato"]


@pytest.mark.parametrize(
    "line", [b"nonsense\n", b"[]\n", b'{"event": "unknown"}\n', b'{"event": "key_revoked", "id": "a"}\n']
)
async def test_a_damaged_journal_lets_nobody_in(people: IdentityFolder, line: bytes) -> None:
    token, key = people.person("M. Sato", Role.ADMIN), people.key("cam", Role.OPERATOR)
    asked = authenticator(people)
    await asked.verify(token)
    with (people.folder / "identities.jsonl").open("ab") as file:
        file.write(line)
    assert asked.remembered(token) is None
    for credential in (token, key):
        with pytest.raises(CredentialsInvalidError, match="damaged"):
            await asked.verify(credential)


async def test_a_journal_that_was_restored_is_read_anew(people: IdentityFolder) -> None:
    token = people.person("M. Sato", Role.ADMIN)
    asked, path = authenticator(people), people.folder / "identities.jsonl"
    backup = path.read_bytes()
    with path.open("ab") as file:
        file.write(b"nonsense\n")
    with pytest.raises(CredentialsInvalidError):
        await asked.verify(token)
    path.write_bytes(backup)
    assert (await asked.verify(token)).name == "M. Sato"


def test_a_bucket_holds_some_and_fills_with_time() -> None:
    now = [0.0]
    buckets = TokenBuckets(per_s=2.0, burst=3.0, stopwatch=lambda: now[0])
    assert [buckets.take("cam") for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert buckets.take("another") == 0.0
    now[0] = 0.5
    assert buckets.take("cam") == 0.0
    assert buckets.take("cam") == 0.5


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("nonsense", "cannot read"),
        ('[[certificate]]\nname = "cam"\nroles = ["operator"]', "certificate.0.san"),
        ('[[certificate]]\nsan = "a"\nname = "cam"\nroles = ["boss"]', "certificate.0.roles"),
        ('[[certificates]]\nsan = "a"', "certificates"),
        ('[[issuer]]\nissuer = "a"\naudience = "b"\nkeys = "c"\nalgorithms = []', "issuer.0.algorithms"),
        ('[[certificate]]\nsan = "a"\nname = "\\u202ecam"\nroles = []', "certificate.0.name"),
        ('[[issuer]]\nissuer = "rmos"\naudience = "b"\nkeys = "c"\nalgorithms = ["ES256"]', "issuer.0.issuer"),
        (2 * '[[certificate]]\nsan = "a"\nname = "cam"\nroles = []\n', "twice"),
    ],
)
def test_a_file_of_access_that_breaks_a_rule_is_refused_by_entry(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "access.toml").write_text(content)
    with pytest.raises(ConfigurationError, match=said):
        read_access_file(tmp_path / "access.toml")
