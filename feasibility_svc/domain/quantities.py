"""Number types of the rule book: finite, with the range a workshop can mean."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Rules(BaseModel):
    """Base of everything parsed at the border: frozen, nothing extra, no NaN and no infinities."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


Length = Annotated[float, Field(gt=0, le=10_000)]
"""[mm]"""
LengthOrZero = Annotated[float, Field(ge=0, le=10_000)]
"""[mm]"""
SmallLength = Annotated[float, Field(ge=0, le=10)]
"""[mm]"""
Diameter = Annotated[float, Field(gt=0, le=1_000)]
"""[mm]"""
FeedRate = Annotated[float, Field(gt=0, le=100_000)]
"""[mm/min]"""
SpindleSpeed = Annotated[float, Field(gt=0, le=200_000)]
"""[rpm]"""
Angle = Annotated[float, Field(ge=0, le=180)]
"""[deg]"""
Count = Annotated[int, Field(ge=1, le=10_000)]
Class = Annotated[int, Field(ge=0, le=2)]
PresetId = Annotated[str, StringConstraints(pattern=r"\A[A-Za-z0-9_.-]{0,100}\z")]
Label = Annotated[str, StringConstraints(max_length=200)]
