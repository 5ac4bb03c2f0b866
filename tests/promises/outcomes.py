"""P9: what a caller is told of a write is true, whatever happens to PostgreSQL in the middle of its commit.

Two ledgers on one database record under sixteen callers, each write once, while PostgreSQL is stopped in order, at once
or by a kill, and started again; ends sessions that are at work; keeps commits waiting for a replica that is not there;
or is paused for longer than the writers wait. Then what was acknowledged is there, once; what was refused is not there;
and only what was told to be uncertain may be either.
"""

import asyncio
import logging
import random
import signal
import time
from collections.abc import Callable

import psycopg

from foundation.errors import ServiceError
from runs_svc.adapters.postgres.database import PostgresDatabase
from runs_svc.adapters.postgres.ledger import PostgresLedger
from testkit.postgres import PostgresServer
from tests import builders
from tests.promises.back_ends import PostgresBackEnd
from tests.promises.tally import Tally

_CALLERS, _LONGEST_CALL_S, _BETWEEN_S = 16, 90.0, 1.5
_ACKNOWLEDGED, _UNCERTAIN = "acknowledged", "it may be there or not"
_END_SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> 'owner' AND state <> 'idle'"
_RELOAD = "SELECT pg_reload_conf()"


def _restart(database: PostgresServer, dice: random.Random) -> None:
    if (number := dice.choice((signal.SIGINT, signal.SIGQUIT, signal.SIGKILL))) is signal.SIGKILL:
        database.kill()
    else:
        database.stop(number)
    time.sleep(dice.choice((0.0, 0.0, 3.0, 22.0)))
    database.start()


def _end_sessions(database: PostgresServer, _: random.Random) -> None:
    for _number in range(30):
        database.run(_END_SESSIONS)
        time.sleep(0.01)


def _miss_a_replica(database: PostgresServer, dice: random.Random) -> None:
    database.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", _RELOAD)
    time.sleep(dice.choice((1.0, 10.0, 25.0)))
    if dice.random() < 0.5:
        _restart(database, dice)
    local = "SET synchronous_commit = local"
    database.run(local, "ALTER SYSTEM RESET synchronous_standby_names", _RELOAD)


def _pause(database: PostgresServer, dice: random.Random) -> None:
    with database.paused():
        time.sleep(dice.choice((2.0, 9.0, 21.0)))


_FAULTS: tuple[Callable[[PostgresServer, random.Random], None], ...] = (
    _restart,
    _end_sessions,
    _miss_a_replica,
    _restart,
    _pause,
)


async def _call(ledgers: list[PostgresLedger], number: int, stop: asyncio.Event, told: dict[str, str]) -> None:
    while not stop.is_set():
        record = builders.record(number)
        try:
            await asyncio.wait_for(ledgers[number % len(ledgers)].create(record), _LONGEST_CALL_S)
        except ServiceError as error:
            told[record.run_id.text] = str(error)
            await asyncio.sleep(0.05)
        else:
            told[record.run_id.text] = _ACKNOWLEDGED
        number += _CALLERS


async def _record(trials: int, url: str, database: PostgresServer, dice: random.Random) -> dict[str, str]:
    told: dict[str, str] = {}
    stop, opened = asyncio.Event(), [PostgresDatabase(url) for _ in range(2)]
    ledgers = [PostgresLedger(item) for item in opened]
    callers = [asyncio.create_task(_call(ledgers, number, stop, told)) for number in range(_CALLERS)]
    try:
        for number in range(trials):
            await asyncio.sleep(dice.uniform(0.3, _BETWEEN_S))
            await asyncio.to_thread(_FAULTS[number % len(_FAULTS)], database, dice)
        stop.set()
        await asyncio.wait_for(asyncio.gather(*callers), _LONGEST_CALL_S)
    finally:
        for item in opened:
            await asyncio.wait_for(item.close(), _LONGEST_CALL_S)
    return told


def try_outcomes(trials: int, *, seed: int, place: PostgresBackEnd) -> Tally:
    """As many faults, of each kind in turn.

    Args:
        trials: How many.
        seed: Of the dice.
        place: A database.
    """
    tally, url = Tally("P9 outcomes told", trials=trials, seed=seed), place.places()["RMOS_DATABASE_URL"]
    logging.getLogger("rmos").setLevel(logging.CRITICAL)  # what it tries again would hide what goes wrong
    told = asyncio.run(_record(trials, url, place.database, random.Random(seed)))
    with psycopg.connect(url) as database:
        found = [row[0] for row in database.execute("SELECT subject_id FROM ledger").fetchall()]
    there = set(found)
    acknowledged = {run_id for run_id, words in told.items() if words == _ACKNOWLEDGED}
    uncertain = {run_id for run_id, words in told.items() if _UNCERTAIN in words}
    refused = told.keys() - acknowledged - uncertain
    tally.acknowledged = len(acknowledged)
    tally.lost = len(acknowledged - there)
    tally.wrong = len(refused & there) + len(found) - len(there) + len(there - told.keys())
    tally.remarks.append(f"{len(refused)} told as not written, {len(uncertain)} as uncertain")
    if len(acknowledged) < trials:
        tally.wrong += 1
        tally.remarks.append("too little was recorded to say anything")
    tally.remarks += [f"{run_id} is there: {told[run_id]}" for run_id in sorted(refused & there)]
    return tally
