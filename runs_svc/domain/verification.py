"""Verification: recompute and compare. It reports damage and never fails because of it."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """Result of a check, best first."""

    VERIFIED = "VERIFIED"
    MISMATCH = "MISMATCH"
    MISSING = "MISSING"
    UNREADABLE = "UNREADABLE"


_SEVERITY = {outcome: rank for rank, outcome in enumerate(Outcome)}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing checked."""

    item: str
    outcome: Outcome
    expected_sha256: str = ""
    actual_sha256: str = ""
    detail: str = ""


def compare(item: str, *, expected_sha256: str, actual_sha256: str) -> Check:
    """A digest held against the recorded one."""
    if hmac.compare_digest(expected_sha256, actual_sha256):
        return Check(item, Outcome.VERIFIED, expected_sha256, actual_sha256)
    return Check(
        item, Outcome.MISMATCH, expected_sha256, actual_sha256, "recomputed digest differs from the recorded one"
    )


def worst(checks: Iterable[Check]) -> Outcome:
    """The worst outcome; UNREADABLE for no checks at all."""
    return max((check.outcome for check in checks), key=_SEVERITY.__getitem__, default=Outcome.UNREADABLE)
