"""Find bytes that no record needs any more.

Bytes are kept while any record that was not withdrawn holds their digest anywhere in its text: rather too much is kept
than too little. What came in lately is kept too, because a record may be about to name it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runs_svc.domain.ids import Digest
from runs_svc.ports.cold import ColdBlobs, ColdLedger

LEASE_S = 3_600.0
_KEPT_S = LEASE_S + 86_400.0
_DIGEST = re.compile(rb"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that may go."""

    digest: Digest
    size_bytes: int


def find_garbage(
    ledger: ColdLedger, blobs: ColdBlobs, *, told: Callable[[object], None] = lambda _: None
) -> Sequence[Garbage]:
    """Bytes that nothing needs and that came in more than a lease and a day ago."""
    needed: set[bytes] = set()
    for places in ledger.subjects().values():
        documents = [document for place in places if (document := ledger.row(place).document)]
        if not any(document.kind == "tombstone" for document in documents):
            for document in documents:
                needed.update(_DIGEST.findall(document.document))
        told(places)
    return [
        Garbage(digest, blobs.size_bytes(digest))
        for digest in blobs.names()
        if digest.sha256.encode() not in needed and blobs.age_s(digest) > _KEPT_S
    ]


def find_abandoned(blobs: ColdBlobs) -> Sequence[Garbage]:
    """Uploads that were begun and not gone on with for more than a lease and a day."""
    return [Garbage(digest, size_bytes) for digest, size_bytes, age_s in blobs.uploads() if age_s > _KEPT_S]
