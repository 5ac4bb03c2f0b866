"""Which blobs are durable."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from runs_svc.adapters.sql import tables
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import Blob

_DIGEST_BYTES = 32


def add_blobs(connection: sa.Connection, items: Sequence[tuple[Blob, str]]) -> Sequence[None]:
    known = find_blobs(connection, [blob.digest for blob, _ in items])
    rows = {
        blob.digest: {
            "sha256": blob.digest.sha256,
            "size_bytes": blob.size_bytes,
            "chunk_sha256": b"".join(blob.chunk_sha256),
            "created_at_utc": created_at_utc,
        }
        for blob, created_at_utc in items
        if blob.digest not in known
    }
    if rows:
        connection.execute(tables.blobs.insert(), list(rows.values()))
    return [None] * len(items)


def find_blobs(connection: sa.Connection, digests: Sequence[Digest]) -> dict[Digest, Blob]:
    if not digests:
        return {}
    hashes = [digest.sha256 for digest in digests]
    columns = tables.blobs.c
    query = sa.select(columns.sha256, columns.size_bytes, columns.chunk_sha256).where(columns.sha256.in_(hashes))
    blobs = [read_blob_row(row) for row in connection.execute(query)]
    return {blob.digest: blob for blob in blobs}


def read_blob_row(row: Any) -> Blob:
    """The blob of a row that begins with digest, size and chunk digests."""
    return Blob(Digest(row[0]), row[1], _split(row[2]))


def _split(joined: bytes) -> tuple[bytes, ...]:
    return tuple(joined[start : start + _DIGEST_BYTES] for start in range(0, len(joined), _DIGEST_BYTES))
