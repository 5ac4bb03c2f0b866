"""Who acts, on the wire."""

from foundation.access_errors import PersonNeededError
from foundation.call import current_call
from foundation.errors import InvalidFieldsError
from foundation.identity import IdentityKind
from rmos.workflow.v1 import workflow_service_pb2 as pb
from rpckit.authentication.acting import acting_name
from runs_svc.domain.workflow.session import Actor
from runs_svc.domain.workflow.states import Role

_ROLES = {
    pb.ACTOR_ROLE_USER: Role.USER,
    pb.ACTOR_ROLE_OPERATOR: Role.OPERATOR,
    pb.ACTOR_ROLE_AI: Role.AI,
}
"""Roles a caller may have; `system` is the server itself."""


def read_actor(actor: pb.Actor) -> Actor:
    """Who acts.

    Raises:
        InvalidFieldsError: Nobody is named, or the role cannot be claimed.
        OtherPersonError: Somebody else is named than who calls.
        PersonNeededError: A tool claims to be a person.
    """
    identity = current_call.get().identity
    if actor.role not in _ROLES and (identity is None or actor.role):
        raise InvalidFieldsError.one("actor.role", "is required: user, operator or ai")
    name = acting_name("actor.name", actor.name.strip())
    if identity is None or identity.kind is IdentityKind.PERSON:
        return Actor(_ROLES.get(actor.role, Role.USER), name)
    if _ROLES.get(actor.role, Role.AI) is not Role.AI:
        raise PersonNeededError(f"acting as {_ROLES[actor.role]}")
    return Actor(Role.AI, name)
