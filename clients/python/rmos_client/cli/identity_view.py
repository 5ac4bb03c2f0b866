"""Who made a record, and how that was proven, in words."""

from rmos.type.v1 import identity_pb2

_PROOFS = {
    identity_pb2.PROOF_METHOD_PASSWORD: "by password",
    identity_pb2.PROOF_METHOD_TOKEN: "by a token of the identity provider",
    identity_pb2.PROOF_METHOD_API_KEY: "by the key of a tool",
    identity_pb2.PROOF_METHOD_CERTIFICATE: "by certificate",
}
UNPROVEN = "stated, not proven"


def proof(identity: identity_pb2.Identity) -> str:
    """How a name was proven. What an older record or a newer server says otherwise is not known to be proven.

    >>> proof(identity_pb2.Identity(method=identity_pb2.PROOF_METHOD_PASSWORD, name="Ann", credential_id="tok_1"))
    'by password, tok_1'
    >>> proof(identity_pb2.Identity())
    'stated, not proven'
    """
    words = _PROOFS.get(identity.method)
    if words is None:
        return UNPROVEN
    return f"{words}, {identity.credential_id}" if identity.credential_id else words


def maker(identity: identity_pb2.Identity) -> str:
    """Who made a record that names nobody itself."""
    if identity.method not in _PROOFS:
        return "nobody knows: the server asked for no credentials"
    return f"{identity.name} ({proof(identity)})"


def signed(name: str, identity: identity_pb2.Identity) -> str:
    """A name in a record, and what it is worth."""
    behind = f", sent by {identity.name}" if identity.name and identity.name != name else ""
    return f"{name} ({proof(identity)}{behind})"
