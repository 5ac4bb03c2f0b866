"""Who calls, as far as it was proven."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from foundation.canonical_json import JsonMapping, JsonObject, JsonValue
from foundation.json_members import text


class Role(StrEnum):
    """What somebody may do. Each role may do what those before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {role: rank for rank, role in enumerate(Role)}


def in_order(roles: Iterable[Role]) -> list[Role]:
    """Each role once, the least first."""
    given = set(roles)
    return [role for role in Role if role in given]


class IdentityKind(StrEnum):
    """Only a person decides anything."""

    PERSON = "person"
    TOOL = "tool"


class ProofMethod(StrEnum):
    """How a name was proven. In records `stated` is written where it was not."""

    PASSWORD = "password"  # noqa: S105  a word, no secret
    TOKEN = "token"  # noqa: S105
    API_KEY = "api_key"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who proved who they are."""

    name: str
    kind: IdentityKind
    roles: frozenset[Role]
    method: ProofMethod
    credential_id: str
    """Finds the credential: id of a key or a token, digest of a certificate. No secret."""
    for_others: bool = False
    """A server that calls on behalf of callers whom it knows: they were counted there."""

    @property
    def rank(self) -> int:
        """Of the highest role; -1 without any."""
        return max((role.rank for role in self.roles), default=-1)

    def to_json(self) -> dict[str, str]:
        """As it stands in records."""
        return {
            "name": self.name,
            "kind": self.kind.value,
            "method": self.method.value,
            "credential_id": self.credential_id,
        }


STATED = "stated"
"""The method of records that were made without credentials."""


@dataclass(frozen=True, slots=True)
class RecordedIdentity:
    """Who made a record, and how that was proven, as the record itself says it."""

    method: str = STATED
    """A ProofMethod, or `stated`: names in the record were stated, and not proven."""
    name: str = ""
    kind: str = ""
    credential_id: str = ""

    @classmethod
    def of(cls, identity: Identity | None) -> "RecordedIdentity":
        """What a record says of whoever makes it; None where nobody is asked."""
        return cls() if identity is None else cls(**identity.to_json())

    @classmethod
    def read(cls, value: JsonValue) -> "RecordedIdentity | None":
        """From the member `identity` of a record; None for records older than that."""
        if not isinstance(value, dict):
            return None
        return cls(text(value, "method"), text(value, "name"), text(value, "kind"), text(value, "credential_id"))

    def to_json(self) -> JsonObject:
        """As it stands in records. Without a name where nothing was proven."""
        members = {"method": self.method, "name": self.name, "kind": self.kind, "credential_id": self.credential_id}
        return {name: value for name, value in members.items() if value}


def made_by(document: JsonMapping) -> RecordedIdentity | None:
    """Who made a record; None for records older than that."""
    return RecordedIdentity.read(document.get("identity"))
