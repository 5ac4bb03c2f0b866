"""Name every mutant that no test caught, unless `accepted.txt` gives a reason for it; exit with 1 when there is one."""

import sqlite3
import sys
from pathlib import Path

from tests.mutation.accepted import Accepted, changed_lines

_SURVIVORS = """
    SELECT specs.module_path, specs.start_pos_row, specs.operator_name, specs.occurrence, results.diff
    FROM work_results AS results JOIN mutation_specs AS specs ON results.job_id = specs.job_id
    WHERE results.test_outcome = 'SURVIVED' AND results.worker_outcome = 'NORMAL'
    ORDER BY 1, 2, 3, 4
"""
_COUNTS = """
    SELECT specs.module_path, count(*), sum(results.test_outcome = 'SURVIVED')
    FROM work_results AS results JOIN mutation_specs AS specs ON results.job_id = specs.job_id
    WHERE results.worker_outcome = 'NORMAL' GROUP BY 1 ORDER BY 1
"""


def main() -> int:
    accepted = Accepted.read()
    with sqlite3.connect(sys.argv[1]) as database:
        counts = database.execute(_COUNTS).fetchall()
        survivors = database.execute(_SURVIVORS).fetchall()
    named = [
        f"{path}:{row} {changed_lines(diff)}"
        for path, row, _, _, diff in survivors
        if accepted.reason(Path(path), changed_lines(diff)) is None
    ]
    for path, tried, alive in counts:
        print(f"{tried:5} mutants, {tried - alive:5} caught: {path}")
    tried = sum(count for _, count, _ in counts)
    print(f"{tried} mutants, {len(survivors)} survive, {len(survivors) - len(named)} of them with a written reason")
    for line in named:
        print(line)
    return int(bool(named))


if __name__ == "__main__":
    sys.exit(main())
