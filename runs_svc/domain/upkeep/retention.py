"""Which runs may be withdrawn, and by whose word.

A withdrawn run keeps its record; lists leave it out, nothing is added to it, and bytes that only withdrawn runs name
may be collected.
"""

from dataclasses import dataclass

from foundation.errors import InvalidFieldsError
from foundation.visible_text import unseen_in, visible_length
from runs_svc.domain.runs.run_index import RunIndex

SHORTEST_REASON, LONGEST_REASON = 6, 500


def read_reason(text: str) -> str:
    """The reason for a hold or a withdrawal.

    Raises:
        InvalidFieldsError: It is too short or too long.
    """
    if visible_length(text) < SHORTEST_REASON or len(text) > LONGEST_REASON:
        raise InvalidFieldsError.one("reason", f"{SHORTEST_REASON} to {LONGEST_REASON} characters are required")
    return text


def read_person(text: str) -> str:
    """Who decides.

    Raises:
        InvalidFieldsError: Nobody is named, or the name cannot be seen.
    """
    if not text.strip():
        raise InvalidFieldsError.one("person", "is required: a named person")
    if unseen := unseen_in(text.strip()):
        raise InvalidFieldsError.one("person", f"{ascii(text)[:80]}: {unseen}")
    return text


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How long runs are kept at least. Without a number of days nothing is ever withdrawn."""

    days: int | None

    def refusal(self, index: RunIndex, *, cutoff_utc: str) -> str:
        """Why a run stays; empty when it may be withdrawn.

        >>> RetentionPolicy(None).refusal(None, cutoff_utc="")
        'retention is off; set RMOS_RETENTION_DAYS'
        """
        if self.days is None:
            return "retention is off; set RMOS_RETENTION_DAYS"
        if index.withdrawn == "yes":
            return "it was withdrawn before"
        if index.legal_hold == "yes":
            return "it is under a legal hold"
        if index.created_at_utc >= cutoff_utc:
            return f"it is not {self.days} days old"
        return ""
