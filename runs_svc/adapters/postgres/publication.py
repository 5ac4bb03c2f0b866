"""Who publishes, of several servers, and how far that has come.

The publisher holds a lease that it renews; when it does not come to that, another one takes it, with a greater fencing
number. What an earlier one stores afterwards of its progress does not count.
"""

import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from runs_svc.adapters.archive.rows import NotReadableNowError
from runs_svc.adapters.postgres.published_rows import Questions

LEASE_S = 10.0
_NAME = "archive"
_ACQUIRE = """
    INSERT INTO leases AS held (name, holder, fence, until)
    VALUES (%(name)s, %(holder)s, 1, now() + make_interval(secs => %(lease_s)s))
    ON CONFLICT (name) DO UPDATE SET
        holder = %(holder)s,
        fence = CASE WHEN held.holder = %(holder)s THEN held.fence ELSE held.fence + 1 END,
        until = now() + make_interval(secs => %(lease_s)s)
    WHERE held.holder = %(holder)s OR held.until < now()
        OR held.until > clock_timestamp() + make_interval(secs => %(lease_s)s)  -- its clock was set back since
    RETURNING fence
"""
_RELEASE = "UPDATE leases SET until = now() WHERE name = %s AND holder = %s RETURNING fence"
_CLAIM = "UPDATE publications SET fence = %s WHERE name = %s AND fence <= %s RETURNING fence"
_PROGRESS = "SELECT place, sha256, pending FROM publications WHERE name = %s"
_SAVE = """
    UPDATE publications SET place = %s, sha256 = %s, pending = %s WHERE name = %s AND fence = %s RETURNING fence
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """A place up to which everything is published, but for what is pending."""

    place: int = 0
    sha256: str = ""
    pending: Sequence[int] = ()


class LeaseLostError(NotReadableNowError):
    """Another server publishes now."""


class Publication:
    """The lease of one server, and the progress of all. Each call is a transaction of its own."""

    def __init__(self, url: str) -> None:
        self._questions = Questions(url, may_write=True)
        self._holder = f"{os.getpid()}-{uuid.uuid4().hex}"
        self._fence = 0

    def acquire(self) -> bool:
        """Acquire the lease, or renew it; whether this server publishes."""
        rows = self._ask(_ACQUIRE, {"name": _NAME, "holder": self._holder, "lease_s": LEASE_S})
        if not rows:
            self._fence = 0
            return False
        fence = int(rows[0][0])
        if fence != self._fence:
            self._ask(_CLAIM, (fence, _NAME, fence))
            self._fence = fence
        return True

    def release(self) -> None:
        """Leave the lease to others at once."""
        if self._fence:
            self._ask(_RELEASE, (_NAME, self._holder))
            self._fence = 0

    def progress(self) -> Progress:
        """How far it has come."""
        rows = self._ask(_PROGRESS, (_NAME,))
        return Progress(int(rows[0][0]), rows[0][1], tuple(rows[0][2])) if rows else Progress()

    def save(self, progress: Progress) -> None:
        """Store how far it has come.

        Raises:
            LeaseLostError: Another server publishes by now.
        """
        values = (progress.place, progress.sha256, list(progress.pending), _NAME, self._fence)
        if not self._ask(_SAVE, values):
            self._fence = 0
            raise LeaseLostError("another server publishes by now")

    def stop(self) -> None:
        """As `Questions.stop`."""
        self._questions.stop()

    def close(self) -> None:
        self._questions.close()

    def _ask(self, question: str, values: Any) -> Sequence[psycopg.rows.TupleRow]:
        return self._questions.ask(question, values)
