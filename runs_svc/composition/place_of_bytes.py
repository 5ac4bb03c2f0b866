"""One place for the bytes of all servers of a database, whether that is a folder or a bucket."""

import socket
import uuid

from rpckit.settings import ConfigurationError
from runs_svc.adapters.folder_ownership import store_id
from runs_svc.config import RunsSettings
from runs_svc.domain.errors import StoreBusyError


def claim_place(settings: RunsSettings) -> None:
    """See that the bytes of a store in a database are kept where this server would; one in files has its own marks.

    Raises:
        ConfigurationError: They are kept elsewhere, or the place cannot be reached.
    """
    if not settings.is_postgres:
        return
    from runs_svc.adapters.postgres.place_of_bytes import Place, claim

    if settings.blobs_url is not None:
        _claim_bucket(settings.ledger_url, settings.blobs_url)
        return
    where = f"{settings.blobs_path.resolve()} on {socket.gethostname()}"
    claim(settings.ledger_url, Place(store_id(settings.runs_dir), where))


def _claim_bucket(ledger_url: str, blobs_url: str) -> None:
    from runs_svc.adapters.postgres.place_of_bytes import Place, claim
    from runs_svc.adapters.s3.bucket import endpoint, open_bucket
    from runs_svc.adapters.s3.identity import read_id, write_id

    where = f"{blobs_url} at {endpoint()}" if endpoint() else blobs_url
    bucket = open_bucket(blobs_url)
    try:
        found = read_id(bucket)
        kept_in = claim(ledger_url, Place(found or uuid.uuid4().hex, where, is_new=not found))
        if not found:
            write_id(bucket, kept_in)
    except StoreBusyError as error:
        raise ConfigurationError(f"the bucket {blobs_url} cannot be reached: {error}") from error
