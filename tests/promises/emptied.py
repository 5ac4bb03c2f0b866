"""P18: no store starts emptier than it was.

A store loses its ledger, or a part of it, in one of many ways. Then it opens and holds all that was published, or it is
refused, and after the repair it holds all that was published.
"""

import asyncio
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from rpckit.settings import ConfigurationError
from runs_svc.adapters.archive.missing_records import refuse_emptied
from runs_svc.adapters.sqlite.offline_ledger import SqliteOfflineLedger
from runs_svc.adapters.sqlite.schema import migrate_url
from runs_svc.composition.repairing import rebuild_ledger
from runs_svc.config import RunsSettings
from tests.promises import workload
from tests.promises.failed_calls import check
from tests.promises.tally import Tally

RUNS = 6
Start = Callable[[Path, Path], None]
"""Raises where a ledger holds less than was published of it."""


def try_losses(trials: int, *, seed: int, refuse: Start = refuse_emptied) -> Tally:
    """Many losses of a store that was used twice; an older copy is from between."""
    dice, tally = random.Random(seed), Tally("P18 emptied store", seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        sound, copy, older = (Path(folder) / name for name in ("sound", "copy", "older"))
        asyncio.run(workload.main(older, 0))
        shutil.copy(older / "rmos.db", Path(folder) / "empty.db")
        shutil.rmtree(older)
        asyncio.run(workload.main(sound, RUNS))
        shutil.copytree(sound, older)
        asyncio.run(workload.main(sound, 2 * RUNS))
        published = _contents(sound)
        for number in range(trials):
            shutil.copytree(sound, copy)
            loss = _lose(copy, older, dice)
            _judge(copy, published, refuse, tally, f"{number}: {loss}")
            shutil.rmtree(copy)
    return tally


def _judge(root: Path, published: dict[str, str], refuse: Start, tally: Tally, loss: str) -> None:
    tally.trials += 1
    tally.acknowledged += len(published)
    try:
        refuse(root, root / "rmos.db")
    except ConfigurationError:
        rebuild_ledger(RunsSettings(runs_dir=root))
        problems = check(root).problems
        tally.wrong += len(problems)
        tally.remarks.extend(f"{loss}: {problem}" for problem in problems[:2])
        refuse(root, root / "rmos.db")
    migrate_url(f"sqlite:///{root / 'rmos.db'}")
    held = _contents(root)
    lost = [name for name, sha256 in published.items() if held.get(name) != sha256]
    tally.lost += len(lost)
    tally.remarks.extend(f"{loss}: {name}" for name in lost[:2])


def _lose(root: Path, older: Path, dice: random.Random) -> str:
    """Something of the ledger goes, and sometimes what is known of the archive's place."""
    way = dice.choice(("gone", "nothing in it", "no rows", "last rows", "older"))
    ledger = root / "rmos.db"
    if way in {"gone", "nothing in it", "no rows"}:
        for path in root.glob("rmos.db*"):
            path.unlink()
    if way == "nothing in it":
        ledger.touch()
    elif way == "no rows":
        shutil.copy(root.with_name("empty.db"), ledger)
    elif way == "last rows":
        _remove_rows(ledger, dice.randint(1, RUNS))
    elif way == "older":
        shutil.copy(older / "rmos.db", ledger)
    places = dice.choice(([], [".cursor.json"], [".published"], [".cursor.json", ".published"]))
    for name in places:
        (root / name).unlink(missing_ok=True)
        if way == "older" and dice.random() < 0.5 and (older / name).exists():
            shutil.copy(older / name, root / name)
    return f"{way}, without {places}"


def _remove_rows(ledger: Path, count: int) -> None:
    with closing(sqlite3.connect(ledger)) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        last = "SELECT subject_id FROM ledger WHERE kind = 'run' ORDER BY record_id DESC LIMIT ?"
        database.execute(f"DELETE FROM ledger WHERE subject_id IN ({last})", (count,))
        database.execute("DELETE FROM runs WHERE run_id NOT IN (SELECT subject_id FROM ledger)")


def _contents(root: Path) -> dict[str, str]:
    with SqliteOfflineLedger(f"sqlite:///{root / 'rmos.db'}") as ledger:
        return {row.document.record_id: row.document.sha256 for row in ledger.rows() if row.document is not None}
