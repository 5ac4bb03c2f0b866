"""Verification: recompute and compare. It reports damage and never fails because of it."""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from foundation import canonical_json
from foundation.canonical_json import JsonMapping, JsonValue
from foundation.json_members import child, text
from runs_svc.domain.runs.run import hash_json


class Outcome(StrEnum):
    """Result of a check, best first."""

    VERIFIED = "VERIFIED"
    PENDING = "PENDING"
    """Not published yet: it follows when the archive has caught up. No damage."""
    MISMATCH = "MISMATCH"
    MISSING = "MISSING"
    UNREADABLE = "UNREADABLE"

    @property
    def sound(self) -> bool:
        return self in {Outcome.VERIFIED, Outcome.PENDING}


INEXACT = "it holds a number beyond 2^53-1, which has no canonical form"
_SEVERITY = {outcome: rank for rank, outcome in enumerate(Outcome)}


@dataclass(frozen=True, slots=True)
class Check:
    """One item checked."""

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


def prove_links(before: Iterable[Check], links: Iterable[Check]) -> Iterator[Check]:
    """The links of a chain, each after the check of the record it names: behind a break none of them proves anything.

    Args:
        before: The check of the record that each link names.
        links: Whether each record names the digest that is recorded for the one before it.
    """
    broken = ""
    for record, link in zip(before, links, strict=True):
        if not broken and record.outcome is Outcome.MISMATCH:
            broken = record.item
        if broken and link.outcome.sound:
            yield replace(link, outcome=Outcome.MISMATCH, detail=f"the chain is broken before it, at {broken}")
        else:
            yield link
        if not broken and not link.outcome.sound:
            broken = link.item


def not_published_yet(item: str, sha256: str) -> Check:
    """A record whose file is still to come."""
    return Check(item, Outcome.PENDING, sha256, detail="PENDING: not yet published; the archive is behind")


def worst(checks: Iterable[Check]) -> Outcome:
    """The worst outcome; UNREADABLE for no checks at all."""
    return max((check.outcome for check in checks), key=_SEVERITY.__getitem__, default=Outcome.UNREADABLE)


def check_digests(document: JsonMapping) -> Iterator[Check]:
    """The digests inside a run, computed again."""
    hashes = child(document, "hashes")
    if document["feasibility"] is not None or "feasibility_sha256" in hashes:  # older records hash that there is none
        yield _check_part("feasibility", text(hashes, "feasibility_sha256"), document["feasibility"])
    yield _check_part("request", text(hashes, "request_sha256"), document["inputs"])
    program = text(child(document, "outputs"), "gcode_text")
    if program:
        actual = canonical_json.sha256_hex(program.encode())
        yield compare("gcode", expected_sha256=text(hashes, "gcode_sha256"), actual_sha256=actual)


def _check_part(item: str, expected_sha256: str, part: JsonValue) -> Check:
    try:
        return compare(item, expected_sha256=expected_sha256, actual_sha256=hash_json(part))
    except canonical_json.NotCanonicalError:
        return Check(item, Outcome.UNREADABLE, expected_sha256, detail=INEXACT)


def check_exact(check: Check, data: bytes, document: JsonMapping) -> Check:
    """A verified document's own check, unless it holds a number that cannot be written again as it was."""
    if not canonical_json.holds_inexact(data, document):
        return check
    return replace(check, outcome=Outcome.UNREADABLE, detail=INEXACT)
