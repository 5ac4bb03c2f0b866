"""P4: any single system call that fails gives a clean error and does no damage.

The workload runs with its Nth write, sync, link … failing. Whatever it acknowledged is there afterwards, the store is
sound, and a run after it, without the failure, completes. With a ledger in PostgreSQL the calls that fail are those
of attachments and published files.
"""

import asyncio
import errno
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from runs_svc.composition import offline
from runs_svc.usecases.verification.fsck import StoreReport
from tests.promises import workload
from tests.promises.back_ends import BackEnd, settings_of
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


def try_failures(
    trials: int,
    *,
    seed: int,
    flags: Sequence[str] = (),
    letters: str = "".join(_CLASSES),
    place: BackEnd | None = None,
) -> Tally:
    """Many runs of the workload, in each of which a call of these classes fails; every tenth begins without a store.

    Args:
        trials: How many.
        seed: Of the dice.
        flags: Of the workload.
        letters: Which calls fail.
        place: A back end with folders; None: SQLite.
    """
    place = place or BackEnd()
    dice, tally = random.Random(seed), Tally("P4 failed system call", seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        root, empty = Path(folder).resolve() / "store", Path(folder) / "empty"
        _work(empty, place.places(), 0)
        recordings = [record(_RUNS, store, places=place.places()) for store in (empty, None)]
        plans = [plan(recording, trials, dice, letters) for recording in recordings]
        for number in range(trials):
            begins = number % 10 == 0
            if not begins:
                shutil.copytree(empty, root)
            places = place.places()
            _try(root, places, plans[begins][number], tally, flags)
            place.forget(places)
            shutil.rmtree(root)
    return tally


def _work(root: Path, places: Mapping[str, str], runs: int) -> int:
    return asyncio.run(workload.main(root, runs, url=places.get("RMOS_DATABASE_URL", "")))


def _try(root: Path, places: Mapping[str, str], fault: str, tally: Tally, flags: Sequence[str]) -> None:
    tally.trials += 1
    arguments = ["-m", "tests.promises.workload", str(root), str(_RUNS), *flags]
    first = run_recorded(arguments, root, None, fault, places=places)
    died = first.returncode < 0
    acknowledged = _acknowledged(root)
    tally.lost += _absent(root, places, acknowledged)
    refused = _work(root, places, _RUNS)
    tally.acknowledged += len(acknowledged)
    report = check(root, places)
    if died or refused or not report.sound:
        tally.wrong += 1
        tally.remarks.append(f"{fault}: {first.stderr[-300:]} refused {refused}, {report.problems[:3]}")


def _absent(root: Path, places: Mapping[str, str], acknowledged: Sequence[tuple[str, str, str]]) -> int:
    """How much of what was acknowledged a store does not hold."""
    with offline.ledger_of(settings_of(root, places)) as ledger:
        documents = [row.document for row in ledger.rows() if row.document]
        blobs = {blob.digest.sha256 for blob, _ in ledger.blobs()}
    held = {(document.kind, document.record_id): document.sha256 for document in documents}
    return sum(
        name not in blobs if kind == "blob" else held.get((kind, name)) != sha256 for kind, name, sha256 in acknowledged
    )


def check(root: Path, places: Mapping[str, str] | None = None) -> StoreReport:
    """What fsck finds in a store."""
    return offline.check(settings_of(root, places or {}))


def _acknowledged(root: Path) -> list[tuple[str, str, str]]:
    path = root / ACKNOWLEDGED
    lines = path.read_text().splitlines() if path.exists() else []
    return [(parts[0], parts[1], parts[2]) for parts in (line.split() for line in lines) if len(parts) == 3]
