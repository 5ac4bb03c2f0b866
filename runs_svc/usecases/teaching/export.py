"""Export approved pictures as a training set.

1. select, and refuse when there are too few
2. the same selection has left already, and every file of it is as it was: that export is the answer
3. write every picture, checked as it is read, and the files beside it; the folder appears whole or not at all
4. store the record, or note which files were written anew; of two calls for the same selection both answer one export
5. note the export on each asset; one that was revoked meanwhile is marked
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec, TypeVar

from foundation.call import Call
from rpckit.threads import in_thread, run_in
from runs_svc.domain.advisory.asset import AssetState
from runs_svc.domain.advisory.errors import TrainingNotReadyError
from runs_svc.domain.advisory.training import Selection, Settings, select
from runs_svc.domain.advisory.training_files import folder_of, texts_of
from runs_svc.domain.errors import VersionTakenError
from runs_svc.domain.listing import filters
from runs_svc.domain.listing.filters import And, Comparison, Filter
from runs_svc.ports import TrainingStore
from runs_svc.usecases.advisory.assets import FIELDS, Assets
from runs_svc.usecases.advisory.exports import Export, Exports
from runs_svc.usecases.advisory.intake import ImageIntake
from runs_svc.usecases.entities.entity import Revision

_TELL_EVERY = 10
_MOST_NAMED = 100
Given = ParamSpec("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that is there, or would be."""

    selection: Selection
    record: Revision[Export] | None
    rewritten: Sequence[str] = ()
    """Files that were missing or altered, and are written anew."""


class Teaching:
    def __init__(self, assets: Assets, exports: Exports, intake: ImageIntake, store: TrainingStore) -> None:
        self._assets = assets
        self._exports = exports
        self._intake = intake
        self._store = store
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="exporting")

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
        approved = [version.entity for version in await self._assets.every(And(tuple(terms)))]
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
            raise TrainingNotReadyError(len(selection.images), min_images, selection.reasons_in_words)
        earlier = await self._exports.find(selection.digest)
        if dry_run:
            yield Exported(selection, earlier)
            return
        altered: Sequence[str] = ()
        if earlier is not None:
            altered = await self._apart(self._store.altered, earlier.entity.folder, earlier.entity.texts)
        files: dict[str, str] = {}
        if earlier is None or altered:
            async with aclosing(self._write(selection, files)) as written:
                async for count in written:
                    yield count
        if earlier is None:
            await self._record(selection, files, call)
        elif altered:
            await self._exports.note_rewritten(selection.export_id, altered[:_MOST_NAMED], files, call=call)
        yield Exported(selection, await self._note_in_assets(selection, call), altered[:_MOST_NAMED])

    async def _apart(self, work: Callable[Given, Made], /, *args: Given.args, **kwargs: Given.kwargs) -> Made:
        """What the work makes, in the thread of exports: nothing else waits for it."""
        return await run_in(self._threads, partial(work, *args, **kwargs))

    async def _write(self, selection: Selection, files: dict[str, str]) -> AsyncGenerator[int, None]:
        """How many pictures are written; `files` gets the digest of every file of the set."""
        folder = await self._apart(self._store.open, _folder_name(selection))
        try:
            for count, image in enumerate(selection.images, start=1):
                content = await self._intake.upright(image.sha256)
                path = f"{folder_of(image, selection.settings)}/{image.filename}"
                files[path] = await self._apart(folder.add, path, content)
                if count % _TELL_EVERY == 0:
                    yield count
            for path, content in (await self._apart(texts_of, selection, dict(files))).items():
                files[path] = await self._apart(folder.add, path, content)
            await self._apart(folder.finish)
        finally:
            folder.discard()

    async def _record(self, selection: Selection, texts: dict[str, str], call: Call) -> None:
        export = Export(
            export_id=selection.export_id,
            digest=selection.digest,
            image_count=len(selection.images),
            concept_counts=dict(selection.concepts),
            left_out=dict(selection.left_out),
            folder=_folder_name(selection),
            assets=[image.asset.asset_id for image in selection.images],
            texts=texts,
        )
        with suppress(VersionTakenError):  # another call has recorded the same selection
            await self._exports.add(export, call=call)

    async def _note_in_assets(self, selection: Selection, call: Call) -> Revision[Export]:
        """The export, once each asset in it refers to it; after a call that was cut off, the rest are updated."""
        for image in selection.images:
            asset_id = image.asset.asset_id
            asset = await self._assets.used_in_export(asset_id, selection.export_id, call=call)
            if asset.entity.state is not AssetState.APPROVED:  # taken back since the selection was made
                await self._exports.mark_revoked(selection.export_id, asset_id, call=call)
        return await self._exports.get(selection.export_id)


def _folder_name(selection: Selection) -> str:
    return f"export-{selection.export_id.removeprefix('exp_')}"
