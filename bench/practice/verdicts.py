"""What the engine says of each setup and of each impossible job."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.practice.conventions import Fields, job_of
from bench.practice.setup import FOLDER, Setup
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.resolving import resolve
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.engine import Engine
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.domain.scoring.levels import Category, RiskLevel

BASE = "base"
"""The sound job that the impossible ones are made of."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A setup with its report."""

    setup: Setup
    report: Report

    @property
    def risk(self) -> RiskLevel:
        return self.report.verdict.risk

    @property
    def surprises(self) -> bool:
        """RED of what works, GREEN of what failed."""
        return self.risk is (RiskLevel.RED if self.setup.works else RiskLevel.GREEN)

    @property
    def decided_by(self) -> Category:
        return self.report.verdict.binding

    @property
    def finding(self) -> str:
        return next(item.finding for item in self.report.assessments if item.category is self.decided_by)


@dataclass(frozen=True, slots=True)
class Judge:
    """An engine with the catalogue its jobs are resolved in."""

    engine: Engine
    catalogue: Catalogue

    def situation(self, setup: Setup) -> Situation:
        return resolve(*job_of(setup), self.catalogue)

    def judge(self, setup: Setup) -> Judged:
        return Judged(setup, self.engine.evaluate(self.situation(setup)))

    def impossible(self) -> Iterator[tuple[str, Report]]:
        """Name and report of each job nobody can run, and of the sound one they are made of."""
        for name, job in read_impossible().items():
            design, context = Design.model_validate(job["design"]), Context.model_validate(job["context"])
            yield name, self.engine.evaluate(resolve(design, context, self.catalogue))


def read_impossible() -> dict[str, Fields]:
    jobs: dict[str, Fields] = json.loads((FOLDER / "impossible.json").read_text(encoding="utf-8"))
    return jobs


def levels(judged: Sequence[Judged], wanted: Callable[[Setup], bool]) -> Counter[RiskLevel]:
    """How many of the setups wanted have each level."""
    return Counter(item.risk for item in judged if wanted(item.setup))
