"""Runs as they are sent: bytes that the service writes, and that others may keep without knowing their form."""

from typing import Protocol

from foundation.canonical_json import JsonMapping
from runs_svc.domain.runs.run_document import RunDocument
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports.ledger import ListedRun, StoredRun


class EncodedRuns(Protocol):
    """Runs and rows as bytes. Parts in a row are one run: what follows from a digest alone may be written apart."""

    def stored(self, stored: StoredRun) -> bytes:
        """A run that the ledger gave.

        Raises:
            RunCorruptError: Any of its documents is altered.
        """
        ...

    def view(self, view: RunView) -> bytes:
        """A run."""
        ...

    def rest(self, view: RunView) -> bytes:
        """A run without what `inputs` and `evaluated` write."""
        ...

    def inputs(self, document: RunDocument) -> bytes:
        """The part that follows from the run's inputs."""
        ...

    def report(self, document: RunDocument) -> bytes:
        """The report without what differs between equal inputs; empty where there is none."""
        ...

    def evaluated(self, document: RunDocument, report: bytes) -> bytes:
        """The part that holds the report, from the bytes of `report`; empty where there is none."""
        ...

    def row(self, listed: ListedRun) -> bytes:
        """A row, as a part of a page."""
        ...

    def growth(self, amendment: JsonMapping) -> bytes | None:
        """What an amendment adds after the bytes of its run; None where it changes what stands in them."""
        ...

    def grown(self, amendment: JsonMapping, *, before_sha256: str, sha256: str) -> bytes | None:
        """A run with an amendment; None where the run must be read for it.

        Args:
            amendment: The newest record of the run, parsed.
            before_sha256: Digest of the record before it.
            sha256: Its own digest.
        """
        ...
