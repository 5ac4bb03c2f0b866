"""Versions and withdrawals of catalogue entries on the wire."""

import re
from typing import Any

from feasibility_svc.domain.catalogue.calibration import Calibration
from feasibility_svc.domain.catalogue.catalogue import Source
from feasibility_svc.domain.catalogue.versions import EntryVersion
from feasibility_svc.domain.catalogue.withdrawal import Withdrawal
from feasibility_svc.domain.catalogue.workshop import Change
from feasibility_svc.domain.inputs.context import Machine, Material, Tool
from feasibility_svc.service import catalog_messages
from foundation.canonical_json import JsonObject
from foundation.errors import InvalidFieldsError
from foundation.visible_text import unseen_in, visible_length
from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos.type.v1 import context_pb2
from rpckit import proto_json
from rpckit.authentication.acting import acting_name
from rpckit.authentication.identity_messages import identity_member

_NAME = re.compile(r"(materials|tools|machines|calibrations)/[A-Za-z0-9_.-]{1,100}")
_LONGEST_REASON = 200


def read_resource(name: str) -> str:
    """The name of an entry or a calibration.

    Raises:
        InvalidFieldsError: It is none.
    """
    if not _NAME.fullmatch(name):
        forms = "materials/{id}, tools/{id}, machines/{id} or calibrations/{id}"
        raise InvalidFieldsError.one("name", f"{name[:100]!r} is not of the form {forms}")
    return name


def read_revision(request: Any, kind: str, rules: type[Material] | type[Tool] | type[Machine]) -> Change:
    """The entry of a Revise request; without a name or a source where it gives none.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    change = catalog_messages.read_entry(request, kind, rules)
    if request.grade and not request.source:
        raise InvalidFieldsError.one("grade", "is that of a source: state the source, too")
    sources: tuple[Source, ...] = change.sources if request.source else ()
    note = catalog_messages.read_note(request.change_note)
    return Change(change.kind, change.value, request.display_name, sources, change_note=note)


def read_withdrawal(request: pb.WithdrawEntryRequest) -> Withdrawal:
    """The withdrawal that is asked for, in the name of who calls or is stated.

    Raises:
        InvalidFieldsError: The name is none of an entry, or the reason is missing, too long or cannot be seen.
    """
    resource, reason = read_resource(request.name), request.reason.strip()
    if not visible_length(reason) or len(reason) > _LONGEST_REASON:
        raise InvalidFieldsError.one("reason", f"{len(reason)} characters; allowed: 1 to {_LONGEST_REASON}")
    unseen = unseen_in(reason)
    if unseen:
        raise InvalidFieldsError.one("reason", f"{ascii(reason)[:80]}: {unseen}")
    return Withdrawal(resource=resource, reason=reason, person=acting_name("person", request.person))


def write_version(version: EntryVersion) -> pb.EntryVersion:
    change = version.change
    members: JsonObject = {
        "version": version.version,
        "action": version.action,
        "changes": list(version.changes),
        "change_note": version.note,
        "person": version.person,
        "display_name": change.display_name,
        **identity_member(version.identity),
    }
    if version.created_at_utc:
        members["create_time"] = version.created_at_utc
    message = proto_json.write(pb.EntryVersion, members)
    match change.value:
        case Material() as material:
            written = proto_json.write(context_pb2.Material, material.model_dump(exclude_none=True))
            message.material.CopyFrom(written)
        case Tool() as tool:
            message.tool.CopyFrom(proto_json.write(context_pb2.Tool, tool.model_dump(exclude_none=True)))
        case Machine() as machine:
            message.machine.CopyFrom(proto_json.write(context_pb2.Machine, machine.model_dump(exclude_none=True)))
        case Calibration() as calibration:
            message.calibration.CopyFrom(catalog_messages.write_calibration(calibration, superseded=False))
    return message
