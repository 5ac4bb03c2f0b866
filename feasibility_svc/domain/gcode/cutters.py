"""The profile of a tool that turns: how high its surface stands above its tip, by the distance from its axis.

From the axis out: a flat, an arc of the corner radius, then a cone or an upright side. A ball nose has no flat and a
corner radius of half its diameter; a V-bit has a cone and no corner; a tapered ball has both.
"""

from dataclasses import dataclass
from math import cos, inf, pi, sin, sqrt, tan

import numpy as np

from feasibility_svc.domain.gcode.moves import Floats

_UPRIGHT_RAD = 1e-6


@dataclass(frozen=True, slots=True)
class Cutter:
    """A profile; what the numbers say beyond the largest diameter does not count."""

    diameter_mm: float
    flat_mm: float
    """Radius of the flat at the tip."""
    corner_mm: float = 0.0
    """Radius of the arc between flat and side."""
    half_angle_rad: float = 0.0
    """Of the cone, to the axis; 0 where the side is upright."""

    @classmethod
    def flat(cls, diameter_mm: float) -> "Cutter":
        """An end mill."""
        return cls(diameter_mm, diameter_mm / 2)

    @classmethod
    def of(
        cls, diameter_mm: float, *, tip_angle_deg: float | None, tip_mm: float | None, corner_mm: float | None
    ) -> "Cutter":
        """The cutter of these numbers; without any but its diameter it is an end mill.

        >>> Cutter.of(6.0, tip_angle_deg=None, tip_mm=None, corner_mm=3.0).radius_at(3.0)
        3.0
        """
        radius_mm = diameter_mm / 2
        corner = min(corner_mm or 0.0, radius_mm)
        if tip_angle_deg is None:
            return cls(diameter_mm, radius_mm - corner, corner)
        return cls(diameter_mm, min((tip_mm or 0.0) / 2, radius_mm), corner, tip_angle_deg * pi / 360)

    @property
    def is_flat(self) -> bool:
        return self.flat_mm >= self.diameter_mm / 2

    def heights_mm(self, radius_mm: Floats) -> Floats:
        """Height of the surface above the tip at distances from the axis; infinite beyond the tool."""
        corner_end, corner_top = self._corner()
        out = radius_mm - self.flat_mm
        arc = self.corner_mm - np.sqrt(np.maximum(self.corner_mm**2 - np.clip(out, 0.0, None) ** 2, 0.0))
        beyond = radius_mm - corner_end
        side = corner_top + beyond / tan(self.half_angle_rad) if self.half_angle_rad > _UPRIGHT_RAD else np.inf
        height = np.where(out <= 0.0, 0.0, np.where(beyond <= 0.0, arc, side))
        inside: Floats = np.where(radius_mm <= self.diameter_mm / 2 + 1e-9, height, np.inf)
        return inside

    def radius_at(self, height_mm: float) -> float:
        """Largest distance from the axis up to a height above the tip."""
        corner_end, corner_top = self._corner()
        whole = self.diameter_mm / 2
        if height_mm < corner_top:
            return min(self.flat_mm + sqrt(max(2 * self.corner_mm * height_mm - height_mm**2, 0.0)), whole)
        widening = tan(self.half_angle_rad) if self.half_angle_rad > _UPRIGHT_RAD else inf
        rise = height_mm - corner_top
        return min(corner_end + rise * widening, whole) if rise > 0 else min(corner_end, whole)

    def _corner(self) -> tuple[float, float]:
        """Where the corner goes over into the side: distance from the axis, and height."""
        return (
            self.flat_mm + self.corner_mm * cos(self.half_angle_rad),
            self.corner_mm * (1 - sin(self.half_angle_rad)),
        )
