"""A row of setups.csv: a setup from practice, with its outcome."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Setup:
    """What a source states. Numbers in the units of their column names; what it does not state is absent."""

    row: dict[str, str] = field(repr=False)

    def text(self, column: str) -> str:
        return self.row[column]

    def number(self, column: str) -> float | None:
        """None where the source states none."""
        return float(self.row[column]) if self.row[column] else None

    def stated(self, column: str) -> float:
        """A number every row has."""
        return float(self.row[column])

    @property
    def setup_id(self) -> str:
        return self.row["id"]

    @property
    def works(self) -> bool:
        return self.row["outcome"] == "works"

    @property
    def cause_in_numbers(self) -> bool:
        """Whether a failure shows in the numbers of the setup; not where a cutter was fitted the wrong way round."""
        return self.row["cause_in_numbers"] == "yes"

    @property
    def is_saw(self) -> bool:
        return "SAW" in self.row["tool_kind"]

    @property
    def by_hand(self) -> bool:
        return self.row["machine_class"] == "hand"


def read_setups() -> list[Setup]:
    with (FOLDER / "setups.csv").open(encoding="utf-8", newline="") as rows:
        return [Setup(row) for row in csv.DictReader(rows)]


def read_sources() -> dict[str, str]:
    """Where the setups of each source_id were found."""
    with (FOLDER / "sources.csv").open(encoding="utf-8", newline="") as rows:
        return {row["source_id"]: row["source"] for row in csv.DictReader(rows)}
