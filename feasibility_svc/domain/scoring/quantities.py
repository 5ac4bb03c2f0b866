"""Number types of the rule book: finite, with the range a workshop can mean."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Rules(BaseModel):
    """Base of everything parsed at the border: frozen, nothing extra, no NaN and no infinities."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


LONGEST_MM = 10_000
# The lower ends are far below what a workshop can mean, and far above where the arithmetic of floats gives out.
Length = Annotated[float, Field(ge=1e-3, le=LONGEST_MM)]
"""0.001 to 10000 [mm]"""
LengthOrZero = Annotated[float, Field(ge=0, le=LONGEST_MM)]
"""0 to 10000 [mm]"""
SmallLength = Annotated[float, Field(ge=0, le=10)]
"""0 to 10 [mm]"""
Diameter = Annotated[float, Field(ge=1e-3, le=1_000)]
"""0.001 to 1000 [mm]"""
FeedRate = Annotated[float, Field(ge=1e-2, le=100_000)]
"""0.01 to 100000 [mm/min]"""
SpindleSpeed = Annotated[float, Field(ge=1, le=200_000)]
"""1 to 200000 [rpm]"""
Force = Annotated[float, Field(ge=1e-2, le=1e6)]
"""0.01 to 1000000 [N]"""
Stiffness = Annotated[float, Field(ge=1e-1, le=1e7)]
"""0.1 to 10000000 [N/mm]"""
Angle = Annotated[float, Field(ge=0, le=180)]
"""0 to 180 [deg]"""
Count = Annotated[int, Field(ge=1, le=10_000)]
Class = Annotated[int, Field(ge=0, le=2)]
PresetId = Annotated[str, StringConstraints(pattern=r"\A[A-Za-z0-9_.-]{0,100}\z")]
Label = Annotated[str, StringConstraints(max_length=200)]
