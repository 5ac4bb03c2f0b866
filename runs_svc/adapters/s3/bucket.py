"""A bucket by its URL, and what its errors mean."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from obstore.exceptions import BaseError
from obstore.store import S3Store

from rpckit.settings import ConfigurationError
from runs_svc.domain.errors import ObjectStoreFullError, StoreBusyError

_URL = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>[A-Za-z0-9._/-]*))?")
_FULL = re.compile(r"status code: 507\b")
"""Insufficient Storage, as several S3 servers say it; others answer 500, which says nothing."""
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
ATTACHMENTS, ARCHIVE, UPLOADS, DAMAGED = "attachments", "archive", "uploads", "damaged"
"""What a store keeps below its prefix: bytes by their digest, published documents by day, uploads on their way,
and what a repair replaced."""
STORE = "store"
"""The id that a bucket is known by."""


def open_bucket(url: str) -> S3Store:
    """The bucket at `s3://BUCKET/PREFIX`. Who may, and where it is, stands in the usual variables: `AWS_ACCESS_KEY_ID`,
    `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL`.

    A request that fails is sent at most twice more, within 5 s. A put may be: a name is only ever given the same bytes.

    Raises:
        ConfigurationError: It is no such URL.
    """
    found = _URL.fullmatch(url)
    if found is None:
        raise ConfigurationError(f"{url!r} is no URL of a bucket; write s3://BUCKET/PREFIX")
    prefix = (found["prefix"] or "").strip("/")
    given = {"endpoint": endpoint()} if endpoint() else {}
    return S3Store(
        found["bucket"],
        prefix=prefix or None,
        region=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1",
        client_options={"allow_http": endpoint().startswith("http://"), "connect_timeout": "3s", "timeout": "20s"},
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=5)},
        **given,  # type: ignore[arg-type] # a setting by its name
    )


def endpoint() -> str:
    """The address of the object store; empty where it is Amazon's."""
    return next((os.environ[name] for name in _ENDPOINTS if os.environ.get(name)), "")


@contextmanager
def reachable() -> Iterator[None]:
    """Says in words that a bucket cannot be reached. What it does not hold is a `FileNotFoundError`.

    Raises:
        ObjectStoreFullError: It has no room.
        StoreBusyError: It cannot be reached, or refuses.
    """
    try:
        yield
    except BaseError as error:
        if _FULL.search(str(error)):
            raise ObjectStoreFullError(
                "the object store has no room: nothing was stored; make room there and send it again"
            ) from error
        raise StoreBusyError("the object store cannot be reached at the moment; try again") from error


def key_of(sha256: str) -> str:
    """Where the bytes with a digest lie."""
    return f"{ATTACHMENTS}/{sha256[:2]}/{sha256[2:4]}/{sha256}"
