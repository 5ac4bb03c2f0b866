"""People and callers of the runs server, put together: who may call, how they log in, what is noted of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foundation.canonical_json import JsonObject
from rmos.auth.v1 import auth_service_pb2, auth_service_pb2_grpc
from rpckit.authentication.access import VIEWER, table_of
from rpckit.authentication.identity_journal import IdentityJournal
from rpckit.interceptors.admin_log import AdminEvent
from rpckit.interceptors.guard import Guard
from rpckit.open_guard import open_guard
from rpckit.server import Service
from runs_svc.adapters.system import SystemClock, SystemIds
from runs_svc.composition.store import Store
from runs_svc.config import RunsSettings
from runs_svc.domain.upkeep.maintenance import MaintenanceEntry
from runs_svc.service.auth.access_table import ACCESS
from runs_svc.service.auth.servicer import AuthServicer
from runs_svc.usecases.entities.admin_log import AdminLog, Noted

if TYPE_CHECKING:
    from rpckit.authentication.login import PasswordLogin

_AUTH = auth_service_pb2.DESCRIPTOR.services_by_name["AuthService"].full_name
_INTERCEPTED_BENCH = "rmos.intercepted.Null"  # an empty method of the benchmarks, served only when asked for


@dataclass(frozen=True, slots=True)
class People:
    """What the server needs to know who calls."""

    guard: Guard
    service: Service
    admin_log: AdminLog


def open_people(settings: RunsSettings, store: Store) -> People:
    """Callers as the settings want them.

    Raises:
        ConfigurationError: The file of access or the signing key cannot be read.
    """
    table = {**ACCESS, **table_of(_INTERCEPTED_BENCH, {"GetRun": VIEWER})} if settings.bench_methods else ACCESS
    opened = open_guard(settings, table, lambda event: admin_log.note(noted(event)))
    journal = opened.journal
    admin_log = AdminLog(
        store.entities,
        clock=SystemClock(),
        ids=SystemIds(),
        acts=(lambda: journal.acts) if journal is not None else tuple,
    )
    servicer = AuthServicer(_login(settings, journal), admin_log, opened.guard.table)
    add = auth_service_pb2_grpc.add_AuthServiceServicer_to_server
    return People(opened.guard, Service(_AUTH, lambda server: add(servicer, server)), admin_log)


def _login(settings: RunsSettings, journal: IdentityJournal | None) -> "PasswordLogin | None":
    if journal is None:
        return None
    from rpckit.authentication.login import PasswordLogin  # these load cryptography: only where it is needed
    from rpckit.authentication.own_tokens import TokenSigner

    return PasswordLogin(journal, TokenSigner(settings.identity_dir))


def noted(event: AdminEvent) -> Noted:
    """The entry of the log for a call."""
    details: JsonObject = {"code": event.code, "resource": event.resource, "peer": event.peer}
    if event.identity is not None:
        details["identity"] = event.identity.to_json()
    entry = MaintenanceEntry(event.method, event.person, "", event.outcome, details)
    return Noted(entry, event.request_id, event.refusal)
