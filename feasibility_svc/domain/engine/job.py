"""A job of several steps: what one step leaves to the next, and the level of the whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.domain.scoring.levels import Category, RiskLevel, worst

MOST_STEPS = 20


@dataclass(frozen=True, slots=True)
class JobStep:
    """One operation with one tool."""

    design: Design
    context: Context


@dataclass(frozen=True, slots=True)
class Carried:
    """What earlier steps leave to a step. Lengths in mm."""

    stock_thickness_mm: float | None = None
    """Thickness of the stock after it was faced; None while nothing took any off."""
    remainder_mm: float | None = None
    """What roughing left over a carved surface; None where nothing roughed it."""

    @property
    def in_words(self) -> Iterator[str]:
        if self.stock_thickness_mm is not None:
            yield f"the stock is {self.stock_thickness_mm:g} mm thick after facing"
        if self.remainder_mm is not None:
            yield f"roughing leaves {self.remainder_mm:g} mm"


@dataclass(frozen=True, slots=True)
class JobVerdict:
    """Level of a job, and the step and dimension that decide it."""

    risk: RiskLevel
    binding_step: int
    binding: Category
    needs_review: bool


def carried(steps: Sequence[JobStep]) -> Sequence[Carried]:
    """What each step finds: the stock after facing, and what roughing left of a carved surface."""
    found = []
    thickness_mm = rough_mm = None
    for step in steps:
        contour, pocket, facing = step.design.contour_3d, step.design.pocket, step.design.facing
        remainder_mm = None
        if contour is not None and contour.depth_mm is not None and rough_mm is not None:
            remainder_mm = max(contour.depth_mm - rough_mm, 0.0)
        found.append(Carried(thickness_mm, remainder_mm))
        if contour is not None:
            rough_mm = contour.depth_mm
        elif pocket is not None:
            rough_mm = pocket.depth_mm
        elif facing is not None:
            thickness_mm = _after_facing_mm(step, thickness_mm)
            rough_mm = None
    return found


def _after_facing_mm(step: JobStep, before_mm: float | None) -> float | None:
    facing, stated_mm = step.design.facing, step.context.stock.thickness_mm
    assert facing is not None
    if facing.final_thickness_mm is not None:
        return facing.final_thickness_mm
    present_mm = stated_mm if before_mm is None else before_mm
    if present_mm is None or facing.removal_mm is None or facing.removal_mm >= present_mm:
        return before_mm
    return present_mm - facing.removal_mm


def verdict_of(reports: Sequence[Report]) -> JobVerdict:
    """The worst step decides; of equal ones that with the lowest score, then the earlier one."""
    risk = worst(report.verdict.risk for report in reports)
    place, report = min(
        ((place, report) for place, report in enumerate(reports) if report.verdict.risk is risk),
        key=lambda item: (_score(item[1]), item[0]),
    )
    return JobVerdict(risk, place, report.verdict.binding, any(item.verdict.needs_review for item in reports))


def _score(report: Report) -> float:
    return 0.0 if report.verdict.score is None else report.verdict.score
