"""Every kind of versioned entity: from a document to the index fields of its subject."""

from collections.abc import Mapping, Sequence
from typing import Any

from foundation.canonical_json import JsonMapping
from runs_svc.domain.runs.amendments import index_after
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.domain.runs.run_document import read
from runs_svc.domain.runs.run_index import index_of
from runs_svc.domain.upkeep.verification import Check, Outcome
from runs_svc.usecases.advisory.assets import ASSET
from runs_svc.usecases.advisory.budget import SPEND
from runs_svc.usecases.advisory.exports import EXPORT
from runs_svc.usecases.entities.entity import EntityKind
from runs_svc.usecases.entities.maintenance_log import MAINTENANCE
from runs_svc.usecases.shop.imports import IMPORT
from runs_svc.usecases.shop.jobs import JOB
from runs_svc.usecases.shop.patterns import PATTERN, STRIP_FAMILY
from runs_svc.usecases.workflow.sessions import SESSION

ENTITY_KINDS: Mapping[str, EntityKind[Any]] = {
    kind.name: kind for kind in (SESSION, PATTERN, STRIP_FAMILY, JOB, IMPORT, ASSET, SPEND, EXPORT, MAINTENANCE)
}
"""By name, as in the records."""


def index_fields(kind: str, documents: Sequence[StoredDocument], parsed: Sequence[JsonMapping]) -> JsonMapping:
    """The index fields of a subject, from its records alone."""
    if kind == "run":
        index = index_of(read(parsed[0]))
        for amendment in parsed[1:]:
            index = index_after(index, amendment)
        return index._asdict()
    return {
        "version": documents[-1].ordinal,
        "created_at_utc": parsed[0]["created_at_utc"],
        **ENTITY_KINDS[kind].index_fields_of(parsed[-1]),
    }


def check_index(item: str, found: JsonMapping | None, expected: JsonMapping) -> Check:
    """The index fields of a subject, if lists show it, against its records."""
    if found is None:
        return Check(item, Outcome.MISSING, detail="lists do not show it")
    if found != expected:
        return Check(item, Outcome.MISMATCH, detail="its index fields differ from its records")
    return Check(item, Outcome.VERIFIED)
