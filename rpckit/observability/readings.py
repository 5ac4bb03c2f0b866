"""Numbers that are read whenever somebody asks for them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rpckit.interceptors.admission import Admission


@dataclass(frozen=True, slots=True)
class Reading:
    """One number as it is now."""

    name: str
    """With its unit, as Prometheus has it: `rmos_archive_lag_records`."""
    description: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["gauge", "counter"] = "gauge"
    """A counter only grows while the server runs; its name ends without `_total`, which is added."""


ReadNow = Callable[[], Awaitable[Sequence[Reading]]]


def in_flight(admission: Admission) -> Sequence[Reading]:
    """Calls and streams that have not ended, and how many there may be."""
    counts = {
        "call": (admission.active_calls, admission.most_calls),
        "stream": (admission.active_streams, admission.most_streams),
        "upload": (admission.active_uploads, admission.most_uploads),
    }
    readings: list[Reading] = []
    for kind, (now, most) in counts.items():
        readings.append(Reading("rmos_in_flight", "Calls that have not ended.", now, {"kind": kind}))
        text = "Calls at once before new ones are refused."
        readings.append(Reading("rmos_in_flight_limit", text, most, {"kind": kind}))
    return readings
