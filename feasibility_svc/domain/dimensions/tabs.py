"""Tabs: what holds a part while it is cut free?"""

from collections.abc import Mapping
from math import ceil

from feasibility_svc.domain.cut.cutting_forces import peak_force_n
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import FORCE_INPUTS
from feasibility_svc.domain.dimensions.dimension import Profile as DimensionProfile
from feasibility_svc.domain.inputs.design import Profile, RosetteRings
from feasibility_svc.domain.inputs.material_class import MaterialClass
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import Category, Grade, is_green
from feasibility_svc.domain.scoring.score_curves import GREEN_EDGE, one_sided

TAB_STRENGTHS_N_PER_MM2: Mapping[MaterialClass, float] = {
    MaterialClass.WOOD: 2.0,
    MaterialClass.BOARD: 2.0,
    MaterialClass.PLASTIC: 7.5,
    MaterialClass.METAL: 50.0,
    MaterialClass.PHENOLIC: 10.0,
    MaterialClass.LAMINATE: 25.0,
    MaterialClass.BRITTLE: 15.0,
    MaterialClass.OTHER: 2.0,
}
"""Force that a tab bears over its section [A]: what splits wood; elsewhere about half the shear strength of a weak
sheet of its class [M]: polyethylene 15, aluminium 3003 97, between layers of paper phenolic 20 and of carbon fibre in
epoxy 50, nacre 30 N/mm2. [N/mm2]"""
SAFETY_FACTOR = 2.0
"""How many times the peak force the tabs must bear. [-]"""
THINNEST_SKIN_MM = 0.3
"""Skin under the cut from which a part is held by it. [mm]"""
UNHELD_SCORE = 60.0
"""Of a part that nothing is said to hold at the end."""
_HELD_SCORE = 100.0
_HOLDING_THE_PART = frozenset({"VACUUM", "TAPE"})
"""Methods that hold the part itself, where the request does not say."""


class HeldPart:
    profile = DimensionProfile(
        category=Category.TABS,
        weight=0.0,
        mandatory=False,
        description="what holds a part that is cut free",
        rests_on=FORCE_INPUTS,
    )

    def applies(self, situation: Situation) -> bool:
        operation = situation.operation
        if not isinstance(operation, Profile | RosetteRings) or situation.cut_kind != "MILLING":
            return False
        return operation.through or _has_tabs(operation)

    def score(self, situation: Situation) -> float:
        if _held_by(situation) is not None:
            return _HELD_SCORE
        if not _has_tabs(situation.operation):
            return UNHELD_SCORE
        return tab_score(peak_force_n=peak_force_n(situation), capacity_n=_capacity_n(situation))

    def assess(self, situation: Situation) -> Assessment:
        findings = Findings(score=self.score(situation))
        holds = _held_by(situation)
        if holds is not None:
            return findings.assessment(self.profile.category, finding=f"{holds} to the end", grade=Grade.A)
        if not _has_tabs(situation.operation):
            return self._unheld(findings, situation)
        peak_n, capacity_n = peak_force_n(situation), _capacity_n(situation)
        findings.detail("peak_force", peak_n, "N", limit=capacity_n / SAFETY_FACTOR)
        findings.detail("tab_capacity", capacity_n, "N", source="strength of the class, assumed")
        if not is_green(findings.score):
            (count,) = situation.need_design("tab_count")
            needed = ceil(count * SAFETY_FACTOR * peak_n / (GREEN_EDGE * capacity_n))
            text = f"leave {needed} tabs of this section, or thicker ones"
            findings.recommendations.append(_advise(situation, "tab_count", text, present=count, wanted=needed))
        return findings.assessment(
            self.profile.category,
            finding=f"the tabs bear about {capacity_n:.0f} N, twice the {peak_n:.0f} N of the cut are asked",
            grade=Grade.D,
            utilization=SAFETY_FACTOR * peak_n / capacity_n,
        )

    def _unheld(self, findings: Findings, situation: Situation) -> Assessment:
        advice = "leave tabs or a skin, or say that the part itself is held"
        findings.recommendations.append(_advise(situation, "tab_count", advice))
        text = "the part comes free at the end: leave tabs or a skin"
        return findings.assessment(self.profile.category, finding=text, grade=Grade.D)


def tab_capacity_n(*, count: float, width_mm: float, thickness_mm: float, strength_n_per_mm2: float) -> float:
    """Force that tabs bear together. [N]

    >>> tab_capacity_n(count=4, width_mm=6, thickness_mm=3, strength_n_per_mm2=2)
    144
    """
    return count * width_mm * thickness_mm * strength_n_per_mm2


def tab_score(*, peak_force_n: float, capacity_n: float) -> float:
    """Score of tabs that must bear twice the peak force of the cut.

    >>> tab_score(peak_force_n=28, capacity_n=144)
    100.0
    """
    return one_sided(SAFETY_FACTOR * peak_force_n / capacity_n)


def _has_tabs(operation: object) -> bool:
    """Whether tabs are stated; none at all are no tabs."""
    assert isinstance(operation, Profile | RosetteRings)
    if operation.tab_count == 0:
        return False
    return any(value is not None for value in (operation.tab_count, operation.tab_width_mm, operation.tab_thickness_mm))


def _capacity_n(situation: Situation) -> float:
    count, width_mm, thickness_mm = situation.need_design("tab_count", "tab_width_mm", "tab_thickness_mm")
    strength = TAB_STRENGTHS_N_PER_MM2[situation.material_class]
    return tab_capacity_n(count=count, width_mm=width_mm, thickness_mm=thickness_mm, strength_n_per_mm2=strength)


def _held_by(situation: Situation) -> str | None:
    """What holds the part without tabs; None for nothing."""
    operation, workholding = situation.operation, situation.context.workholding
    assert isinstance(operation, Profile | RosetteRings)
    if operation.onion_skin_mm is not None and operation.onion_skin_mm >= THINNEST_SKIN_MM:
        return f"a skin of {operation.onion_skin_mm:g} mm holds the part"
    method = workholding.method
    held = method in _HOLDING_THE_PART if workholding.holds_part is None else workholding.holds_part
    holder = {"VACUUM": "vacuum", "TAPE": "tape"}.get(method or "", "workholding")
    return f"the {holder} holds the part itself" if held else None


def _advise(
    situation: Situation, name: str, text: str, *, present: float | None = None, wanted: float | None = None
) -> Recommendation:
    path = f"design.{situation.design.operation_name}.{name}"
    return Recommendation(Category.TABS, path, present, wanted, "", text)
