"""Reads in threads, each with a connection from the pool; nothing of them ever runs on the event loop.

A read that nobody waits for any more, or that takes too long, is cut with its connection. One whose connection was lost
is asked again on another: reading twice changes nothing.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from runs_svc.adapters.postgres.engine import STATEMENT_S, Cutting, LineCutError
from runs_svc.adapters.postgres.failures import caller_error, is_about_connection, may_pass
from runs_svc.domain.errors import StoreBusyError

Arguments = ParamSpec("Arguments")
Rows = TypeVar("Rows")
_KEY_THREADS, _LIST_THREADS = 4, 3
_KEY_PATIENCE_S, _LIST_PATIENCE_S = 5.0, STATEMENT_S + 5.0
_AGAIN_WITHIN_S, _PAUSE_S = 2.0, 0.05


class Readers:
    """The readers of a server: some for rows by their keys, others for all that may walk over many."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._keys = ThreadPoolExecutor(max_workers=_KEY_THREADS, thread_name_prefix="ledger-key")
        self._lists = ThreadPoolExecutor(max_workers=_LIST_THREADS, thread_name_prefix="ledger-list")

    async def by_key(
        self,
        query: Callable[Concatenate[sa.Connection, Arguments], Rows],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> Rows:
        """What a query finds by keys.

        Raises:
            StoreBusyError: The database cannot be reached, or takes too long.
            StoreDamagedError: It says that it is damaged.
        """
        return await self._run(self._keys, _KEY_PATIENCE_S, lambda connection: query(connection, *arguments, **named))

    async def walk(
        self,
        query: Callable[Concatenate[sa.Connection, Arguments], Rows],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> Rows:
        """As `by_key`, for a query over many rows."""
        return await self._run(self._lists, _LIST_PATIENCE_S, lambda connection: query(connection, *arguments, **named))

    async def _run(
        self, threads: ThreadPoolExecutor, patience_s: float, query: Callable[[sa.Connection], Rows]
    ) -> Rows:
        line = Cutting()
        future = asyncio.get_running_loop().run_in_executor(threads, partial(self._ask, line, query))
        try:
            done, _ = await asyncio.wait([future], timeout=patience_s)
        except asyncio.CancelledError:
            _abandon(future, line)
            raise
        if not done:
            _abandon(future, line)
            raise StoreBusyError("the database does not answer; try again")
        return future.result()

    def _ask(self, line: Cutting, query: Callable[[sa.Connection], Rows]) -> Rows:
        until = time.monotonic() + _AGAIN_WITHIN_S
        while True:
            try:
                with self._engine.connect() as connection, line.watching(connection):
                    return query(connection)
            except LineCutError as error:
                raise StoreBusyError("the database does not answer; try again") from error
            except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
                if line.was_cut or not may_pass(error) or time.monotonic() > until:
                    if line.was_cut or is_about_connection(error) or may_pass(error):
                        raise caller_error(error) from error
                    raise _known(error) from error
            time.sleep(_PAUSE_S)

    def close(self) -> None:
        self._keys.shutdown(wait=False, cancel_futures=True)
        self._lists.shutdown(wait=False, cancel_futures=True)
        self._engine.dispose()


def _known(error: Exception) -> Exception:
    """The caller's error where the database says what is the matter; otherwise the error itself, a fault of ours."""
    named = isinstance(error, sa.exc.OperationalError | sa.exc.InternalError)
    return caller_error(error) if named else error


def _abandon(future: "asyncio.Future[Rows]", line: Cutting) -> None:
    future.cancel()
    line.cut()
    future.add_done_callback(lambda done: done.cancelled() or done.exception())  # looked at: else it would be logged
