"""P7: the store behaves like a dictionary, whatever is done to it in whatever order, crashes and collections too."""

import asyncio
import hashlib
import os
import random
import shutil
import sys
import tempfile
import traceback
from collections.abc import AsyncIterator, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky, FlakyFailure
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from foundation.call import Call
from runs_svc.adapters.blobs.tree import BlobTree
from runs_svc.adapters.sqlite.engine import open_writer
from runs_svc.adapters.sqlite.entities import SqliteEntityStore
from runs_svc.adapters.sqlite.offline_ledger import SqliteOfflineLedger
from runs_svc.adapters.sqlite.removal import remove_blobs
from runs_svc.adapters.system import SystemClock, SystemIds
from runs_svc.domain.errors import AttachmentNotFoundError, RunExistsError, RunsError, RunWithdrawnError
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.ports import ListQuery
from runs_svc.usecases.entities.maintenance_log import MaintenanceLog
from runs_svc.usecases.runs.amend import NewAmendment
from runs_svc.usecases.runs.attach import Attach
from runs_svc.usecases.runs.read import read_run
from runs_svc.usecases.upkeep.collect_blobs import Collect
from tests import builders
from tests.promises.failed_calls import check
from tests.promises.tally import Tally
from tests.promises.workload import Workload
from tests.unread_programs import UnreadPrograms

T = TypeVar("T")
_CALL = Call("req_model", None)
_OLD_S = 10 * 86_400


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content


class StoreModel(RuleBasedStateMachine):
    """Random actions on a store and on a dictionary beside it."""

    empty: Path
    tally: Tally
    runs = Bundle("runs")
    contents = Bundle("contents")

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.root = self.folder / "store"
        shutil.copytree(self.empty, self.root)
        self.forget_everything()
        self._open()

    def forget_everything(self) -> None:
        """Begin with an empty dictionary."""
        self.documents: dict[str, list[str]] = {}
        self.blobs: dict[str, bytes] = {}
        self.named: dict[str, set[str]] = {}
        self.withdrawn: set[str] = set()
        self.next_number = 1
        self.tally.trials += 1

    def _open(self) -> None:
        self.store: Any = self.do(_opened(self.root))

    def do(self, action: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(action)

    @rule(target=contents, content=st.binary(min_size=1, max_size=40))
    def upload(self, content: bytes) -> bytes:
        digest = hashlib.sha256(content).hexdigest()
        self.do(self._attach(content, None))
        self.blobs[digest] = content
        self.tally.acknowledged += 1
        return content

    async def _attach(self, content: bytes, run_id: RunId | None) -> None:
        digest = Digest(hashlib.sha256(content).hexdigest())
        declared = Attachment(digest, "debug", "text/plain", "a.txt", len(content), "")
        attach = Attach(
            self.store.ledger, self.store.blobs, clock=SystemClock(), largest_bytes=1 << 20, programs=UnreadPrograms()
        )
        await attach.attach(declared, _pieces(content), offset=0, run_id=run_id, call=_CALL)

    @rule(target=runs, content=st.none() | contents)
    def create(self, content: bytes | None) -> str:
        number, self.next_number = self.next_number, self.next_number + 1
        attachments: tuple[Attachment, ...] = ()
        digest = hashlib.sha256(content).hexdigest() if content else ""
        if content:
            attachments = (
                Attachment(Digest(digest), "debug", "text/plain", "a", len(content), "2026-03-01T12:00:00Z"),
            )
        record = builders.record(number, attachments=attachments)
        name = str(record.run_id)
        try:
            stored = self.do(self.store.ledger.create(record))
        except AttachmentNotFoundError:
            assert digest not in self.blobs, "the blob is there"
            self.next_number -= 1
            return ""
        assert not digest or digest in self.blobs, "a record named a blob that was collected"
        self.documents[name] = [stored.run.sha256]
        self.named[name] = {digest} if digest else set()
        self.tally.acknowledged += 1
        return name

    @rule(name=runs)
    def create_again(self, name: str) -> None:
        if name:
            try:
                self.do(self.store.ledger.create(builders.record(int(name[4:], 16), mode="other")))
            except RunExistsError:
                return
            raise AssertionError("a second writer of the same id did not lose")

    @rule(name=runs, text=st.text(max_size=8))
    def annotate(self, name: str, text: str) -> None:
        self._add(name, AmendmentKind.ANNOTATION, {"person": "M. Sato", "note": text, "meta": {}})

    @rule(name=runs)
    def override(self, name: str) -> None:
        self._add(
            name, AmendmentKind.OVERRIDE, {"person": "M. Sato", "reason": "looked at twice", "risk_level": "YELLOW"}
        )

    @rule(name=runs, held=st.booleans())
    def hold(self, name: str, held: bool) -> None:
        self._add(name, AmendmentKind.HOLD, {"held": held, "person": "M. Sato", "reason": "a claim"})

    @rule(name=runs)
    def withdraw(self, name: str) -> None:
        self._add(name, AmendmentKind.TOMBSTONE, {"person": "M. Sato", "reason": "long enough"})
        self.withdrawn |= {name} if name else set()

    def _add(self, name: str, kind: AmendmentKind, body: Any) -> None:
        if not name:
            return
        try:
            self.do(self.store.amend_run.amend(RunId(name), NewAmendment(kind, body), call=_CALL))
        except RunWithdrawnError:
            assert name in self.withdrawn, f"{name} is said to be withdrawn"
            return
        assert name not in self.withdrawn, "something was added to a withdrawn run"
        self.documents[name].append(self.do(self.store.ledger.get(RunId(name))).amendments[-1].sha256)
        self.tally.acknowledged += 1

    @rule(name=runs, content=contents)
    def attach(self, name: str, content: bytes) -> None:
        if not name:
            return
        try:
            self.do(self._attach(content, RunId(name)))
        except RunWithdrawnError:
            assert name in self.withdrawn, f"{name} is said to be withdrawn"
            return
        digest = hashlib.sha256(content).hexdigest()
        self.blobs[digest] = content
        if digest not in self.named[name]:
            documents = self.do(self.store.ledger.get(RunId(name))).documents
            if len(documents) > len(self.documents[name]):
                self.documents[name].append(documents[-1].sha256)
            self.named[name].add(digest)
        else:
            documents = self.do(self.store.ledger.get(RunId(name))).documents
            self.documents[name] = [document.sha256 for document in documents]

    @rule()
    def crash(self) -> None:
        """The process is gone: what it had not committed is lost, and there is nothing it had not committed."""
        copy = self.folder / "after"
        shutil.copytree(self.root, copy, ignore=shutil.ignore_patterns(".staging"))  # as the disk is now, log and all
        self.do(self.store.close())
        shutil.rmtree(self.root)
        copy.rename(self.root)
        self._open()

    @rule()
    def restart(self) -> None:
        self.do(self.store.close())
        self._open()

    @rule()
    def collect(self) -> None:
        """Everything is old enough to go."""
        tree = BlobTree(self.root / "attachments")
        for digest in tree.names():
            path = tree.path_of(digest)
            os.utime(path, (path.stat().st_mtime - _OLD_S,) * 2)
        url = f"sqlite:///{self.root / 'rmos.db'}"
        writer = open_writer(url)
        log = MaintenanceLog(SqliteEntityStore(self.store.database), clock=SystemClock(), ids=SystemIds())
        with SqliteOfflineLedger(url) as ledger:
            collect = Collect(ledger, tree, log, forget=partial(remove_blobs, writer))
            found = self.do(collect.collect(person="M. Sato", reason="kept for long enough", call=_CALL))
        writer.dispose()
        garbage = {item.digest.sha256 for item in found.blobs}
        needed = set().union(*(self.named[name] for name in self.named if name not in self.withdrawn))
        same("collected bytes", garbage, self.blobs.keys() - needed)
        self.blobs = {digest: content for digest, content in self.blobs.items() if digest in needed}
        self.do(self.store.close())
        self._open()

    @invariant()
    def equals_the_dictionary(self) -> None:
        if hasattr(self, "store"):
            self.compare()

    def compare(self) -> None:
        """Read everything, and see that it is what the dictionary says."""
        listed = self.do(self.store.ledger.scan(ListQuery(None, 1_000)))
        same("listed runs", {item.run_id.text for item in listed}, self.documents.keys())
        same("withdrawn runs", {item.run_id.text for item in listed if item.index.withdrawn == "yes"}, self.withdrawn)
        for name, expected in self.documents.items():
            stored = self.do(self.store.ledger.get(RunId(name)))
            same(f"records of {name}", [document.sha256 for document in stored.documents], expected)
            attached = {item.digest.sha256 for item in read_run(stored).attachments}
            same(f"attachments of {name}", attached, self.named[name])
        found = self.do(self.store.ledger.find_blobs([Digest(digest) for digest in self.blobs]))
        same("attachments", {digest.sha256 for digest in found}, self.blobs.keys())
        for digest, blob in found.items():
            same(f"bytes of {digest}", self.do(_read(self.store, blob)), self.blobs[digest.sha256])

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.do(self.store.close())
            assert check(self.root).sound, check(self.root).problems
            self.loop.close()
            shutil.rmtree(self.folder)


def same(what: str, found: object, expected: object) -> None:
    """Fail, saying what differs, unless the store holds what the dictionary does."""
    assert found == expected, f"{what}: the store has {found}, the dictionary {expected}"


async def _opened(root: Path) -> Workload:
    return Workload(root)


async def _read(store: Workload, blob: Any) -> bytes:
    return b"".join([piece async for piece in store.blobs.read(blob, offset=0)])


class ForgetfulModel(StoreModel):
    """A dictionary that forgets withdrawals, as if the store did: a negative control."""

    @invariant()
    def forget(self) -> None:
        if hasattr(self, "withdrawn"):
            self.withdrawn.clear()


def try_models(trials: int, *, seed_value: int, steps: int = 30, kind: type[StoreModel] = StoreModel) -> Tally:
    """Many random walks; a wrong one is reported with the shortest walk that goes wrong."""
    tally = Tally("P7 equals the model", seed=seed_value)
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty"
        asyncio.run(_make(empty))

        class Machine(kind):  # type: ignore[misc, valid-type]
            failure: Exception | None = None
            """What ended the last walk that failed: of one that fails only once Hypothesis does not say it."""

            def teardown(self) -> None:
                ended_by = sys.exc_info()[1]
                try:
                    super().teardown()
                except Exception as error:
                    ended_by = error  # which says what was before
                    raise
                finally:
                    if isinstance(ended_by, Exception):
                        Machine.failure = ended_by

        Machine.empty, Machine.tally = empty, tally
        chosen = settings(
            max_examples=trials,
            stateful_step_count=steps,
            deadline=None,
            report_multiple_bugs=False,
            phases=[Phase.generate, *([Phase.shrink] if kind is StoreModel else [])],
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        try:
            seed(seed_value)(Machine)
            run_state_machine_as_test(Machine, settings=chosen)
        except (AssertionError, RunsError, Flaky) as error:
            first = _first(error, Machine.failure)
            if not isinstance(first, AssertionError | RunsError):
                raise first from error
            tally.wrong += 1
            tally.remarks.append(told(first)[:2_000])
    return tally


def _first(error: BaseException, failure: Exception | None) -> BaseException:
    """What went wrong once and went well when it was walked again: that is told as a flaw of the walk."""
    if isinstance(error, FlakyFailure):
        return error.exceptions[0]
    return failure or error if isinstance(error, Flaky) else error


def told(error: BaseException) -> str:
    """What went wrong and where, and what had gone wrong before: a walk's end is judged after a failure, too."""
    parts: list[str] = []
    earlier: BaseException | None = error
    while earlier is not None:
        frames = traceback.extract_tb(earlier.__traceback__)
        place = "".join(f" in {frame.name} ({Path(frame.filename).name}:{frame.lineno})" for frame in frames[-1:])
        parts.append(f"{earlier!r}{place}")
        earlier = earlier.__cause__ or earlier.__context__
    return "; before that ".join(parts)


async def _make(root: Path) -> None:
    await Workload(root).close()


def any_seed() -> int:
    return random.SystemRandom().randrange(1 << 31)
