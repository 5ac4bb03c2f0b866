"""Uploads and reviews of assets, as programs and people send them."""

import hashlib
import io
from collections.abc import Iterator
from typing import Any

from PIL import Image

from rmos.advisory.v1 import advisory_service_pb2 as pb
from tests.service.wire import TIMEOUT_S


def picture(colour: tuple[int, int, int] = (200, 120, 40), side_px: int = 64) -> bytes:
    written = io.BytesIO()
    image = Image.new("RGB", (side_px, side_px), colour)
    image.paste((20, 20, 20), (0, 0, side_px // 3, side_px))
    image.save(written, "PNG")
    return written.getvalue()


def parts(data: bytes, **fields: Any) -> Iterator[pb.UploadAdvisoryAssetRequest]:
    header = {
        "asset_type": pb.ASSET_TYPE_IMAGE,
        "source": pb.ASSET_SOURCE_AI_GRAPHICS,
        "provider": "elsewhere",
        "prompt": "a herringbone rosette in maple",
        "mime": "image/png",
        **fields,
    }
    if data:
        header |= {"content_sha256": hashlib.sha256(data).hexdigest(), "content_size_bytes": len(data)}
    yield pb.UploadAdvisoryAssetRequest(header=pb.AssetHeader(**header))
    for start in range(0, len(data), 100):
        yield pb.UploadAdvisoryAssetRequest(chunk=data[start : start + 100])


def upload(stub: Any, data: bytes | None = None, **fields: Any) -> pb.AdvisoryAsset:
    asset: pb.AdvisoryAsset = stub.UploadAdvisoryAsset(
        parts(picture() if data is None else data, **fields), timeout=TIMEOUT_S
    ).asset
    return asset


def approval(asset: pb.AdvisoryAsset, **fields: Any) -> pb.ReviewAdvisoryAssetRequest:
    given: dict[str, Any] = {
        "name": asset.name,
        "reviewer": "A. Lead",
        "decision": pb.ASSET_STATE_APPROVED,
        "licence": "CC-BY-4.0",
        "shown_sha256": asset.content_sha256,
        **fields,
    }
    return pb.ReviewAdvisoryAssetRequest(**given)


def rejection(asset: pb.AdvisoryAsset, **fields: Any) -> pb.ReviewAdvisoryAssetRequest:
    given = {
        "decision": pb.ASSET_STATE_REJECTED,
        "rejection_reason": pb.REJECTION_REASON_ARTIFACTS,
        "licence": "",
        **fields,
    }
    return approval(asset, **given)
