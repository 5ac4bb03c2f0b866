"""The force law of the material at hand, with its corrections and how well it is known."""

from dataclasses import dataclass, replace

import numpy as np

from feasibility_svc.domain.catalogue.catalogue import MaterialEntry
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.physics import cutting_force
from feasibility_svc.domain.physics.cutting_force import ForceLaw
from feasibility_svc.domain.scoring.assessment import Findings, NotAssessedError, UnknownKind, UnknownReason
from feasibility_svc.domain.scoring.levels import REVIEW_CAP, Grade, weakest
from feasibility_svc.domain.scoring.numeric import is_array, where

_WOOD = frozenset({"SOFTWOOD", "HARDWOOD"})


@dataclass(frozen=True, slots=True)
class MaterialForce:
    """A sharp edge's force law in this material, its source, its grade, and what it rests on."""

    law: ForceLaw
    wear_factor: float
    model: str
    source: str
    grade: Grade
    assumptions: tuple[str, ...] = ()
    caution: str = ""
    """Why nothing that rests on this law is GREEN; empty when it may be."""
    ceiling: float = 100.0
    """Highest score of what rests on this law."""

    @property
    def worn_law(self) -> ForceLaw:
        """The law with the edge as it is: wear acts on the edge force only."""
        return replace(self.law, edge_force_n_per_mm=self.law.edge_force_n_per_mm * self.wear_factor)

    def note(self, findings: Findings) -> None:
        """Write down what a result rests on."""
        findings.assumptions.extend(self.assumptions)
        if self.caution:
            findings.warnings.append(self.caution)


def material_force(situation: Situation) -> MaterialForce:
    """The force law of a situation.

    Raises:
        NotAssessedError: An input is missing, or nothing is published for this material.
    """
    if "force" not in situation.memo:
        situation.memo["force"] = _material_force(situation)
    force: MaterialForce = situation.memo["force"]
    return force


def _material_force(situation: Situation) -> MaterialForce:
    force = _nominal_force(situation)
    factor, law = situation.force_factor * situation.measured_force_factor, force.law
    measured = situation.measured.get("force")
    if measured is not None:
        force = replace(force, source=f"{force.source}, factor {measured}", grade=Grade.A)
    if situation.origin is None and measured is None:
        return force
    return replace(
        force, law=ForceLaw(law.slope_n_per_mm2 * factor, law.edge_force_n_per_mm * factor, exponent=law.exponent)
    )


def _nominal_force(situation: Situation) -> MaterialForce:
    wear = cutting_force.wear_factor(situation.need_word("tool.wear"))
    physics = situation.context.physics
    if physics.specific_cutting_force_n_per_mm2 is not None and physics.edge_force_n_per_mm is not None:
        law = ForceLaw(physics.specific_cutting_force_n_per_mm2, physics.edge_force_n_per_mm)
        return MaterialForce(law, wear, "stated", "stated in the request", Grade.A)
    entry = situation.material_entry
    if entry is None:
        if situation.context.material.kind in _WOOD:
            return _wood(situation, wear)
        raise _no_data(str(situation.context.material.kind or "this material").lower())
    if entry.force_model == "curti_density":
        return _wood(situation, wear)
    return _tabulated(situation, entry, wear)


def _tabulated(situation: Situation, entry: MaterialEntry, wear: float) -> MaterialForce:
    slope, edge = entry.specific_cutting_force_n_per_mm2, entry.edge_force_n_per_mm
    if slope is None or edge is None:
        raise _no_data(entry.material.material_id)
    source = next(source.text for source in entry.sources if source.field == "density_kg_per_m3")
    grade = weakest((Grade.C, situation.grade("material.density_kg_per_m3")))
    if entry.force_model == "kienzle":
        return MaterialForce(ForceLaw(slope, 0.0, exponent=1.0 - edge), wear, entry.force_model, source, grade)
    caution = ""
    if entry.force_model == "unit_power":
        caution = "no force law over chip thickness is published for this plastic, only unit power"
    ceiling = REVIEW_CAP if caution else 100.0
    return MaterialForce(
        ForceLaw(slope, edge), wear, entry.force_model, source, grade, caution=caution, ceiling=ceiling
    )


def _no_data(name: str) -> NotAssessedError:
    text = f"no cutting force data is published for {name}"
    return NotAssessedError(UnknownReason(UnknownKind.NO_DATA, f"force:{name}", text))


def _wood(situation: Situation, wear: float) -> MaterialForce:
    density, moisture = situation.need("material.density_kg_per_m3", "material.moisture_percent")
    cut, tool = situation.context.cut, situation.context.tool
    assumptions = []
    lowest, highest = cutting_force.DENSITY_RANGE_KG_PER_M3
    outside = (density < lowest) | (density > highest)
    caution = ""
    if np.any(outside) if is_array(outside) else outside:
        caution = f"the density lies outside the force law's {lowest:g} to {highest:g} kg/m3"
        assumptions.append("out_of_model:rho")
    if cut.direction is None:
        assumptions.append("assumed:conventional_cut")
    if cut.grain_angle_deg is None:
        assumptions.append("assumed:mean_grain_angle")
    law = cutting_force.wood_force_law(
        density_kg_per_m3=density, climb=cut.direction == "CLIMB", grain_angle_deg=cut.grain_angle_deg
    )
    factor = cutting_force.moisture_factor(moisture)
    if tool.rake_angle_deg is None:
        assumptions.append("assumed:rake_25_deg")
    else:
        factor *= cutting_force.rake_factor(tool.rake_angle_deg)
    return MaterialForce(
        law=ForceLaw(law.slope_n_per_mm2 * factor, law.edge_force_n_per_mm * factor),
        wear_factor=wear,
        model="curti_density",
        source="Curti et al. 2021, second-hand",
        grade=weakest((Grade.C, situation.grade("material.density_kg_per_m3"))),
        assumptions=tuple(assumptions),
        caution=caution,
        ceiling=where(outside, REVIEW_CAP, 100.0),
    )
