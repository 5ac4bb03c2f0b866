"""P5: one flipped bit that matters is found, and wrong bytes are never returned.

A bit of the database, its log, a published file or a blob is flipped; then everything is read. An answer that differs
from the right one must be an error, and wherever an answer or a file differs, a check of the store must say so.
"""

import asyncio
import random
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from foundation.call import Call
from runs_svc.adapters.blobs.store import FileBlobStore
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.entities import SqliteEntityStore
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.adapters.system import SystemClock
from runs_svc.domain.errors import RunsError
from runs_svc.domain.ids import RunId
from runs_svc.domain.shop.job import Job, JobStatus, JobType
from runs_svc.ports import ListQuery
from runs_svc.usecases.entities.entity import Change, Revision
from runs_svc.usecases.entities.repository import EntityRepository
from runs_svc.usecases.runs.read import read_run
from runs_svc.usecases.shop.jobs import JOB
from tests.promises import workload
from tests.promises.failed_calls import check
from tests.promises.tally import Tally
from tests.promises.workload import Workload

RUNS, JOBS = 6, [f"job_{number:012x}" for number in range(1, 5)]
_DATABASE, _LOG = "rmos.db", "rmos.db-wal"
_KINDS = (_DATABASE, _LOG, "????-*/*.json", "attachments/??/??/*")
"""Each is as likely."""
_ERRORS = (RunsError, sa.exc.DatabaseError, sa.exc.InterfaceError, UnicodeDecodeError)


def try_flips(trials: int, *, seed: int, finds: Callable[[Path], bool] = lambda root: not check(root).sound) -> Tally:
    """Many flips, one at a time; `finds` says whether a store is damaged."""
    dice, tally = random.Random(seed), Tally("P5 flipped bit", seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        logged, sound, copy = (Path(folder) / name for name in ("logged", "sound", "copy"))
        _fill(sound, logged)
        expected = asyncio.run(_answers(sound))
        assert None not in expected.values()
        for _ in range(trials):
            pattern = dice.choice(_KINDS)
            shutil.copytree(logged if pattern == _LOG else sound, copy)
            path = flip(copy, pattern, dice)
            _try(copy, path, expected, tally, found=finds(copy))
            shutil.rmtree(copy)
    return tally


def _fill(sound: Path, logged: Path) -> None:
    """A store, and the same while its records are still in the write-ahead log."""
    asyncio.run(workload.main(sound, 0))
    with closing(sqlite3.connect(sound / "rmos.db")) as held_open:  # the last one to close it empties the log
        held_open.execute("SELECT count(*) FROM ledger").fetchone()
        asyncio.run(workload.main(sound, RUNS))
        asyncio.run(_add_jobs(sound))
        (sound / workload.ACKNOWLEDGED).unlink()
        shutil.copytree(sound, logged)


async def _add_jobs(root: Path) -> None:
    """Entities with two versions each."""
    store, call = Workload(root), Call("req_jobs", None)
    assert isinstance(store.database, SqliteDatabase)
    jobs = EntityRepository(SqliteEntityStore(store.database), JOB, clock=SystemClock())
    for name in JOBS:
        job = Job(name, JobType.ROSETTE_PREVIEW, JobStatus.PENDING, name, "", "2026-03-01T12:00:00.000000Z")
        first = await jobs.add(name, Change(job, {"action": "create"}), call=call)
        later = replace(job, status=JobStatus.RUNNING, title=f"{name}, begun")  # what is earlier is how it begins
        await jobs.change(first, name, Change(later, {"action": "begin"}), call=call)
    await store.close()


def flip(root: Path, pattern: str, dice: random.Random) -> Path:
    """Flip a bit of one file of a kind. The file.

    Of the database every other time in or beside the id of a run or a job, where rows and indexes say whose they are.
    """
    path = dice.choice(sorted(root.glob(pattern)))
    data = bytearray(path.read_bytes())
    place = dice.randrange(len(data))
    if pattern == _DATABASE and dice.random() < 0.5:
        ids = [found.start() for found in re.finditer(rb"run_[0-9a-f]{12}|job_[0-9a-f]{12}", data)]
        place = dice.choice(ids) + dice.randrange(-8, 20)
    data[place] ^= 1 << dice.randrange(8)
    path.chmod(0o644)
    path.write_bytes(data)
    return path


def _try(root: Path, path: Path, expected: dict[str, bytes | None], tally: Tally, *, found: bool) -> None:
    tally.trials += 1
    tally.acknowledged += len(expected)
    try:
        answers = asyncio.run(_answers(root))
    except _ERRORS:
        answers = dict.fromkeys(expected)  # the store does not open: an error for everything
    wrong = [name for name, answer in answers.items() if answer is not None and answer != expected.get(name)]
    if path.name == _LOG:  # one that ends early leaves the store as it was earlier: without the latest amendments
        wrong = [name for name in wrong if not (expected.get(name) or b"").startswith(answers[name] or b"")]
    matters = not path.name.startswith(_DATABASE) or any(
        answers.get(name) != answer for name, answer in expected.items()
    )
    tally.wrong += bool(wrong)
    tally.lost += matters and not found
    if wrong or (matters and not found):
        tally.remarks.append(f"{path.name}: wrong {wrong[:3]}, found {found}")


async def _answers(root: Path) -> dict[str, bytes | None]:
    """Every answer of a store; None where it is an error."""
    database = SqliteDatabase(f"sqlite:///{root / 'rmos.db'}")
    blobs = FileBlobStore(root / "attachments", min_free_percent=0.0)
    ledger = SqliteLedger(database)
    answers: dict[str, bytes | None] = {}
    try:
        for number in range(1, RUNS + 1):
            run_id = RunId(f"run_{number:012x}")
            answers[str(run_id)] = await _run(ledger, run_id)
            answers[f"{run_id} attachment"] = await _attachment(ledger, blobs, run_id)
        lines = await _list(ledger)
        known = {f"run_{number:012x}" for number in range(1, RUNS + 1)}
        answers |= {f"{name} in the list": lines.get(name) for name in known | lines.keys()}
        jobs = EntityRepository(SqliteEntityStore(database), JOB, clock=SystemClock())
        for name in JOBS:
            answers |= {name: await _newest(jobs, name), f"{name} from its beginning": await _history(jobs, name)}
        lines = await _list_jobs(jobs)
        answers |= {f"{name} in the list": lines.get(name) for name in {*JOBS, *lines}}
    finally:
        await database.close()
        blobs.close()
    return answers


async def _run(ledger: SqliteLedger, run_id: RunId) -> bytes | None:
    try:
        stored = await ledger.get(run_id)
        read_run(stored)
        return b"".join(document.document for document in stored.documents)
    except _ERRORS:
        return None


async def _attachment(ledger: SqliteLedger, blobs: FileBlobStore, run_id: RunId) -> bytes | None:
    try:
        (attachment,) = read_run(await ledger.get(run_id)).attachments
        blob = (await ledger.find_blobs([attachment.digest]))[attachment.digest]
        return b"".join([piece async for piece in blobs.read(blob, offset=0)])
    except (*_ERRORS, KeyError, IndexError, ValueError):
        return None


async def _newest(jobs: EntityRepository[Job], name: str) -> bytes | None:
    try:
        found = await jobs.find(name)
    except _ERRORS:
        return None
    return _title(found) if found else None


async def _history(jobs: EntityRepository[Job], name: str) -> bytes | None:
    try:
        return b"; ".join([_title(version) for version in await jobs.history(name)]) or None
    except _ERRORS:
        return None


async def _list_jobs(jobs: EntityRepository[Job]) -> dict[str, bytes]:
    """As `_list`."""
    try:
        page = await jobs.page(filter_text="", page_size=100, page_token="")
    except _ERRORS:
        return {}
    return {item.subject_id: _title(item) for item in page.items}


def _title(version: Revision[Job]) -> bytes:
    return f"{version.entity.job_id}: {version.entity.title}".encode()


async def _list(ledger: SqliteLedger) -> dict[str, bytes]:
    """The lines of the list. One that is missing there is no wrong answer; the check must find it."""
    try:
        listed = await ledger.scan(ListQuery(None, 100))
        return {item.run_id.text: repr(item.index).encode() for item in listed if item.intact}
    except (*_ERRORS, ValueError):
        return {}
