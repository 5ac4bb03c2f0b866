"""Turns of all servers of a store: a row each, locked by a transaction that lasts as long as the turn."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import sqlalchemy as sa

from runs_svc.adapters.own_turns import OwnTurns
from runs_svc.adapters.postgres.engine import open_unwatched_writer
from runs_svc.domain.errors import StoreBusyError

_PATIENT = "SET LOCAL idle_in_transaction_session_timeout = '60s'"
_TAKE = sa.text("SELECT name FROM turns WHERE name = :name FOR UPDATE")


class PostgresTurns:
    """Turns in a database. Of one server's callers only one waits there, the others wait for it."""

    def __init__(self, url: str) -> None:
        self._engine = open_unwatched_writer(url)
        self._own = OwnTurns()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="turns")

    @asynccontextmanager
    async def only(self, name: str) -> AsyncIterator[None]:
        async with self._own.only(name):
            loop = asyncio.get_running_loop()
            taking = loop.run_in_executor(self._thread, self._take, name)
            try:
                connection = await asyncio.shield(taking)
            except asyncio.CancelledError:
                # Given back before a neighbour of this server asks: nobody else knows of it.
                await asyncio.shield(loop.create_task(self._give_back_untaken(taking)))
                raise
            except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
                raise StoreBusyError("another server has the turn, or the database is away; try again") from error
            try:
                yield
            finally:
                await asyncio.shield(loop.run_in_executor(self._thread, _give_back, connection))

    def close(self) -> None:
        self._thread.shutdown()
        self._engine.dispose()

    async def _give_back_untaken(self, taking: "asyncio.Future[sa.Connection]") -> None:
        await asyncio.wait([taking])
        if taking.exception() is None:
            await asyncio.get_running_loop().run_in_executor(self._thread, _give_back, taking.result())

    def _take(self, name: str) -> sa.Connection:
        connection = self._engine.connect()
        try:
            connection.exec_driver_sql(_PATIENT)
            connection.execute(_TAKE, {"name": name}).one()
        except BaseException:  # a connection that is not closed keeps the turn from every server
            connection.close()
            raise
        return connection


def _give_back(connection: sa.Connection) -> None:
    try:
        connection.rollback()
    except sa.exc.DBAPIError:
        connection.invalidate()
    finally:
        connection.close()
