"""What a migration fills into the rows of runs is what the same records give today."""

import hashlib
import sqlite3
from pathlib import Path

import orjson

from runs_svc.adapters.sqlite import schema
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.domain.runs.amendments import AmendmentKind, compose_amendment
from runs_svc.domain.runs.run import RunRecord
from runs_svc.migrations.decisions_in_lists import ORDER
from tests import builders

WHEN = "2026-03-01T12:00:00.000000Z"
STEP: dict[str, object] = {"step": "STARTED", "instrument_serial": "OM-0152", "operator": "Ada", "machine_id": ""}
WARNED: dict[str, object] = {
    "outcome": "INSIDE",
    "findings_sha256": "f" * 64,
    "report": {"findings": [{"level": "WARNING"}]},
}


def records() -> list[tuple[RunRecord, list[tuple[AmendmentKind, dict[str, object]]]]]:
    rings = [{"inner_radius_mm": 46.0, "width_mm": 2.0}]
    drawn = builders.inputs(design=builders.rosette(rosette_channel__rings=rings))
    yellow = builders.complete_report(overall_risk="YELLOW")
    green = builders.complete_report()
    accepted: dict[str, object] = {"findings_sha256": "f" * 64, "person": "Lead", "reason": "no harm"}
    return [
        (builders.record(1, report_value=green, linkage={"operator": "Ann"}), [(AmendmentKind.EXECUTION, STEP)]),
        (builders.record(2, report_value=yellow, inputs=drawn), []),
        (builders.record(3, report_value=green, gcode_text="G0 X0\n"), [(AmendmentKind.AUDIT, WARNED)]),
        (
            builders.record(4, report_value=green, gcode_text="G0 X0\n"),
            [(AmendmentKind.AUDIT, WARNED), (AmendmentKind.ACCEPTANCE, accepted)],
        ),
        (builders.record(5, report_value=green, gcode_text="G0 X0\n"), []),
    ]


async def test_rows_are_filled_as_they_are_written_today(tmp_path: Path) -> None:
    path = tmp_path / "rmos.db"
    schema.migrate_url(f"sqlite:///{path}")
    database = SqliteDatabase(f"sqlite:///{path}")
    ledger = SqliteLedger(database)
    for record, amendments in records():
        await ledger.create(record)
        for kind, body in amendments:
            draft = compose_amendment(
                kind,
                orjson.loads(orjson.dumps(body)),
                run_id=record.run_id,
                request_id="req_1",
                created_at_utc=WHEN,
                idempotency_key=None,
                payload="p",
            )
            await ledger.append(record.run_id, kind=kind.value, record_id=f"{record.run_id}/000000", compose=draft)
    await database.close()
    with sqlite3.connect(path) as connection:
        today = connection.execute("SELECT * FROM runs ORDER BY run_id").fetchall()
        forget_what_was_added(connection)
    schema.migrate_url(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT * FROM runs ORDER BY run_id").fetchall() == today


def forget_what_was_added(connection: sqlite3.Connection) -> None:
    """The database as the migration before left it; what later ones add goes with it."""
    columns = [row[1] for row in connection.execute("PRAGMA table_info(runs)")]
    for name in columns[columns.index(ORDER[0]) :]:
        connection.execute(f"DROP INDEX IF EXISTS runs_by_{name}")
        connection.execute(f"ALTER TABLE runs DROP COLUMN {name}")
    connection.execute("DELETE FROM schema_migrations WHERE revision >= '0010'")
    connection.execute("UPDATE alembic_version SET version_num = '0009'")
    names = [row[1] for row in connection.execute("PRAGMA table_info(runs)")]
    for row in connection.execute("SELECT * FROM runs").fetchall():
        values = [value for name, value in zip(names, row, strict=True) if name != "checksum"]
        checksum = hashlib.sha256("\x1f".join(map(str, values)).encode()).hexdigest()[:16]
        connection.execute("UPDATE runs SET checksum = ? WHERE run_id = ?", (checksum, row[0]))
