"""TLS from files: who gets in, and what a changed file does to a server that runs."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from cryptography import x509
from google.protobuf.wrappers_pb2 import StringValue

from rpckit.interceptors.admission import Admission
from rpckit.interceptors.chain import InterceptorChain, interceptors
from rpckit.network import Network, NetworkSettings, TlsFiles
from rpckit.server import Service, start
from rpckit.server_context import ServicerContext
from rpckit.settings import ConfigurationError
from rpckit.tls import ReloadingTls, read_files
from testkit.certificates import CertificateAuthority, IssuedFiles

ECHO = "/test.Texts/Echo"


async def _echo(request: StringValue, context: ServicerContext) -> StringValue:
    return request


def _register(server: grpc.aio.Server) -> None:
    codec: Any = {"request_deserializer": StringValue.FromString, "response_serializer": StringValue.SerializeToString}
    handlers = {"Echo": grpc.unary_unary_rpc_method_handler(_echo, **codec)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Texts", handlers),))


@pytest.fixture
def authority(tmp_path: Path) -> CertificateAuthority:
    return CertificateAuthority(tmp_path / "certificates")


async def serve(network: Network) -> Any:
    chain = InterceptorChain(interceptors({}, Admission(most_calls=8, most_streams=8)))
    return await start([Service("test.Texts", _register)], interceptor=chain, network=network)


@pytest.fixture
async def served(authority: CertificateAuthority) -> AsyncIterator[tuple[str, TlsFiles]]:
    """A server for callers with certificates, and its files."""
    own = authority.issue("server", "localhost")
    files = TlsFiles(own.certificate, own.key, authority.certificate)
    running = await serve(Network("localhost:0", tls=files))
    yield running.address, files
    await running.server.stop(None)


async def echo(address: str, authority: CertificateAuthority, own: IssuedFiles | None = None) -> str:
    credentials = grpc.ssl_channel_credentials(
        authority.certificate.read_bytes(),
        own.key.read_bytes() if own else None,
        own.certificate.read_bytes() if own else None,
    )
    async with grpc.aio.secure_channel(address, credentials) as channel:
        method: Any = channel.unary_unary(ECHO, StringValue.SerializeToString, StringValue.FromString)
        answer: StringValue = await method(StringValue(value="hello"), timeout=5)
        return answer.value


async def test_a_certificate_of_the_authority_gets_in(
    served: tuple[str, TlsFiles], authority: CertificateAuthority
) -> None:
    assert await echo(served[0], authority, authority.issue("caller", "spiffe://workshop/cam")) == "hello"


@pytest.mark.parametrize("kind", ["none", "of another authority", "ended"])
async def test_other_certificates_do_not(
    served: tuple[str, TlsFiles], authority: CertificateAuthority, tmp_path: Path, kind: str
) -> None:
    own = None
    if kind == "of another authority":
        own = CertificateAuthority(tmp_path / "other", "other").issue("caller", "spiffe://workshop/cam")
    elif kind == "ended":
        own = authority.issue("caller", "spiffe://workshop/cam", valid_days=0)
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await echo(served[0], authority, own)
    assert failed.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_a_new_certificate_is_taken_without_a_restart(
    served: tuple[str, TlsFiles], authority: CertificateAuthority
) -> None:
    address, files = served
    caller = authority.issue("caller", "spiffe://workshop/cam")
    assert await echo(address, authority, caller) == "hello"
    newer = CertificateAuthority(files.certificate.parent / "newer", "newer")
    own = newer.issue("server", "localhost")
    files.key.write_bytes(own.key.read_bytes())
    files.certificate.write_bytes(own.certificate.read_bytes())
    with pytest.raises(grpc.aio.AioRpcError):
        await echo(address, authority, caller)  # the new certificate is not of the authority this caller trusts
    assert await echo(address, newer, caller) == "hello"


def test_a_certificate_without_its_key_is_passed_over_until_the_key_is_there(authority: CertificateAuthority) -> None:
    own = authority.issue("server", "localhost")
    tls = ReloadingTls(TlsFiles(own.certificate, own.key))
    old_key = own.key.read_bytes()
    authority.issue("server", "localhost", valid_days=90)
    new_key = own.key.read_bytes()
    own.key.write_bytes(old_key)
    assert tls.changed() is None
    own.key.write_bytes(new_key)
    assert tls.changed() is not None
    assert tls.changed() is None, "told once"


def test_a_file_that_is_being_replaced_changes_nothing(authority: CertificateAuthority) -> None:
    own = authority.issue("server", "localhost")
    tls = ReloadingTls(TlsFiles(own.certificate, own.key))
    own.certificate.unlink()
    assert tls.changed() is None


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("certificate", "holds no certificate"),
        ("key", "holds no private key"),
        ("client_ca", "holds no certificate"),
    ],
)
def test_a_file_that_is_none_of_its_kind_stops_the_start(
    authority: CertificateAuthority, tmp_path: Path, broken: str, said: str
) -> None:
    own = authority.issue("server", "localhost")
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nonsense")
    paths = {"certificate": own.certificate, "key": own.key, "client_ca": authority.certificate, broken: nonsense}
    with pytest.raises(ConfigurationError, match=said):
        ReloadingTls(TlsFiles(**paths))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot read .*nowhere\.pem"):
        ReloadingTls(TlsFiles(tmp_path / "nowhere.pem", tmp_path / "nowhere.key"))


def test_a_key_of_another_certificate_stops_the_start(authority: CertificateAuthority) -> None:
    one, other = authority.issue("one", "localhost"), authority.issue("other", "localhost")
    with pytest.raises(ConfigurationError, match="does not belong"):
        ReloadingTls(TlsFiles(one.certificate, other.key))


def test_a_certificate_says_when_it_ends(authority: CertificateAuthority) -> None:
    own = authority.issue("server", "localhost", valid_days=20)
    ends = x509.load_pem_x509_certificate(own.certificate.read_bytes()).not_valid_after_utc
    assert read_files(TlsFiles(own.certificate, own.key)).not_valid_after == ends


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "workshop.example:0"])
async def test_an_address_that_others_reach_is_refused_without_credentials(listen: str) -> None:
    with pytest.raises(ConfigurationError, match="set RMOS_TLS_CERTIFICATE, RMOS_TLS_KEY and"):
        await serve(Network(listen))


async def test_tls_alone_does_not_open_an_address_that_others_reach(authority: CertificateAuthority) -> None:
    own = authority.issue("server", "localhost")
    with pytest.raises(ConfigurationError, match="cannot listen"):
        await serve(Network("0.0.0.0:0", tls=TlsFiles(own.certificate, own.key)))


async def test_a_second_address_for_certificates_needs_their_authority() -> None:
    with pytest.raises(ConfigurationError, match="RMOS_TLS_CLIENT_CA"):
        await serve(Network("127.0.0.1:0", mtls_listen="127.0.0.1:0"))


def test_a_key_alone_is_no_tls() -> None:
    with pytest.raises(ConfigurationError, match="both"):
        NetworkSettings(tls_key=Path("key.pem")).network("127.0.0.1:0")


def test_connections_of_one_machine_live_for_ever_unless_asked_otherwise(authority: CertificateAuthority) -> None:
    own = authority.issue("server", "localhost")
    tls = {"tls_certificate": own.certificate, "tls_key": own.key}
    ages = [
        settings.network("127.0.0.1:0").max_connection_age_s
        for settings in (
            NetworkSettings(),
            NetworkSettings(max_connection_age_s=60),
            NetworkSettings(**tls),
            NetworkSettings(**tls, max_connection_age_s=0),
        )
    ]
    assert ages == [0, 60, 3_600, 0]


async def test_an_old_connection_is_made_anew(authority: CertificateAuthority) -> None:
    own = authority.issue("server", "localhost")
    network = Network("localhost:0", tls=TlsFiles(own.certificate, own.key), max_connection_age_s=0.05)
    running = await serve(network)
    try:
        credentials = grpc.ssl_channel_credentials(authority.certificate.read_bytes())
        async with grpc.aio.secure_channel(running.address, credentials) as channel:
            await channel.channel_ready()
            await channel.wait_for_state_change(grpc.ChannelConnectivity.READY)
            assert await echo(running.address, authority) == "hello"
    finally:
        await running.server.stop(None)
