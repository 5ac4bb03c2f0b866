"""Leave out mutants of operators that a configuration excludes; of the others draw some of each module, when asked.

python tests/mutation/sample.py SESSION CONFIGURATION [COUNT]
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
_SKIP = "INSERT INTO work_results (worker_outcome, output, job_id) VALUES ('SKIPPED', ?, ?)"


def changes_nothing(line: str, operator: str) -> bool:
    return operator.endswith(("ReplaceTrueWithFalse", "_Mul_Div")) and any(sign in line for sign in _SAME)


def excluded(configuration: Path) -> re.Pattern[str]:
    """Operators whose mutants say nothing that others do not."""
    filters = tomllib.loads(configuration.read_text(encoding="utf-8"))["cosmic-ray"]["filters"]
    return re.compile("|".join(f"(?:{name})" for name in filters["operators-filter"]["exclude-operators"]))


def main() -> int:
    session, operators = sys.argv[1], excluded(Path(sys.argv[2]))
    with sqlite3.connect(session) as database:
        rows = database.execute(_PENDING).fetchall()
        database.executemany(_SKIP, [("operator left out", row[-1]) for row in rows if operators.match(row[3])])
        if len(sys.argv) > 3:
            drawn = _drawn([row for row in rows if not operators.match(row[3])], int(sys.argv[3]))
            left = [row[-1] for row in rows if not operators.match(row[3]) and row[-1] not in drawn]
            database.executemany(_SKIP, [("not in the sample", job_id) for job_id in left])
    return 0


def _drawn(rows: list[tuple[str, int, int, str, int, str]], count: int) -> set[str]:
    of_modules: dict[str, list[str]] = defaultdict(list)
    for module, row, _, operator, _, job_id in rows:
        line = Path(module).read_text(encoding="utf-8").splitlines()[row - 1]
        if not changes_nothing(line, operator):
            of_modules[module].append(job_id)
    return {
        job_id
        for module, jobs in of_modules.items()
        for job_id in random.Random(f"{SEED} {module}").sample(jobs, min(count, len(jobs)))
    }


if __name__ == "__main__":
    sys.exit(main())
