"""Messages of the streams that go out."""

from rmos.runs.v1 import runs_service_pb2 as pb
from runs_svc.ports import PackedFile
from runs_svc.service.runs import messages
from runs_svc.usecases.runs.watch import Watched


def write_pack_header(pack: PackedFile) -> pb.OperatorPackHeader:
    return pb.OperatorPackHeader(
        filename=pack.filename, size_bytes=pack.size_bytes, sha256=pack.sha256, entries=pack.entries
    )


def write_watched(watched: Watched) -> pb.WatchRunsResponse:
    message = pb.WatchRunsResponse(resume_token=watched.resume_token)
    if watched.entry is not None:
        message.kind, message.ordinal = watched.entry.kind, watched.entry.ordinal
        message.sha256 = watched.entry.sha256
        message.run.CopyFrom(messages.write_summary(watched.entry.run))
    return message
