"""Find bytes that no record needs any more, and remove them.

Bytes stay while any record that was not withdrawn holds their digest anywhere in its text: rather too much stays
than too little. Only the log of what was removed is no reason to keep it when it comes back. What came in lately stays
too, because a record may be about to name it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

from foundation.call import Call
from foundation.canonical_json import JsonObject
from runs_svc.domain.ids import Digest
from runs_svc.domain.upkeep.maintenance import MaintenanceEntry
from runs_svc.ports.offline import OfflineBlobs, OfflineLedger
from runs_svc.usecases.entities.maintenance_log import MAINTENANCE, MaintenanceLog

LEASE_S = 3_600.0
_KEPT_S = LEASE_S + 86_400.0
_DIGEST = re.compile(rb"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that may go."""

    digest: Digest
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Collectable:
    """What may go: whole blobs, and uploads that were never finished."""

    blobs: Sequence[Garbage]
    uploads: Sequence[Garbage]
    kept: int = 0
    """Blobs that no record here needs, and that stay because they may be another store's."""


class Collect:
    """Lets bytes go: first the trace, then the notes that they are durable, then the files. A crash leaves garbage, no
    hole.
    """

    def __init__(
        self,
        ledger: OfflineLedger,
        blobs: OfflineBlobs,
        log: MaintenanceLog,
        *,
        forget: Callable[[Sequence[Digest]], None],
        came_here_s: float = inf,
    ) -> None:
        """Collecting in a store.

        Args:
            ledger: Its records.
            blobs: Its bytes.
            log: Where the trace goes.
            forget: Removes the rows of durable blobs.
            came_here_s: How long ago the folder became this store's alone. What is older may be another's, and stays.
        """
        self._ledger = ledger
        self._blobs = blobs
        self._log = log
        self._forget = forget
        self._came_here_s = came_here_s

    def find(self, *, on_progress: Callable[[object], None] = lambda _: None) -> Collectable:
        """What may go, and has been there for more than a lease and a day. Removes nothing."""
        unneeded = _unneeded(self._ledger, self._blobs, on_progress)
        ours = [item for item in unneeded if self._blobs.age_s(item.digest) < self._came_here_s]
        return Collectable(ours, _abandoned(self._blobs, self._came_here_s), len(unneeded) - len(ours))

    async def collect(
        self, *, person: str, reason: str, call: Call, on_progress: Callable[[object], None] = lambda _: None
    ) -> Collectable:
        """Find what may go, and let it go.

        Raises:
            InvalidFieldsError: As `MaintenanceLog.require_decision`.
        """
        await self._log.require_decision("collect", person, reason, call=call)
        found = self.find(on_progress=on_progress)
        details: JsonObject = {
            "blobs": [item.digest.sha256 for item in found.blobs],
            "uploads": [item.digest.sha256 for item in found.uploads],
        }
        await self._log.note(MaintenanceEntry("collect", person, reason, "done", details), call=call)
        self._forget([item.digest for item in found.blobs])
        for item in found.blobs:
            if self._is_old(item.digest):  # bytes that came again meanwhile are somebody's
                self._blobs.remove(item.digest)
        for item in found.uploads:
            self._blobs.remove_upload(item.digest)
        return found

    def _is_old(self, digest: Digest) -> bool:
        try:
            return self._blobs.age_s(digest) > _KEPT_S
        except FileNotFoundError:
            return False


def _unneeded(ledger: OfflineLedger, blobs: OfflineBlobs, on_progress: Callable[[object], None]) -> Sequence[Garbage]:
    needed: set[bytes] = set()
    for places in ledger.subjects().values():
        documents = [document for place in places if (document := ledger.row(place).document)]
        if not any(document.kind in {"tombstone", MAINTENANCE.name} for document in documents):
            for document in documents:
                needed.update(_DIGEST.findall(document.document))
        on_progress(places)
    return [
        Garbage(digest, blobs.size_bytes(digest))
        for digest in blobs.names()
        if digest.sha256.encode() not in needed and blobs.age_s(digest) > _KEPT_S
    ]


def _abandoned(blobs: OfflineBlobs, came_here_s: float) -> Sequence[Garbage]:
    uploads = blobs.uploads()
    return [Garbage(digest, size_bytes) for digest, size_bytes, age_s in uploads if _KEPT_S < age_s < came_here_s]
