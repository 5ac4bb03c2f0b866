"""Runs made without a server, for stores of any size: seeded, and correlated as a workshop's are."""

import datetime
import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from feasibility_svc.adapters.catalogue_files import read_catalogue
from feasibility_svc.domain.engine.registry import EngineRegistry, baseline_engine
from feasibility_svc.service.encoded_reports import ReportEncoder, ReportRequest
from feasibility_svc.usecases.evaluate import EvaluateSetup
from foundation.call import Call, current_call
from foundation.canonical_json import JsonObject
from foundation.timestamps import write_time
from rmos_client.jobs import read_job
from rpckit import proto_json
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs import gate
from runs_svc.domain.runs.inputs import Inputs
from runs_svc.domain.runs.report import read_report
from runs_svc.domain.runs.run import Attempt, RunRecord, compose

ROOT = Path(__file__).parents[1]
_START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
_MACHINES = ("shapeoko_3", "avid_pro", "cnc_3018")
_TOOLS = ("end_mill_3175_down", "end_mill_6_up", "fret_end_mill_0584")


class _BuiltIn:
    """The catalogue that ships."""

    def __init__(self) -> None:
        self.current = read_catalogue()


@cache
def _example() -> tuple[JsonObject, JsonObject, JsonObject]:
    """Design, context and report of a real rosette."""
    job = read_job(ROOT / "examples" / "classical_rosette.yaml")
    current_call.set(Call("bench", None))
    evaluation = EvaluateSetup(EngineRegistry([baseline_engine()]), _BuiltIn(), stopwatch=lambda: 0.0)
    document = ReportEncoder(evaluation).report(ReportRequest(job.design, job.context)).document
    return proto_json.read(job.design), proto_json.read(job.context), orjson.loads(document)


def record(number: int) -> RunRecord:
    """The record with a number: one in a hundred blocked, machines and tools that go together, a run each second."""
    design, context, report = _example()
    dice = random.Random(number)
    place = dice.randrange(len(_MACHINES))
    blocked = number % 100 == 7
    changed: Mapping[str, Any] = {"overall_risk": "RED", "overall_score": 12.0} if blocked else {}
    attempt = Attempt(
        inputs=Inputs(
            design, {**context, "tool": {"tool_id": _TOOLS[place]}, "machine": {"machine_id": _MACHINES[place]}}
        ),
        mode="rosette" if dice.random() < 0.9 else "fret_slotting",
        request_summary={},
        linkage={"operator": f"operator_{dice.randrange(20)}"},
    )
    value = {**report, **changed}
    return compose(
        attempt,
        run_id=RunId(f"run_{number:012x}"),
        created_at_utc=write_time(_START + datetime.timedelta(seconds=number)),
        request_id=f"req_{number}",
        decision=gate.decide(value),
        report=read_report(value),
    )
