"""Migrating a v1 store as a maintainer does, and what a store holds then."""

import hashlib
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.administration import offline


def migrate(command: str, index: Path, store: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return offline.offline("migrate", command, index, "--runs-dir", store, *options)


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder by its digest."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def state(store: Path) -> dict[str, Any]:
    """What a store holds, apart from the traces of the imports themselves."""
    with closing(sqlite3.connect(store / "rmos.db")) as database:
        ledger = database.execute("SELECT subject_id, ordinal, sha256 FROM ledger WHERE kind != 'import' ORDER BY 1, 2")
        runs = database.execute("SELECT * FROM runs ORDER BY run_id").fetchall()
        blobs = database.execute("SELECT sha256, size_bytes, chunk_sha256 FROM blobs ORDER BY 1").fetchall()
        found = {"ledger": ledger.fetchall(), "runs": runs, "blobs": blobs}
    files = {
        name: digest
        for name, digest in contents(store).items()
        if not name.startswith((".", "rmos")) and "_import_" not in name
    }
    return {**found, "files": files}
