"""Settings of the feasibility server."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal

import platformdirs
from pydantic import Field, field_validator

from rpckit.network import NetworkSettings
from rpckit.settings import ConfigurationError

_DATABASE_URL = re.compile(r"postgresql://[^/]*/[^/?]+")


class FeasibilitySettings(NetworkSettings):
    """The RMOS feasibility server."""

    commands: ClassVar[Mapping[str, str]] = {
        "catalogue": "the workshop's catalogue in a database: make, fill and copy it"
    }
    environment: ClassVar[Mapping[str, tuple[str, ...]]] = {
        **NetworkSettings.network_environment,
        "listen": ("RMOS_FEASIBILITY_LISTEN",),
        "metrics_listen": ("RMOS_FEASIBILITY_METRICS_LISTEN",),
        "log_level": ("RMOS_LOG_LEVEL",),
        "traces_url": ("RMOS_TRACES_URL",),
        "grace_s": ("RMOS_GRACE_S",),
        "max_calls": ("RMOS_MAX_CALLS",),
        "max_streams": ("RMOS_MAX_STREAMS",),
        "upload_idle_s": ("RMOS_UPLOAD_IDLE_S",),
        "cache_mib": ("RMOS_CACHE_MIB",),
        "program_workers": ("RMOS_PROGRAM_WORKERS",),
        "allow_stub_engine": ("RMOS_ALLOW_STUB_ENGINE",),
        "bench_methods": ("RMOS_BENCH_METHODS",),
        "catalog_dir": ("RMOS_CATALOG_DIR",),
        "catalog_url": ("RMOS_CATALOG_URL",),
    }

    listen: str = Field("127.0.0.1:50061", description="address to listen on; port 0 picks a free one")
    address_file: Path | None = Field(None, description="file to write the bound address to")
    metrics_listen: str | None = Field(
        None, description="host:port that tells Prometheus numbers over plain HTTP at /metrics; default: none"
    )
    traces_url: str | None = Field(
        None, pattern="^https?://", description="URL that takes OpenTelemetry spans, OTLP over HTTP; default: none"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least severe level logged")
    grace_s: float = Field(10.0, ge=0, le=600, description="time calls in flight get to finish on shutdown")
    max_calls: int = Field(512, ge=1, le=100_000, description="unary calls in flight before new ones are refused")
    max_streams: int = Field(64, ge=1, le=100_000, description="streams in flight before new ones are refused")
    upload_idle_s: float = Field(30.0, gt=0, le=3_600, description="time an upload may bring nothing before it ends")
    cache_mib: int = Field(64, ge=0, le=65_536, description="most memory of all caches together, in MiB; 0: none")
    program_workers: int = Field(
        0, ge=0, le=64, description="processes that read programs; 0: one for each processor, at most 4"
    )
    allow_stub_engine: Literal["GREEN", "YELLOW", "RED", "UNKNOWN", "ERROR"] | None = Field(
        None, description="level of an additional engine 'stub', for integration tests"
    )
    catalog_dir: Path = Field(
        Path(platformdirs.user_data_dir("rmos")) / "catalogue",
        description="folder of the workshop's own materials, tools, machines, profiles and calibrations",
    )
    catalog_url: str | None = Field(
        None,
        description="database of these entries instead, for servers on many machines: postgresql://USER@HOST/DATABASE",
    )
    bench_methods: bool = Field(default=False, description="serve empty methods for the benchmarks")

    @field_validator("catalog_url")
    @classmethod
    def _names_a_database(cls, url: str | None) -> str | None:
        if url is not None and not _DATABASE_URL.match(url):
            # What was given is not repeated: it may hold a password.
            raise ConfigurationError(
                "--catalog-url or RMOS_CATALOG_URL: allowed is postgresql://USER@HOST/DATABASE; a folder is "
                "RMOS_CATALOG_DIR"
            )
        return url
