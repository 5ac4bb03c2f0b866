"""The parts of a store, each of whose acts is a span."""

from runs_svc.composition.store import Store


def trace_store(store: Store) -> None:
    """Have a span made of everything that is asked of the ledger, the entities and the blobs."""
    from rpckit.observability.traced_port import traced  # OpenTelemetry is loaded only where it is needed

    store.ledger = traced(store.ledger, "ledger")
    store.entities = traced(store.entities, "entities")
    store.blobs = traced(store.blobs, "blobs")
