"""Cut time: how long the machine really takes, against the time there is.

A limit that the request sets and the cut exceeds needs review; otherwise it informs.
"""

from feasibility_svc.domain.cut.cut_motion import CutTime as Duration
from feasibility_svc.domain.cut.cut_motion import cut_time
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.scoring.assessment import Assessment, Findings
from feasibility_svc.domain.scoring.levels import REVIEW_CAP, Category, Grade, weakest
from feasibility_svc.domain.scoring.numeric import where

_KEYS = ("machine.acceleration_mm_per_s2", "machine.junction_deviation_mm")


class CutTime(OfEveryOperation):
    profile = Profile(
        category=Category.CUT_TIME,
        weight=0.0,
        mandatory=False,
        information=True,
        description="planned time against the time limit",
    )

    def score(self, situation: Situation) -> float:
        limit_s = situation.find("cut.time_limit_s")
        return 100.0 if limit_s is None else where(cut_time(situation).longest_s > limit_s, REVIEW_CAP, 100.0)

    def assess(self, situation: Situation) -> Assessment:
        limit_s = situation.find("cut.time_limit_s")
        duration = cut_time(situation)
        findings = Findings(score=self.score(situation))
        _detail(findings, duration, limit_s)
        if duration.is_range:
            findings.assumptions.append("range:acceleration_unknown")
        return findings.assessment(
            self.profile.category,
            finding=_in_words(duration) + ("" if limit_s is None else f" of {limit_s:.0f} s"),
            grade=weakest((situation.grade(*_KEYS), Grade.B)),
            utilization=None if limit_s is None else duration.longest_s / limit_s,
        )


def _detail(findings: Findings, duration: Duration, limit_s: float | None) -> None:
    findings.detail("cut_time_naive", duration.naive_s, "s", source="length over feed")
    if duration.is_range:
        findings.detail("cut_time_shortest", duration.shortest_s, "s")
        findings.detail("cut_time_longest", duration.longest_s, "s", limit=limit_s)
        return
    findings.detail("cut_time", duration.longest_s, "s", limit=limit_s, source="GRBL planner rule")
    findings.detail("planned_over_naive", duration.longest_s / duration.naive_s, "")


def _in_words(duration: Duration) -> str:
    if duration.is_range:
        return f"the cut takes {duration.shortest_s:.0f} to {duration.longest_s:.0f} s, the acceleration is not known"
    return f"the cut takes {duration.longest_s:.0f} s"
