"""Leave so many mutants of each module in a session, drawn with a fixed seed, and skip the others at once.

python tests/mutation/sample.py SESSION CONFIGURATION COUNT
"""

import random
import re
import sqlite3
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

SEED = 19
_SAME = ("@dataclass", "strict=True", "*,", "*, ")
"""What stands in lines whose mutants change no result: slots, lengths that are equal anyway, arguments by name."""
_PENDING = """
    SELECT module_path, start_pos_row, start_pos_col, operator_name, occurrence, job_id FROM mutation_specs
    WHERE job_id NOT IN (SELECT job_id FROM work_results) ORDER BY 1, 2, 3, 4, 5
"""
_SKIP = "INSERT INTO work_results (worker_outcome, output, job_id) VALUES ('SKIPPED', 'not in the sample', ?)"


def changes_nothing(line: str, operator: str) -> bool:
    return operator.endswith(("ReplaceTrueWithFalse", "_Mul_Div")) and any(sign in line for sign in _SAME)


def left_out(configuration: Path) -> re.Pattern[str]:
    """Operators whose mutants the filter of the configuration leaves out anyway, one by one and slowly."""
    filters = tomllib.loads(configuration.read_text(encoding="utf-8"))["cosmic-ray"]["filters"]
    return re.compile("|".join(f"(?:{name})" for name in filters["operators-filter"]["exclude-operators"]))


def main() -> int:
    session, excluded, count = sys.argv[1], left_out(Path(sys.argv[2])), int(sys.argv[3])
    with sqlite3.connect(session) as database:
        of_modules: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        for module, row, _, operator, _, job_id in database.execute(_PENDING).fetchall():
            line = Path(module).read_text(encoding="utf-8").splitlines()[row - 1]
            same = changes_nothing(line, operator) or excluded.match(operator) is not None
            of_modules[module].append((job_id, same))
        for module, jobs in of_modules.items():
            telling = [job_id for job_id, same in jobs if not same]
            drawn = random.Random(f"{SEED} {module}").sample(telling, min(count, len(telling)))
            database.executemany(_SKIP, [(job_id,) for job_id, _ in jobs if job_id not in drawn])
    return 0


if __name__ == "__main__":
    sys.exit(main())
