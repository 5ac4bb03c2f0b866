"""Geometry: does the tool fit and reach, and does enough wood remain?"""

from collections.abc import Iterator
from itertools import chain

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.geometry import edges, fret_slots, holes, milling, rosette, surfaces, toolpaths
from feasibility_svc.domain.geometry.check import Check, Found, Note, Question, must
from feasibility_svc.domain.inputs import design as shapes
from feasibility_svc.domain.inputs import surfaces as faces
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import GREEN_FROM, YELLOW_FROM, Category, Grade
from feasibility_svc.domain.scoring.numeric import smallest

FITS = "tool, reach and stock suit the design"


class Geometry(OfEveryOperation):
    profile = Profile(
        category=Category.GEOMETRY,
        weight=0.0,
        mandatory=True,
        description="fit, reach, remaining floor and walls, fret positions",
    )

    def score(self, situation: Situation) -> float:
        return smallest([100.0, *(item.score for item in _found(situation.as_asked) if isinstance(item, Check))])

    def assess(self, situation: Situation) -> Assessment:
        findings = Findings()
        found = list(_found(situation))
        checks = [item for item in found if isinstance(item, Check)]
        for check in checks:
            findings.detail(check.name, check.value, check.unit, limit=check.limit)
            if check.score < GREEN_FROM:
                findings.cap(check.score, check.text)
                if check.recommendation is not None:
                    field, value = check.recommendation
                    text = f"make the {_in_words(field)} {value:.2f} mm"
                    findings.recommendations.append(Recommendation(Category.GEOMETRY, field, None, value, "mm", text))
            findings.score = min(findings.score, check.score)
        for item in found:
            if isinstance(item, Question):
                findings.ask(item.path, item.what)
        if situation.find("stock.thickness_tolerance_mm") is None:
            findings.assumptions.append("assumed:thickness_tolerance_0.15_mm")
        failing = [check for check in checks if check.score < GREEN_FROM]
        said = [min(failing, key=lambda check: check.score).text if failing else FITS]
        if findings.score >= YELLOW_FROM:  # of what cannot be, nothing else is worth knowing
            said += [item.text for item in found if isinstance(item, Note)]
        return findings.assessment(self.profile.category, finding="; ".join(said), grade=Grade.D)


def _in_words(field: str) -> str:
    """What a person calls a field.

    >>> _in_words("design.rosette_channel.depth_mm")
    'depth of the rosette channel'
    """
    _, group, name = field.split(".")
    return f"{name.removesuffix('_mm').replace('_', ' ')} of the {group.replace('_', ' ')}"


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
