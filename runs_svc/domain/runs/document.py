"""Records as they are stored: hash first, parse second."""

import hmac
from typing import NamedTuple

import orjson

from foundation import canonical_json
from foundation.canonical_json import JsonMapping
from runs_svc.domain.errors import RunCorruptError


class ChainHead(NamedTuple):
    """The newest record of a chain: the next one names its digest."""

    ordinal: int
    partition: str
    sha256: str


class StoredDocument(NamedTuple):
    """Bytes as they were recorded, and the digest recorded with them. Unchecked: hash before use."""

    kind: str
    record_id: str
    subject_id: str
    """What it is about: a run id, or the id of a session, a pattern, a job."""
    ordinal: int
    partition: str
    document: bytes
    sha256: str
    previous_sha256: str

    @property
    def end(self) -> ChainHead:
        """The head of the chain, as long as nothing is recorded after this."""
        return ChainHead(self.ordinal, self.partition, self.sha256)


def read_document(stored: StoredDocument) -> JsonMapping:
    """The parsed document.

    Raises:
        RunCorruptError: The bytes do not have their digest, or are not JSON.
    """
    if not hmac.compare_digest(canonical_json.sha256_hex(stored.document), stored.sha256):
        raise RunCorruptError(stored.subject_id)
    try:
        document: JsonMapping = orjson.loads(stored.document)
    except orjson.JSONDecodeError as error:
        raise RunCorruptError(stored.subject_id) from error
    return document
