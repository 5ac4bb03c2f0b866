"""Assets, reviews, the built-in renderer and the budget of a running server."""

import io
import threading
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from PIL import Image

from rmos.advisory.v1 import advisory_service_pb2 as pb
from rmos.advisory.v1 import advisory_service_pb2_grpc
from rmos.runs.v1 import run_pb2, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as runs_pb
from rmos.type.v1 import design_pb2
from rpckit import proto_json
from testkit.local_servers import LocalServers
from tests import builders
from tests.ends import join_all
from tests.service.advisory_requests import approval, parts, picture, rejection, upload
from tests.service.test_shop_services import DESIGN
from tests.service.wire import TIMEOUT_S, fail

KEY = "8f14e45f-ceea-467f-9b5e-00000000a001"


@pytest.fixture
def stub(runs_channel: grpc.Channel) -> Any:
    return advisory_service_pb2_grpc.AdvisoryServiceStub(runs_channel)


@pytest.fixture
def runs_stub(runs_channel: grpc.Channel) -> Any:
    return runs_service_pb2_grpc.RunsServiceStub(runs_channel)


def test_an_upload_is_read_kept_and_served_as_it_came(stub: Any) -> None:
    data = picture()
    asset = upload(stub, data, confidence=0.5, cost_usd=0.25, meta=proto_json.write_struct({"token": "x"}))
    assert (asset.image_width_px, asset.image_height_px, asset.image_format) == (64, 64, "PNG")
    assert len(asset.perceptual_hash) == 16
    assert (asset.reading.category, list(asset.reading.inlays)) == ("rosette", ["herringbone"])
    assert asset.state == pb.ASSET_STATE_PENDING
    assert dict(asset.meta) == {"token": "[redacted]"}
    pieces = stub.DownloadAdvisoryAsset(pb.DownloadAdvisoryAssetRequest(name=asset.name), timeout=TIMEOUT_S)
    assert b"".join(piece.chunk for piece in pieces) == data


def test_the_same_id_and_content_is_one_asset(stub: Any) -> None:
    first = upload(stub, asset_id="adv_00000000000a")
    again = stub.UploadAdvisoryAsset(parts(picture(), asset_id="adv_00000000000a"), timeout=TIMEOUT_S)
    assert (again.created, again.asset) == (False, first)
    with pytest.raises(grpc.RpcError) as failed:
        upload(stub, picture((1, 2, 3)), asset_id="adv_00000000000a")
    assert failed.value.code() == grpc.StatusCode.ABORTED


def test_a_suggestion_needs_no_bytes(stub: Any) -> None:
    asset = upload(
        stub,
        b"",
        asset_type=pb.ASSET_TYPE_SUGGESTION,
        source=pb.ASSET_SOURCE_AI_SUGGESTION,
        mime="",
        suggestion_data=proto_json.write_struct({"feed": 1200}),
    )
    assert dict(asset.suggestion_data) == {"feed": 1200}
    with pytest.raises(grpc.RpcError):
        list(stub.DownloadAdvisoryAsset(pb.DownloadAdvisoryAssetRequest(name=asset.name), timeout=TIMEOUT_S))


@pytest.mark.parametrize(
    ("data", "mime", "said"),
    [
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
            "image/png",
            "image/png: the bytes are no picture",
        ),
        (picture((3, 1, 4)) + b"<script>", "image/svg+xml", "image/svg+xml: the bytes are a picture of the format PNG"),
        (picture((1, 5, 9)), "image/jpeg", "allowed for it: image/png"),
    ],
    ids=["svg", "png and html", "png"],
)
def test_bytes_that_are_no_such_picture_are_not_taken(stub: Any, data: bytes, mime: str, said: str) -> None:
    with pytest.raises(grpc.RpcError, match=said.replace("+", r"\+")) as failed:
        upload(stub, data, mime=mime)
    assert failed.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_bytes_other_than_declared_are_not_taken(stub: Any) -> None:
    def lying() -> Iterator[pb.UploadAdvisoryAssetRequest]:
        first, *rest = parts(picture((9, 9, 9)))
        yield first
        yield from rest[:-1]
        yield pb.UploadAdvisoryAssetRequest(chunk=b"x" * len(rest[-1].chunk))

    with pytest.raises(grpc.RpcError) as failed:
        stub.UploadAdvisoryAsset(lying(), timeout=TIMEOUT_S)
    assert failed.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_decision_holds_and_the_history_keeps_every_attempt(stub: Any) -> None:
    asset = upload(stub)
    approved = stub.ReviewAdvisoryAsset(approval(asset, rating=4, caption="a rosette"), timeout=TIMEOUT_S).asset
    assert (approved.approved_for_workflow, approved.reviewed_by, approved.rating) == (True, "A. Lead", 4)
    assert fail(stub.ReviewAdvisoryAsset, approval(asset)).reason == "REVIEW_ALREADY_DECIDED"
    assert fail(stub.ReviewAdvisoryAsset, rejection(asset)).reason == "REVIEW_ALREADY_DECIDED"
    rejected = stub.ReviewAdvisoryAsset(rejection(asset, reversal=True, note="seam"), timeout=TIMEOUT_S).asset
    assert rejected.state == pb.ASSET_STATE_REJECTED
    assert rejected.rejection_reason == pb.REJECTION_REASON_ARTIFACTS
    reviews = stub.GetAdvisoryAsset(pb.GetAdvisoryAssetRequest(name=asset.name), timeout=TIMEOUT_S).reviews
    assert [(review.refused, review.reversal) for review in reviews] == [
        (False, False),
        (True, False),
        (True, False),
        (False, True),
    ]
    assert all(review.shown_sha256 == asset.content_sha256 for review in reviews)


def test_of_concurrent_reviews_one_wins_and_all_are_kept(stub: Any) -> None:
    asset = upload(stub)
    codes: list[str] = []

    def try_it(reviewer: str) -> None:
        try:
            stub.ReviewAdvisoryAsset(approval(asset, reviewer=reviewer), timeout=TIMEOUT_S)
            codes.append("OK")
        except grpc.RpcError as error:
            codes.append(error.code().name)

    threads = [threading.Thread(target=try_it, args=(f"reviewer {number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    join_all(threads)
    assert sorted(codes) == ["FAILED_PRECONDITION"] * 5 + ["OK"]
    reviews = stub.GetAdvisoryAsset(pb.GetAdvisoryAssetRequest(name=asset.name), timeout=TIMEOUT_S).reviews
    assert sorted(review.refused for review in reviews) == [False] + [True] * 5


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reviewer": " "}, "reviewer"),
        ({"decision": pb.ASSET_STATE_PENDING}, "decision"),
        ({"rejection_reason": pb.REJECTION_REASON_OTHER}, "rejection_reason"),
        ({"decision": pb.ASSET_STATE_REJECTED}, "rejection_reason"),
        ({"rating": 6}, "rating"),
        ({"licence": ""}, "licence"),
        ({"caption": "two\nlines"}, "caption"),
        ({"shown_sha256": "a" * 64}, "shown_sha256"),
        ({"name": "assets/x"}, "name"),
    ],
)
def test_a_bad_review_names_the_field(stub: Any, fields: dict[str, Any], field: str) -> None:
    assert field in fail(stub.ReviewAdvisoryAsset, approval(upload(stub), **fields)).fields


def test_several_reviews_have_an_outcome_each(stub: Any) -> None:
    first, second = upload(stub), upload(stub)
    request = pb.BatchReviewAdvisoryAssetsRequest(
        requests=[approval(first), approval(second, licence=""), approval(first)]
    )
    results = stub.BatchReviewAdvisoryAssets(request, timeout=TIMEOUT_S).results
    assert [result.WhichOneof("outcome") for result in results] == ["asset", "error", "error"]


def test_only_approved_assets_attach_and_a_revocation_marks_the_run(stub: Any, runs_stub: Any) -> None:
    asset = upload(stub)
    run = runs_stub.CreateRun(builders.create_request(), timeout=TIMEOUT_S).run
    attach = runs_pb.AttachAdvisoryRequest(
        name=run.name, advisory_id=asset.asset_id, kind=run_pb2.ADVISORY_KIND_ADVISORY
    )
    assert fail(runs_stub.AttachAdvisory, attach).reason == "NOT_APPROVED"
    stub.ReviewAdvisoryAsset(approval(asset), timeout=TIMEOUT_S)
    runs_stub.AttachAdvisory(attach, timeout=TIMEOUT_S)
    held = stub.GetAdvisoryAsset(pb.GetAdvisoryAssetRequest(name=asset.name), timeout=TIMEOUT_S).asset
    assert list(held.runs) == [run.name]
    stub.ReviewAdvisoryAsset(rejection(asset, reversal=True, note="wrong part"), timeout=TIMEOUT_S)
    marked = runs_stub.GetRun(runs_pb.GetRunRequest(name=run.name), timeout=TIMEOUT_S).run
    assert [item.note for item in marked.annotations] == [
        f"the approval of {asset.name} was taken back: artifacts wrong part"
    ]
    unknown = runs_pb.AttachAdvisoryRequest(
        name=run.name, advisory_id="adv_ffffffffffff", kind=run_pb2.ADVISORY_KIND_ADVISORY
    )
    assert fail(runs_stub.AttachAdvisory, unknown).reason == "ASSET_NOT_FOUND"


def test_lists_are_searched_sorted_paged_and_say_their_total(stub: Any) -> None:
    made = [
        upload(stub, prompt=f"lister rope rosette number {number}", provider="lister", confidence=number / 10)
        for number in range(5)
    ]
    stub.SetFavorite(pb.SetFavoriteRequest(name=made[1].name, is_favorite=True), timeout=TIMEOUT_S)
    found: list[str] = []
    token = ""
    while True:
        request = pb.ListAdvisoryAssetsRequest(
            filter='provider = lister AND prompt : "rope rosette"',
            order_by="confidence desc",
            page_size=2,
            page_token=token,
        )
        page = stub.ListAdvisoryAssets(request, timeout=TIMEOUT_S)
        assert page.total_size == 5
        found.extend(asset.asset_id for asset in page.assets)
        token = page.next_page_token
        if not token:
            break
    assert found == [asset.asset_id for asset in made[::-1]]
    favourites = stub.ListAdvisoryAssets(
        pb.ListAdvisoryAssetsRequest(filter="provider = lister AND is_favorite = true"), timeout=TIMEOUT_S
    )
    assert [asset.asset_id for asset in favourites.assets] == [made[1].asset_id]
    bad = pb.ListAdvisoryAssetsRequest(order_by="prompt")
    assert "order_by" in fail(stub.ListAdvisoryAssets, bad).fields


def test_what_waits_comes_oldest_first(stub: Any) -> None:
    upload(stub)
    page = stub.ListPendingAdvisoryAssets(pb.ListPendingAdvisoryAssetsRequest(page_size=1000), timeout=TIMEOUT_S)
    times = [asset.create_time.ToNanoseconds() for asset in page.assets]
    assert times == sorted(times)
    assert page.total_size == len(times)


def test_duplicates_by_words_and_by_picture(stub: Any) -> None:
    data = picture((30, 200, 90), 96)
    first = upload(stub, data, prompt="one wide celtic knot inlay in koa wood")
    smaller = Image.open(io.BytesIO(data)).resize((80, 80))
    written = io.BytesIO()
    smaller.save(written, "JPEG")
    alike = upload(stub, written.getvalue(), prompt="something else entirely", mime="image/jpeg")
    words = upload(stub, picture((250, 20, 20), 64), prompt="one wide celtic knot inlay in koa wood")
    found = stub.FindDuplicateAssets(pb.FindDuplicateAssetsRequest(name=first.name), timeout=TIMEOUT_S).duplicates
    by_name = {item.name: item for item in found}
    assert by_name[alike.name].image_distance <= 6
    assert by_name[words.name].prompt_similarity == 1.0
    assert by_name[words.name].image_distance > 6


def test_statistics(stub: Any) -> None:
    first, second = (upload(stub, provider="counter", cost_usd=0.5) for _ in range(2))
    stub.ReviewAdvisoryAsset(approval(first, rating=5), timeout=TIMEOUT_S)
    stub.ReviewAdvisoryAsset(rejection(second, rating=2), timeout=TIMEOUT_S)
    found = stub.GetAdvisoryStats(pb.GetAdvisoryStatsRequest(filter="provider = counter"), timeout=TIMEOUT_S)
    assert dict(found.state_counts) == {"approved": 1, "rejected": 1}
    assert (dict(found.rating_counts), found.average_rating, found.total_cost_usd) == ({"5": 1, "2": 1}, 3.5, 1.0)
    assert dict(found.rejection_reason_counts) == {"artifacts": 1}


def test_the_built_in_renderer_draws_the_design_and_costs_nothing(stub: Any) -> None:
    design = proto_json.write(design_pb2.Design, DESIGN)
    request = pb.GenerateImageRequest(
        design=design, prompt="mosaic rosette on spruce", requester="M. Sato", size_px=256, idempotency_key=KEY
    )
    made = stub.GenerateImage(request, timeout=TIMEOUT_S)
    (asset,) = made.assets
    assert (asset.provider, asset.cost_usd, asset.image_width_px) == ("rosette", 0.0, 256)
    assert asset.state == pb.ASSET_STATE_PENDING
    assert "mosaic rosette on spruce" in made.used_prompt
    again = stub.GenerateImage(request, timeout=TIMEOUT_S)
    assert again == made
    other = pb.GenerateImageRequest(design=design, requester="M. Sato", idempotency_key=KEY)
    assert fail(stub.GenerateImage, other).reason == "IDEMPOTENCY_KEY_REUSED"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"requester": ""}, "INVALID_FIELDS"),
        ({"size_px": 10}, "INVALID_FIELDS"),
        ({"count": 5}, "INVALID_FIELDS"),
        ({"provider": "nobody"}, "PROVIDER_NOT_FOUND"),
        ({"provider": "openai"}, "PROVIDER_NOT_CONFIGURED"),
        ({}, "NOTHING_TO_DRAW"),
    ],
)
def test_what_cannot_be_generated(stub: Any, fields: dict[str, Any], reason: str) -> None:
    given: dict[str, Any] = {"prompt": "a rosette", "requester": "M. Sato", **fields}
    assert fail(stub.GenerateImage, pb.GenerateImageRequest(**given)).reason == reason


def test_altered_bytes_are_never_served(own_servers: LocalServers) -> None:
    with grpc.insecure_channel(own_servers.runs.address) as channel:
        stub: Any = advisory_service_pb2_grpc.AdvisoryServiceStub(channel)
        asset = upload(stub)
        digest = asset.content_sha256
        path = own_servers.store / "attachments" / digest[:2] / digest[2:4] / digest
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:-1] + b"x")
        with pytest.raises(grpc.RpcError) as failed:
            list(stub.DownloadAdvisoryAsset(pb.DownloadAdvisoryAssetRequest(name=asset.name), timeout=TIMEOUT_S))
    assert failed.value.code() == grpc.StatusCode.DATA_LOSS
