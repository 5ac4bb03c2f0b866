"""The workshop's catalogue in a backup: journals that only ever grow, copied up to their last whole line."""

import hashlib
from pathlib import Path
from typing import NamedTuple

from rpckit.settings import ConfigurationError
from runs_svc.adapters.durable_files import make_directory, sync_directory, sync_file

_JOURNALS = ("journal.jsonl", "imports.jsonl", "administration.jsonl")
FOLDER = "catalogue"


class Catalogue(NamedTuple):
    """What was copied of a catalogue."""

    lines: int
    sha256: str


def copy_catalogue(source: Path, target: Path) -> Catalogue | None:
    """Copy the journals of a catalogue, and prove the copy; None where there is none.

    Raises:
        ConfigurationError: What arrived is not what was read.
    """
    found = {name: _whole_lines((source / name).read_bytes()) for name in _JOURNALS if (source / name).is_file()}
    if not found:
        return None
    make_directory(target)
    for name, data in found.items():
        staged = target / f".{name}"
        staged.write_bytes(data)
        sync_file(staged)
        staged.rename(target / name)
        if (target / name).read_bytes() != data:
            raise ConfigurationError(f"{target / name} differs from what was written to it")
    sync_directory(target)
    whole = hashlib.sha256(b"".join(found.values())).hexdigest()
    return Catalogue(sum(data.count(b"\n") for data in found.values()), whole)


def require_empty(folder: Path) -> None:
    """See that a catalogue may be restored to a folder.

    Raises:
        ConfigurationError: There is one.
    """
    there = [name for name in _JOURNALS if (folder / name).exists()]
    if there:
        raise ConfigurationError(f"{folder / there[0]} exists; restore into an empty folder, or move it away first")


def _whole_lines(data: bytes) -> bytes:
    """Without a last line that is still being written."""
    return data[: data.rfind(b"\n") + 1]
