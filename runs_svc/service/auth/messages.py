"""Identities and the log of administration on the wire."""

from collections.abc import Mapping
from typing import Any

from foundation.identity import Identity
from rmos.auth.v1 import auth_service_pb2 as pb
from rmos.type.v1 import identity_pb2
from rpckit import proto_json
from runs_svc.domain.upkeep.maintenance import MaintenanceEntry
from runs_svc.usecases.entities.admin_log import REPEATED
from runs_svc.usecases.entities.repository import Revision


def write_identity(identity: Identity) -> identity_pb2.Identity:
    return proto_json.write(identity_pb2.Identity, identity_value(identity.to_json()))


def identity_value(recorded: Mapping[str, Any]) -> dict[str, str]:
    """The members of an Identity message from a record."""
    value = {"method": recorded["method"].upper()}
    if "name" in recorded:
        value |= {
            "name": recorded["name"],
            "kind": recorded["kind"].upper(),
            "credential_id": recorded["credential_id"],
        }
    return value


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
    if "identity" in details:
        event.identity.CopyFrom(proto_json.write(identity_pb2.Identity, identity_value(details["identity"])))
    return event
