"""What names in records are worth, in plain words."""

import pytest

from rmos.type.v1 import identity_pb2
from rmos_client.cli.identity_view import maker, signed

PERSON, TOOL = identity_pb2.IDENTITY_KIND_PERSON, identity_pb2.IDENTITY_KIND_TOOL
ANN = identity_pb2.Identity(
    name="Ann", kind=PERSON, method=identity_pb2.PROOF_METHOD_PASSWORD, credential_id="tok_0123456789ab"
)
CAM = identity_pb2.Identity(name="cam", kind=TOOL, method=identity_pb2.PROOF_METHOD_CERTIFICATE, credential_id="cert_1")


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        (ANN, "Ann (by password, tok_0123456789ab)"),
        (CAM, "cam (by certificate, cert_1)"),
        (
            identity_pb2.Identity(method=identity_pb2.PROOF_METHOD_STATED),
            "nobody knows: the server asked for no credentials",
        ),
    ],
)
def test_who_made_a_record(identity: identity_pb2.Identity, said: str) -> None:
    assert maker(identity) == said


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        (ANN, "Ann (by password, tok_0123456789ab)"),
        (identity_pb2.Identity(method=identity_pb2.PROOF_METHOD_STATED), "Ann (stated, not proven)"),
        (identity_pb2.Identity(), "Ann (stated, not proven)"),
        (CAM, "Ann (by certificate, cert_1, sent by cam)"),
    ],
)
def test_what_a_name_in_a_record_is_worth(identity: identity_pb2.Identity, said: str) -> None:
    assert signed("Ann", identity) == said
