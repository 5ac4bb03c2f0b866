"""Tokens that a server signs itself: for people who logged in, and for its own calls to the other server."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import OKPAlgorithm

from foundation.access_errors import CredentialsInvalidError
from foundation.canonical_json import JsonMapping, JsonObject
from foundation.identity import Identity, IdentityKind, ProofMethod, Role
from foundation.json_members import text
from rpckit.authentication.identity_events import Identities
from rpckit.settings import ConfigurationError

ISSUER = AUDIENCE = "rmos"
ALGORITHM = "EdDSA"
SIGNING_KEY, TOKEN_KEYS = "signing_key.pem", "token_keys.json"
SESSION_S = 12 * 3_600.0
"""Of a person who logged in."""
_SERVICE_S = 600.0
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token, its id, and when it ends."""

    text: str
    token_id: str
    expires_at: float


class TokenSigner:
    """Signs tokens with the key of an identity folder, which is made at the first start."""

    def __init__(self, folder: Path) -> None:
        """Read or make the key.

        Raises:
            ConfigurationError: The key cannot be read.
        """
        path = folder / SIGNING_KEY
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            _create(path, pem)
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            raise ConfigurationError(f"cannot read the signing key {path}: {error}") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise ConfigurationError(f"{path} is no Ed25519 key")
        self._key = key
        public: JsonObject = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
        self._key_id = f"rmos-{text(public, 'x')[:12]}"
        published = {"keys": [{**public, "kid": self._key_id, "alg": ALGORITHM, "use": "sig"}]}
        staged = folder / f"{TOKEN_KEYS}.tmp"
        staged.write_text(json.dumps(published, indent=2))
        staged.rename(folder / TOKEN_KEYS)

    def for_person(self, name: str, now: float) -> IssuedToken:
        """A token of a person who has just proven who they are. Roles are looked up when it is used."""
        return self._sign({"sub": name, "kind": IdentityKind.PERSON.value}, now, SESSION_S)

    def for_service(self, name: str, now: float) -> IssuedToken:
        """A short-lived token for calls of this server to another."""
        return self._sign({"sub": name, "kind": IdentityKind.TOOL.value, "service": True}, now, _SERVICE_S)

    def _sign(self, claims: JsonMapping, now: float, seconds: float) -> IssuedToken:
        token_id, expires_at = f"tok_{secrets.token_hex(12)}", int(now + seconds)
        times = {"iat": int(now), "nbf": int(now), "exp": expires_at}
        payload: JsonObject = {"iss": ISSUER, "aud": AUDIENCE, "jti": token_id, **claims, **times}
        text = jwt.encode(payload, self._key, algorithm=ALGORITHM, headers={"kid": self._key_id})
        return IssuedToken(text, token_id, float(expires_at))


def identity_of(claims: JsonMapping, identities: Identities) -> Identity:
    """Who has a token of ours, whose signature and times were checked.

    Raises:
        CredentialsInvalidError: It was revoked, or its person is disabled or gone.
    """
    token_id, name = str(claims["jti"]), str(claims["sub"])
    if token_id in identities.revoked_tokens:
        raise CredentialsInvalidError("the token was logged out")
    if claims.get("service") is True:
        return Identity(
            name, IdentityKind.TOOL, frozenset({Role.OPERATOR}), ProofMethod.TOKEN, token_id, for_others=True
        )
    person = identities.person(name)
    if person is None or person.disabled:
        raise CredentialsInvalidError("the person of the token may not log in any more")
    return Identity(person.name, IdentityKind.PERSON, person.roles, ProofMethod.PASSWORD, token_id)


def _create(path: Path, content: bytes) -> None:
    staged = path.with_suffix(f".{os.getpid()}.tmp")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(staged, path)  # of two servers that start at once, one makes it
    except FileExistsError:
        pass
    finally:
        staged.unlink()
