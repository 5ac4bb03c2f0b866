"""Names in the date-partitioned tree, and of the files beside it. The publisher needs no more of the store's code."""

STAGING = ".staging"
CURSOR = ".cursor.json"
PROGRESS = ".published"
"""How far the publisher has come, for the server to read, and for the next start."""
LOCK = ".archive.lock"
"""Held while a publisher is at work."""
LEDGER_URL = "RMOS_PUBLISHED_LEDGER_URL"
"""Environment variable by which a publisher learns where the ledger is."""
NEWS, STOP = b"n", b"s"
"""Messages of a server to its publisher: something was committed; publish that and exit."""


def name_of(partition: str, *, kind: str, record_id: str, subject_id: str) -> str:
    """Where a document is published: partition of its run's creation, run id, and what it is.

    A run is `{run_id}.json`, an attachment `{run_id}_attachment_{sha256}.json`.

    >>> name_of("2026-03-01", kind="hold", record_id="run_0123456789ab/000002", subject_id="run_0123456789ab")
    '2026-03-01/run_0123456789ab_hold_000002.json'
    """
    name = subject_id if kind == "run" else f"{subject_id}_{kind}_{record_id.rsplit('/', 1)[-1]}"
    return f"{partition}/{name}.json"
