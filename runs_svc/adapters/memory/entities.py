"""Entities in memory: for tests and demonstrations."""

from collections import Counter
from collections.abc import Mapping, Sequence

from foundation import canonical_json
from runs_svc.adapters.memory.filters import matches
from runs_svc.domain.entities.revision import NewRevision
from runs_svc.domain.errors import VersionTakenError
from runs_svc.domain.listing.filters import Filter
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.ports import EntityQuery, Position, Spread

Row = Mapping[str, str | float | None]


class MemoryEntityStore:
    """Entities in a dictionary."""

    def __init__(self) -> None:
        self._entities: dict[str, list[StoredDocument]] = {}
        self._rows: dict[str, tuple[str, Row]] = {}
        self._places: dict[str, int] = {}
        """Of the newest version of each, among all that were appended."""
        self._appended = 0

    async def append(self, version: NewRevision) -> StoredDocument:
        documents = self._entities.setdefault(version.subject_id, [])
        if version.version != len(documents):
            raise VersionTakenError(version.subject_id, version.version)
        previous = documents[-1].sha256 if documents else ""
        data = version.compose(version.version, previous)
        added = StoredDocument(
            kind=version.kind,
            record_id=f"{version.subject_id}/{version.version:06}",
            subject_id=version.subject_id,
            ordinal=version.version,
            partition=documents[0].partition if documents else version.created_at_utc[:10],
            document=data,
            sha256=canonical_json.sha256_hex(data),
            previous_sha256=previous,
        )
        documents.append(added)
        self._appended += 1
        self._places[version.subject_id] = self._appended
        created = self._rows[version.subject_id][1]["created_at_utc"] if previous else version.created_at_utc
        self._rows[version.subject_id] = (version.kind, {**version.index_fields, "created_at_utc": created})
        return added

    async def newest(self, subject_id: str) -> StoredDocument | None:
        documents = self._entities.get(subject_id, [])
        return documents[-1] if documents else None

    async def documents(self, subject_id: str) -> Sequence[StoredDocument]:
        return list(self._entities.get(subject_id, []))

    async def index_fields(self, kind: str, subject_id: str) -> Row | None:
        own_kind, row = self._rows.get(subject_id, ("", {}))
        return {"version": len(self._entities[subject_id]) - 1, **row} if own_kind == kind else None

    async def scan(self, query: EntityQuery) -> Sequence[tuple[Position, StoredDocument]]:
        found = sorted(
            (_position(row, key, query.order) for key, row in self._matching(query.kind, query.condition)),
            reverse=query.descending,
        )
        after = query.after
        page = [
            position
            for position in found
            if after is None or (position < after if query.descending else position > after)
        ]
        return [(position, self._entities[position[2]][-1]) for position in page[: query.size]]

    async def changed(
        self, kind: str, condition: Filter | None, *, after: int, size: int
    ) -> Sequence[tuple[int, StoredDocument]]:
        places = sorted((self._places[subject_id], subject_id) for subject_id, _ in self._matching(kind, condition))
        return [(place, self._entities[subject_id][-1]) for place, subject_id in places if place > after][:size]

    async def count(self, kind: str, condition: Filter | None) -> int:
        return len(self._matching(kind, condition))

    async def tally(self, kind: str, field: str, condition: Filter | None) -> Mapping[str, int]:
        return Counter(str(row[field]) for _, row in self._matching(kind, condition))

    async def spread(self, kind: str, field: str, condition: Filter | None) -> Spread | None:
        rows = [row[field] for _, row in self._matching(kind, condition)]
        values = [float(value) for value in rows if value is not None]
        return Spread(len(values), min(values), max(values), sum(values) / len(values)) if values else None

    def _matching(self, kind: str, condition: Filter | None) -> list[tuple[str, Row]]:
        return [
            (subject_id, row)
            for subject_id, (own_kind, row) in self._rows.items()
            if own_kind == kind and matches(condition, row)
        ]


def _position(row: Row, subject_id: str, order: str) -> Position:
    number = row[order] if order else 0.0
    return (-1.0 if number is None else float(number), str(row["created_at_utc"]), subject_id)
