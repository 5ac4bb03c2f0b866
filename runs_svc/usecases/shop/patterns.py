"""The pattern library: patterns and strip families, in and out."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from foundation.call import Call
from foundation.canonical_json import JsonMapping, JsonObject, NotCanonicalError
from foundation.errors import ServiceError
from rpckit import page_tokens
from rpckit.page_tokens import Room
from runs_svc.domain.errors import RunCorruptError, VersionTakenError
from runs_svc.domain.listing import filters
from runs_svc.domain.shop.errors import EntryExistsError, PatternNotFoundError, StripFamilyNotFoundError
from runs_svc.domain.shop.imports import ImportAttempt, ImportOutcome
from runs_svc.domain.shop.pattern import (
    Pattern,
    StripFamily,
    family_index_fields,
    family_subject,
    pattern_index_fields,
    pattern_subject,
)
from runs_svc.domain.shop.pattern_library import LibraryDocument, check_entry, write_entry
from runs_svc.ports import Clock, EntityStore, IdSource, Spread
from runs_svc.usecases.entities.drawn_ids import add_new
from runs_svc.usecases.entities.entity import Change, EntityKind, EntityPage, Revision
from runs_svc.usecases.entities.repository import EntityRepository
from runs_svc.usecases.shop.imports import ImportLog

PATTERN_FIELDS = filters.Fields(
    texts=frozenset({"title", "pattern_type", "strip_family_id"}), numbers=frozenset({"ring_count"})
)
FAMILY_FIELDS = filters.Fields(texts=frozenset({"title"}), numbers=frozenset({"strip_count"}))
Entry = TypeVar("Entry", Pattern, StripFamily)


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of an entry: added, known already, or refused."""

    name: str
    created: bool
    error: ServiceError | None = None
    kept_meta: JsonMapping = field(default_factory=dict)
    """What is kept of the open fields of a pattern."""


@dataclass(frozen=True, slots=True)
class Library:
    """What an import holds: entries that can be read, and for the others their place and what is wrong."""

    families: Sequence[StripFamily]
    patterns: Sequence[Pattern]
    unreadable: Sequence[tuple[str, ServiceError]] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """A document of the library, the names of what could not be read or written, and the token of the next document.

    The token is empty when this is the last.
    """

    document: LibraryDocument
    unreachable: Sequence[str]
    next_token: str


@dataclass(frozen=True, slots=True)
class PatternStatistics:
    """Patterns counted."""

    rings: Spread | None
    by_family: Mapping[str, int]
    by_type: Mapping[str, int]


PATTERN: EntityKind[Pattern] = EntityKind(
    name="pattern",
    fields=PATTERN_FIELDS,
    read=Pattern.model_validate,
    write=lambda pattern: pattern.model_dump(mode="json"),
    index_fields=lambda pattern, now: pattern_index_fields(pattern),
)


STRIP_FAMILY: EntityKind[StripFamily] = EntityKind(
    name="strip_family",
    fields=FAMILY_FIELDS,
    read=StripFamily.model_validate,
    write=lambda family: family.model_dump(mode="json"),
    index_fields=lambda family, now: family_index_fields(family),
)


class Patterns:
    def __init__(self, entities: EntityStore, imports: ImportLog, *, clock: Clock, ids: IdSource) -> None:
        self._entities = entities
        self._imports = imports
        self._ids = ids
        self._patterns = EntityRepository(entities, PATTERN, clock=clock)
        self._families = EntityRepository(entities, STRIP_FAMILY, clock=clock)

    async def add_pattern(self, pattern: Pattern, *, call: Call) -> tuple[Revision[Pattern], bool]:
        """The pattern, and False when it was there already.

        Raises:
            StripFamilyNotFoundError: Its strip family is not there.
            EntryExistsError: The id is taken by another content.
        """
        await self._require_family(pattern)
        return await _add(self._patterns, pattern, name=f"patterns/{pattern.pattern_id}", call=call)

    async def add_family(self, family: StripFamily, *, call: Call) -> tuple[Revision[StripFamily], bool]:
        """The family, and False when it was there already.

        Raises:
            EntryExistsError: The id is taken by another content.
        """
        return await _add(self._families, family, name=f"stripFamilies/{family.strip_family_id}", call=call)

    async def add_new_pattern(self, pattern: Pattern, *, call: Call) -> tuple[Revision[Pattern], bool]:
        """As `add_pattern`, under an id that is drawn."""
        await self._require_family(pattern)
        added = await add_new(
            self._patterns,
            lambda: self._ids.fresh("pat"),
            lambda drawn: _new(pattern.model_copy(update={"pattern_id": drawn}), f"patterns/{drawn}"),
            call=call,
            subject_of=pattern_subject,
        )
        return added, True

    async def add_new_family(self, family: StripFamily, *, call: Call) -> tuple[Revision[StripFamily], bool]:
        """As `add_family`, under an id that is drawn."""
        added = await add_new(
            self._families,
            lambda: self._ids.fresh("strips"),
            lambda drawn: _new(family.model_copy(update={"strip_family_id": drawn}), f"stripFamilies/{drawn}"),
            call=call,
            subject_of=family_subject,
        )
        return added, True

    async def get_pattern(self, pattern_id: str) -> Revision[Pattern]:
        """A pattern.

        Raises:
            PatternNotFoundError, RunCorruptError: It is not there, or altered.
        """
        return await self._patterns.expect(pattern_subject(pattern_id), None, PatternNotFoundError(pattern_id))

    async def get_family(self, family_id: str) -> Revision[StripFamily]:
        """A strip family.

        Raises:
            StripFamilyNotFoundError, RunCorruptError: It is not there, or altered.
        """
        return await self._families.expect(family_subject(family_id), None, StripFamilyNotFoundError(family_id))

    async def pattern_page(
        self, room: Room[Revision[Pattern]], *, filter_text: str, page_size: int, page_token: str
    ) -> EntityPage[Pattern]:
        """A page of patterns, newest first."""
        return await self._patterns.page(room, filter_text=filter_text, page_size=page_size, page_token=page_token)

    async def family_page(
        self, room: Room[Revision[StripFamily]], *, filter_text: str, page_size: int, page_token: str
    ) -> EntityPage[StripFamily]:
        """A page of strip families, newest first."""
        return await self._families.page(room, filter_text=filter_text, page_size=page_size, page_token=page_token)

    async def statistics(self, filter_text: str) -> PatternStatistics:
        """Patterns counted.

        Raises:
            InvalidFilterError: The filter cannot be read.
        """
        condition = filters.parse(filter_text, PATTERN_FIELDS)
        return PatternStatistics(
            rings=await self._entities.spread("pattern", "ring_count", condition),
            by_family=await self._entities.tally("pattern", "strip_family_id", condition),
            by_type=await self._entities.tally("pattern", "pattern_type", condition),
        )

    async def export(self, filter_text: str, page_token: str) -> Exported:
        """Patterns and the families they name as a document that can be imported, and where the next one begins.

        Raises:
            InvalidFilterError, InvalidPageTokenError: The filter or the token cannot be read.
        """
        condition, query = filters.parse(filter_text, PATTERN_FIELDS), f"export\n{filter_text}"
        position = page_tokens.read_token(page_token, query)
        ids: list[str] = []
        unreachable: dict[str, None] = {}
        async for page in self._patterns.every_page(condition):
            ids.extend(version.entity.pattern_id for version in page.items)
            if position is None:  # returned once, with the first document
                unreachable |= dict.fromkeys(f"patterns/{subject.partition('.')[2]}" for subject in page.unreachable)
        ids.sort()
        document = LibraryDocument()
        for pattern_id in ids[bisect_right(ids, "" if position is None else position[0]) :]:
            pattern = (await self.get_pattern(pattern_id)).entity
            try:
                entry = write_entry(pattern)
            except NotCanonicalError:
                unreachable[f"patterns/{pattern_id}"] = None
                continue
            family = await self._family_of(pattern, document, unreachable)
            if not document.take(pattern_id, entry, family):
                return Exported(document, list(unreachable), page_tokens.write_token(query, [document.last]))
        return Exported(document, list(unreachable), "")

    async def _family_of(
        self, pattern: Pattern, document: LibraryDocument, unreachable: dict[str, None]
    ) -> tuple[str, bytes] | None:
        """The family a pattern names, as bytes under its id, unless the document has it or it cannot be written."""
        family_id = pattern.strip_family_id
        if not family_id or document.has_family(family_id):
            return None
        try:
            return family_id, write_entry((await self.get_family(family_id)).entity)
        except (StripFamilyNotFoundError, RunCorruptError, NotCanonicalError):
            unreachable[f"stripFamilies/{family_id}"] = None
            return None

    async def import_library(
        self, library: Library, attempt: ImportAttempt, *, validate_only: bool, call: Call
    ) -> Sequence[ImportResult]:
        """What became of each entry. Unless it is only validated, the attempt is logged."""
        results = [ImportResult(name, created=False, error=error) for name, error in library.unreadable]
        known = {family.strip_family_id for family in library.families}
        results.extend(
            [await self._import_family(family, validate_only=validate_only, call=call) for family in library.families]
        )
        results.extend(
            [
                await self._import_pattern(pattern, known, validate_only=validate_only, call=call)
                for pattern in library.patterns
            ]
        )
        if not validate_only:
            refused = sum(result.error is not None for result in results)
            added = sum(result.created for result in results)
            counts: JsonObject = {"added": added, "refused": refused, "unchanged": len(results) - added - refused}
            rejected = refused > 0 and refused == len(results)
            outcome = ImportOutcome.REJECTED if rejected else ImportOutcome.ACCEPTED
            why = f"none of it was taken: {results[0].name}: {results[0].error}" if rejected else ""
            await self._imports.note(replace(attempt, outcome=outcome, counts=counts, reason=why), call=call)
        return results

    async def reject_import(self, attempt: ImportAttempt, *, call: Call) -> None:
        """Log a document that could not be read at all."""
        await self._imports.note(attempt, call=call)

    async def _require_family(self, pattern: Pattern) -> None:
        if pattern.strip_family_id:
            await self.get_family(pattern.strip_family_id)

    async def _import_family(self, family: StripFamily, *, validate_only: bool, call: Call) -> ImportResult:
        name = f"stripFamilies/{family.strip_family_id}"
        try:
            if validate_only:
                return ImportResult(name, created=await _would_add(self._families, family, name))
            _, created = await self.add_family(family, call=call)
            return ImportResult(name, created)
        except ServiceError as error:
            return ImportResult(name, created=False, error=error)

    async def _import_pattern(
        self, pattern: Pattern, families: set[str], *, validate_only: bool, call: Call
    ) -> ImportResult:
        name = f"patterns/{pattern.pattern_id}"
        try:
            if validate_only:
                if pattern.strip_family_id and pattern.strip_family_id not in families:
                    await self.get_family(pattern.strip_family_id)
                return ImportResult(name, await _would_add(self._patterns, pattern, name), kept_meta=pattern.meta)
            _, created = await self.add_pattern(pattern, call=call)
            return ImportResult(name, created, kept_meta=pattern.meta)
        except ServiceError as error:
            return ImportResult(name, created=False, error=error)


def _new(entry: Entry, name: str) -> Change[Entry]:
    """What is recorded of a new entry.

    Raises:
        RecordTooLargeError: No document would hold it.
    """
    check_entry(entry, name)
    return Change(entry, {"action": "create"})


async def _would_add(versions: EntityRepository[Entry], entry: Entry, name: str) -> bool:
    """Whether an entry is new.

    Raises:
        EntryExistsError: The id is taken by another content.
        RecordTooLargeError: No document would hold it.
    """
    known = await versions.find(entry.subject_id)
    if known is not None and known.entity != entry:
        raise EntryExistsError("entry", name)
    if known is None:
        check_entry(entry, name)
    return known is None


async def _add(
    versions: EntityRepository[Entry], entry: Entry, *, name: str, call: Call
) -> tuple[Revision[Entry], bool]:
    if await _would_add(versions, entry, name):
        try:
            return await versions.add(entry.subject_id, Change(entry, {"action": "create"}), call=call), True
        except VersionTakenError:  # another writer came in between: it may have added the same
            await _would_add(versions, entry, name)
    known = await versions.find(entry.subject_id)
    assert known is not None
    return known, False
