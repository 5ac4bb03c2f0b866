"""Who acts, on the wire."""

from foundation.errors import InvalidFieldsError
from rmos.workflow.v1 import workflow_service_pb2 as pb
from runs_svc.domain.workflow.session import Actor
from runs_svc.domain.workflow.states import Role

_LONGEST_NAME = 100
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
    """
    if actor.role not in _ROLES:
        raise InvalidFieldsError.one("actor.role", "is required: user, operator or ai")
    name = actor.name.strip()
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise InvalidFieldsError.one("actor.name", f"1 to {_LONGEST_NAME} characters are required: a name")
    return Actor(_ROLES[actor.role], name)
