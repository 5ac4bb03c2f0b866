"""Attempts to import tool libraries: each leaves an event, whatever became of it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class ImportEvent(BaseModel):
    """One attempt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Literal["accepted", "rejected", "failed"]
    file_name: str
    file_sha256: str
    size_bytes: int
    reason: str = ""
    added_count: int = 0
    other_count: int = 0
    created_at_utc: str
    request_id: str
    identity: dict[str, str] | None = None
    """Who made the attempt, as records have it; None in older events."""
