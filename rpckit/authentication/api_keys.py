"""Keys of tools: an id to find them by, and a secret of which only the digest is kept."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from foundation.access_errors import CredentialsInvalidError
from foundation.identity import Identity, IdentityKind, ProofMethod
from rpckit.authentication.identity_events import Identities

_KEY = re.compile(r"rmos_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NO_DIGEST = "0" * 64


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as it is told once, and what is kept of it."""

    key_id: str
    text: str
    secret_sha256: str


def make_key() -> NewKey:
    """A fresh key of 256 bits: guessing is hopeless, so that its digest needs no slow hash."""
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    return NewKey(key_id, f"rmos_{key_id}_{secret}", _digest(secret))


def is_key(text: str) -> bool:
    """Whether a text is meant as a key."""
    return text.startswith("rmos_")


def check_key(text: str, identities: Identities, now: float) -> tuple[Identity, float]:
    """Who has a key, and until when it is good.

    Raises:
        CredentialsInvalidError: It is none of these, was revoked, or has ended.
    """
    parts = _KEY.fullmatch(text)
    key = identities.keys.get(parts[1]) if parts else None
    known = key.secret_sha256 if key else _NO_DIGEST
    if not hmac.compare_digest(_digest(parts[2]) if parts else "", known) or key is None:
        raise CredentialsInvalidError("the key is not known")
    if key.revoked:
        raise CredentialsInvalidError("the key was revoked")
    until = key.expires_at or float("inf")
    if until <= now:
        raise CredentialsInvalidError("the key has expired")
    return Identity(key.name, IdentityKind.TOOL, key.roles, ProofMethod.API_KEY, key.key_id), until


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
