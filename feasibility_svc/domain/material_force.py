"""The force law of the material at hand, with its corrections and how well it is known."""

from dataclasses import dataclass, replace

from feasibility_svc.domain.assessment import Findings, NotAssessedError, UnknownKind, UnknownReason
from feasibility_svc.domain.levels import Grade, weakest
from feasibility_svc.domain.physics import cutting_force
from feasibility_svc.domain.physics.cutting_force import ForceLaw
from feasibility_svc.domain.situation import Situation

_WOOD = frozenset({"SOFTWOOD", "HARDWOOD"})


@dataclass(frozen=True, slots=True)
class MaterialForce:
    """A sharp edge's force law in this material, its source and its grade."""

    law: ForceLaw
    wear_factor: float
    model: str
    source: str
    grade: Grade

    @property
    def worn_law(self) -> ForceLaw:
        """The law with the edge as it is: wear acts on the edge force only."""
        return replace(self.law, edge_force_n_per_mm=self.law.edge_force_n_per_mm * self.wear_factor)


def material_force(situation: Situation, findings: Findings) -> MaterialForce:
    """The force law of a situation. Notes assumptions and limits of the law in `findings`.

    Raises:
        NotAssessedError: An input is missing, or nothing is published for this material.
    """
    wear = cutting_force.wear_factor(situation.need_word("tool.wear"))
    physics = situation.context.physics
    if physics.specific_cutting_force_n_per_mm2 is not None and physics.edge_force_n_per_mm is not None:
        law = ForceLaw(physics.specific_cutting_force_n_per_mm2, physics.edge_force_n_per_mm)
        return MaterialForce(law, wear, "stated", "stated in the request", Grade.A)
    entry = situation.material_entry
    model = entry.force_model if entry else ("curti_density" if situation.context.material.kind in _WOOD else "none")
    match model:
        case "curti_density":
            return _wood(situation, findings, wear)
        case "affine" | "scaled" | "unit_power" if entry and entry.specific_cutting_force_n_per_mm2 is not None:
            law = ForceLaw(entry.specific_cutting_force_n_per_mm2, entry.edge_force_n_per_mm or 0.0)
            if model == "unit_power":
                findings.cap(79.0, "no force law over chip thickness is published for this plastic, only unit power")
            return MaterialForce(law, wear, model, _source_of(situation), _table_grade(situation))
        case "kienzle" if entry and entry.specific_cutting_force_n_per_mm2 is not None:
            law = ForceLaw(
                entry.specific_cutting_force_n_per_mm2, 0.0, exponent=1.0 - (entry.edge_force_n_per_mm or 0.0)
            )
            return MaterialForce(law, wear, model, _source_of(situation), _table_grade(situation))
        case _:
            name = situation.context.material.material_id or situation.context.material.kind or "this material"
            raise NotAssessedError(
                UnknownReason(UnknownKind.NO_DATA, f"force:{name}", f"no cutting force data is published for {name}")
            )


def _wood(situation: Situation, findings: Findings, wear: float) -> MaterialForce:
    density, moisture = situation.need("material.density_kg_per_m3", "material.moisture_percent")
    lowest, highest = cutting_force.DENSITY_RANGE_KG_PER_M3
    if not lowest <= density <= highest:
        findings.cap(79.0, f"density {density:g} kg/m3 lies outside the force law's {lowest:g} to {highest:g}")
        findings.assumptions.append("out_of_model:rho")
    cut, tool = situation.context.cut, situation.context.tool
    if cut.direction is None:
        findings.assumptions.append("assumed:conventional_cut")
    if cut.grain_angle_deg is None:
        findings.assumptions.append("assumed:mean_grain_angle")
    law = cutting_force.wood_force_law(
        density_kg_per_m3=density, climb=cut.direction == "CLIMB", grain_angle_deg=cut.grain_angle_deg
    )
    factor = cutting_force.moisture_factor(moisture)
    if tool.rake_angle_deg is None:
        findings.assumptions.append("assumed:rake_25_deg")
    else:
        factor *= cutting_force.rake_factor(tool.rake_angle_deg)
    law = ForceLaw(law.slope_n_per_mm2 * factor, law.edge_force_n_per_mm * factor)
    grade = weakest((Grade.C, situation.grade("material.density_kg_per_m3")))
    return MaterialForce(law, wear, "curti_density", "Curti et al. 2021, second-hand", grade)


def _source_of(situation: Situation) -> str:
    entry = situation.material_entry
    named = [source.text for source in entry.sources if source.field == "density_kg_per_m3"] if entry else []
    return named[0] if named else ""


def _table_grade(situation: Situation) -> Grade:
    return weakest((Grade.C, situation.grade("material.density_kg_per_m3")))
