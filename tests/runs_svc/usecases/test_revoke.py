"""Approvals that are taken back while something else happens, on the adapters in memory."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from foundation.call import Call
from runs_svc.adapters.memory.entities import MemoryEntityStore
from runs_svc.adapters.memory.ledger import MemoryLedger, SteppingClock
from runs_svc.adapters.rendering.training_files import TrainingFolders
from runs_svc.domain.advisory.asset import AssetState, Content, Picture, Review
from runs_svc.domain.advisory.errors import ReviewAlreadyDecidedError
from runs_svc.domain.advisory.training import Settings
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.usecases.advisory.assets import Assets
from runs_svc.usecases.advisory.exports import Exports
from runs_svc.usecases.advisory.intake import ImageIntake
from runs_svc.usecases.advisory.revoke import ReviewAsset
from runs_svc.usecases.runs.amend import AmendRun, NewAmendment
from runs_svc.usecases.teaching.export import Exported, Teaching
from tests import builders

CALL = Call("req_1", None)
SHA256 = "1" * 64
ASSET = builders.asset(content=Content(SHA256, 10, "image/png", Picture(512, 512, "PNG", "0f" * 8)))
APPROVAL = Review("M. Sato", AssetState.APPROVED, licence="CC0", caption="a rosette", shown_sha256=SHA256)
REVOCATION = replace(APPROVAL, decision=AssetState.REJECTED, rejection_reason="wrong_style", reversal=True)


class Pool:
    """An approved picture, and what decides about it and exports it."""

    def __init__(self, folder: Path) -> None:
        clock = SteppingClock(builders.NOW)
        entities, self.ledger = MemoryEntityStore(), MemoryLedger()
        self.amend_run = AmendRun(self.ledger, clock=clock)
        self.assets = Assets(entities, clock=clock, four_eyes=False)
        self.exports = Exports(entities, clock=clock)
        self.review = ReviewAsset(self.assets, self.exports, self.amend_run)
        self.teaching = Teaching(self.assets, self.exports, cast("ImageIntake", self), TrainingFolders(folder))
        self.revoked_while_read = False

    async def fill(self) -> None:
        await self.assets.add(ASSET, call=CALL)
        await self.review.review(ASSET.asset_id, APPROVAL, call=CALL)

    async def upright(self, sha256: str) -> bytes:
        """The picture as it leaves, as the intake gives it."""
        if self.revoked_while_read:
            await self.review.review(ASSET.asset_id, REVOCATION, call=CALL)
        return b"picture"

    async def export(self) -> Exported:
        *_, last = [item async for item in self.teaching.export("", Settings(), min_images=1, dry_run=False, call=CALL)]
        assert isinstance(last, Exported)
        return last


@pytest.fixture
async def pool(tmp_path: Path) -> Pool:
    made = Pool(tmp_path)
    await made.fill()
    return made


async def test_a_picture_that_is_revoked_while_it_leaves_is_marked(pool: Pool) -> None:
    pool.revoked_while_read = True
    exported = await pool.export()
    assert exported.record is not None
    assert exported.record.entity.revoked_assets == [ASSET.asset_id]


async def test_a_revocation_that_was_cut_off_is_completed(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    record = builders.record()
    await pool.ledger.create(record)
    await pool.assets.used_in_run(ASSET.asset_id, str(record.run_id), call=CALL)
    exported = await pool.export()
    assert exported.record is not None

    async def die(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as killed:
        killed.setattr(pool.exports, "mark_revoked", die)
        with suppress(SystemExit):
            await pool.review.review(ASSET.asset_id, REVOCATION, call=CALL)
    for _ in range(2):
        with pytest.raises(ReviewAlreadyDecidedError):
            await pool.review.review(ASSET.asset_id, REVOCATION, call=CALL)
        marked = await pool.exports.get(exported.record.subject_id)
        assert marked.entity.revoked_assets == [ASSET.asset_id]
        stored = await pool.ledger.get(record.run_id)
        assert [amendment.kind for amendment in stored.amendments] == [AmendmentKind.ANNOTATION]


async def test_an_export_that_was_cut_off_is_completed(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    async def die(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as killed:
        killed.setattr(pool.assets, "used_in_export", die)
        with suppress(SystemExit):
            await pool.export()
    exported = await pool.export()
    assert exported.record is not None
    assert (await pool.assets.get(ASSET.asset_id)).entity.exports == (exported.record.subject_id,)


async def test_a_withdrawn_run_hinders_no_revocation(pool: Pool) -> None:
    record = builders.record()
    await pool.ledger.create(record)
    await pool.assets.used_in_run(ASSET.asset_id, str(record.run_id), call=CALL)
    body = {"person": "M. Sato", "reason": "kept for long enough"}
    await pool.amend_run.amend(
        record.run_id, NewAmendment(AmendmentKind.TOMBSTONE, dict(body), amendment_id="withdrawal"), call=CALL
    )
    exported = await pool.export()
    await pool.review.review(ASSET.asset_id, REVOCATION, call=CALL)
    assert exported.record is not None
    assert (await pool.exports.get(exported.record.subject_id)).entity.revoked_assets == [ASSET.asset_id]
