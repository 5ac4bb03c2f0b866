"""Which imported runs a rollback leaves: those that something recorded here still leads to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from foundation.canonical_json import JsonMapping
from foundation.json_members import child, text, texts
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment_paths import blobs_named
from runs_svc.domain.runs.document import StoredDocument, read_document


@dataclass(frozen=True, slots=True)
class Rollback:
    """What is taken out: documents whose files can go, and blobs that no record names any more."""

    documents: Sequence[StoredDocument]
    blobs: Sequence[Digest]
    kept: Mapping[str, str]
    """Runs that stay, and why."""


def runs_needed(document: JsonMapping) -> Iterator[str]:
    """The runs that a record made here leads to: the parent of a native run, the runs of a job.

    >>> list(runs_needed({"linkage": {"parent_run_id": "run_0123456789ab"}}))
    ['run_0123456789ab']
    >>> list(runs_needed({"origin": {"kind": "v1"}, "linkage": {"parent_run_id": "run_0123456789ab"}}))
    []
    >>> list(runs_needed({"kind": "job", "state": {"runs": ["runs/run_0123456789ab"]}}))
    ['run_0123456789ab']
    """
    if document.get("kind") == "job":
        yield from (name.removeprefix("runs/") for name in texts(child(document, "state"), "runs"))
    elif "origin" not in document and (parent := text(child(document, "linkage"), "parent_run_id")):
        yield parent


def plan_rollback(run_ids: Iterable[str], records: Iterable[StoredDocument]) -> Rollback:
    """What a rollback of imported runs takes out of a ledger, given all of its records.

    A run stays when something was added to it here, and when a native run or a job names it.

    Raises:
        RunCorruptError: A record cannot be read, so that nobody can say what it names.
    """
    ours: dict[str, list[StoredDocument]] = {run_id: [] for run_id in run_ids}
    named_elsewhere: set[str] = set()
    kept: dict[str, str] = {}
    for record in records:
        if record.subject_id in ours:
            ours[record.subject_id].append(record)
            continue
        document = read_document(record)
        named_elsewhere |= blobs_named(document)
        for run_id in runs_needed(document):
            if run_id in ours:
                kept.setdefault(run_id, f"{record.subject_id} names it")
    kept |= {run_id: "something was added to it here" for run_id, found in ours.items() if len(found) > 1}
    gone = [document for run_id, found in ours.items() if run_id not in kept for document in found]
    staying = (document for run_id in kept for document in ours[run_id])
    orphans = _blobs(gone) - _blobs(staying) - named_elsewhere
    return Rollback(gone, [Digest(sha256) for sha256 in sorted(orphans)], kept)


def _blobs(documents: Iterable[StoredDocument]) -> set[str]:
    return {sha256 for document in documents for sha256 in blobs_named(read_document(document))}
