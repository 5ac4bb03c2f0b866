"""Every kind of thing with versions: from a document to what its subject is found by."""

from collections.abc import Mapping
from typing import Any

from runs_svc.usecases.advisory.assets import ASSET
from runs_svc.usecases.advisory.budget import SPEND
from runs_svc.usecases.advisory.exports import EXPORT
from runs_svc.usecases.entities.maintenance_log import MAINTENANCE
from runs_svc.usecases.entities.repository import ThingKind
from runs_svc.usecases.shop.imports import IMPORT
from runs_svc.usecases.shop.jobs import JOB
from runs_svc.usecases.shop.patterns import PATTERN, STRIP_FAMILY
from runs_svc.usecases.workflow.sessions import SESSION

KINDS: Mapping[str, ThingKind[Any]] = {
    kind.name: kind for kind in (SESSION, PATTERN, STRIP_FAMILY, JOB, IMPORT, ASSET, SPEND, EXPORT, MAINTENANCE)
}
"""By name, as in the records."""
