"""Writes the fixture of the newest schema: the one before it, migrated. `python -m tests.stores.new_schema`."""

import sqlite3
import tempfile
from pathlib import Path

from runs_svc.adapters.sqlite import schema

SCHEMAS = Path(__file__).parent / "schemas"


def main() -> None:
    newest = schema.known()[-1].revision
    before = max(path for path in SCHEMAS.glob("*.sql") if path.stem < newest)
    with tempfile.TemporaryDirectory(prefix="rmos-schema-") as folder:
        path = Path(folder) / "rmos.db"
        with sqlite3.connect(path) as database:
            database.executescript(before.read_text())
        schema.migrate_url(f"sqlite:///{path}")
        with sqlite3.connect(path) as database:
            (SCHEMAS / f"{newest}.sql").write_text("\n".join(database.iterdump()) + "\n")


if __name__ == "__main__":
    main()
