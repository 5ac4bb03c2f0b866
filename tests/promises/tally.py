"""How a promise fared."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """Trials of a promise: what was acknowledged in them, what of it was lost, and what was wrong."""

    promise: str
    trials: int = 0
    acknowledged: int = 0
    lost: int = 0
    wrong: int = 0
    seed: int = 0
    remarks: list[str] = field(default_factory=list)
    """What went wrong, for whoever has to mend it."""

    @property
    def kept(self) -> bool:
        return self.lost == self.wrong == 0

    def __str__(self) -> str:
        counts = f"{self.trials} trials, {self.acknowledged} acknowledged, {self.lost} lost, {self.wrong} wrong"
        return "\n".join([f"{self.promise}: {counts}, seed {self.seed}", *self.remarks[:5]])
