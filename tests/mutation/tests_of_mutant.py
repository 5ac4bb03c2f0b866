"""Run the tests that belong to the module a mutant stands in, those that mirror it first; exit with 1 when one fails.

The mutant is what differs from the last commit, so the checkout has to be clean.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_TESTS = Path("tests/feasibility_svc/domain")
_NAMED_OTHERWISE = {
    "hand": ("slots_hands_tabs",),
    "tabs": ("slots_hands_tabs",),
    "chip_clearance": ("slots_hands_tabs",),
    "precedent": ("slots_hands_tabs",),
    "uncertainty": ("uncertainty",),
    "tolerance_intervals": ("uncertainty",),
    "rosette": ("designs_against_themselves", "geometry"),
    "rings": ("designs_against_themselves", "geometry"),
    "board": ("designs_against_themselves", "geometry"),
    "fan": ("designs_against_themselves", "geometry", "views"),
    "fret_slots": ("designs_against_themselves", "geometry", "views"),
    "edges": ("designs_against_themselves", "geometry"),
    "outline": ("designs_against_themselves", "geometry"),
    "surfaces": ("carved_surfaces", "new_operations"),
    "reach": ("tool_reach",),
    "milling": ("tool_reach", "geometry"),
    "cut_motion": ("motion", "heat", "cut_time"),
    "numeric": ("arrays", "score_curves"),
}
_OF_ROOMS = {
    "advice": ("advice", "verdict_examples_of_recommendations"),
    "geometry": ("designs_against_themselves", "geometry", "tool_reach", "new_operations"),
    "physics": ("physics_examples", "physics_examples_of_limits", "physics_properties", "physics_edges", "tables"),
    "scoring": ("score_curves",),
}
_OF_ALL = ("verdict_examples_of_loads", "verdict_examples_of_cuts", "verdict_examples_of_reports", "engine")


def chosen(module: Path) -> Iterator[str]:
    """Files of tests, the closest first; setups from practice last."""
    name, room = module.stem, module.parent.name
    for test in dict.fromkeys([*_NAMED_OTHERWISE.get(name, ()), name, *_OF_ROOMS.get(room, ()), *_OF_ALL]):
        if (_TESTS / f"test_{test}.py").exists():
            yield f"{_TESTS}/test_{test}.py"
    yield "tests/bench/test_practice_floor.py"


def main() -> int:
    changed = subprocess.run(
        ["git", "diff", "--name-only", "--", "feasibility_svc"], capture_output=True, text=True, check=True
    ).stdout.split()
    if not changed:  # cosmic-ray tries the tests on the sources as they are, too
        return 0
    module = Path(changed[0])
    doctests = [str(module)] if ">>>" in module.read_text() else []
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider", *doctests, *chosen(module)]
    return int(subprocess.run(command, check=False).returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
