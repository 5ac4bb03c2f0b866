"""Force laws over chip thickness for what is neither wood nor board, and which one stands for a kind of material."""

from collections.abc import Mapping
from dataclasses import dataclass

from feasibility_svc.domain.inputs.context import MaterialKind
from feasibility_svc.domain.scoring.levels import Grade


@dataclass(frozen=True, slots=True)
class TabulatedForce:
    """F_t = K ap h^(1 - mc), with h in mm."""

    material_id: str
    force_n_per_mm2: float
    """K: tangential force at a chip 1 mm thick. [N/mm2]"""
    exponent_mc: float
    spread: float
    """Factor either way within which the true force is expected. [-]"""
    source: str
    grade: Grade


STANDS_FOR: Mapping[MaterialKind, str] = {
    "PLASTIC_SOFT": "acrylic",
    "PLASTIC_HARD": "acrylic",
    "SOLID_SURFACE": "corian",
    "ALUMINIUM": "aluminium_6061",
    "BRASS": "brass_360",
    "PHENOLIC": "phenolic_paper",
    "CARBON_FIBRE": "carbon_fibre",
    "LAMINATE": "carbon_fibre",
    "BONE": "bone",
    "SHELL": "mother_of_pearl",
}
"""Material whose law is used when only a kind is stated."""
