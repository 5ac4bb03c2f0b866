"""Export approved pictures as a training set.

1. select, and refuse when there are too few
2. the same selection has left already: that export is the answer
3. write every picture, checked as it is read, and what stands beside it; the folder appears whole or not at all
4. keep the record, and tell each asset where it left; one that was revoked meanwhile is marked
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from rpckit.call import Call
from rpckit.threads import in_thread
from runs_svc.domain import filters
from runs_svc.domain.advisory.asset import AssetState
from runs_svc.domain.advisory.errors import TrainingNotReadyError
from runs_svc.domain.advisory.training import Selection, Settings, folder_of, select, texts_of
from runs_svc.domain.filters import And, Comparison, Filter
from runs_svc.ports import TrainingStore
from runs_svc.usecases.advisory.assets import FIELDS, Assets
from runs_svc.usecases.advisory.exports import Export, Exports
from runs_svc.usecases.advisory.intake import Intake
from runs_svc.usecases.versions import Version

_TELL_EVERY = 10


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that is there, or would be."""

    selection: Selection
    record: Version[Export] | None


class Teaching:
    def __init__(self, assets: Assets, exports: Exports, intake: Intake, store: TrainingStore) -> None:
        self._assets = assets
        self._exports = exports
        self._intake = intake
        self._store = store

    async def select(self, filter_text: str, settings: Settings) -> Selection:
        """What would leave.

        Raises:
            InvalidFilterError: The filter cannot be read.
        """
        terms: list[Filter] = [
            Comparison("state", "=", AssetState.APPROVED.value),
            Comparison("asset_type", "=", "image"),
        ]
        condition = filters.parse(filter_text, FIELDS)
        if condition is not None:
            terms.append(condition)
        approved = [version.thing for version in await self._assets.every(And(tuple(terms)))]
        return await in_thread(select, approved, settings)

    async def export(
        self, filter_text: str, settings: Settings, *, min_images: int, dry_run: bool, call: Call
    ) -> AsyncGenerator[int | Exported, None]:
        """How many pictures are written, and at the end the export.

        Raises:
            InvalidFilterError, TrainingNotReadyError: Nothing is exported.
            AttachmentCorruptError: A picture is not what was approved; nothing is exported.
        """
        selection = await self.select(filter_text, settings)
        if len(selection.images) < min_images:
            raise TrainingNotReadyError(len(selection.images), min_images)
        earlier = await self._exports.find(selection.digest)
        if dry_run:
            yield Exported(selection, earlier)
            return
        if earlier is None or not self._store.exists(earlier.thing.folder):
            async with aclosing(self._write(selection)) as written:
                async for count in written:
                    yield count
        if earlier is None:
            await self._record(selection, call)
        yield Exported(selection, await self._told(selection, call))

    async def _write(self, selection: Selection) -> AsyncGenerator[int, None]:
        folder = await in_thread(self._store.open, _folder_name(selection))
        try:
            for count, image in enumerate(selection.images, start=1):
                content = await self._intake.read(image.sha256)
                path = f"{folder_of(image, selection.settings)}/{image.filename}"
                await in_thread(folder.add, path, content)
                if count % _TELL_EVERY == 0:
                    yield count
            await in_thread(folder.add_all, texts_of(selection))
            await in_thread(folder.finish)
        finally:
            folder.discard()

    async def _record(self, selection: Selection, call: Call) -> None:
        export = Export(
            export_id=selection.export_id,
            digest=selection.digest,
            image_count=len(selection.images),
            concept_counts=dict(selection.concepts),
            left_out=dict(selection.left_out),
            folder=_folder_name(selection),
            assets=[image.asset.asset_id for image in selection.images],
        )
        await self._exports.add(export, call=call)

    async def _told(self, selection: Selection, call: Call) -> Version[Export]:
        """The export, once every asset in it knows; of a call that was cut off the rest are told."""
        for image in selection.images:
            asset_id = image.asset.asset_id
            asset = await self._assets.used_in_export(asset_id, selection.export_id, call=call)
            if asset.thing.state is not AssetState.APPROVED:  # taken back since the selection was made
                await self._exports.mark_revoked(selection.export_id, asset_id, call=call)
        return await self._exports.get(selection.export_id)


def _folder_name(selection: Selection) -> str:
    return f"export-{selection.export_id.removeprefix('exp_')}"
