"""Training exports as records: what left, and what was revoked since."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from foundation.call import Call
from foundation.canonical_json import JsonObject
from rpckit.page_tokens import Room
from runs_svc.domain.advisory.errors import ExportNotFoundError
from runs_svc.domain.listing import filters
from runs_svc.domain.listing.filters import Comparison
from runs_svc.ports import Clock, EntityStore
from runs_svc.usecases.entities.entity import Change, EntityKind, EntityPage, Revision
from runs_svc.usecases.entities.repository import EntityRepository

FIELDS = filters.Fields(texts=frozenset({"digest"}), numbers=frozenset({"image_count"}))


@dataclass(frozen=True, slots=True)
class Export:
    """A training set that left."""

    export_id: str
    digest: str
    image_count: int
    concept_counts: dict[str, int]
    left_out: dict[str, str]
    folder: str
    assets: list[str]
    revoked_assets: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    """Digests of all its files; of some, or empty, in older records, which no selection finds any more."""


EXPORT: EntityKind[Export] = EntityKind(
    name="export",
    fields=FIELDS,
    read=lambda value: Export(**value),
    write=asdict,
    index_fields=lambda export, now: {"digest": export.digest, "image_count": float(export.image_count)},
)


class Exports:
    def __init__(self, entities: EntityStore, *, clock: Clock) -> None:
        self._repository = EntityRepository(entities, EXPORT, clock=clock)

    async def add(self, export: Export, *, call: Call) -> Revision[Export]:
        """Store the record of an export."""
        return await self._repository.add(export.export_id, Change(export, {"action": "export"}), call=call)

    async def find(self, digest: str) -> Revision[Export] | None:
        """The export of a selection, if it left already."""
        page = await self._repository.page_of(
            Comparison("digest", "=", digest), query="digest", page_size=1, page_token=""
        )
        return page.items[0] if page.items else None

    async def get(self, export_id: str) -> Revision[Export]:
        """An export.

        Raises:
            ExportNotFoundError: There is no such export.
        """
        return await self._repository.expect(export_id, None, ExportNotFoundError(export_id))

    async def page(self, room: Room[Revision[Export]], *, page_size: int, page_token: str) -> EntityPage[Export]:
        """A page of exports, newest first."""
        return await self._repository.page(room, filter_text="", page_size=page_size, page_token=page_token)

    async def count(self) -> int:
        return await self._repository.count(None)

    async def first_time(self, export_id: str) -> str:
        """When an export left."""
        return (await self._repository.history(export_id))[0].created_at_utc

    async def note_rewritten(
        self, export_id: str, altered: Sequence[str], texts: Mapping[str, str], *, call: Call
    ) -> None:
        """Say that an export was written anew, because files of it were missing or altered.

        Raises:
            ConcurrentChangeError: Others kept changing it.
        """
        details: JsonObject = {"action": "rewrite", "altered": list(altered)}

        def rewrite(export: Export) -> Change[Export]:
            return Change(replace(export, texts=dict(texts)), details)

        await self._repository.update(export_id, ExportNotFoundError(export_id), rewrite, call=call)

    async def mark_revoked(self, export_id: str, asset_id: str, *, call: Call) -> None:
        """Say that an asset in an export is not approved any more.

        Raises:
            ConcurrentChangeError: Others kept changing it.
        """

        def mark(export: Export) -> Change[Export] | None:
            if asset_id in export.revoked_assets:
                return None
            marked = replace(export, revoked_assets=[*export.revoked_assets, asset_id])
            return Change(marked, {"action": "revoke", "asset_id": asset_id})

        await self._repository.update(export_id, ExportNotFoundError(export_id), mark, call=call)
