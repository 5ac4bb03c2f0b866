"""How busy and how large a ledger is, for those who watch a server."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LedgerLoad:
    """A ledger as it is now, and what this process has committed since it was opened."""

    waiting: int
    """Writes that wait to be committed."""
    groups: int
    """Commits so far."""
    writes: int
    """Writes that were committed with them."""
    accepts_writes: bool
    size_bytes: int
    """Of the database, with what is not yet merged into it. [bytes]"""
