"""Messages of the streams that go out."""

from collections.abc import Iterator
from typing import Literal, Protocol

from google.protobuf.duration_pb2 import Duration

from foundation.errors import InvalidFieldsError
from rmos.runs.v1 import runs_service_pb2 as pb
from runs_svc.domain.errors import OffsetOutOfRangeError
from runs_svc.ports import PackedFile
from runs_svc.service.runs import messages
from runs_svc.usecases.runs.watch import Watched

_SHORTEST_S, _LONGEST_S = 5.0, 60.0
_PACK_PIECE_BYTES = 256 * 1024


def write_pack(pack: PackedFile, offset: int) -> Iterator[pb.GetOperatorPackResponse]:
    """The header, then the bytes in pieces, from an offset on.

    Raises:
        OffsetOutOfRangeError: It ends before.
    """
    if not 0 <= offset <= pack.size_bytes:
        raise OffsetOutOfRangeError(offset, pack.size_bytes)
    header = pb.OperatorPackHeader(
        filename=pack.filename, size_bytes=pack.size_bytes, sha256=pack.sha256, entries=pack.entries
    )
    yield pb.GetOperatorPackResponse(header=header)
    pack.content.seek(offset)
    while piece := pack.content.read(_PACK_PIECE_BYTES):
        yield pb.GetOperatorPackResponse(chunk=piece)


def write_watched(watched: Watched) -> pb.WatchRunsResponse:
    message = pb.WatchRunsResponse(resume_token=watched.resume_token)
    if watched.entry is not None:
        message.kind, message.ordinal = watched.entry.kind, watched.entry.ordinal
        message.sha256 = watched.entry.sha256
        message.run.CopyFrom(messages.write_summary(watched.entry.run))
    return message


class FollowRequest(Protocol):
    """What the request of a stream that follows has."""

    @property
    def bookmark_interval(self) -> Duration: ...

    def HasField(self, field_name: Literal["bookmark_interval"]) -> bool: ...


def read_bookmark_s(request: FollowRequest) -> float | None:
    """After how long a silence a bookmark is sent; None for the server's own interval.

    Raises:
        InvalidFieldsError: It is out of range.
    """
    if not request.HasField("bookmark_interval"):
        return None
    seconds = request.bookmark_interval.seconds + request.bookmark_interval.nanos / 1e9
    if not _SHORTEST_S <= seconds <= _LONGEST_S:
        text = f"{seconds:g} s is not within {_SHORTEST_S:g} to {_LONGEST_S:g} s"
        raise InvalidFieldsError.one("bookmark_interval", text)
    return seconds
