"""Name every mutant that no test caught, unless `accepted.txt` gives a reason for it; exit with 1 when there is one."""

import sqlite3
import sys
from pathlib import Path

ACCEPTED = Path(__file__).parent / "accepted.txt"
_SURVIVORS = """
    SELECT specs.module_path, specs.start_pos_row, specs.operator_name, specs.occurrence, results.diff
    FROM work_results AS results JOIN mutation_specs AS specs ON results.job_id = specs.job_id
    WHERE results.test_outcome = 'SURVIVED' AND results.worker_outcome = 'NORMAL'
    ORDER BY 1, 2, 3, 4
"""
_COUNT = "SELECT count(*) FROM work_results WHERE worker_outcome = 'NORMAL'"


def changed_lines(diff: str) -> str:
    """The mutated line as it was and as it became."""
    lines = [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    return " => ".join(line[1:].strip() for line in lines)


def main() -> int:
    accepted = {
        line.split(" # ")[0].strip() for line in ACCEPTED.read_text().splitlines() if line and not line.startswith("#")
    }
    with sqlite3.connect(sys.argv[1]) as database:
        tried = database.execute(_COUNT).fetchone()[0]
        survivors = database.execute(_SURVIVORS).fetchall()
    named = []
    for path, row, _, _, diff in survivors:
        change = f"{Path(path).name}: {changed_lines(diff)}"
        if change not in accepted:
            named.append(f"{path}:{row} {changed_lines(diff)}")
    print(f"{tried} mutants, {len(survivors)} survive, {len(survivors) - len(named)} of them with a written reason")
    for line in named:
        print(line)
    return int(bool(named))


if __name__ == "__main__":
    sys.exit(main())
