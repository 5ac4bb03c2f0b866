"""Who made a record, on the wire."""

from foundation.canonical_json import JsonObject
from foundation.identity import RecordedIdentity
from rmos.type.v1 import identity_pb2
from rpckit import proto_json

_METHODS = {name.removeprefix("PROOF_METHOD_") for name in identity_pb2.ProofMethod.keys()}  # noqa: SIM118
_KINDS = {name.removeprefix("IDENTITY_KIND_") for name in identity_pb2.IdentityKind.keys()}  # noqa: SIM118


def write_identity(identity: RecordedIdentity) -> identity_pb2.Identity:
    return proto_json.write(identity_pb2.Identity, _value(identity))


def identity_member(identity: RecordedIdentity | None) -> JsonObject:
    """The member of a message that says who made its record; none for an older record."""
    return {} if identity is None else {"identity": _value(identity)}


def _value(identity: RecordedIdentity) -> JsonObject:
    """The members of an Identity. A word of a later server is UNSPECIFIED here."""
    method, kind = identity.method.upper(), identity.kind.upper()
    value: JsonObject = {"method": method if method in _METHODS else "UNSPECIFIED"}
    if identity.name:
        value |= {
            "name": identity.name,
            "kind": kind if kind in _KINDS else "UNSPECIFIED",
            "credential_id": identity.credential_id,
        }
    return value
