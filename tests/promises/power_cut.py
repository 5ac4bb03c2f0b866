"""P1 and P2: what is acknowledged survives a power cut, and what is visible is whole.

A run of the workload is recorded call by call. A power cut at any of these calls leaves what was synced and, of what
was not, an arbitrary part: each write kept, dropped or torn at 512 bytes, each folder with a beginning of its changes.
Such a state is written to a new folder, opened, and held against what had been acknowledged by then.
"""

import hashlib
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from tests.promises.preloaded import DiskOperation, read_log, run_recorded
from tests.promises.tally import Tally
from tests.promises.workload import ACKNOWLEDGED

SECTOR = 512
Recording = Sequence[DiskOperation]


def record(runs: int, store: Path | None = None, *, places: Mapping[str, str] | None = None) -> Recording:
    """What a process does to its disk while it records runs, in a copy of a store or in one it makes itself."""
    with tempfile.TemporaryDirectory() as folder:
        root, log = Path(folder).resolve() / "store", Path(folder) / "log"
        if store is not None:
            shutil.copytree(store, root)
        done = run_recorded(["-m", "tests.promises.workload", str(root), str(runs)], root, log, places=places)
        assert done.returncode == 0, done.stderr
        return [_relative(item, str(root)) for item in read_log(log)]


def _relative(item: DiskOperation, root: str) -> DiskOperation:
    path, other = (name.removeprefix(root).removeprefix("/") for name in (item.path, item.other))
    return DiskOperation(item.letter, path or ".", other, item.offset, item.data)


def without_syncs(recording: Recording, concerned: Callable[[str], bool]) -> Recording:
    """The same, by a program that does not sync some of its files: a negative control."""
    return [item for item in recording if item.letter != "s" or not concerned(item.path)]


@dataclass(slots=True)
class _File:
    durable: bytearray = field(default_factory=bytearray)
    pending: list[DiskOperation] = field(default_factory=list)


@dataclass(slots=True)
class _Change:
    """A change of a folder: the name appears for a file, or goes away."""

    name: str
    file: _File | None


class Disk:
    """Files and folders as a recording leaves them, with what is durable and what is not yet."""

    def __init__(self) -> None:
        self._names: dict[str, _File] = {}
        self._durable: dict[str, _File] = {}
        self._pending: dict[str, list[_Change]] = {}
        self.acknowledged: list[tuple[str, str, str]] = []

    def apply(self, item: DiskOperation) -> None:
        """One more call."""
        if item.path == ACKNOWLEDGED:
            if item.letter == "w":
                kind, name, sha256 = item.data.decode().split()
                self.acknowledged.append((kind, name, sha256))
            return
        match item.letter:
            case "c":
                self._name(item.path, _File())
            case "w" | "t":
                self._names[item.path].pending.append(item)
            case "s":
                self._sync(item.path)
            case "l":
                self._name(item.other, self._names[item.path])
            case "r":
                self._name(item.other, self._names[item.path])
                self._name(item.path, None)
            case "u":
                self._name(item.path, None)

    def after_a_cut(self, dice: random.Random) -> dict[str, bytes]:
        """One of the states a power cut now may leave, by name."""
        names = dict(self._durable)
        for changes in self._pending.values():
            for change in changes[: dice.randint(0, len(changes))]:
                _change(names, change)
        written: dict[int, bytes] = {}
        for file in names.values():
            if id(file) not in written:
                written[id(file)] = _cut(file, dice)
        return {name: written[id(file)] for name, file in names.items()}

    def _name(self, path: str, file: _File | None) -> None:
        change = _Change(path, file)
        _change(self._names, change)
        self._pending.setdefault(str(Path(path).parent), []).append(change)

    def _sync(self, path: str) -> None:
        file = self._names.get(path)
        if file is None:  # a folder
            for change in self._pending.pop(path, []):
                _change(self._durable, change)
            return
        for item in file.pending:
            _write(file.durable, item, len(item.data))
        file.pending = []


def _change(names: dict[str, _File], change: _Change) -> None:
    if change.file is None:
        names.pop(change.name, None)
    else:
        names[change.name] = change.file


def _cut(file: _File, dice: random.Random) -> bytes:
    content = bytearray(file.durable)
    for item in file.pending:
        fate = dice.random()
        if fate < 0.45:
            _write(content, item, len(item.data))
        elif fate < 0.65:
            _write(content, item, SECTOR * dice.randint(0, len(item.data) // SECTOR))
    return bytes(content)


def _write(content: bytearray, item: DiskOperation, length: int) -> None:
    if item.letter == "t":
        del content[item.offset :]
        content.extend(bytes(item.offset - len(content)))
        return
    if len(content) < item.offset:
        content.extend(bytes(item.offset - len(content)))
    content[item.offset : item.offset + length] = item.data[:length]


def try_cuts(recording: Recording, states: int, *, seed: int, promise: str = "P1 power cut") -> Tally:
    """Many power cuts, each at a random call."""
    dice, tally = random.Random(seed), Tally(promise, seed=seed)
    cuts = sorted(dice.randrange(1, len(recording) + 1) for _ in range(states))
    disk, done = Disk(), 0
    with tempfile.TemporaryDirectory() as folder:
        for number, cut in enumerate(cuts):
            for item in recording[done:cut]:
                disk.apply(item)
            done = cut
            root = Path(folder) / str(number)
            _materialise(root, disk.after_a_cut(dice))
            _check(root, disk.acknowledged, tally)
            shutil.rmtree(root)
    return tally


def _materialise(root: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    root.mkdir(exist_ok=True)


def _check(root: Path, acknowledged: Sequence[tuple[str, str, str]], tally: Tally) -> None:
    tally.trials += 1
    tally.acknowledged += len(acknowledged)
    try:
        visible = _visible(root)
    except sqlite3.DatabaseError:
        tally.lost += len(acknowledged)
        tally.wrong += bool(acknowledged)
        return
    for kind, name, sha256 in acknowledged:
        if kind == "blob":
            tally.lost += _hash_of(_blob(root, sha256)) != sha256
        else:
            tally.lost += visible.get((kind, name)) != sha256
    tally.wrong += _wrong_files(root, set(visible.values()))


def _visible(root: Path) -> dict[tuple[str, str], str]:
    """Every record of the ledger, with the digest of its bytes; those whose blobs are not whole have none."""
    with sqlite3.connect(root / "rmos.db") as database:
        if database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'ledger'").fetchone() == (0,):
            return {}
        rows = database.execute("SELECT kind, record_id, document FROM ledger").fetchall()
    database.close()
    found = {}
    for kind, record_id, document in rows:
        named = [item["sha256"] for item in orjson.loads(document).get("attachments", [])]
        whole = all(_hash_of(_blob(root, sha256)) == sha256 for sha256 in named)
        found[kind, record_id] = hashlib.sha256(document).hexdigest() if whole else "a blob is missing"
    return found


def _wrong_files(root: Path, recorded: set[str]) -> int:
    """Published files and blobs under their final names that are not whole."""
    published = sum(_hash_of(path) not in recorded for path in root.glob("????-??-??/*.json"))
    blobs = sum(_hash_of(path) != path.name for path in root.glob("attachments/??/??/*"))
    return published + blobs


def _blob(root: Path, sha256: str) -> Path:
    return root / "attachments" / sha256[:2] / sha256[2:4] / sha256


def _hash_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "missing"
