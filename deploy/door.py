"""The door in front of both servers: Envoy, configured from one template and from the contract itself."""

import datetime
import ipaddress
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from google.api import annotations_pb2
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.rpc import error_details_pb2, status_pb2
from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "clients" / "web" / "dist"

FEASIBILITY_MODULES = (
    "feasibility.v1.feasibility",
    "feasibility.v1.catalog",
    "feasibility.v1.gcode",
    "feasibility.v1.administration",
)
RUNS_MODULES = (
    "runs.v1.runs",
    "runs.v1.attachments",
    "workflow.v1.workflow",
    "shop.v1.patterns",
    "shop.v1.jobs",
    "shop.v1.imports",
    "advisory.v1.advisory",
    "teaching.v1.teaching",
    "auth.v1.auth",
)
SYSTEM_MODULE = "system.v1.system"

_ONLY_TLS = "max-age=31536000"
"""Not with a certificate of the door's own making: browsers that do not trust it would let nobody in any more."""

HEADERS: dict[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}

SCREENS = (
    "/(login|runs|compare|review|requests)?",
    "/(sessions|first|about)",
    "/runs/run_[0-9a-f]+(/(sheet|what-if))?",
    "/review/adv_[0-9a-f]+",
    "/sessions/ws_[0-9a-f]+",
)
"""Addresses of the page, as regular expressions over the whole path; the page itself knows how long an id is."""

_PICTURE = "/rmos.runs.v1.RunsService/GetRunPreview"
_MIMES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}


class DoorError(Exception):
    """The door cannot be opened; the message says what to do."""


class PageFile(NamedTuple):
    """A file of the page, under the path it is asked for."""

    path: str
    source: str
    mime: str
    cache: str


@dataclass(frozen=True, slots=True)
class Door:
    """Where the door listens, what stands behind it, and what it shows."""

    listen: str
    servers: Mapping[str, str]
    """Addresses of the servers, by "feasibility" and "runs"."""
    folder: Path
    """Where configuration, descriptors and a certificate of its own are written."""
    page: Path = PAGE
    """The built page. Not there: the door serves calls alone."""
    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None
    """PEM file of the authority that the servers' certificates are checked against. None: they serve without TLS."""

    def write(self) -> Path:
        """Write everything that Envoy reads.

        Returns:
            The configuration.

        Raises:
            DoorError: Only one of certificate and key is given.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptors = self.folder / "rmos.binpb"
        descriptors.write_bytes(_called_by_name(descriptor_set()).SerializeToString())
        certificate, key = self._certificate()
        templates = Environment(
            loader=FileSystemLoader(ROOT / "deploy" / "envoy"), undefined=StrictUndefined, autoescape=False
        )
        templates.filters |= {"json": lambda value: json.dumps(value, default=str), "address": _address}
        index = self.page / "index.html"
        text = templates.get_template("envoy.yaml.j2").render(
            listen=self.listen,
            servers=self.servers,
            certificate=certificate,
            key=key,
            authority=self.authority,
            descriptors=descriptors,
            services=sorted(service for names in services().values() for service in names),
            headers=HEADERS if self.certificate is None else HEADERS | {"strict-transport-security": _ONLY_TLS},
            calls=_calls(),
            picture=_PICTURE,
            files=page_files(self.page),
            index=index if index.exists() else None,
            screens=SCREENS,
        )
        configuration = self.folder / "envoy.yaml"
        configuration.write_text(text, encoding="utf-8")
        return configuration

    def _certificate(self) -> tuple[Path, Path]:
        if (self.certificate is None) != (self.key is None):
            raise DoorError("a certificate needs its key, and a key its certificate: give both, or neither")
        if self.certificate is not None and self.key is not None:
            return self.certificate, self.key
        certificate, key = self.folder / "door.pem", self.folder / "door.key"
        if not (certificate.exists() and key.exists()):
            write_certificate(certificate, key)
        return certificate, key

    def open(self) -> "subprocess.Popen[bytes]":
        """Write the configuration and start Envoy with it.

        Raises:
            DoorError: Envoy is not installed.
        """
        envoy = Path(sys.executable).parent / "envoy"
        command = str(envoy) if envoy.exists() else shutil.which("envoy")
        if command is None:
            raise DoorError("Envoy is not installed; `make serve-web` installs it")
        flags = ["--config-path", str(self.write()), "--disable-hot-restart", "--concurrency", "2", "-l", "warning"]
        return subprocess.Popen([command, *flags], start_new_session=True)


def services() -> Mapping[str, list[str]]:
    """Full names of all services, by the server that has them; `system` is had by both."""
    modules = {"feasibility": FEASIBILITY_MODULES, "runs": RUNS_MODULES, "system": (SYSTEM_MODULE,)}
    return {
        server: [
            service.full_name
            for name in names
            for service in import_module(f"rmos.{name}_service_pb2").DESCRIPTOR.services_by_name.values()
        ]
        for server, names in modules.items()
    }


def descriptor_set() -> FileDescriptorSet:
    """The contract with everything it imports, and the details of errors."""
    found: dict[str, FileDescriptor] = {}

    def add(file: FileDescriptor) -> None:
        if file.name not in found:
            for dependency in file.dependencies:
                add(dependency)
            found[file.name] = file

    for name in (*FEASIBILITY_MODULES, *RUNS_MODULES, SYSTEM_MODULE):
        add(import_module(f"rmos.{name}_service_pb2").DESCRIPTOR)
    add(import_module("rmos.type.v1.error_reason_pb2").DESCRIPTOR)
    add(error_details_pb2.DESCRIPTOR)
    add(status_pb2.DESCRIPTOR)
    answer = FileDescriptorSet()
    for file in found.values():
        file.CopyToProto(answer.file.add())
    return answer


def _called_by_name(contract: FileDescriptorSet) -> FileDescriptorSet:
    """The contract with one more route for each method that has any: its own name, as methods without one are called.

    Envoy offers names by itself only for methods without a route.
    """
    for file in contract.file:
        for service in file.service:
            for method in service.method:
                rule = method.options.Extensions[annotations_pb2.http]
                if rule.WhichOneof("pattern") is not None:
                    rule.additional_bindings.add(post=f"/{file.package}.{service.name}/{method.name}", body="*")
    return contract


def page_files(page: Path) -> list[PageFile]:
    """The files of the built page; those with their digest in the name never change."""
    return [
        PageFile(
            f"/{path.relative_to(page).as_posix()}",
            str(path),
            _MIMES[path.suffix],
            "public, max-age=31536000, immutable" if path.parent != page else "no-cache",
        )
        for path in sorted(page.rglob("*"))
        if path.is_file() and path.suffix in _MIMES
    ]


def write_certificate(certificate: Path, key: Path) -> None:
    """A certificate for this machine alone, for one year; browsers ask once whether to trust it."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "RMOS door")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=365))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(secret, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    key.touch(mode=0o600)
    key.write_bytes(secret.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    certificate.write_bytes(signed.public_bytes(pem))


def _calls() -> list[tuple[str, str, tuple[str, str] | None]]:
    """Prefix, server, and the header that chooses it, in the order they are tried."""
    asked = ("x-rmos-server", "feasibility")
    both = [*services()["system"], "grpc.health.v1.Health"]
    return [
        *((f"/{name}/", server, None) for server in ("feasibility", "runs") for name in services()[server]),
        *((f"/{name}/", "feasibility", asked) for name in both),
        *((f"/{name}/", "runs", None) for name in both),
    ]


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    return json.dumps({"socket_address": {"address": host.strip("[]"), "port_value": int(port)}})
