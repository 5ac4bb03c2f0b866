"""Tokens of other issuers: which are taken, and what they prove."""

import base64
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm

from foundation.access_errors import CredentialsInvalidError, CredentialsUncheckedError
from foundation.identity import Identity, IdentityKind, ProofMethod, Role
from rpckit.authentication.access_file import MappedRole, TokenIssuer
from rpckit.authentication.authenticator import Authenticator
from rpckit.authentication.identity_journal import IdentityJournal
from rpckit.authentication.issuer_keys import AddressKeys, FileKeys, issuer_keys, read_keys
from rpckit.authentication.tokens import Tokens
from rpckit.settings import ConfigurationError

ISSUER, AUDIENCE = "https://id.workshop.example", "rmos"
NOW = time.time()
_LIFETIME_S = 7_200.0
"""Longer than a run of all tests: these names are made when the module is read."""
GOOD = {"iss": ISSUER, "aud": AUDIENCE, "sub": "M. Sato", "exp": NOW + _LIFETIME_S, "groups": ["luthiers"]}
KEY, OTHER_KEY = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
SETTINGS = TokenIssuer(
    issuer=ISSUER,
    audience=AUDIENCE,
    keys="keys.json",
    algorithms=("ES256",),
    leeway_s=30,
    role=(
        MappedRole(claim="groups", value="luthiers", roles=frozenset({Role.REVIEWER})),
        MappedRole(claim="groups", value="robots", roles=frozenset({Role.OPERATOR}), kind=IdentityKind.TOOL),
        MappedRole(claim="access.rank", value="chief", roles=frozenset({Role.ADMIN})),
    ),
)


def jwks(*keys: tuple[str, ec.EllipticCurvePrivateKey]) -> bytes:
    public = [{**ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": name} for name, key in keys]
    return json.dumps({"keys": public}).encode()


def sign(claims: Mapping[str, Any], key: Any = KEY, *, algorithm: str = "ES256", kid: str = "one") -> str:
    return jwt.encode(dict(claims), key, algorithm=algorithm, headers={"kid": kid})


def with_secret(secret: bytes) -> str:
    """A token signed as HMAC by hand: the library refuses to take a public key for a secret."""
    import hashlib
    import hmac

    def encode(value: object) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    signed = encode({"alg": "HS256", "typ": "JWT", "kid": "one"}) + b"." + encode(GOOD)
    mac = base64.urlsafe_b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).rstrip(b"=")
    return (signed + b"." + mac).decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "keys.json").write_bytes(jwks(("one", KEY)))
    return tmp_path


def authenticator(folder: Path, settings: TokenIssuer = SETTINGS, **named: Any) -> Authenticator:
    journal = IdentityJournal(folder / "identity")
    return Authenticator(journal, Tokens(journal, [settings], folder=folder), (), **named)


async def identity(folder: Path, token: str, settings: TokenIssuer = SETTINGS) -> Identity:
    return await authenticator(folder, settings).verify(token)


async def test_a_good_token_proves_name_and_roles(folder: Path) -> None:
    found = await identity(folder, sign({**GOOD, "jti": "t-1"}))
    assert found == Identity("M. Sato", IdentityKind.PERSON, frozenset({Role.REVIEWER}), ProofMethod.TOKEN, "t-1")


PUBLIC_PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
BAD: dict[str, Callable[[], str]] = {
    "expired": lambda: sign({**GOOD, "exp": NOW - 31}),
    "not yet valid": lambda: sign({**GOOD, "nbf": NOW + 2 * _LIFETIME_S}),
    "for another audience": lambda: sign({**GOOD, "aud": "another"}),
    "for another audience too": lambda: sign({**GOOD, "aud": ["another", "a third"]}),
    "without an audience": lambda: sign({key: value for key, value in GOOD.items() if key != "aud"}),
    "without an end": lambda: sign({key: value for key, value in GOOD.items() if key != "exp"}),
    "of another issuer": lambda: sign({**GOOD, "iss": "https://elsewhere.example"}),
    "of no issuer": lambda: sign({key: value for key, value in GOOD.items() if key != "iss"}),
    "of ours, signed by another": lambda: sign({**GOOD, "iss": "rmos"}),
    "without a signature": lambda: sign(GOOD, None, algorithm="none"),
    "with its signature cut off": lambda: sign(GOOD).rpartition(".")[0] + ".",
    "signed with the public key as a secret": lambda: with_secret(PUBLIC_PEM),
    "signed with the published key as a secret": lambda: with_secret(jwks(("one", KEY))),
    "signed with nothing as a secret": lambda: with_secret(b""),
    "signed by another key": lambda: sign(GOOD, OTHER_KEY),
    "of an unknown key": lambda: sign(GOOD, OTHER_KEY, kid="two"),
    "signed by another algorithm": lambda: sign(GOOD, ec.generate_private_key(ec.SECP384R1()), algorithm="ES384"),
    "changed": lambda: sign(GOOD)[:-8] + "AAAAAAAA",
    "of nobody": lambda: sign({**GOOD, "sub": " "}),
    "of a long name": lambda: sign({**GOOD, "sub": "a" * 101}),
    "of a name nobody can see": lambda: sign({**GOOD, "sub": "\u200b"}),
    "of a name that turns the writing": lambda: sign({**GOOD, "sub": "\u202ebob"}),
    "of a name with a control character": lambda: sign({**GOOD, "sub": "bob\x00"}),
    "too long": lambda: sign({**GOOD, "filler": "a" * 9_000}),
    "nonsense": lambda: "a.b.c",
    "empty": lambda: "",
}


@pytest.mark.parametrize("make", BAD.values(), ids=BAD)
async def test_a_bad_token_proves_nothing(folder: Path, make: Callable[[], str]) -> None:
    with pytest.raises(CredentialsInvalidError):
        await identity(folder, make())


async def test_clocks_may_differ_by_the_leeway(folder: Path) -> None:
    assert (await identity(folder, sign({**GOOD, "exp": time.time() - 10, "nbf": time.time() + 20}))).name == "M. Sato"


@pytest.mark.parametrize("leeway_s", [61, -1])
def test_a_leeway_beyond_a_minute_is_refused(leeway_s: float) -> None:
    with pytest.raises(ValueError, match="leeway_s"):
        TokenIssuer(issuer="a", audience="b", keys="c", algorithms=("ES256",), leeway_s=leeway_s)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "HS512"])
def test_an_algorithm_without_a_private_key_is_refused(algorithm: Any) -> None:
    with pytest.raises(ValueError, match="algorithms"):
        TokenIssuer(issuer="a", audience="b", keys="c", algorithms=(algorithm,))


async def test_a_token_whose_claims_map_to_nothing_has_no_roles(folder: Path) -> None:
    assert (await identity(folder, sign({**GOOD, "groups": ["others"]}))).roles == frozenset()


async def test_whoever_is_mapped_as_a_tool_is_no_person(folder: Path) -> None:
    found = await identity(folder, sign({**GOOD, "groups": ["luthiers", "robots"]}))
    assert (found.kind, found.roles) == (IdentityKind.TOOL, frozenset({Role.REVIEWER, Role.OPERATOR}))


async def test_claims_are_found_in_objects(folder: Path) -> None:
    found = await identity(folder, sign({**GOOD, "groups": "luthiers", "access": {"rank": "chief"}}))
    assert found.roles == {Role.REVIEWER, Role.ADMIN}


async def test_a_verified_token_is_remembered_until_it_ends(folder: Path) -> None:
    now = [NOW]
    asked = authenticator(folder, clock=lambda: now[0])
    token = sign(GOOD)
    assert asked.remembered(token) is None
    await asked.verify(token)
    assert asked.remembered(token) is not None
    now[0] = NOW + _LIFETIME_S + 31
    assert asked.remembered(token) is None


async def test_a_remembered_token_is_forgotten_when_its_key_is_taken_away(folder: Path) -> None:
    journal, waited = IdentityJournal(folder / "identity"), [0.0]
    tokens = Tokens(journal, [SETTINGS], folder=folder)
    tokens._issuers[ISSUER].keys._stopwatch = lambda: waited[0]  # time passes by hand
    asked, token = Authenticator(journal, tokens, ()), sign(GOOD)
    await asked.verify(token)
    (folder / "keys.json").write_bytes(jwks(("two", OTHER_KEY)))
    waited[0] = 1.0
    assert asked.remembered(token) is None
    with pytest.raises(CredentialsInvalidError, match="key"):
        await asked.verify(token)
    assert (await asked.verify(sign(GOOD, OTHER_KEY, kid="two"))).name == "M. Sato"


def test_secret_keys_of_a_jwks_are_no_keys() -> None:
    secret = {"kty": "oct", "k": "AAAA", "kid": "one"}
    assert read_keys(json.dumps({"keys": [secret, {"kty": "EC", "use": "enc"}]}).encode()) == {}


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": [{"kty": "EC"}]}'])
def test_what_is_no_jwks_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_keys(text)


def test_keys_of_a_file_that_is_not_there_are_none(tmp_path: Path) -> None:
    assert FileKeys(tmp_path / "keys.json").known() == {}


@pytest.mark.parametrize("address", ["http://id.workshop.example/keys", "http://192.0.2.1/keys"])
def test_keys_are_fetched_over_nothing_that_others_could_change(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigurationError, match="https"):
        issuer_keys(address, tmp_path)


class Provider:
    """Keys at an address, as somebody else serves them."""

    def __init__(self) -> None:
        self.keys = jwks(("one", KEY))
        self.asked = 0
        self.away = False

    def fetch(self, address: str) -> bytes:
        self.asked += 1
        if self.away:
            raise OSError("away")
        return self.keys


async def test_keys_are_fetched_for_the_first_token_and_for_unknown_keys() -> None:
    now, provider = [0.0], Provider()
    keys = AddressKeys("https://id.workshop.example/keys", fetch=provider.fetch, stopwatch=lambda: now[0])
    assert keys.known() == {}
    assert set(await keys.fetched()) == {"one"}
    provider.keys = jwks(("one", KEY), ("two", OTHER_KEY))
    assert set(await keys.fetched()) == {"one"}, "not so soon: whoever makes tokens up floods no provider"
    now[0] = 31.0
    assert set(await keys.fetched()) == {"one", "two"}
    assert provider.asked == 2


async def test_keys_that_were_fetched_stay_while_the_provider_is_away() -> None:
    now, provider = [0.0], Provider()
    keys = AddressKeys("https://id.workshop.example/keys", fetch=provider.fetch, stopwatch=lambda: now[0])
    await keys.fetched()
    provider.away, now[0] = True, 31.0
    assert set(await keys.fetched()) == {"one"}


async def test_a_provider_that_was_never_there_is_no_fault_of_the_token() -> None:
    now, provider = [0.0], Provider()
    provider.away = True
    keys = AddressKeys("https://id.workshop.example/keys", fetch=provider.fetch, stopwatch=lambda: now[0])
    for _ in range(2):
        with pytest.raises(CredentialsUncheckedError):
            await keys.fetched()
    assert provider.asked == 1
