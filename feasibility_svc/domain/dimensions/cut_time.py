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
            finding=_in_words(duration, limit_s),
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


def _in_words(duration: Duration, limit_s: float | None) -> str:
    if limit_s is not None:
        return f"the cut takes {duration.longest_s:.0f} s, {limit_s:.0f} s are there"
    if duration.is_range:
        reach = f"{time_in_words(duration.shortest_s)} to {time_in_words(duration.longest_s)}"
        return f"the cut takes {reach}, the acceleration is not known"
    return f"the cut takes {time_in_words(duration.longest_s)}"


def time_in_words(seconds: float) -> str:
    """A time as it is planned with: seconds, minutes from two on, hours from two on.

    >>> [time_in_words(seconds) for seconds in (119.4, 170, 5582, 7199, 10_000)]
    ['119 s', '3 min', '93 min', '120 min', '2 h 47 min']
    """
    minutes = round(seconds / 60)
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if seconds < 7_200 else f"{minutes // 60} h {minutes % 60} min"
