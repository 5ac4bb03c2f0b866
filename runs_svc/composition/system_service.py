"""The system service of a runs server: which it is, its limits, and what its policies say."""

import datetime
from collections.abc import Sequence
from importlib import metadata

from rmos.system.v1 import system_service_pb2, system_service_pb2_grpc
from rpckit.interceptors.admission import Admission
from rpckit.server import Service
from rpckit.system_servicer import GateInfo, LimitInfo, ReviewInfo, ServerInfo, SystemServicer
from runs_svc.composition.store import Store
from runs_svc.config import RunsSettings
from runs_svc.domain.advisory.review_words import CONCEPTS, LICENCES, LONGEST_CAPTION
from runs_svc.domain.runs.override import LONGEST_REASON, SHORTEST_REASON

SYSTEM = system_service_pb2.DESCRIPTOR.services_by_name["SystemService"].full_name


def system_service(settings: RunsSettings, store: Store, admission: Admission, services: Sequence[str]) -> Service:
    info = ServerInfo(
        server="runs_svc",
        version=metadata.version("rmos"),
        started=datetime.datetime.now(datetime.UTC),
        services=[*services, SYSTEM],
        limits=[LimitInfo("max_attachment_bytes", settings.max_attachment_bytes, "bytes")],
        disk_free_bytes=store.blobs.free_bytes,
        archive_lag=store.archive.lag,
        review=ReviewInfo(LICENCES, CONCEPTS, settings.four_eyes, LONGEST_CAPTION),
        gate=GateInfo(settings.allow_red_override, settings.four_eyes, SHORTEST_REASON, LONGEST_REASON),
    )
    servicer = SystemServicer(info, admission)
    add = system_service_pb2_grpc.add_SystemServiceServicer_to_server
    return Service(SYSTEM, lambda server: add(servicer, server))
