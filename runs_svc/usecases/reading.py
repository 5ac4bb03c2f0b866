"""From stored bytes to a run: hash first, parse second."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from rpckit import canonical_json
from runs_svc.domain.attachment import Attachment
from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.facts import LaterFacts, merge
from runs_svc.domain.gate import GateDecision
from runs_svc.domain.ids import RunId
from runs_svc.domain.run import RunRecord, read_attachment
from runs_svc.ports import StoredDocument, StoredRun


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with what was added later."""

    run_id: RunId
    document: Mapping[str, Any]
    sha256: str
    attachments: Sequence[Attachment]
    later: LaterFacts

    @property
    def gate(self) -> GateDecision:
        """Whether anything may leave now."""
        return self.later.gate(self.document["decision"]["gate_decision"])


def new_view(record: RunRecord) -> RunView:
    """A run just recorded, which nothing was added to."""
    attachments = _each_once(record.attachments)
    return RunView(record.run_id, record.value, record.digest.sha256, attachments, merge([]))


def read_document(stored: StoredDocument) -> Mapping[str, Any]:
    """The parsed document.

    Raises:
        RunCorruptError: The bytes do not have their digest, or are not JSON.
    """
    if not hmac.compare_digest(canonical_json.sha256_hex(stored.document), stored.sha256):
        raise RunCorruptError(stored.subject_id)
    try:
        document: Mapping[str, Any] = orjson.loads(stored.document)
    except orjson.JSONDecodeError as error:
        raise RunCorruptError(stored.subject_id) from error
    return document


def read_run(stored: StoredRun) -> RunView:
    """The run and its attachments: those named at creation, then those added, each digest once.

    Raises:
        RunCorruptError: Any of its documents is altered.
    """
    document = read_document(stored.run)
    attachments = [read_attachment(item) for item in document["attachments"]]
    added = [read_document(fact) for fact in stored.facts]
    attachments.extend(read_attachment(fact["attachment"]) for fact in added if "attachment" in fact)
    return RunView(RunId(stored.run.subject_id), document, stored.run.sha256, _each_once(attachments), merge(added))


def _each_once(attachments: Sequence[Attachment]) -> Sequence[Attachment]:
    first_of_each = {item.digest: item for item in reversed(attachments)}
    return [item for item in attachments if first_of_each[item.digest] is item]
