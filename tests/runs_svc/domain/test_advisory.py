"""The prompt engine, and who may decide what."""

from dataclasses import replace

import pytest

from foundation.canonical_json import JsonObject
from foundation.errors import InvalidFieldsError
from runs_svc.domain.advisory import errors
from runs_svc.domain.advisory.asset import AssetState, Content, Review, check_review, check_usable
from runs_svc.domain.advisory.prompt import compose_prompt, jaccard, prompt_sha256, read_prompt
from runs_svc.domain.advisory.review_keys import decided_under
from runs_svc.domain.entities.revision import to_json
from runs_svc.domain.errors import FourEyesError, IdempotencyKeyReusedError
from tests import builders

ASSET = builders.asset(0xA, requester="M. Sato", prompt="")
APPROVED = Review("A. Lead", AssetState.APPROVED, licence="CC0")


@pytest.mark.parametrize(
    ("prompt", "field", "expected"),
    [
        ("a custom finish on a dreadnought", "body_shape", "dreadnought"),
        ("a custom guitar", "body_shape", ""),
        ("an OM in koa", "body_shape", "om"),
        ("a classic look", "body_shape", ""),
        ("tobacco sunburst archtop", "finish", "tobacco_sunburst"),
        ("cherry sunburst", "finish", "cherry_sunburst"),
        ("a sound-hole ring of rope", "category", "rosette"),
        ("macro photo, soft light", "style", "macro"),
        ("", "category", ""),
    ],
)
def test_whole_words_and_the_longest_name(prompt: str, field: str, expected: str) -> None:
    assert getattr(read_prompt(prompt), field) == expected


def test_woods_hardware_and_inlays_in_their_order() -> None:
    reading = read_prompt(
        "rosettes with mother of pearl dots, flamed maple, Brazilian rosewood, gold tuners and tuners"
    )
    assert list(reading.woods) == ["maple_bigleaf", "rosewood_brazilian"]
    assert list(reading.hardware) == ["gold_tuners", "tuners"]
    assert list(reading.inlays) == ["mother_of_pearl", "dots"]
    assert reading.category == "rosette"


def test_confidence_is_the_share_that_was_understood() -> None:
    assert read_prompt("mosaic rosette").confidence == 1.0
    assert read_prompt("a mosaic rosette of dreams").confidence == pytest.approx(2 / 3)
    assert read_prompt("the").confidence == 0.0


def test_what_is_sent() -> None:
    used, negative = compose_prompt("a mosaic rosette.", read_prompt("a mosaic rosette"))
    assert used.startswith("a mosaic rosette, acoustic guitar rosette, studio")
    assert "watermark" in negative
    assert "macro photograph" in compose_prompt("macro", read_prompt("macro"))[0]


def test_the_same_words_are_the_same_prompt() -> None:
    assert prompt_sha256("A  Rope-rosette!") == prompt_sha256("a rope rosette")
    assert prompt_sha256("  ") == ""
    assert jaccard("", "") == 0.0


def test_nobody_approves_their_own_request_where_four_eyes_are_wanted() -> None:
    own = Review("M. Sato", AssetState.APPROVED, licence="CC0")
    check_review(ASSET, own, four_eyes=False, proven=True)
    check_review(ASSET, APPROVED, four_eyes=True, proven=True)
    check_review(ASSET, Review("M. Sato", AssetState.REJECTED, rejection_reason="other"), four_eyes=True, proven=True)
    with pytest.raises(FourEyesError, match="somebody else"):
        check_review(ASSET, own, four_eyes=True, proven=True)
    with pytest.raises(FourEyesError, match=r"A\. Lead may be Lead A\., who asked for assets/"):
        check_review(replace(ASSET, requester="Lead A."), APPROVED, four_eyes=True, proven=False)


def test_what_nobody_knows_who_asked_for_is_approved_by_nobody_where_four_eyes_decide() -> None:
    unasked = replace(ASSET, requester="")
    check_review(unasked, APPROVED, four_eyes=False, proven=True)
    with pytest.raises(FourEyesError, match="nobody is named who asked"):
        check_review(unasked, APPROVED, four_eyes=True, proven=True)


def test_there_is_nothing_to_take_back_from_what_waits() -> None:
    with pytest.raises(errors.ReviewAlreadyDecidedError):
        check_review(
            ASSET, Review("A. Lead", AssetState.APPROVED, licence="CC0", reversal=True), four_eyes=False, proven=True
        )
    with pytest.raises(errors.NotApprovedError, match="is pending"):
        check_usable(ASSET)


def test_what_is_reported_when_money_or_pictures_are_missing() -> None:
    spent = errors.BudgetExhaustedError("day", limit_usd=1.0, used_usd=0.9, asked_usd=0.4)
    assert "1.00 USD has 0.10 left" in str(spent)
    assert "3 of at least 10" in errors.TrainingNotReadyError(3, 10).preconditions[0].description
    few = errors.TrainingNotReadyError(0, 10, ["12 are too small", "1 look like another"])
    assert "needed (left out: 12 are too small, 1 look like another); approve" in str(few)
    assert [item.description for item in few.preconditions[1:]] == ["12 are too small", "1 look like another"]
    assert "exp_x" in str(errors.ExportNotFoundError("exp_x"))
    assert "moderation" in str(errors.PromptRefusedError("openai", "moderation"))


def test_what_is_decided_about_is_what_was_shown_and_pictures_need_a_licence() -> None:
    with pytest.raises(InvalidFieldsError, match="is not what the asset shows"):
        check_review(ASSET, replace(APPROVED, shown_sha256="a" * 64), four_eyes=False, proven=True)
    with pytest.raises(InvalidFieldsError, match="required to approve a picture"):
        check_review(ASSET, Review("A. Lead", AssetState.APPROVED), four_eyes=False, proven=True)


def test_bytes_that_are_no_picture_are_not_approved_as_one() -> None:
    page = replace(ASSET, content=Content("a" * 64, 10, "text/html"))
    shown = replace(APPROVED, shown_sha256="a" * 64)
    with pytest.raises(InvalidFieldsError, match="its bytes are no picture"):
        check_review(page, shown, four_eyes=False, proven=True)


def test_words_of_an_approved_asset_are_corrected_without_taking_it_back() -> None:
    approved = replace(ASSET, state=AssetState.APPROVED)
    words = replace(APPROVED, correction=True, concept="old classical")
    check_review(approved, words, four_eyes=True, proven=True)
    for asset, review in ((ASSET, words), (approved, replace(words, reversal=True))):
        with pytest.raises(InvalidFieldsError, match="is for approved assets"):
            check_review(asset, review, four_eyes=True, proven=True)


def test_a_decision_stands_under_its_key_and_a_refused_one_does_not() -> None:
    review = Review("M. Sato", AssetState.APPROVED, licence="CC0")
    refused: JsonObject = {"action": "review", "review": to_json(review), "refused": True, "idempotency_key": "k"}
    assert not decided_under("k", review, [{"action": "create"}, refused])
    events: list[JsonObject] = [{"action": "create"}, refused, {**refused, "refused": False}]
    assert decided_under("k", review, events)
    assert not decided_under("other", review, events)
    with pytest.raises(IdempotencyKeyReusedError) as caught:
        decided_under("k", replace(review, note="sharp"), events)
    assert caught.value.metadata["recorded_payload_sha256"] != caught.value.metadata["given_payload_sha256"]


def test_a_decision_of_an_earlier_version_is_compared_by_what_both_know() -> None:
    review = Review("M. Sato", AssetState.APPROVED)
    older = {name: value for name, value in to_json(review).items() if name not in {"concept", "correction"}}
    assert decided_under("k", review, [{"review": older, "refused": False, "idempotency_key": "k"}])
