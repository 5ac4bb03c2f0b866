"""Certificate and key of a server, from files that are read again when they change.

Connections of before go on; new ones are greeted with what the files hold. Files that do not belong together, as while
a new certificate is being copied, are passed over until they do.
"""

import datetime
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from rpckit.network import TlsFiles
from rpckit.settings import ConfigurationError

log = logging.getLogger("rmos.server")
SOON = datetime.timedelta(days=30)
"""How long before its end a certificate is worth a warning."""


@dataclass(frozen=True, slots=True)
class TlsContents:
    """PEM bytes, and when the certificate ends."""

    certificate: bytes
    key: bytes
    client_ca: bytes | None
    not_valid_after: datetime.datetime

    def configuration(self) -> grpc.ServerCertificateConfiguration:
        return grpc.ssl_server_certificate_configuration(
            [(self.key, self.certificate)], root_certificates=self.client_ca
        )


def read_files(files: TlsFiles) -> TlsContents:
    """What files hold, checked.

    Raises:
        ConfigurationError: A file cannot be read, is none of its kind, or key and certificate are no pair.
    """
    certificate, key, *client_ca = (_read(path) for path in files.paths)
    chain = _certificates(files.certificate, certificate)
    _refuse_no_pair(files, chain[0], key)
    if files.client_ca is not None:
        _certificates(files.client_ca, client_ca[0])
    return TlsContents(certificate, key, client_ca[0] if client_ca else None, chain[0].not_valid_after_utc)


class ReloadingTls:
    """Credentials of a server that follow their files."""

    def __init__(self, files: TlsFiles) -> None:
        """Read the files once.

        Raises:
            ConfigurationError: They cannot be used.
        """
        self._files = files
        self._stamp = files.stamp() if all(path.exists() for path in files.paths) else ()
        self._first = read_files(files)
        _tell_end(self._first, files)

    def credentials(self) -> grpc.ServerCredentials:
        """For a port. gRPC asks `changed` at every handshake."""
        asked: Any = self.changed  # the stubs do not know that None means "as before"
        return grpc.dynamic_ssl_server_credentials(
            self._first.configuration(), asked, require_client_authentication=self._first.client_ca is not None
        )

    def changed(self) -> grpc.ServerCertificateConfiguration | None:
        """What the files hold, if that is new; None otherwise, and where it cannot be used yet."""
        try:
            stamp = self._files.stamp()
        except OSError:  # being replaced
            return None
        if stamp == self._stamp:
            return None
        self._stamp = stamp
        try:
            contents = read_files(self._files)
        except ConfigurationError as error:
            log.warning("certificate not taken, the one before stays", extra={"why": str(error)})
            return None
        log.info("certificate taken from its files", extra={"valid_until": contents.not_valid_after.isoformat()})
        _tell_end(contents, self._files)
        return contents.configuration()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"cannot read {path}: {error.strerror}") from error


def _certificates(path: Path, pem: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise ConfigurationError(f"{path} holds no certificate in PEM form") from error


def _refuse_no_pair(files: TlsFiles, certificate: x509.Certificate, key: bytes) -> None:
    try:
        private = load_pem_private_key(key, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigurationError(f"{files.key} holds no private key in PEM form without a password") from error
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        raise ConfigurationError(f"the key in {files.key} does not belong to the certificate in {files.certificate}")


def _tell_end(contents: TlsContents, files: TlsFiles) -> None:
    left = contents.not_valid_after - datetime.datetime.now(datetime.UTC)
    if left < SOON:
        extra = {"certificate": str(files.certificate), "valid_until": contents.not_valid_after.isoformat()}
        log.warning(
            "the certificate ends soon" if left > datetime.timedelta(0) else "the certificate has ended", extra=extra
        )
