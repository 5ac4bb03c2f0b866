"""Publish again what is missing in a bucket, and replace objects that have other bytes than the ledger."""

import datetime
from collections.abc import Callable, Iterable

import obstore
from obstore.store import S3Store

from foundation.canonical_json import sha256_hex
from runs_svc.adapters.archive.repair import Republished
from runs_svc.adapters.s3.archive import object_of
from runs_svc.adapters.s3.bucket import DAMAGED, reachable
from runs_svc.adapters.s3.offline import read_object
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.ports.offline import OfflineLedger


def republish(ledger: OfflineLedger, bucket: S3Store, *, on_progress: Callable[[object], None]) -> Republished:
    """Make the bucket hold every sound record of the ledger. A wrong object gets a second name first."""
    done = Republished()
    aside = _new_place()
    for row in ledger.rows():
        on_progress(row.place)
        document = row.document
        if document is None or sha256_hex(document.document) != document.sha256:
            continue
        key = object_of(document)
        there = read_object(bucket, key)
        if there == document.document:
            continue
        with reachable():
            if there is None:
                done.missing += 1
            else:
                done.replaced += 1
                obstore.put(bucket, f"{aside}/{key}", there, use_multipart=False)
            obstore.put(bucket, key, document.document, use_multipart=False)
    return done


def set_aside(bucket: S3Store, documents: Iterable[StoredDocument]) -> None:
    """Take published documents out of the archive; they stay under other names."""
    aside = _new_place()
    for document in documents:
        key = object_of(document)
        there = read_object(bucket, key)
        if there is not None:
            with reachable():
                obstore.put(bucket, f"{aside}/{key}", there, use_multipart=False)
                obstore.delete(bucket, key)


def _new_place() -> str:
    return f"{DAMAGED}/{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%S%f}"
