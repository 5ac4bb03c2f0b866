"""The archive in a bucket: every document of the ledger as an object, under the names that the tree of files has.

Every server of a store runs this; the one that holds the lease publishes (`runs_svc.adapters.postgres.publication`):

1. read what follows the place that was stored last
2. put each document under its name; an object that is there with other bytes is an alarm, never overwritten; a record
   that is altered is named, left pending, and holds nothing up
3. store how far that has come
4. wait for news, at most a second
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import obstore
from obstore.store import S3Store

from rpckit.threads import in_thread
from runs_svc.adapters.archive.names import name_of
from runs_svc.adapters.archive.rows import NotReadableNowError, Row, Unpublishable
from runs_svc.adapters.postgres.publication import Progress, Publication
from runs_svc.adapters.postgres.published_rows import PostgresRows
from runs_svc.adapters.s3.bucket import ARCHIVE, reachable
from runs_svc.domain.errors import StoreBusyError
from runs_svc.domain.runs.document import StoredDocument

log = logging.getLogger("rmos.archive")
_IDLE_S = 1.0
_AT_ONCE = 16
_PATIENCE_S, _LOOK_AGAIN_S = 1.0, 0.05
_RELEASE_S = 1.0


def object_of(document: StoredDocument) -> str:
    """The key under which a document is published."""
    name = name_of(document.partition, kind=document.kind, record_id=document.record_id, subject_id=document.subject_id)
    return f"{ARCHIVE}/{name}"


class S3Archive:
    """The published objects, and who publishes them. Used from one event loop."""

    def __init__(
        self,
        bucket: S3Store,
        rows: PostgresRows,
        publication: Publication,
        *,
        newest: Callable[[], int],
        place_of: Callable[[StoredDocument], Awaitable[int | None]],
    ) -> None:
        """The archive of a ledger.

        Args:
            bucket: Where it is.
            rows: The ledger's rows, for the publisher alone.
            publication: Who publishes.
            newest: Place of the newest record, as far as is known.
            place_of: The place of a document.
        """
        self._bucket = bucket
        self._rows = rows
        self._publication = publication
        self._newest = newest
        self._place_of = place_of
        self._news = asyncio.Event()
        self._stopping = False
        self._progress = Progress()
        self._named: set[int] = set()
        self._retried = False
        self._task: asyncio.Task[None] | None = None
        self._database = asyncio.Lock()

    def start(self) -> None:
        self._task = asyncio.create_task(self._follow())

    def notify(self) -> None:
        """Something was committed."""
        self._news.set()

    async def close(self, within_s: float) -> None:
        """Publish what is committed as far as there is time, then leave the rest and the lease to others.

        A database that does not answer is not waited for; the lease ends by itself then.
        """
        self._stopping = True
        self._news.set()
        within_s = max(within_s, 0.1)
        leaving = asyncio.create_task(self._leave(within_s))
        if not (await asyncio.wait([leaving], timeout=within_s + _RELEASE_S))[0]:
            self._publication.stop()
            self._rows.stop()
            await asyncio.wait([leaving])
        if (error := leaving.exception()) is not None:
            log.error("publishing failed", exc_info=error)
        self._publication.close()
        self._rows.close()

    async def _leave(self, within_s: float) -> None:
        if self._task is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._task, within_s)
        with suppress(NotReadableNowError):
            await in_thread(self._publication.release)

    async def find(self, document: StoredDocument) -> bytes | None:
        """Waits a little for what is not published yet."""
        until = time.monotonic() + _PATIENCE_S
        while (data := await _read(self._bucket, object_of(document))) is None and await self.is_pending(document):
            if time.monotonic() > until:
                break
            await asyncio.sleep(_LOOK_AGAIN_S)
        return await _read(self._bucket, object_of(document)) if data is None else data

    async def is_pending(self, document: StoredDocument) -> bool:
        place = await self._place_of(document)
        progress = await self._ask_progress()
        return place is not None and (place > progress.place or place in progress.pending)

    def lag(self) -> int:
        """How many records are not published yet."""
        return max(0, self._newest() - self._progress.place) + len(self._progress.pending)

    async def _ask_progress(self) -> Progress:
        try:
            async with self._database:
                self._progress = await in_thread(self._publication.progress)
        except NotReadableNowError as error:
            raise StoreBusyError("the database cannot be reached at the moment; try again") from error
        return self._progress

    async def _follow(self) -> None:
        while True:
            last = self._stopping
            self._news.clear()
            try:
                await self._publish_committed()
            except (NotReadableNowError, StoreBusyError) as error:
                log.warning("publishing failed; trying again", extra={"why": str(error.__cause__ or error)[:300]})
            if last:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), _IDLE_S)

    async def _publish_committed(self) -> None:
        async with self._database:
            is_mine = await in_thread(self._publication.acquire)
            self._progress = progress = await in_thread(self._publication.progress)
        if not is_mine:
            self._retried = False
            return
        if not self._retried and progress.pending:
            retried = [await in_thread(self._rows.one, place) for place in progress.pending]
            pending = await self._publish(retried)
            progress = await self._save(Progress(progress.place, progress.sha256, pending))
        self._retried = True
        while group := await in_thread(self._rows.rows_after, progress.place):
            pending = await self._publish(group)
            place = group[-1][0]
            digest = await in_thread(self._rows.digest_at, place)
            progress = await self._save(Progress(place, digest, (*progress.pending, *pending)))
            async with self._database:
                if not await in_thread(self._publication.acquire):
                    return

    async def _save(self, progress: Progress) -> Progress:
        async with self._database:
            await in_thread(self._publication.save, progress)
        self._progress = progress
        return progress

    async def _publish(self, group: Sequence[Row]) -> list[int]:
        """Publish a group; the places that stay pending."""
        pending: list[int] = []
        waiting: list[tuple[str, bytes]] = []
        for place, row in group:
            if isinstance(row, Unpublishable):
                pending.append(place)
                log.error("a record is not published", extra={"place": place, "record": row.name, "why": row.why})
            elif row is not None:
                waiting.append((f"{ARCHIVE}/{row[0]}", row[1]))
        for start in range(0, len(waiting), _AT_ONCE):
            some = waiting[start : start + _AT_ONCE]
            await asyncio.gather(*(self._put(key, document) for key, document in some))
        return pending

    async def _put(self, key: str, document: bytes) -> None:
        there = await _read(self._bucket, key)
        if there is None:
            with reachable():
                await obstore.put_async(self._bucket, key, document, use_multipart=False)
        elif there != document:
            log.critical("a published object has other bytes than the ledger", extra={"key": key})


async def _read(bucket: S3Store, key: str) -> bytes | None:
    try:
        with reachable():
            return bytes(await (await obstore.get_async(bucket, key)).bytes_async())
    except FileNotFoundError:
        return None
