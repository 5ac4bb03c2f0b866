"""P5 on PostgreSQL: one flipped bit of a record, a published document or a blob is found, and is never returned.

Bits of the database's own pages are found by its data checksums, which a server requires; what is flipped here is a
value in a row, as no checksum of a page would notice.
"""

import asyncio
import random
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import obstore
import psycopg

from runs_svc.adapters.s3.bucket import open_bucket
from runs_svc.domain.errors import RunsError
from runs_svc.domain.ids import RunId
from runs_svc.ports import ListQuery
from runs_svc.usecases.runs.read import read_run
from tests.promises.back_ends import PostgresBackEnd, keys_in, problems_of, settings_of
from tests.promises.grown_model import OpenStore
from tests.promises.tally import Tally
from tests.promises.traffic import record_some

RUNS = 6
_ROWS = {"ledger": "document", "runs": "mode", "blobs": "chunk_sha256"}
_FILES = {"attachments": "attachments/??/??/*", "archive": "????-??-??/*.json"}
KINDS = (*_ROWS, *_FILES)
Answers = dict[str, bytes | None]


def try_flips(
    trials: int,
    *,
    seed: int,
    place: PostgresBackEnd,
    kinds: Sequence[str] = KINDS,
    check: Callable[[Path, Mapping[str, str]], list[str]] = problems_of,
    read: Callable[[Path, Mapping[str, str]], Answers] | None = None,
) -> Tally:
    """Many flips, one at a time, of each kind in turn; a check has to find each.

    Args:
        trials: How many flips.
        seed: Of the dice.
        place: Where the store is.
        kinds: What is flipped, in turn.
        check: Says what is wrong with a store.
        read: Reads what was altered; None: as whole stores are read.
    """
    dice, tally = random.Random(seed), Tally("P5 flipped bit", seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        servers = place.start(Path(folder) / "servers")
        with servers:
            record_some(servers.runs.address, RUNS)
            servers.runs.stop()
        root, copy = servers.store, Path(folder) / "copy"
        expected = answers_of(root, servers.runs_environment)
        assert None not in expected.values()
        for number in range(trials):
            shutil.copytree(root, copy, ignore=shutil.ignore_patterns("*.lock"))
            places = place.copy(servers.runs_environment)
            flipped = _flip(kinds[number % len(kinds)], place, copy, places, dice)
            answers = (read or answers_of)(copy, places)
            wrong = [name for name, answer in answers.items() if answer is not None and answer != expected.get(name)]
            found = bool(check(copy, places))
            tally.trials += 1
            tally.acknowledged += len(expected)
            tally.wrong += bool(wrong)
            tally.lost += not found
            tally.remarks += [f"{flipped}: wrong {wrong[:3]}, found {found}"] if wrong or not found else []
            shutil.rmtree(copy)
    return tally


def _flip(kind: str, place: PostgresBackEnd, root: Path, places: Mapping[str, str], dice: random.Random) -> str:
    if kind in _ROWS:
        return _flip_row(kind, place.database.url(places["RMOS_DATABASE_URL"].rpartition("/")[2]), dice)
    if "RMOS_BLOBS_URL" in places:
        bucket = open_bucket(places["RMOS_BLOBS_URL"])
        key = dice.choice([key for key in keys_in(bucket) if key.startswith(kind)])
        obstore.put(bucket, key, _flipped(bytes(obstore.get(bucket, key).bytes()), dice))
        return key
    path = dice.choice(sorted(root.glob(_FILES[kind])))
    path.chmod(0o644)
    path.write_bytes(_flipped(path.read_bytes(), dice))
    return str(path.relative_to(root))


def _flip_row(table: str, url: str, dice: random.Random) -> str:
    column = _ROWS[table]
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        rows = owner.execute(f"SELECT ctid::text, {column} FROM {table} ORDER BY ctid".encode()).fetchall()
        place, value = dice.choice(rows)
        altered = _flipped(bytes(value), dice) if not isinstance(value, str) else f"{value}x"
        owner.execute(f"UPDATE {table} SET {column} = %s WHERE ctid = %s::tid".encode(), (altered, place))
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())
    return f"{table}.{column}"


def _flipped(content: bytes, dice: random.Random) -> bytes:
    data = bytearray(content)
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


def answers_of(root: Path, places: Mapping[str, str]) -> Answers:
    """Every answer of a store; None where it is an error."""
    return asyncio.run(_answers(root, places))


async def _answers(root: Path, places: Mapping[str, str]) -> Answers:
    store, answers = OpenStore(settings_of(root, places)), Answers()
    try:
        listed = await store.ledger.scan(ListQuery(None, 100))
        for item in listed:
            name = item.run_id.text
            answers[f"{name} in the list"] = repr(item.index).encode() if item.intact else None
            answers[name], answers[f"{name} attachment"] = await _run(store, item.run_id)
    finally:
        await store.close()
    return answers


async def _run(store: OpenStore, run_id: RunId) -> tuple[bytes | None, bytes | None]:
    try:
        stored = await store.ledger.get(run_id)
        view = read_run(stored)
        document = b"".join(item.document for item in stored.documents)
    except RunsError:
        return None, None
    try:
        (attachment,) = view.attachments
        blob = (await store.ledger.find_blobs([attachment.digest]))[attachment.digest]
        return document, b"".join([piece async for piece in store.blobs.read(blob, offset=0)])
    except (RunsError, KeyError, ValueError):
        return document, None
