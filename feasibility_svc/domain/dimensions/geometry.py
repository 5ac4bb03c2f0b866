"""Geometry: does the tool fit and reach, and does enough wood remain?"""

from collections.abc import Iterator
from itertools import chain

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.geometry import fret_slots, milling, rosette, toolpaths
from feasibility_svc.domain.geometry.check import Check
from feasibility_svc.domain.inputs import design as shapes
from feasibility_svc.domain.scoring.assessment import (
    Assessment,
    Findings,
    NotAssessedError,
    Recommendation,
    UnknownKind,
    UnknownReason,
)
from feasibility_svc.domain.scoring.levels import Category, Grade


class Geometry(OfEveryOperation):
    profile = Profile(
        category=Category.GEOMETRY,
        weight=0.0,
        mandatory=True,
        description="fit, reach, remaining floor and walls, fret positions",
    )

    def score(self, situation: Situation) -> float:
        return min(check.score for check in _checks(situation.nominal))

    def assess(self, situation: Situation) -> Assessment:
        findings = Findings()
        checks = list(_checks(situation))
        for check in checks:
            findings.detail(check.name, check.value, check.unit, limit=check.limit)
            if check.score < 80:
                findings.cap(check.score, check.text)
                if check.recommendation is not None:
                    field, value = check.recommendation
                    text = f"make the {_in_words(field)} {value:.2f} mm"
                    findings.recommendations.append(Recommendation(Category.GEOMETRY, field, None, value, "mm", text))
            findings.score = min(findings.score, check.score)
        if situation.find("stock.thickness_tolerance_mm") is None:
            findings.assumptions.append("assumed:thickness_tolerance_0.15_mm")
        worst = min(checks, key=lambda check: check.score)
        return findings.assessment(self.profile.category, finding=worst.text, grade=Grade.D)


def _in_words(field: str) -> str:
    """What a person calls a field.

    >>> _in_words("design.rosette_channel.depth_mm")
    'depth of the rosette channel'
    """
    _, group, name = field.split(".")
    return f"{name.removesuffix('_mm').replace('_', ' ')} of the {group.replace('_', ' ')}"


def _checks(situation: Situation) -> Iterator[Check]:
    return chain(toolpaths.checks(situation), _operation_checks(situation))


def _operation_checks(situation: Situation) -> Iterator[Check]:
    match situation.operation:
        case shapes.RosetteChannel() as channel:
            return rosette.channel_checks(situation, channel)
        case shapes.RosetteRings() as rings:
            return rosette.rings_checks(situation, rings)
        case shapes.FretSlots() as slots:
            return fret_slots.checks(situation, slots)
        case shapes.Pocket() as pocket:
            return milling.pocket_checks(situation, pocket)
        case shapes.Profile() as profile:
            return milling.profile_checks(situation, profile)
        case shapes.Drilling() as drilling:
            return milling.drilling_checks(situation, drilling)
        case shapes.SawCut() as cut:
            return milling.saw_cut_checks(situation, cut)
        case _:
            path = f"design.{situation.design.operation_name}"
            raise NotAssessedError(UnknownReason(UnknownKind.OUT_OF_MODEL, path, f"{path} is not assessed yet"))
