"""What a dimension says: a score with its reasons, or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from feasibility_svc.domain.scoring.field_names import field_name
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, level_of


class UnknownKind(StrEnum):
    """Kind of a gap."""

    MISSING = "MISSING"
    OUT_OF_MODEL = "OUT_OF_MODEL"
    NO_DATA = "NO_DATA"
    OUT_OF_CHART = "OUT_OF_CHART"
    FAILED = "FAILED"


class Cure(NamedTuple):
    """A field that would answer a gap, and the sentence that asks for it."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class UnknownReason:
    """Why a dimension could not be computed."""

    kind: UnknownKind
    subject: str
    description: str
    cures: tuple[Cure, ...] = ()
    """What would answer it, any one of them; empty where the server failed, which nobody who asks can mend."""


class NotAssessedError(Exception):
    """Raised inside a dimension that lacks what it needs; the engine turns it into an UNKNOWN assessment."""

    def __init__(self, *reasons: UnknownReason) -> None:
        super().__init__("; ".join(reason.description for reason in reasons))
        self.reasons = reasons


class Quantity(NamedTuple):
    """A named number with unit, source and, where there is one, its limit."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One change that helps one dimension."""

    category: Category
    field: str
    current_value: float | None
    suggested_value: float | None
    unit: str
    text: str
    resulting_risk: RiskLevel | None = None


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Shares of a sample of the inputs' tolerances in each level, and the scores it spans."""

    p_green: float
    p_yellow: float
    p_red: float
    score_mean: float
    score_low: float
    score_high: float
    sample_count: int

    @property
    def confidence(self) -> float:
        """Probability of the likeliest level."""
        return max(self.p_green, self.p_yellow, self.p_red)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdict of one dimension. `score` is None when the level is UNKNOWN or ERROR, and where it only informs."""

    category: Category
    score: float | None
    risk: RiskLevel
    finding: str
    grade: Grade
    utilization: float | None = None
    warnings: Sequence[str] = ()
    details: Sequence[Quantity] = ()
    unknown_reasons: Sequence[UnknownReason] = ()
    assumptions: Sequence[str] = ()
    recommendations: Sequence[Recommendation] = ()
    interval: tuple[float, float] | None = None
    """Lowest and highest score within the tolerances; None when they were not looked at."""
    likelihood: Likelihood | None = None
    questions: Sequence[UnknownReason] = ()
    """Rules that were left out, each for an input that is not stated."""


@dataclass(slots=True)
class Findings:
    """Collects what a dimension finds; caps only ever lower the score."""

    score: float = 100.0
    warnings: list[str] = field(default_factory=list)
    details: list[Quantity] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    recommendations: list[Recommendation] = field(default_factory=list)
    questions: list[UnknownReason] = field(default_factory=list)

    def ask(self, path: str, what: str) -> None:
        """Name a field that is not stated, and what would be checked if it were."""
        self.questions.append(UnknownReason(UnknownKind.MISSING, path, f"{path} is not given: {what} is not checked"))

    def cap(self, highest: float, warning: str) -> None:
        """Lower the score to at most `highest` and say why."""
        self.score = min(self.score, highest)
        self.warnings.append(warning)

    def detail(self, name: str, value: float, unit: str, *, limit: float | None = None, source: str = "") -> None:
        self.details.append(Quantity(name, value, unit, limit, source))

    def assessment(
        self, category: Category, *, finding: str, grade: Grade, utilization: float | None = None
    ) -> Assessment:
        return Assessment(
            category=category,
            score=self.score,
            risk=level_of(self.score),
            finding=finding,
            grade=grade,
            utilization=utilization,
            warnings=self.warnings,
            details=self.details,
            assumptions=self.assumptions,
            recommendations=self.recommendations,
            questions=self.questions,
        )


def not_assessed(category: Category, reasons: Sequence[UnknownReason]) -> Assessment:
    """The UNKNOWN assessment of a dimension that lacks something."""
    return Assessment(
        category=category,
        score=None,
        risk=RiskLevel.UNKNOWN,
        finding="; ".join(reason.description for reason in reasons),
        grade=Grade.D,
        unknown_reasons=tuple(reasons),
    )


def missing(path: str) -> UnknownReason:
    """The gap where nobody stated a field."""
    name = field_name(path)
    return UnknownReason(UnknownKind.MISSING, path, f"the {name} is not stated", (Cure(path, f"state the {name}"),))


STATED_PHYSICS = (
    "context.physics.chip_load_window",
    "context.physics.specific_cutting_force_n_per_mm2",
    "context.physics.edge_force_n_per_mm",
)
"""What a material bears that is in no table: the bites of its maker, and the force as it was measured."""


def unknown_material() -> UnknownReason:
    """The gap where nobody says what is cut: its kind answers it, and so does what it bears."""
    asked = missing("context.material.kind")
    window, slope, edge = STATED_PHYSICS
    way_out = Cure(window, f"or, for a material that no kind fits, state {window}, {slope} and {edge}")
    return replace(asked, cures=(*asked.cures, way_out))
