"""The verbs of the client for an event loop. `make protos` writes them from those for threads; edit these."""
