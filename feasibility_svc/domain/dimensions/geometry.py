"""Geometry: does the tool fit and reach, and does enough wood remain?"""

from collections.abc import Iterator
from itertools import chain

import numpy as np

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.geometry import edges, fret_slots, holes, milling, rosette, surfaces, toolpaths
from feasibility_svc.domain.geometry.check import Check, Found, Note, Question, must
from feasibility_svc.domain.inputs import design as shapes
from feasibility_svc.domain.inputs import surfaces as faces
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, NotAssessedError, Recommendation
from feasibility_svc.domain.scoring.field_names import design_field_name, field_name
from feasibility_svc.domain.scoring.levels import YELLOW_FROM, Category, Grade, is_green
from feasibility_svc.domain.scoring.numeric import smallest

FITS = "tool, reach and stock suit the design"


class Geometry(OfEveryOperation):
    profile = Profile(
        category=Category.GEOMETRY,
        weight=0.0,
        mandatory=True,
        description="fit, reach, remaining floor and walls, fret positions",
        rests_on=frozenset({"cut.radial_width_mm", "tool.tip_diameter_mm"}),
    )

    def score(self, situation: Situation) -> float:
        found, gap = _known(situation.as_asked)
        score = smallest([100.0, *(item.score for item in found if isinstance(item, Check))])
        if gap is not None and not np.all(score < YELLOW_FROM):
            raise gap
        return score

    def assess(self, situation: Situation) -> Assessment:
        findings = Findings()
        found, gap = _known(situation)
        checks = [item for item in found if isinstance(item, Check)]
        if gap is not None:
            if all(check.score >= YELLOW_FROM for check in checks):
                raise gap
            findings.questions.extend(gap.reasons)
        for check in checks:
            findings.detail(check.name, check.value, check.unit, limit=check.limit)
            if not is_green(check.score):
                findings.cap(check.score, check.text)
                if check.recommendation is not None:
                    field, value = check.recommendation
                    text = _in_words(field, value)
                    findings.recommendations.append(Recommendation(Category.GEOMETRY, field, None, value, "mm", text))
            findings.score = min(findings.score, check.score)
        for item in found:
            if isinstance(item, Question):
                findings.ask(item.path, item.what)
        if situation.find("stock.thickness_tolerance_mm") is None:
            findings.assumptions.append("assumed:thickness_tolerance_0.15_mm")
        failing = [check for check in checks if not is_green(check.score)]
        said = [min(failing, key=lambda check: check.score).text if failing else FITS]
        if findings.score >= YELLOW_FROM:  # of what cannot be, nothing else is worth knowing
            said += [item.text for item in found if isinstance(item, Note)]
        return findings.assessment(self.profile.category, finding="; ".join(said), grade=Grade.D)


def _in_words(field: str, value: float) -> str:
    """What to make of a length that does not fit.

    >>> _in_words("design.rosette_channel.depth_mm", 1.35), _in_words("context.tool.diameter_mm", 5.0)
    ('make the depth of the rosette channel 1.35 mm', 'make the diameter of the tool 5 mm')
    """
    name = design_field_name(field) if field.startswith("design.") else field_name(field)
    return f"make the {name} {round(value, 2):g} mm"


def _known(situation: Situation) -> tuple[list[Found], NotAssessedError | None]:
    """What is found, and what kept the rest from being looked at: what cannot be cannot be, whatever else is open."""
    found: list[Found] = []
    try:
        found.extend(_found(situation))  # keeps what came before it failed
    except NotAssessedError as gap:
        return found, gap
    return found, None


def _found(situation: Situation) -> Iterator[Found]:
    return chain(toolpaths.checks(situation), _drill(situation), _operation_checks(situation))


def _drill(situation: Situation) -> Iterator[Found]:
    """A drill cuts downwards only."""
    if situation.context.tool.kind == "DRILL" and situation.design.drilling is None:
        text = "a drill does not cut sideways"
        yield must("drill_sideways", holds=False, value=1.0, limit=0.0, unit="", text=text)


def _operation_checks(situation: Situation) -> Iterator[Found]:
    match situation.operation:
        case shapes.RosetteChannel() as channel:
            return rosette.channel_checks(situation, channel)
        case shapes.RosetteRings() as rings:
            return rosette.rings_checks(situation, rings)
        case shapes.FretSlots() as slots:
            return fret_slots.checks(situation, slots)
        case shapes.Pocket() as pocket:
            return chain(milling.pocket_checks(situation, pocket), holes.bored_checks(situation))
        case shapes.Profile() as profile:
            return milling.profile_checks(situation, profile)
        case shapes.Drilling() as drilling:
            return holes.drilling_checks(situation, drilling)
        case shapes.SawCut() as cut:
            return milling.saw_cut_checks(situation, cut)
        case faces.Facing() as facing:
            return surfaces.facing_checks(situation, facing)
        case faces.BindingLedge() as ledge:
            return edges.ledge_checks(situation, ledge)
        case faces.VCarve() as carve:
            return edges.v_carve_checks(situation, carve)
        case faces.RadiusBoard() as board:
            return surfaces.radius_board_checks(situation, board)
        case contour:
            return surfaces.contour_checks(situation, contour)
