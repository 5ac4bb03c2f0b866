"""What a bucket is known by, whatever it is called and wherever it is copied to."""

import re

import obstore
from obstore.store import S3Store

from runs_svc.adapters.s3.bucket import STORE, reachable

_ID = re.compile(rb"[0-9a-f]{32}")


def read_id(bucket: S3Store) -> str:
    """The id in a bucket; empty where there is none.

    Raises:
        StoreBusyError: It cannot be reached.
    """
    try:
        with reachable():
            found = bytes(obstore.get(bucket, STORE).bytes())
    except FileNotFoundError:
        return ""
    return found.decode() if _ID.fullmatch(found) else ""


def write_id(bucket: S3Store, text: str) -> None:
    """Put the id, which is the same whoever puts it.

    Raises:
        StoreBusyError: It cannot be reached.
    """
    with reachable():
        obstore.put(bucket, STORE, text.encode(), use_multipart=False)
