"""The words of a review: licence, caption, concept, and correcting them; and sending it twice."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest

from rmos.advisory.v1 import advisory_service_pb2 as pb
from rmos.advisory.v1 import advisory_service_pb2_grpc
from tests.service.advisory_requests import approval, picture, rejection, upload
from tests.service.wire import TIMEOUT_S, fail


@pytest.fixture
def stub(runs_channel: grpc.Channel) -> Any:
    return advisory_service_pb2_grpc.AdvisoryServiceStub(runs_channel)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("licence", "CC-BY\n4.0"),
        ("licence", "bell\x07"),
        ("licence", "nul\x00x"),
        ("licence", "del\x7f"),
        ("caption", "a \x1b[31mrosette"),
        ("caption", "two\nlines"),
        ("reviewer", "\u200b"),
        ("reviewer", "\u202eannA"),
        ("reviewer", "Anna\nApproved by: boss"),
        ("concept", "a/b"),
    ],
)
def test_words_that_nobody_sees_are_no_part_of_a_decision(stub: Any, field: str, text: str) -> None:
    asset = upload(stub, picture((200, 100, 50)))
    failed = fail(stub.ReviewAdvisoryAsset, approval(asset, **{field: text}))
    assert (failed.reason, list(failed.fields)) == ("INVALID_FIELDS", [field])


def test_a_licence_may_hold_quotes_and_a_tab_and_emoji(stub: Any) -> None:
    asset = upload(stub, picture((200, 100, 51)))
    reviewed = stub.ReviewAdvisoryAsset(approval(asset, licence='say\t"a" \\ 👩‍🔧\n'), timeout=TIMEOUT_S).asset
    assert reviewed.licence == 'say "a" \\ 👩‍🔧'


def test_a_web_page_is_no_picture(stub: Any) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        upload(stub, b"<html>", mime="text/html")
    assert "is not that of a picture" in str(caught.value)


def test_only_what_is_approved_can_be_corrected(stub: Any) -> None:
    asset = upload(stub, picture((200, 100, 52)))
    failed = fail(stub.ReviewAdvisoryAsset, approval(asset, correction=True))
    assert list(failed.fields) == ["correction"]


def _reviews(stub: Any, asset: pb.AdvisoryAsset) -> list[pb.Review]:
    return list(stub.GetAdvisoryAsset(pb.GetAdvisoryAssetRequest(name=asset.name), timeout=TIMEOUT_S).reviews)


def test_a_review_that_is_sent_again_under_its_key_is_one_review(stub: Any) -> None:
    asset = upload(stub, picture((200, 100, 53)))
    request = approval(asset, idempotency_key="approve-once", note="sharp")
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(stub.ReviewAdvisoryAsset, request, timeout=TIMEOUT_S) for _ in range(4)]
        assert {answer.result(TIMEOUT_S).asset.version for answer in sent} == {1}
    assert [(review.refused, review.note) for review in _reviews(stub, asset)] == [(False, "sharp")]


def test_a_review_that_arrives_again_late_takes_nothing_back(stub: Any) -> None:
    asset = upload(stub, picture((200, 100, 54)))
    first = approval(asset, idempotency_key="8F14E45F-CEEA-467F-9B5E-00000000B001")
    stub.ReviewAdvisoryAsset(first, timeout=TIMEOUT_S)
    stub.ReviewAdvisoryAsset(rejection(asset, reversal=True, note="seam"), timeout=TIMEOUT_S)
    late = stub.BatchReviewAdvisoryAssets(pb.BatchReviewAdvisoryAssetsRequest(requests=[first]), timeout=TIMEOUT_S)
    assert late.results[0].asset.state == pb.ASSET_STATE_REJECTED
    assert len(_reviews(stub, asset)) == 2


def test_a_key_belongs_to_one_decision_about_one_asset(stub: Any) -> None:
    asset, other = upload(stub, picture((200, 100, 55))), upload(stub, picture((200, 100, 56)))
    refused = approval(asset, idempotency_key="k1", reversal=True)
    assert fail(stub.ReviewAdvisoryAsset, refused).reason == "REVIEW_ALREADY_DECIDED"
    for each in (asset, other):
        stub.ReviewAdvisoryAsset(approval(each, idempotency_key="k1"), timeout=TIMEOUT_S)
    again = approval(asset, idempotency_key="k1", caption="other words")
    assert fail(stub.ReviewAdvisoryAsset, again).reason == "IDEMPOTENCY_KEY_REUSED"
    assert list(fail(stub.ReviewAdvisoryAsset, approval(asset, idempotency_key="a key")).fields) == ["idempotency_key"]
    assert [review.refused for review in _reviews(stub, asset)] == [True, False]
