"""The drawn state machine is the one in the code."""

import re
from pathlib import Path

from runs_svc.domain.workflow.states import TRANSITIONS

PAGE = Path(__file__).parents[3] / "docs" / "workflow.md"


def test_the_drawing_shows_every_transition_and_no_other() -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+): (\w+)$", PAGE.read_text(), re.MULTILINE))
    coded = {(str(start), str(end), str(action)) for (start, action), ends in TRANSITIONS.items() for end in ends}
    assert drawn == coded
