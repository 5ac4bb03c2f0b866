"""Who made a record, on the wire."""

from foundation.identity import RecordedIdentity
from rmos.type.v1 import identity_pb2
from rpckit.authentication.identity_messages import identity_member, write_identity


def test_words_of_a_later_server_are_not_known_here() -> None:
    later = RecordedIdentity("retina", "Ann", "robot", "ret_1")
    assert write_identity(later) == identity_pb2.Identity(name="Ann", credential_id="ret_1")


def test_an_older_record_has_no_member() -> None:
    assert identity_member(None) == {}
