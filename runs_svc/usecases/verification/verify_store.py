"""Verify many runs while serving, page by page, oldest first; without a filter all else in the ledger as well."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from foundation.canonical_json import JsonMapping
from runs_svc.domain.errors import RunCorruptError, RunNotFoundError
from runs_svc.domain.ids import RunId
from runs_svc.domain.listing import filters
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.domain.upkeep.verification import Check, Outcome, worst
from runs_svc.ports import EntityQuery, EntityStore, Ledger
from runs_svc.usecases.entity_kinds import ENTITY_KINDS, check_index, index_fields
from runs_svc.usecases.runs.walk import walk_runs
from runs_svc.usecases.verification.verify_records import UNREADABLE_RECORDS, VerifyRecords, parse
from runs_svc.usecases.verification.verify_run import VerifyRun

_PAGE = 100


@dataclass(slots=True)
class StoreCheck:
    """How far it is; `damaged` names what of the last page does not verify, each with its checks."""

    runs: int = 0
    entities: int = 0
    """Sessions, patterns, jobs, assets and whatever else has versions."""
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    damaged: Sequence[tuple[str, Sequence[Check]]] = ()

    def note(self, found: Sequence[tuple[str, Sequence[Check]]]) -> None:
        """Count a page."""
        for _, checks in found:
            self.outcomes.update(check.outcome for check in checks)
        self.damaged = [item for item in found if not worst(item[1]).sound]


class VerifyStore:
    def __init__(
        self, ledger: Ledger, entities: EntityStore, verify_run: VerifyRun, verify_records: VerifyRecords
    ) -> None:
        self._ledger = ledger
        self._entities = entities
        self._verify_run = verify_run
        self._verify_records = verify_records

    async def verify(self, filter_text: str) -> AsyncIterator[StoreCheck]:
        """The state after each page; the last one is the result.

        Raises:
            InvalidFilterError: The filter cannot be read.
        """
        condition, state = filters.parse(filter_text), StoreCheck()
        async for page in walk_runs(self._ledger, condition, at_a_time=_PAGE):
            state.note([(f"runs/{listed.run_id}", await self._run(listed.run_id)) for listed in page])
            state.runs += len(page)
            yield state
        for kind in ENTITY_KINDS if condition is None else ():
            async for found in self._verify_entities(kind):
                state.note(found)
                state.entities += len(found)
                yield state
        state.damaged = ()
        yield state

    async def _run(self, run_id: RunId) -> Sequence[Check]:
        try:
            return await self._verify_run.verify(run_id)
        except RunNotFoundError:
            return [Check("index", Outcome.MISMATCH, detail="it leads to a run that is not there")]

    async def _verify_entities(self, kind: str) -> AsyncIterator[Sequence[tuple[str, Sequence[Check]]]]:
        """The checks of each page of entities of a kind."""
        after = None
        while True:
            page = await self._entities.scan(EntityQuery(kind, None, _PAGE, after, descending=False))
            subjects = [document.subject_id for _, document in page]
            if subjects:
                yield [(f"{kind}/{subject_id}", await self._verify_entity(kind, subject_id)) for subject_id in subjects]
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    async def _verify_entity(self, kind: str, subject_id: str) -> Sequence[Check]:
        try:
            documents, found = await self._records_and_index(kind, subject_id)
        except RunCorruptError:
            return [UNREADABLE_RECORDS]
        if not documents:
            return [Check("index", Outcome.MISMATCH, detail="it leads to records that are not there")]
        checks = await self._verify_records.verify(documents)
        parsed = [document for document in map(parse, documents) if document is not None]
        if len(parsed) < len(documents):
            return checks
        return [*checks, check_index("index", found, index_fields(kind, documents, parsed))]

    async def _records_and_index(
        self, kind: str, subject_id: str
    ) -> tuple[Sequence[StoredDocument], JsonMapping | None]:
        """An entity and its index fields, both of the same moment: another call may be changing it."""
        documents = await self._entities.documents(subject_id)
        while True:
            found = await self._entities.index_fields(kind, subject_id)
            again = await self._entities.documents(subject_id)
            if again == documents:
                return documents, found
            documents = again
