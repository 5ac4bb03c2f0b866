"""Identities and the log of administration on the wire."""

from collections.abc import Mapping
from typing import Any

from foundation.identity import made_by
from rmos.auth.v1 import auth_service_pb2 as pb
from rpckit import proto_json
from rpckit.authentication.identity_messages import write_identity
from runs_svc.domain.upkeep.maintenance import MaintenanceEntry
from runs_svc.usecases.entities.admin_log import REPEATED
from runs_svc.usecases.entities.entity import Revision


def write_admin_event(revision: Revision[MaintenanceEntry]) -> pb.AdminEvent:
    entry = revision.entity
    details: Mapping[str, Any] = entry.details
    event = pb.AdminEvent(
        event_id=revision.subject_id,
        command=entry.command,
        person=entry.person,
        outcome=entry.outcome,
        reason=entry.reason,
        request_id=revision.request_id,
        resource=str(details.get("resource", "")),
        code=str(details.get("code", "")),
        repeated_count=int(details.get(REPEATED, 0)),
        create_time=proto_json.write_moment(revision.created_at_utc),  # type: ignore[arg-type]  # the runtime takes these
    )
    if (identity := made_by(details)) is not None:
        event.identity.CopyFrom(write_identity(identity))
    return event
