"""The words of a review: licence, caption, concept, and correcting them."""

from typing import Any

import grpc
import pytest

from rmos.advisory.v1 import advisory_service_pb2_grpc
from tests.service.advisory_requests import approval, picture, upload
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
