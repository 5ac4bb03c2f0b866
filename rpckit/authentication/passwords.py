"""Passwords of people: Argon2id, checked beside the event loop and few at a time, since each check takes 64 MiB."""

from functools import cache

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from foundation.errors import InvalidFieldsError

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
_hasher = argon2.PasswordHasher()  # RFC 9106, low-memory profile


def hash_password(password: str) -> str:
    """The hash to be kept.

    Raises:
        InvalidFieldsError: The password is too short or too long.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        text = f"{len(password)} characters; allowed: {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}"
        raise InvalidFieldsError.one("password", text)
    return _hasher.hash(password)


def password_is(password: str, hashed: str) -> bool:
    """Whether a hash is that of a password."""
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def nobodys_hash() -> str:
    """What a password is compared with where nobody has the name: it takes as long."""
    return _hasher.hash("the password of nobody")
