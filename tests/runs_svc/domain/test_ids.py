import pytest

from foundation.errors import InvalidFieldsError
from runs_svc.domain import ids

BAD_RUN_IDS = [
    "",
    "run_",
    "run_00000000000",
    "run_" + "0" * 33,
    "run_00000000000G",
    "RUN_000000000000",
    "run_000000000000\n",
    "../run_000000000000",
    "run_0000000000/0",
    "run_ABCDEFABCDEF",
]


@pytest.mark.parametrize("text", BAD_RUN_IDS)
def test_anything_but_a_run_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not run_"):
        ids.RunId(text)


@pytest.mark.parametrize("length", [12, 16, 32])
def test_ids_of_older_stores_are_accepted(length: int) -> None:
    assert ids.read_run_name("runs/run_" + "a" * length).text == "run_" + "a" * length


@pytest.mark.parametrize("name", ["run_000000000001", "jobs/run_000000000001", "runs/run_000000000001/x", "runs/"])
def test_a_name_of_another_form_is_refused_by_field(name: str) -> None:
    with pytest.raises(InvalidFieldsError) as caught:
        ids.read_run_name(name, "parent")
    assert caught.value.violations[0].field == "parent"


@pytest.mark.parametrize("text", ["", "0" * 64, "g" * 64, "a" * 63, "a" * 64 + "\n", "A" * 64])
def test_anything_but_a_digest_is_refused(text: str) -> None:
    with pytest.raises(InvalidFieldsError):
        ids.read_digest(text, "sha256")


@pytest.mark.parametrize("text", ["", "0" * 64, "a" * 11, "g" * 12, "A" * 12, "a" * 65, "a" * 12 + "\n"])
def test_too_little_of_a_digest_finds_nothing(text: str) -> None:
    assert ids.read_digest_part("0" * 12, "sha256") == "0" * 12
    with pytest.raises(InvalidFieldsError):
        ids.read_digest_part(text, "sha256")


def test_keys_are_uuids_in_any_case() -> None:
    key = "8F14E45F-CEEA-467F-9B5E-AAAAAAAAAAAA"
    assert ids.read_idempotency_key(key) == key.lower()
    assert ids.read_idempotency_key("") is None


@pytest.mark.parametrize("key", ["job-2026-17", "x", "A.b_c:d-9", "k" * 128])
def test_keys_may_be_names_of_the_callers_own(key: str) -> None:
    assert ids.read_idempotency_key(key) == key


@pytest.mark.parametrize("key", ["k" * 129, "a b", "ä", "a\n", "a/b"])
def test_other_keys_are_refused_by_field(key: str) -> None:
    with pytest.raises(InvalidFieldsError) as caught:
        ids.read_idempotency_key(key)
    assert caught.value.violations[0].field == "idempotency_key"


@pytest.mark.parametrize("text", ["", "G-Code", "x" * 51, "a b"])
def test_a_kind_is_lower_case_and_short(text: str) -> None:
    with pytest.raises(InvalidFieldsError):
        ids.read_kind(text, "kind")
