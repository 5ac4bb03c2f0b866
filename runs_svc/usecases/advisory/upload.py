"""Take in an asset that was made outside. Every attempt leaves a trace, whatever became of it."""

from collections.abc import AsyncIterator
from dataclasses import replace

from foundation.call import Call
from foundation.errors import InvalidFieldsError, ServiceError
from runs_svc.domain.advisory.asset import Asset
from runs_svc.domain.errors import StorageFullError, StoreBusyError
from runs_svc.domain.shop.imports import ImportAttempt, ImportOutcome
from runs_svc.ports import IdSource
from runs_svc.usecases.advisory.assets import Assets
from runs_svc.usecases.advisory.intake import ImageIntake
from runs_svc.usecases.entities.entity import Revision
from runs_svc.usecases.shop.imports import ImportLog

Declared = tuple[str, int, str]
"""Digest, size and media type of the bytes."""


class UploadAsset:
    def __init__(self, assets: Assets, intake: ImageIntake, imports: ImportLog, *, ids: IdSource) -> None:
        self._assets = assets
        self._intake = intake
        self._imports = imports
        self._ids = ids

    async def upload(
        self, asset: Asset, declared: Declared | None, chunks: AsyncIterator[bytes], *, call: Call
    ) -> tuple[Revision[Asset], bool]:
        """The asset, under an id that is drawn where it has none, and False when it was there already.

        Raises:
            InvalidFieldsError: Nobody is named who asked for it, where four eyes decide.
            DigestMismatchError, StorageFullError, VersionTakenError: It was not taken.
        """
        sha256, size_bytes, _ = declared or ("", 0, "")
        attempt = ImportAttempt("assets", ImportOutcome.ACCEPTED, asset.provider, sha256, size_bytes)
        try:
            if self._assets.four_eyes and not asset.requester:
                raise InvalidFieldsError.one(
                    "header.requester", "is required where nobody decides on their own request"
                )
            if declared is not None:
                asset = replace(asset, content=await self._intake.stream(*declared, chunks, call=call))
            taken = await self._add(asset, call)
        except ServiceError as error:
            ours = isinstance(error, StorageFullError | StoreBusyError)
            outcome = ImportOutcome.FAILED if ours else ImportOutcome.REJECTED
            await self._imports.note(replace(attempt, outcome=outcome, reason=str(error)), call=call)
            raise
        await self._imports.note(attempt, call=call)
        return taken

    async def _add(self, asset: Asset, call: Call) -> tuple[Revision[Asset], bool]:
        if asset.asset_id:
            return await self._assets.add(asset, call=call)
        return await self._assets.add_new(asset, lambda: self._ids.fresh("adv"), call=call), True
