"""Who made a record, as the record says it."""

import pytest

from foundation.identity import Identity, IdentityKind, ProofMethod, RecordedIdentity, Role, made_by

ANN = Identity("Ann", IdentityKind.PERSON, frozenset({Role.ADMIN}), ProofMethod.PASSWORD, "tok_0123456789ab")


def test_a_record_names_person_method_and_credential_and_no_roles() -> None:
    assert RecordedIdentity.of(ANN).to_json() == {
        "name": "Ann", "kind": "person", "method": "password", "credential_id": "tok_0123456789ab",
    }  # fmt: skip


def test_without_credentials_a_record_says_that_names_were_stated() -> None:
    assert RecordedIdentity.of(None).to_json() == {"method": "stated"}


@pytest.mark.parametrize("identity", [ANN, None])
def test_what_a_record_says_is_read_again(identity: Identity | None) -> None:
    recorded = RecordedIdentity.of(identity)
    assert made_by({"identity": recorded.to_json()}) == recorded


@pytest.mark.parametrize("document", [{}, {"identity": None}, {"identity": "Ann"}])
def test_an_older_record_says_nothing(document: dict[str, str | None]) -> None:
    assert made_by(document) is None
