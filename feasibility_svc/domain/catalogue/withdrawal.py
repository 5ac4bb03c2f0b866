"""Why an entry of the workshop is not used any more. It stays in its history, and so do the runs that name it."""

from typing import Annotated

from pydantic import Field, StringConstraints

from feasibility_svc.domain.scoring.quantities import Rules
from foundation.identity import RecordedIdentity


class Withdrawal(Rules):
    """One withdrawal. When it was made and by whom that was proven stand beside the value in the journal."""

    resource: Annotated[
        str, StringConstraints(pattern=r"\A(materials|tools|machines|calibrations)/[A-Za-z0-9_.-]{1,100}\z")
    ]
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    person: Annotated[str, Field(min_length=1, max_length=100)]
    created_at_utc: str = Field("", exclude=True)
    identity: RecordedIdentity | None = Field(None, exclude=True)

    @property
    def text(self) -> str:
        """Who withdrew it, when and why.

        >>> asked = Withdrawal(resource="tools/x", reason="dropped", person="M. Sato")
        >>> asked.model_copy(update={"created_at_utc": "2026-03-01T08:00:00Z"}).text
        'withdrawn on 2026-03-01 by M. Sato: dropped'
        """
        return f"withdrawn on {self.created_at_utc[:10]} by {self.person}: {self.reason}"
