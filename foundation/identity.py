"""Who calls, as far as it was proven."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


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


def recorded_identity(identity: Identity | None) -> dict[str, str]:
    """What a record says of who made it: without credentials, that names in it were stated and not proven."""
    return {"method": "stated"} if identity is None else identity.to_json()
