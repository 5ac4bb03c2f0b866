"""What a workshop has measured itself, and on which number it sheds light."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from feasibility_svc.domain.catalogue.withdrawal import Withdrawal
from feasibility_svc.domain.scoring.quantities import Rules
from foundation.identity import RecordedIdentity

CalibrationKind = Literal["AXIS_PUSH", "SCRAP_BURN", "RUNOUT", "SPINDLE_POWER"]
_COLLECTIONS = {
    "AXIS_PUSH": "machines",
    "SCRAP_BURN": "materials",
    "RUNOUT": "tools",
    "SPINDLE_POWER": "materials",
}
_RANGES = {
    "AXIS_PUSH": (1.0, 1e7, "N/mm"),
    "SCRAP_BURN": (0.01, 1.0, ""),
    "RUNOUT": (0.0, 1.0, "mm"),
    "SPINDLE_POWER": (0.1, 10.0, ""),
}


class Calibration(Rules):
    """One measurement, with date and person."""

    kind: CalibrationKind
    subject: Annotated[str, StringConstraints(pattern=r"\A(machines|materials|tools)/[A-Za-z0-9_.-]{1,100}\z")]
    value: float
    person: Annotated[str, Field(min_length=1, max_length=100)]
    date: Annotated[str, StringConstraints(pattern=r"\A\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\z")]
    note: Annotated[str, Field(max_length=500)] = ""
    calibration_id: str = ""
    created_at_utc: str = ""
    identity: RecordedIdentity | None = Field(None, exclude=True)
    """Who recorded it; None for what is older than this. Stands beside the value in the journal."""
    withdrawal: Withdrawal | None = Field(None, exclude=True)
    """None while it holds, or would if no later one stood in its place."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "Calibration":
        collection = _COLLECTIONS[self.kind]
        if not self.subject.startswith(f"{collection}/"):
            raise ValueError(f"{self.kind} is measured of {collection}/{{id}}, not of {self.subject}")
        low, high, unit = _RANGES[self.kind]
        if not low <= self.value <= high:
            raise ValueError(f"value {self.value:g} is not {low:g} to {high:g} {unit}".rstrip())
        return self

    @property
    def subject_id(self) -> str:
        return self.subject.split("/", 1)[1]

    @property
    def source(self) -> str:
        """Who measured, and when.

        >>> Calibration(kind="RUNOUT", subject="tools/x", value=0.01, person="M. Sato", date="2026-03-01").source
        'measured 2026-03-01 by M. Sato'
        """
        return f"measured {self.date} by {self.person}"
