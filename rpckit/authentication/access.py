"""Who may call which method: one row each, and whoever has no row is called by nobody."""

from collections.abc import Mapping
from dataclasses import dataclass

from foundation.access_errors import PersonNeededError, RoleRequiredError
from foundation.identity import Identity, IdentityKind, Role


@dataclass(frozen=True, slots=True)
class Access:
    """What a caller of a method must be."""

    role: Role | None
    """Least role; None: whoever has credentials."""
    person: bool = False
    """Only people, in their own name."""
    dear: bool = False
    """Costs the server much: counted apart when callers are slowed down."""
    public: bool = False
    """Needs no credentials."""

    @property
    def privileged(self) -> bool:
        """Whether each call is noted in the log of administration."""
        return self.person or (self.role is not None and self.role.rank >= Role.REVIEWER.rank)

    def allows(self, identity: Identity) -> bool:
        return not self._wants_role(identity) and not self._wants_person(identity)

    def check(self, method: str, identity: Identity) -> None:
        """Refuse who may not.

        Raises:
            RoleRequiredError, PersonNeededError: They may not.
        """
        if self.role is not None and self._wants_role(identity):
            raise RoleRequiredError(method, self.role)
        if self._wants_person(identity):
            raise PersonNeededError(method)

    def _wants_role(self, identity: Identity) -> bool:
        return self.role is not None and identity.rank < self.role.rank

    def _wants_person(self, identity: Identity) -> bool:
        return self.person and identity.kind is not IdentityKind.PERSON


AccessTable = Mapping[str, Access]
"""By the name of the method on the wire: `/package.Service/Method`."""

PUBLIC = Access(None, public=True)
ANYBODY = Access(None)
VIEWER = Access(Role.VIEWER)
OPERATOR = Access(Role.OPERATOR)
REVIEWER = Access(Role.REVIEWER)
ADMIN = Access(Role.ADMIN)
VIEWER_DEAR = Access(Role.VIEWER, dear=True)
OPERATOR_DEAR = Access(Role.OPERATOR, dear=True)
OPERATOR_PERSON = Access(Role.OPERATOR, person=True)
REVIEWER_PERSON = Access(Role.REVIEWER, person=True)
ADMIN_PERSON = Access(Role.ADMIN, person=True)

SHARED_ACCESS: AccessTable = {
    "/grpc.health.v1.Health/Check": PUBLIC,
    "/grpc.health.v1.Health/List": PUBLIC,
    "/grpc.health.v1.Health/Watch": PUBLIC,
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo": ANYBODY,
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo": ANYBODY,
    "/rmos.system.v1.SystemService/GetServerInfo": VIEWER,
}
"""What both servers have."""


def table_of(service: str, rows: Mapping[str, Access]) -> AccessTable:
    """Rows of a service, by the names of its methods."""
    return {f"/{service}/{method}": access for method, access in rows.items()}
