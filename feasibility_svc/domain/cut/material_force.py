"""The force law of the material at hand, with its corrections and how well it is known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from feasibility_svc.domain.catalogue.catalogue import MaterialEntry
from feasibility_svc.domain.catalogue.force_laws import STANDS_FOR, TabulatedForce
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.physics import cutting_force
from feasibility_svc.domain.physics.cutting_force import ForceLaw
from feasibility_svc.domain.scoring.assessment import (
    STATED_PHYSICS,
    Cure,
    Findings,
    NotAssessedError,
    UnknownKind,
    UnknownReason,
    unknown_material,
)
from feasibility_svc.domain.scoring.levels import Grade, weakest

MEASURED_SPREAD = 1.0
"""Spread of laws that were measured or published: their limits carry a factor of two already. [-]"""
ASSUMED_SPREAD = 1.6
"""Spread of assumed laws, and of the wood law beyond the densities it was measured at. [-]"""
_WOOD = frozenset({"SOFTWOOD", "HARDWOOD"})
_WITHOUT_OWN_LAW = frozenset({"curti_density", "none"})
_BOARDS: Mapping[str, str] = {"MDF": "mdf", "PARTICLEBOARD": "particleboard", "PLYWOOD": "plywood_poplar"}
"""The row of materials whose law serves a board that is stated without a material, or one of the workshop's own."""


@dataclass(frozen=True, slots=True)
class MaterialForce:
    """A sharp edge's force law in this material, its source, its grade, and what it rests on."""

    law: ForceLaw
    wear_factor: float
    model: str
    source: str
    grade: Grade
    spread: float = MEASURED_SPREAD
    """The factor within which the force is known. [-]"""
    assumptions: tuple[str, ...] = ()
    caution: str = ""
    """Why the law is less sure here than elsewhere; empty when it is not."""

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
        NotAssessedError: An input is missing.
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
        source = f"{force.source}, factor {measured}"
        force = replace(force, source=source, grade=Grade.A, spread=MEASURED_SPREAD)
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
    if entry is not None:
        law_of_material = situation.catalogue.force_laws.get(entry.material.material_id)
        if law_of_material is not None:
            return _kienzle(law_of_material, wear)
        if entry.force_model not in _WITHOUT_OWN_LAW:
            return _tabulated(situation, entry, wear)
    return _of_kind(situation, wear)


def _of_kind(situation: Situation, wear: float) -> MaterialForce:
    """The law of a kind of material: of wood by its density, else that of a typical material."""
    kind = situation.context.material.kind
    if kind is None:
        raise NotAssessedError(unknown_material())
    if kind in _WOOD:
        return _wood(situation, wear)
    catalogue = situation.catalogue
    if kind in _BOARDS and _BOARDS[kind] in catalogue.materials:
        force = _tabulated(situation, catalogue.materials[_BOARDS[kind]], wear)
    elif kind not in _BOARDS and STANDS_FOR[kind] in catalogue.force_laws:
        force = _kienzle(catalogue.force_laws[STANDS_FOR[kind]], wear)
    else:
        text = f"the catalogue has no cutting force that serves for {kind.lower()}"
        cures = (Cure(STATED_PHYSICS[1], f"state {STATED_PHYSICS[1]} and {STATED_PHYSICS[2]}"),)
        raise NotAssessedError(UnknownReason(UnknownKind.NO_DATA, f"force:{kind.lower()}", text, cures))
    return replace(force, grade=Grade.D, assumptions=("assumed:force_of_kind",))


def _kienzle(tabulated: TabulatedForce, wear: float) -> MaterialForce:
    law = ForceLaw(tabulated.force_n_per_mm2, 0.0, exponent=1.0 - tabulated.exponent_mc)
    return MaterialForce(law, wear, "kienzle", tabulated.source, tabulated.grade, tabulated.spread)


def _tabulated(situation: Situation, entry: MaterialEntry, wear: float) -> MaterialForce:
    slope, edge = entry.specific_cutting_force_n_per_mm2, entry.edge_force_n_per_mm
    assert slope is not None  # a law of the tables has both numbers
    assert edge is not None
    source = next(source.text for source in entry.sources if source.field == "density_kg_per_m3")
    if entry.force_model == "kienzle":
        law = ForceLaw(slope, 0.0, exponent=1.0 - edge)
        return MaterialForce(law, wear, entry.force_model, source, Grade.D, ASSUMED_SPREAD)
    grade = weakest((Grade.C, situation.grade("material.density_kg_per_m3")))
    return MaterialForce(ForceLaw(slope, edge), wear, entry.force_model, source, grade)


def _wood(situation: Situation, wear: float) -> MaterialForce:
    density, moisture = situation.need("material.density_kg_per_m3", "material.moisture_percent")
    (nominal_density,) = situation.nominal.need("material.density_kg_per_m3")
    cut, tool = situation.context.cut, situation.context.tool
    assumptions = []
    lowest, highest = cutting_force.DENSITY_RANGE_KG_PER_M3
    spread, caution = MEASURED_SPREAD, ""
    if not lowest <= nominal_density <= highest:
        spread, caution = ASSUMED_SPREAD, f"the density lies outside the force law's {lowest:g} to {highest:g} kg/m3"
        assumptions.append("out_of_model:rho")
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
    grade = Grade.D if caution else Grade.C
    return MaterialForce(
        law=ForceLaw(law.slope_n_per_mm2 * factor, law.edge_force_n_per_mm * factor),
        wear_factor=wear,
        model="curti_density",
        source="Curti et al. 2021, second-hand",
        grade=weakest((grade, situation.grade("material.density_kg_per_m3"))),
        spread=spread,
        assumptions=tuple(assumptions),
        caution=caution,
    )
