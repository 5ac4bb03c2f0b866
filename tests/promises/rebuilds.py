"""P8: ledger and archive rebuild each other, wherever they are damaged."""

import asyncio
import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from runs_svc.adapters.archive.repair import republish
from runs_svc.adapters.sqlite.offline_ledger import SqliteOfflineLedger
from runs_svc.composition.repairing import rebuild_ledger
from runs_svc.config import RunsSettings
from tests.promises import workload
from tests.promises.failed_calls import check
from tests.promises.tally import Tally

RUNS = 10
Rebuild = Callable[[Path], None]


def rebuild_archive(root: Path) -> None:
    with SqliteOfflineLedger(RunsSettings(runs_dir=root).ledger_url) as ledger:
        republish(ledger, root, root / ".damaged")


def rebuild_index(root: Path) -> None:
    rebuild_ledger(RunsSettings(runs_dir=root))


def try_rebuilds(
    trials: int, *, seed: int, archive: Rebuild = rebuild_archive, ledger: Rebuild = rebuild_index
) -> Tally:
    """Many stores: in half of them the ledger goes, in half the archive, and pieces of the other survive untouched."""
    dice, tally = random.Random(seed), Tally("P8 rebuilt", seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        sound, copy = Path(folder) / "sound", Path(folder) / "copy"
        asyncio.run(workload.main(sound, RUNS))
        before = _contents(sound)
        for number in range(trials):
            shutil.copytree(sound, copy)
            if number % 2:
                damage_archive(copy, dice)
                archive(copy)
            else:
                _damage_ledger(copy, dice)
                ledger(copy)
            tally.trials += 1
            tally.acknowledged += len(before)
            after = _contents(copy)
            tally.lost += sum(after.get(key) != value for key, value in before.items())
            problems = check(copy).problems
            tally.wrong += len(problems) + len(after.keys() - before.keys())
            tally.remarks.extend(f"{number}: {problem}" for problem in problems[:2])
            shutil.rmtree(copy)
    return tally


def damage_archive(root: Path, dice: random.Random) -> None:
    for path in sorted(root.glob("????-*/*.json")):
        fate = dice.random()
        if fate < 0.3:
            path.unlink()
        elif fate < 0.6:
            data = bytearray(path.read_bytes())
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
            path.chmod(0o644)
            path.write_bytes(data)


def _damage_ledger(root: Path, dice: random.Random) -> None:
    path = root / "rmos.db"
    if dice.random() < 0.3:
        path.unlink()
        return
    data = bytearray(path.read_bytes())
    for _ in range(dice.randint(1, 40)):
        place = dice.randrange(len(data))
        data[place : place + 16] = dice.randbytes(min(16, len(data) - place))
    path.write_bytes(data)


def _contents(root: Path) -> dict[tuple[str, str], str]:
    with SqliteOfflineLedger(f"sqlite:///{root / 'rmos.db'}") as ledger:
        documents = [row.document for row in ledger.rows() if row.document is not None]
    return {(document.kind, document.record_id): document.sha256 for document in documents}
