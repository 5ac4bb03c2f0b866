# made from whole_answers.py by protos/asynchronous.py: edit that file
"""Reads whose answer does not fit into one message: further calls fetch the rest until all of it is there."""

from typing import Any

import grpc

from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos_client.async_calls import as_rmos_errors, call, metadata
from rmos_client.errors import RmosError, mint_request_id
from rmos_client.whole_answers import _DOCUMENT_TIMEOUT_S


async def read_runs(stub: Any, names: list[str]) -> tuple[list[run_pb2.Run], list[str]]:
    """The runs found, in the order asked for, and the names that are absent or cannot be read.

    Raises:
        RmosError: The call failed.
    """
    found: list[run_pb2.Run] = []
    unreachable: list[str] = []
    while True:
        response = await call(stub.BatchGetRuns, pb.BatchGetRunsRequest(names=names), request_id=None, timeout_s=None)
        found += response.runs
        unreachable += response.unreachable
        names = list(response.not_returned)
        if not names:
            return (found, unreachable)


async def read_document(stub: Any, name: str) -> tuple[bytes, str]:
    """The exact bytes of a record, of any size, and their SHA-256.

    Raises:
        RmosError: The call failed.
    """
    request_id = mint_request_id()
    try:
        with as_rmos_errors(request_id):
            stream = stub.DownloadRunDocument(
                pb.DownloadRunDocumentRequest(name=name), timeout=_DOCUMENT_TIMEOUT_S, metadata=metadata(request_id)
            )
            header = (await anext(aiter(stream))).header
            return (b"".join([message.chunk async for message in stream]), header.sha256)
    except RmosError as error:
        if error.code is not grpc.StatusCode.UNIMPLEMENTED:
            raise
    response = await call(
        stub.GetRunDocument, pb.GetRunDocumentRequest(name=name), request_id=request_id, timeout_s=None
    )
    return (response.document, response.sha256)
