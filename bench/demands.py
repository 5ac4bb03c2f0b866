"""What is demanded of each ratio."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Demand:
    """A ratio with the value it must reach and the one it should."""

    name: str
    numerator: str
    denominator: str
    at_least: float
    aim: float
    smaller_is_better: bool = False
    factor: float = 1.0
    """What a call of the numerator counts: a batch as many as it holds."""

    def met(self, ratio: float) -> bool:
        return ratio <= self.at_least if self.smaller_is_better else ratio >= self.at_least


DEMANDS = (
    Demand("EvaluateFeasibility, fresh inputs / F, 64 in flight", "evaluate fresh@64", "null evaluate@64", 0.12, 0.25),
    Demand("EvaluateFeasibility, inputs seen before / F", "evaluate@64", "null evaluate@64", 0.12, 0.7),
    Demand(
        "EvaluateFeasibility lone p50 / empty p50", "evaluate fresh@1", "null evaluate@1", 8, 5, smaller_is_better=True
    ),
    Demand("CreateRun durable, fresh inputs / F, 64 in flight", "create fresh@64", "null create@64", 0.12, 0.25),
    Demand("CreateRun durable, a series / F, 64 in flight", "create@64", "null create@64", 0.25, 0.5),
    Demand(
        "CreateRun lone p50, fresh inputs / EvaluateFeasibility lone p50",
        "create fresh@1",
        "evaluate fresh@1",
        2.5,
        1.7,
        smaller_is_better=True,
    ),
    Demand("AnnotateRun / F, 64 in flight", "annotate@64", "null annotate@64", 0.45, 0.7),
    Demand("AttachAdvisory / F, 64 in flight", "advise@64", "null advise@64", 0.45, 0.7),
    Demand("BatchCreateRuns of 50, runs / CreateRun, a series", "batch@8", "create@64", 3, 6, factor=50),
    Demand("GetRun / F, 64 in flight", "get@64", "null get@64", 0.5, 0.8),
    Demand("GetRun lone p50 / empty p50", "get@1", "null get@1", 1.7, 1.3, smaller_is_better=True),
    Demand("ListRuns of 50, cost / F", "null list@64", "list@64", 4, 2, smaller_is_better=True),
    Demand("interceptors, cost / F", "null get@64", "intercepted get@64", 1.4, 1.2, smaller_is_better=True),
    Demand("all interceptors, cost / F", "null asked@64", "asked@64", 1.4, 1.2, smaller_is_better=True),
)
