"""What the transport says of servers that are away becomes a sentence with a remedy."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2

from rmos.runs.v1.runs_service_pb2 import ListRunsRequest
from rmos_client import Rmos, RmosError
from rmos_client.credentials import Credentials, Tls
from rmos_client.errors import from_rpc_error
from rmos_client.unreachable import in_words

ALL = "connections to all backends failing; last error: "
HANDSHAKE = f"{ALL}UNKNOWN: ipv4:127.0.0.1:7: Tls handshake failed (TSI_PROTOCOL_FAILURE): SSL_ERROR_SSL: error:1000"
SAID = {
    f"{ALL}UNKNOWN: ipv4:127.0.0.1:7: Failed to connect to remote host: Connection refused": (
        "nothing listens at 127.0.0.1:7",
        "make serve",
    ),
    f"{ALL}UNKNOWN: ipv6:%5B::1%5D:7: Failed to connect to remote host: Connection refused": (
        "nothing listens at [::1]:7",
        "make serve",
    ),
    f"{ALL}UNKNOWN: ipv4:127.0.0.1:7: tcp handshaker shutdown": (
        "no machine answers at 127.0.0.1:7",
        "whether it is on",
    ),
    f"{ALL}UNKNOWN: ipv4:127.0.0.1:7: Failed to connect to remote host: Connection timed out": (
        "no machine answers at 127.0.0.1:7",
        "whether it is on",
    ),
    f"{ALL}UNKNOWN: ipv4:127.0.0.1:7: connection attempt timed out before receiving SETTINGS frame": (
        "127.0.0.1:7 takes connections and does not answer",
        "--runs",
    ),
    f"{ALL}UNAVAILABLE: ipv4:127.0.0.1:7: Handshake read failed (Endpoint closing)": (
        "127.0.0.1:7 takes connections and does not answer",
        "--runs",
    ),
    "errors resolving a.b:7: [field:hostname lookup error:address lookup failed for a.b:7: Domain name not found]": (
        "the name in a.b:7 belongs to no machine",
        "--runs",
    ),
    "errors resolving a.b:7: [field:hostname lookup error:lookup failed for a.b:7: Could not contact DNS servers]": (
        "the name in a.b:7 cannot be looked up: no name server answers",
        "--runs",
    ),
    "errors resolving http://a:7: [field:hostname lookup error:failed for http://a:7: Misformatted domain name]": (
        "http://a:7 is no address: one is HOST:PORT",
        "--runs",
    ),
    f"{HANDSHAKE}00f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER: OK": (
        "127.0.0.1:7 speaks no TLS",
        "leave RMOS_CA out",
    ),
    f"{HANDSHAKE}007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED: unable to get local issuer: OK": (
        "the certificate of 127.0.0.1:7 is from nobody whom RMOS_CA names",
        "let RMOS_CA name",
    ),
    f"{HANDSHAKE}007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED: certificate has expired: OK": (
        "the certificate of 127.0.0.1:7 has ended",
        "gives it another",
    ),
    f"{ALL}UNKNOWN: ipv4:127.0.0.1:7: Custom verification check failed with error: UNAUTHENTICATED: Hostname "
    "Verification Check failed.": ("the certificate of 127.0.0.1:7 is for another name", "stands in its certificate"),
    f"{ALL}INTERNAL: ipv4:127.0.0.1:7: Failed parsing HTTP/2 (Expected SETTINGS frame as the first frame)": (
        "what listens at 127.0.0.1:7 is no server of gRPC",
        "--runs",
    ),
    f"{ALL}UNAVAILABLE: ipv4:127.0.0.1:7: Socket closed": ("127.0.0.1:7 closes connections", "RMOS_CERTIFICATE"),
    "Socket closed": ("the server has closed the connection", "ask again"),
    "Stream removed (RST_STREAM (Received RST_STREAM with error code 2))": (
        "the server was lost in the middle of its answer",
        "ask again",
    ),
    "something new": ("something new", "make serve"),
}


@pytest.mark.parametrize("details", list(SAID))
def test_each_sentence_of_the_transport_is_put_into_words(details: str) -> None:
    said, remedy = SAID[details]
    assert in_words(details)[0] == said
    assert remedy in in_words(details)[1]


class FailedCall(grpc.RpcError):
    def __init__(self, details: str, *trailing: tuple[str, bytes]) -> None:
        self._details, self._trailing = details, trailing

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.INTERNAL

    def details(self) -> str:
        return self._details

    def trailing_metadata(self) -> Any:
        return self._trailing


def test_an_answer_that_a_proxy_reset_may_be_asked_for_again_and_a_fault_of_the_server_stays_one() -> None:
    reset = "Received RST_STREAM with error code 2"
    assert from_rpc_error(FailedCall(reset), "mine").code is grpc.StatusCode.UNAVAILABLE
    details = any_pb2.Any()
    details.Pack(error_details_pb2.ErrorInfo(reason="INTERNAL"))
    said = status_pb2.Status(code=13, message=reset, details=[details]).SerializeToString()
    assert from_rpc_error(FailedCall(reset, ("grpc-status-details-bin", said)), "").code is grpc.StatusCode.INTERNAL
    assert from_rpc_error(FailedCall("a fault"), "mine").code is grpc.StatusCode.INTERNAL


class NeverAnswering(grpc.GenericRpcHandler):
    def service(self, _: grpc.HandlerCallDetails) -> Any:
        return grpc.unary_unary_rpc_method_handler(lambda *_: time.sleep(0.6))


@pytest.fixture(scope="module")
def without_tls() -> Iterator[str]:
    server = grpc.server(ThreadPoolExecutor(1))
    server.add_generic_rpc_handlers((NeverAnswering(),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(None).wait(10)


def failure(address: str, *, credentials: Credentials | None = None, timeout_s: float = 20.0) -> RmosError:
    with Rmos(runs=address, credentials=credentials) as rmos, pytest.raises(RmosError) as raised:
        rmos.call(rmos.runs.ListRuns, ListRunsRequest(), timeout_s=timeout_s)
    return raised.value


def test_a_port_that_nothing_listens_at_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    assert failure(address).message == f"nothing listens at {address}"


def test_tls_against_a_server_without_is_told(without_tls: str) -> None:
    error = failure(without_tls, credentials=Credentials(tls=Tls()))
    assert (error.code, error.message) == (grpc.StatusCode.UNAVAILABLE, f"{without_tls} speaks no TLS")


def test_a_call_without_an_answer_in_time_says_how_long_it_waited(without_tls: str) -> None:
    error = failure(without_tls, timeout_s=0.25)
    assert (error.code, error.message) == (grpc.StatusCode.DEADLINE_EXCEEDED, "no answer within 0.25 s")
    assert "ask again" in error.remedy
