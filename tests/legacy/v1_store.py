"""A synthetic v1 store with every ugly case, the same for the same seed.

python -m tests.legacy.v1_store FOLDER COUNT
"""

import hashlib
import json
import random
import sys
from pathlib import Path
from typing import Any

CASES = (
    "plain",
    "nested_safety",
    "risk_bucket",
    "risk_level_in_feasibility",
    "naive_time",
    "offset_time",
    "no_feasibility",
    "blocked",
    "dangling_gcode",
    "json_named_attachment",
    "byte_named_attachment",
    "altered_attachment",
    "unknown_fields",
    "unusual_types",
    "override",
    "only_id_and_time",
)
UNREADABLE = ("no_time", "bad_id", "not_an_object")
COUNT = 4 * len(CASES)
"""How many records the store of most tests has."""


def build(folder: Path, count: int, *, seed: int = 7, unreadable: int = 3) -> Path:
    """Write a store; the path of its index."""
    draw = random.Random(seed)
    files = folder / "attachments"
    files.mkdir(parents=True)
    records: dict[str, Any] = {}
    for number in range(count):
        digits = f"{draw.getrandbits(64):016x}"
        run_id = f"run_{digits}"
        records[run_id] = _record(run_id, CASES[number % len(CASES)], number, draw, files)
    for number in range(unreadable):
        case = UNREADABLE[number % len(UNREADABLE)]
        key = f"RUN-{number}" if case == "bad_id" else f"run_{number:016x}"
        value = {"run_id": key} if case == "no_time" else {"run_id": key, "created_at_utc": "2025-01-01T00:00:00Z"}
        records[key] = [1] if case == "not_an_object" else value
    index = folder / "runs.json"
    index.write_text(json.dumps(records, indent=1, ensure_ascii=False))
    return index


def _record(run_id: str, case: str, number: int, draw: random.Random, files: Path) -> dict[str, Any]:
    time = f"2025-{1 + number % 12:02}-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:{draw.randrange(60):02}"
    record: dict[str, Any] = {
        "run_id": run_id,
        "created_at_utc": f"{time}.{draw.randrange(10**6):06}+00:00",
        "status": "OK",
        "mode": "saw",
        "tool_id": f"saw:{number % 7}",
        "material_id": "walnut_black",
        "feasibility": {"risk_level": "GREEN", "score": float(draw.randrange(70, 100)), "engine": "v1"},
        "decision": {"risk_level": "GREEN", "score": 90.0},
        "gate_decision": "ALLOWED",
        "request_hash": hashlib.sha256(run_id.encode()).hexdigest(),
        "request_summary": {"tool_id": "saw:1", "api_key": "hunter2"},
        "meta": {"batch": number, "größe": "½ inch"},
        "errors": None,
        "notes": "cut on the old machine",
    }
    _vary(record, case, time)
    _attach(record, case, number, files)
    return record


def _vary(record: dict[str, Any], case: str, time: str) -> None:  # noqa: PLR0912  # a case each
    match case:
        case "nested_safety":
            record["feasibility"] = {"safety": {"risk_level": "YELLOW", "score": 61.5}}
            del record["decision"], record["gate_decision"]
        case "risk_bucket":
            record["feasibility"] = {"risk_bucket": "green", "score": 80}
            del record["decision"]
        case "risk_level_in_feasibility":
            record["feasibility"] = {"risk_level": "RED", "score": 12}
            record["status"] = "BLOCKED"
            del record["decision"], record["gate_decision"]
        case "naive_time":
            record["created_at_utc"] = time
        case "offset_time":
            record["created_at_utc"] = f"{time}+02:00"
        case "no_feasibility":
            del record["feasibility"], record["decision"]
        case "blocked":
            record["status"] = "BLOCKED"
            record["decision"] = {"risk_level": "RED", "score": 10, "block_reason": "kickback"}
            record["gate_decision"] = "BLOCKED"
        case "dangling_gcode":
            record["gcode_hash"] = hashlib.sha256(b"gone" + record["run_id"].encode()).hexdigest()
            record["attachments"] = [_reference(record["gcode_hash"], "gcode", "gone.nc")]
        case "unknown_fields":
            record |= {"fork_reason": "retry", "invented": {"deep": [1, None, {"x": True}]}, "toolchain_id": "tc"}
        case "unusual_types":
            record |= {"tool_id": 17, "errors": "one text", "meta": ["no", "object"], "drift_summary": 2**60}
        case "override":
            record |= {"gate_decision": "OVERRIDDEN", "override_note": "looked at it", "status": "OK"}
        case "only_id_and_time":
            for name in set(record) - {"run_id", "created_at_utc"}:
                del record[name]


def _attach(record: dict[str, Any], case: str, number: int, files: Path) -> None:
    match case:
        case "json_named_attachment":
            value = {"passes": number, "b": [1, 2], "a": "ä"}
            name = hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
            (files / f"{name}.json").write_text(json.dumps(value, indent=2))
            record["attachments"] = [_reference(name, "opplan", "plan.json")]
        case "byte_named_attachment":
            content = f"G21\nG90\n(run {number})\nM30\n".encode()
            name = hashlib.sha256(content).hexdigest()
            (files / name).write_bytes(content)
            record["attachments"] = [_reference(name, "gcode", "C:\\jobs\\part.nc")]
            record["gcode_hash"] = name
        case "altered_attachment":
            name = hashlib.sha256(f"before {number}".encode()).hexdigest()
            (files / f"{name}.svg").write_bytes(f"after {number}".encode())
            record["attachments"] = [_reference(name, "preview", "p.svg")]


def _reference(name: str, kind: str, filename: str) -> dict[str, Any]:
    return {"sha256": name, "kind": kind, "mime": "text/plain", "filename": filename, "size_bytes": 1}


if __name__ == "__main__":
    build(Path(sys.argv[1]), int(sys.argv[2]))
