"""P8 on PostgreSQL: ledger and archive rebuild each other, in the database and in the folder or the bucket.

A ledger is rebuilt into another database (`fsck --repair ledger --into`), an archive in its place.
"""

import random
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import obstore
import psycopg
from obstore.store import S3Store

from runs_svc.adapters.s3.bucket import open_bucket
from runs_svc.composition.offline import ledger_of
from testkit.local_servers import LocalServers
from tests.administration.offline import offline
from tests.promises.back_ends import PostgresBackEnd, keys_in, problems_of, settings_of
from tests.promises.rebuilds import damage_archive
from tests.promises.tally import Tally
from tests.promises.traffic import record_some

RUNS = 10
Mend = Callable[[PostgresBackEnd, Path, Mapping[str, str]], tuple[str, dict[str, str]]]
"""Repairs a store; what it said, and the settings of the store from then on."""
_OPEN = "ALTER TABLE ledger DISABLE TRIGGER ALL"


def try_rebuilds(
    trials: int, *, seed: int, place: PostgresBackEnd, ledger: Mend | None = None, archive: Mend | None = None
) -> Tally:
    """Many stores: in half of them the ledger goes, in half the archive, and pieces of the other survive untouched."""
    dice, tally = random.Random(seed), Tally("P8 rebuilt", seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        servers = place.start(Path(folder) / "servers")
        with servers:
            _fill(servers)
        root, copy = servers.store, Path(folder) / "copy"
        before = contents(root, servers.runs_environment)
        for number in range(trials):
            shutil.copytree(root, copy, ignore=shutil.ignore_patterns("*.lock"))
            places = place.copy(servers.runs_environment)
            damages = (_damage_ledger, ledger or _mend_ledger), (_damage_archive, archive or _mend_archive)
            damage, repair = damages[number % 2]
            damage(place, copy, places, dice)
            said, places = repair(place, copy, places)
            after = contents(copy, places)
            tally.trials += 1
            tally.acknowledged += len(before)
            tally.lost += sum(after.get(key) != value for key, value in before.items())
            problems = problems_of(copy, places)
            tally.wrong += len(problems) + len(after.keys() - before.keys())
            tally.remarks += [f"{number}: {said[-200:]}"] if problems or after != before else []
            tally.remarks += problems[:2]
            shutil.rmtree(copy)
    return tally


def _fill(servers: LocalServers) -> None:
    record_some(servers.runs.address, RUNS)
    servers.runs.stop()  # everything is published by then


def contents(root: Path, places: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Digests of every record of a ledger."""
    with ledger_of(settings_of(root, places)) as ledger:
        documents = [row.document for row in ledger.rows() if row.document is not None]
    return {(document.kind, document.record_id): document.sha256 for document in documents}


def _damage_ledger(place: PostgresBackEnd, _root: Path, places: Mapping[str, str], dice: random.Random) -> None:
    url = place.database.url(places["RMOS_DATABASE_URL"].rpartition("/")[2])
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(_OPEN)
        if dice.random() < 0.3:
            owner.execute("DELETE FROM ledger")
            return
        for (place_of,) in owner.execute("SELECT seq FROM ledger ORDER BY seq").fetchall():
            fate = dice.random()
            if fate < 0.2:
                owner.execute("DELETE FROM ledger WHERE seq = %s", (place_of,))
            elif fate < 0.4:
                owner.execute("UPDATE ledger SET document = %s WHERE seq = %s", (dice.randbytes(20), place_of))


def _mend_ledger(place: PostgresBackEnd, root: Path, places: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    new = place.places()["RMOS_DATABASE_URL"]
    done = offline("fsck", "--repair", "ledger", "--into", new, "--runs-dir", root, **places)
    return done.stdout + done.stderr, {**places, "RMOS_DATABASE_URL": new}


def _damage_archive(_place: PostgresBackEnd, root: Path, places: Mapping[str, str], dice: random.Random) -> None:
    if "RMOS_BLOBS_URL" not in places:
        damage_archive(root, dice)
        return
    bucket = open_bucket(places["RMOS_BLOBS_URL"])
    for key in keys_in(bucket):
        if key.startswith("archive/"):
            _damage_object(bucket, key, dice)


def _damage_object(bucket: S3Store, key: str, dice: random.Random) -> None:
    fate = dice.random()
    if fate < 0.3:
        obstore.delete(bucket, key)
    elif fate < 0.6:
        data = bytearray(bytes(obstore.get(bucket, key).bytes()))
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        obstore.put(bucket, key, bytes(data))


def _mend_archive(_place: PostgresBackEnd, root: Path, places: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    done = offline("fsck", "--repair", "archive", "--runs-dir", root, **places)
    return done.stdout + done.stderr, dict(places)
