"""The numbers that only a runs server can tell: its queue, its ledger, its archive, its budget."""

from collections.abc import Sequence

from rpckit.interceptors.admission import Admission
from rpckit.observability.readings import Reading, in_flight
from runs_svc.composition.store import Store
from runs_svc.usecases.advisory.budget import Budget


async def read_numbers(admission: Admission, store: Store) -> Sequence[Reading]:
    """What Prometheus is told whenever it asks, also while the database is away."""
    load = store.database.load()
    return [
        *in_flight(admission),
        Reading("rmos_writes_waiting", "Writes that wait to be committed.", load.waiting),
        Reading("rmos_commit_groups", "Commits; each holds a group of writes.", load.groups, kind="counter"),
        Reading("rmos_commit_writes", "Writes that were committed.", load.writes, kind="counter"),
        Reading(
            "rmos_accepts_writes",
            "0 after a commit of unknown outcome, and while PostgreSQL is away.",
            load.accepts_writes,
        ),
        Reading("rmos_ledger_size_bytes", "Size of the ledger.", load.size_bytes),
        Reading("rmos_disk_free_bytes", "Free where attachments are kept.", store.blobs.free_bytes()),
        Reading("rmos_archive_lag_records", "Records that are not published yet.", store.archive.lag()),
    ]


async def read_spent(budget: Budget) -> Sequence[Reading]:
    """What the ledger says of it."""
    readings: list[Reading] = []
    for used in await budget.used(""):
        if used.period.own:
            continue  # of one person: no names here
        labels = {"period": used.period.name}
        readings.append(Reading("rmos_budget_used_usd", "Spent on pictures.", used.used_usd, labels))
        if used.period.limit_usd is not None:
            readings.append(Reading("rmos_budget_limit_usd", "May be spent.", used.period.limit_usd, labels))
    return readings
