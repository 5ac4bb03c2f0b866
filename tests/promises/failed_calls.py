"""P4: any single system call that fails gives a clean error and does no damage.

The workload runs with its Nth write, sync, link … failing. Whatever it acknowledged is there afterwards, the store is
sound, and a run after it, without the failure, completes.
"""

import asyncio
import errno
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from runs_svc.adapters.archive.tree import ArchiveTree
from runs_svc.adapters.blobs.tree import BlobTree
from runs_svc.adapters.sqlite.offline_ledger import SqliteOfflineLedger
from runs_svc.usecases.verification.fsck import Fsck, StoreReport
from tests.promises import workload
from tests.promises.power_cut import Recording, record
from tests.promises.preloaded import run_recorded
from tests.promises.tally import Tally
from tests.promises.workload import ACKNOWLEDGED

ERRORS = (errno.EIO, errno.ENOSPC, errno.EINTR)
_CLASSES = {"c": "open", "w": "write", "s": "sync", "t": "truncate", "l": "link", "r": "rename", "u": "unlink"}
_RUNS = 4


def plan(recording: Recording, trials: int, dice: random.Random, letters: str) -> list[str]:
    """Which call fails in each trial, and how; each class in turn, so that a rare one is tried as often."""
    counts = Counter(_CLASSES[item.letter] for item in recording if item.letter in letters)
    classes = sorted(counts)
    return [
        f"{name}:{dice.randint(1, counts[name])}:{dice.choice(ERRORS)}"
        for name in (classes[number % len(classes)] for number in range(trials))
    ]


def try_failures(trials: int, *, seed: int, flags: Sequence[str] = (), letters: str = "".join(_CLASSES)) -> Tally:
    """Many runs of the workload, in each of which a call of these classes fails; every tenth begins without a store."""
    dice, tally = random.Random(seed), Tally("P4 failed system call", seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        root, empty = Path(folder).resolve() / "store", Path(folder) / "empty"
        asyncio.run(workload.main(empty, 0))
        plans = plan(record(_RUNS, empty), trials, dice, letters), plan(record(_RUNS), trials, dice, letters)
        for number in range(trials):
            begins = number % 10 == 0
            if not begins:
                shutil.copytree(empty, root)
            _try(root, plans[begins][number], tally, flags)
            shutil.rmtree(root)
    return tally


def _try(root: Path, fault: str, tally: Tally, flags: Sequence[str]) -> None:
    tally.trials += 1
    first = run_recorded(["-m", "tests.promises.workload", str(root), str(_RUNS), *flags], root, None, fault)
    died = first.returncode < 0
    acknowledged = _acknowledged(root)
    tally.lost += _absent(root, acknowledged)
    refused = asyncio.run(workload.main(root, _RUNS))
    tally.acknowledged += len(acknowledged)
    report = check(root)
    if died or refused or not report.sound:
        tally.wrong += 1
        tally.remarks.append(f"{fault}: {first.stderr[-300:]} refused {refused}, {report.problems[:3]}")


def _absent(root: Path, acknowledged: Sequence[tuple[str, str, str]]) -> int:
    """How much of what was acknowledged a store does not hold."""
    with SqliteOfflineLedger(f"sqlite:///{root / 'rmos.db'}") as ledger:
        documents = [row.document for row in ledger.rows() if row.document]
        blobs = {blob.digest.sha256 for blob, _ in ledger.blobs()}
    held = {(document.kind, document.record_id): document.sha256 for document in documents}
    return sum(
        name not in blobs if kind == "blob" else held.get((kind, name)) != sha256 for kind, name, sha256 in acknowledged
    )


def check(root: Path) -> StoreReport:
    """What fsck finds in a store."""
    with SqliteOfflineLedger(f"sqlite:///{root / 'rmos.db'}") as ledger:
        return Fsck(ledger, ArchiveTree(root), BlobTree(root / "attachments")).check()


def _acknowledged(root: Path) -> list[tuple[str, str, str]]:
    path = root / ACKNOWLEDGED
    lines = path.read_text().splitlines() if path.exists() else []
    return [(parts[0], parts[1], parts[2]) for parts in (line.split() for line in lines) if len(parts) == 3]
