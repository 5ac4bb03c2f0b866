"""Publish again what is missing from the tree, and replace files that have other bytes than the ledger."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from foundation import canonical_json
from runs_svc.adapters.archive.archive import path_of
from runs_svc.adapters.archive.names import STAGING
from runs_svc.adapters.durable_files import GROUP, make_directory, publish
from runs_svc.ports.offline import OfflineLedger


@dataclass(slots=True)
class Republished:
    """How many files were missing, and how many were wrong."""

    missing: int = 0
    replaced: int = 0


def republish(
    ledger: OfflineLedger, root: Path, aside: Path, *, on_progress: Callable[[object], None] = lambda _: None
) -> Republished:
    """Make the tree hold every sound record of the ledger. A wrong file is moved aside first, under its own name."""
    done = Republished()
    staging = root / STAGING
    make_directory(staging)
    waiting: list[tuple[Path, bytes]] = []
    for row in ledger.rows():
        on_progress(row.place)
        document = row.document
        if document is None or canonical_json.sha256_hex(document.document) != document.sha256:
            continue
        path = path_of(root, document)
        if not path.exists():
            done.missing += 1
        elif path.read_bytes() != document.document:
            done.replaced += 1
            make_directory(aside / document.partition)
            path.rename(aside / document.partition / path.name)
        else:
            continue
        waiting.append((path, document.document))
        if len(waiting) == GROUP:
            publish(waiting, staging=staging)
            waiting = []
    publish(waiting, staging=staging)
    return done
