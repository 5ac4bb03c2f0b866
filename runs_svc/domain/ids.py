"""Identifiers, matched in full before any path or query is built from them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from foundation.errors import InvalidFieldsError

_RUN_ID = re.compile(r"run_[0-9a-f]{12,32}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DIGEST_PART = re.compile(r"[0-9a-f]{12,64}")
_KIND = re.compile(r"[a-z0-9_]{1,50}")
_KEY = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NO_DIGEST = "0" * 64


@dataclass(frozen=True, slots=True, order=True)
class RunId:
    """`run_` and 12 lower-case hex digits; up to 32 are accepted from older stores."""

    text: str

    def __post_init__(self) -> None:
        if not _RUN_ID.fullmatch(self.text):
            raise ValueError(f"{self.text!r} is not run_ and 12 to 32 lower-case hex digits")

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """A SHA-256. The placeholder of 64 zeros is not one."""

    sha256: str

    def __post_init__(self) -> None:
        if not _SHA256.fullmatch(self.sha256) or self.sha256 == _NO_DIGEST:
            raise ValueError(f"{self.sha256!r} is not a SHA-256 in lower-case hex")

    def __str__(self) -> str:
        return self.sha256


def read_run_id(text: str, field: str) -> RunId:
    """The run id in a field.

    Raises:
        InvalidFieldsError: It is not one.
    """
    try:
        return RunId(text)
    except ValueError as error:
        raise InvalidFieldsError.one(field, str(error)) from error


@lru_cache(maxsize=4_096)
def read_run_name(name: str, field: str = "name") -> RunId:
    """The run id in a resource name `runs/{run_id}`.

    Raises:
        InvalidFieldsError: The name has another form.
    """
    collection, _, run_id = name.partition("/")
    if collection != "runs":
        raise InvalidFieldsError.one(field, f"{name!r} is not of the form runs/{{run_id}}")
    return read_run_id(run_id, field)


def read_digest(text: str, field: str) -> Digest:
    """The digest in a field.

    Raises:
        InvalidFieldsError: It is not one.
    """
    try:
        return Digest(text)
    except ValueError as error:
        raise InvalidFieldsError.one(field, str(error)) from error


def read_digest_part(text: str, field: str) -> str:
    """Digits in a row of a digest, or all of them.

    Raises:
        InvalidFieldsError: They are too few to find bytes by, or no digits of one.
    """
    if not _DIGEST_PART.fullmatch(text) or text == _NO_DIGEST:
        raise InvalidFieldsError.one(field, f"{text[:200]!r} is not 12 to 64 digits of a SHA-256 in lower-case hex")
    return text


def read_kind(text: str, field: str) -> str:
    """An attachment kind or a mode.

    Raises:
        InvalidFieldsError: It is not `[a-z0-9_]{1,50}`.
    """
    if not _KIND.fullmatch(text):
        raise InvalidFieldsError.one(field, f"{text!r} is not [a-z0-9_]{{1,50}}, for example gcode")
    return text


def read_idempotency_key(text: str) -> str | None:
    """The key, or None when none was given. A UUID is the same in upper and lower case; other keys are not.

    Raises:
        InvalidFieldsError: It is not `[A-Za-z0-9._:-]{1,128}`.
    """
    if not text:
        return None
    if not _KEY.fullmatch(text):
        allowed = "1 to 128 of A-Z, a-z, 0-9, '.', '_', ':', '-'"
        raise InvalidFieldsError.one("idempotency_key", f"{text[:200]!r} is not allowed; {allowed}")
    return text.lower() if _UUID.fullmatch(text) else text
