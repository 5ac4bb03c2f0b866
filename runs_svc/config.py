"""Settings of the runs server."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal, Self

import platformdirs
import sqlalchemy as sa
from pydantic import Field, field_validator, model_validator

from rpckit.network import NetworkSettings
from rpckit.settings import ConfigurationError
from runs_svc.domain.advisory.budget import Limits

_BLOBS_URL = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._/-]*)?")
_LEDGER_URL = re.compile(r"sqlite(\+\w+)?:///[^?]|postgresql://[^/]*/[^/?]+")


def _can_be_read(url: str) -> bool:
    try:
        sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):  # the latter where the port is no number
        return False
    return True


class RunsSettings(NetworkSettings):
    """The RMOS runs server."""

    commands: ClassVar[Mapping[str, str]] = {
        "fsck": "check a store as a whole, and repair it",
        "backup": "copy store and catalogue, and prove the copy",
        "restore": "bring a backup back into an empty store",
        "move": "copy a store into another database or bucket, and switch to it",
        "schema": "how new the database's schema is, and bring it up to date",
        "migrate": "bring the records of a v1 store in",
        "retention": "withdraw old runs, collect bytes that nothing needs",
        "people": "who may log in, and with which roles",
        "keys": "keys for programs",
    }
    environment: ClassVar[Mapping[str, tuple[str, ...]]] = {
        **NetworkSettings.network_environment,
        "listen": ("RMOS_RUNS_LISTEN",),
        "metrics_listen": ("RMOS_RUNS_METRICS_LISTEN",),
        "runs_dir": ("RMOS_RUNS_DIR", "RMOS_RUNS_V2_DIR", "RMOS_RUNS_GOV_DIR"),
        "attachments_dir": ("RMOS_ATTACHMENTS_DIR", "RMOS_RUN_ATTACHMENTS_DIR"),
        "database_url": ("RMOS_DATABASE_URL",),
        "blobs_url": ("RMOS_BLOBS_URL",),
        "feasibility_address": ("RMOS_FEASIBILITY_ADDRESS",),
        "feasibility_ca": ("RMOS_FEASIBILITY_CA",),
        "feasibility_certificate": ("RMOS_FEASIBILITY_CERTIFICATE",),
        "feasibility_key": ("RMOS_FEASIBILITY_KEY",),
        "feasibility_timeout_s": ("RMOS_FEASIBILITY_TIMEOUT_S",),
        "audit_timeout_s": ("RMOS_AUDIT_TIMEOUT_S",),
        "max_attachment_bytes": ("RMOS_MAX_ATTACHMENT_BYTES",),
        "min_free_disk_percent": ("RMOS_MIN_FREE_DISK_PERCENT",),
        "allow_red_override": ("RMOS_ALLOW_RED_OVERRIDE",),
        "retention_days": ("RMOS_RETENTION_DAYS",),
        "replay_gate_mode": ("RMOS_REPLAY_GATE_MODE",),
        "replay_gate_require_note": ("RMOS_REPLAY_GATE_REQUIRE_NOTE",),
        "exports_dir": ("RMOS_EXPORTS_DIR",),
        "image_providers": ("RMOS_IMAGE_PROVIDERS",),
        "language_model_url": ("RMOS_LANGUAGE_MODEL_URL",),
        "language_model": ("RMOS_LANGUAGE_MODEL",),
        "language_model_key_variable": ("RMOS_LANGUAGE_MODEL_KEY_VARIABLE",),
        "four_eyes": ("RMOS_FOUR_EYES",),
        "budget_day_usd": ("RMOS_BUDGET_DAY_USD",),
        "budget_week_usd": ("RMOS_BUDGET_WEEK_USD",),
        "budget_month_usd": ("RMOS_BUDGET_MONTH_USD",),
        "budget_total_usd": ("RMOS_BUDGET_TOTAL_USD",),
        "budget_requester_month_usd": ("RMOS_BUDGET_REQUESTER_MONTH_USD",),
        "log_level": ("RMOS_LOG_LEVEL",),
        "traces_url": ("RMOS_TRACES_URL",),
        "grace_s": ("RMOS_GRACE_S",),
        "max_calls": ("RMOS_MAX_CALLS",),
        "max_streams": ("RMOS_MAX_STREAMS",),
        "upload_idle_s": ("RMOS_UPLOAD_IDLE_S",),
        "cache_mib": ("RMOS_CACHE_MIB",),
        "max_watchers": ("RMOS_MAX_WATCHERS",),
        "bookmark_interval_s": ("RMOS_BOOKMARK_INTERVAL_S",),
        "bench_methods": ("RMOS_BENCH_METHODS",),
    }

    listen: str = Field("127.0.0.1:50062", description="address to listen on; port 0 picks a free one")
    address_file: Path | None = Field(None, description="file to write the bound address to")
    metrics_listen: str | None = Field(
        None, description="host:port that tells Prometheus numbers over plain HTTP at /metrics; default: none"
    )
    runs_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("rmos") / "runs", description="root of the run store"
    )
    attachments_dir: Path | None = Field(None, description="root of the attachments; default: below the run store")
    database_url: str | None = Field(
        None,
        description="ledger: sqlite:///PATH or postgresql://USER@HOST/DATABASE; default: SQLite in the run store",
    )
    blobs_url: str | None = Field(
        None, description="attachments: s3://BUCKET/PREFIX, which needs PostgreSQL; default: the folder"
    )
    feasibility_address: str = Field("127.0.0.1:50061", description="address of the feasibility server")
    feasibility_ca: Path | None = Field(
        None, description="PEM file of the authority of its certificate; it is called over TLS then"
    )
    feasibility_certificate: Path | None = Field(None, description="PEM file of this server's certificate towards it")
    feasibility_key: Path | None = Field(None, description="PEM file of the key of that certificate")
    feasibility_timeout_s: float = Field(5.0, gt=0, le=600, description="longest wait for the feasibility server")
    audit_timeout_s: float = Field(
        130.0, gt=0, le=600, description="longest wait for what the feasibility server finds in programs"
    )
    max_attachment_bytes: int = Field(8 * 1024**3, ge=1, description="largest attachment")
    min_free_disk_percent: float = Field(5.0, ge=0, le=100, description="share of the disk uploads leave free")
    allow_red_override: bool = Field(
        default=False, description="whether a named person may override RED and UNKNOWN runs"
    )
    replay_gate_mode: Literal["block", "soft_block"] = Field(
        "block", description="whether a drifted run is refused without a note, or only warned about"
    )
    replay_gate_require_note: bool = Field(default=True, description="whether replaying a drifted run needs a note")
    retention_days: int | None = Field(
        None, ge=1, description="days after which `retention` may withdraw a run; default: never"
    )
    exports_dir: Path | None = Field(None, description="folder of training exports; default: below the run store")
    image_providers: Path | None = Field(
        None, description="TOML file of image providers; default: only the built-in one"
    )
    language_model_url: str | None = Field(
        None, description="chat endpoint that words explanations anew; default: none"
    )
    language_model: str = Field("", description="model of that endpoint")
    language_model_key_variable: str = Field("", description="environment variable that holds its key")
    four_eyes: bool = Field(default=False, description="whether nobody decides on what they asked for themselves")
    budget_day_usd: float | None = Field(None, ge=0, description="most that pictures may cost in a day")
    budget_week_usd: float | None = Field(None, ge=0, description="most that pictures may cost in a week")
    budget_month_usd: float | None = Field(None, ge=0, description="most that pictures may cost in a month")
    budget_total_usd: float | None = Field(None, ge=0, description="most that pictures may cost in all")
    budget_requester_month_usd: float | None = Field(
        None, ge=0, description="most that one person's pictures may cost in a month"
    )
    traces_url: str | None = Field(
        None, pattern="^https?://", description="URL that takes OpenTelemetry spans, OTLP over HTTP; default: none"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least severe level logged")
    grace_s: float = Field(10.0, ge=0, le=600, description="time calls in flight get to finish on shutdown")
    max_calls: int = Field(1_024, ge=1, le=100_000, description="unary calls in flight before new ones are refused")
    max_streams: int = Field(64, ge=1, le=100_000, description="streams in flight before new ones are refused")
    upload_idle_s: float = Field(30.0, gt=0, le=3_600, description="time an upload may bring nothing before it ends")
    cache_mib: int = Field(64, ge=0, le=65_536, description="most memory of all caches together, in MiB; 0: none")
    max_watchers: int = Field(32, ge=1, le=100_000, description="watchers before new ones are refused")
    bookmark_interval_s: float = Field(10.0, gt=0, le=3_600, description="longest silence towards a watcher")
    bench_methods: bool = Field(default=False, description="serve empty methods for the benchmarks")

    @field_validator("database_url")
    @classmethod
    def _names_a_database(cls, url: str | None) -> str | None:
        if url is not None and not (_LEDGER_URL.match(url) and _can_be_read(url)):
            # What was given is not repeated: it may hold a password.
            raise ConfigurationError(
                "--database-url or RMOS_DATABASE_URL: allowed are sqlite:///PATH, a file, "
                "and postgresql://USER@HOST/DATABASE"
            )
        return url

    @field_validator("blobs_url")
    @classmethod
    def _names_a_bucket(cls, url: str | None) -> str | None:
        if url is not None and not _BLOBS_URL.fullmatch(url):
            raise ConfigurationError(f"--blobs-url or RMOS_BLOBS_URL: {url!r} is no bucket; write s3://BUCKET/PREFIX")
        return url

    @model_validator(mode="after")
    def _buckets_need_a_database(self) -> Self:
        if self.blobs_url is not None and not self.is_postgres:
            raise ConfigurationError(
                "--blobs-url or RMOS_BLOBS_URL: attachments in a bucket need a ledger in PostgreSQL; "
                "set RMOS_DATABASE_URL=postgresql://USER@HOST/DATABASE"
            )
        return self

    @property
    def is_shared(self) -> bool:
        """Whether several servers may have this store: nothing of it is in a folder."""
        return self.is_postgres and self.blobs_url is not None

    @property
    def is_postgres(self) -> bool:
        """Whether the ledger is in PostgreSQL."""
        return self.ledger_url.startswith("postgresql:")

    @property
    def cache_bytes(self) -> int:
        return self.cache_mib * 1024**2

    @property
    def blobs_path(self) -> Path:
        return self.attachments_dir or self.runs_dir / "attachments"

    @property
    def exports_path(self) -> Path:
        return self.exports_dir or self.runs_dir / "exports"

    @property
    def budget(self) -> Limits:
        return Limits(
            day=self.budget_day_usd,
            week=self.budget_week_usd,
            month=self.budget_month_usd,
            total=self.budget_total_usd,
            requester_month=self.budget_requester_month_usd,
        )

    @property
    def ledger_url(self) -> str:
        return self.database_url or f"sqlite:///{self.runs_dir / 'rmos.db'}"

    def require_sqlite(self) -> None:
        """For what works on a ledger that is a file.

        Raises:
            ConfigurationError: It is in PostgreSQL.
        """
        if self.is_postgres:
            raise ConfigurationError("this works on a ledger in SQLite only, and this one is in PostgreSQL")

    @property
    def ledger_path(self) -> Path:
        """The ledger's file.

        Raises:
            ConfigurationError: It is in PostgreSQL.
        """
        self.require_sqlite()
        return Path(self.ledger_url.partition(":///")[2].partition("?")[0])
