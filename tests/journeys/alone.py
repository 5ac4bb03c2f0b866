"""A workshop without network and keys, as a program of its own: `python -m tests.journeys.alone FOLDER`.

It writes what became of each step as JSON. Nothing outside this machine is there to be reached when it is started in a
network namespace of its own.
"""

import json
import sys
from pathlib import Path
from typing import Any

import grpc

from rmos.advisory.v1 import advisory_service_pb2 as advisory
from rmos.advisory.v1 import advisory_service_pb2_grpc
from rmos.feasibility.v1 import feasibility_service_pb2 as feasibility
from rmos.feasibility.v1 import feasibility_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as runs
from rmos.runs.v1 import runs_service_pb2_grpc
from rmos.teaching.v1 import teaching_service_pb2 as teaching
from rmos.teaching.v1 import teaching_service_pb2_grpc
from testkit.local_servers import LocalServers
from tests import builders
from tests.service.advisory_requests import approval
from tests.service.wire import fail

TIMEOUT_S = 60.0
RINGS = [
    {"inner_radius_mm": 46.05, "width_mm": 2.0, "pattern": "PURFLING"},
    {"inner_radius_mm": 48.05, "width_mm": 6.0, "pattern": "HERRINGBONE"},
]


def main() -> None:
    with (
        LocalServers(Path(sys.argv[1])) as servers,
        grpc.insecure_channel(servers.feasibility.address) as judge,
        grpc.insecure_channel(servers.runs.address) as workshop,
    ):
        found = {**_judged(judge), **_recorded(workshop), **_taught(workshop)}
    found["ways sought to other machines"] = _ways_sought()
    sys.stdout.write(json.dumps(found) + "\n")


def _ways_sought() -> int:
    """How often anything in this network namespace wanted to send where no way leads: a call, or asking for a name."""
    names, numbers = (line.split() for line in _read("snmp") if line.startswith("Ip:"))
    sought = dict(zip(names, numbers, strict=True))["OutNoRoutes"]
    return int(sought) + sum(int(line.split()[1]) for line in _read("snmp6") if line.startswith("Ip6OutNoRoutes"))


def _read(name: str) -> list[str]:
    counters = Path("/proc/net", name)
    return counters.read_text(encoding="ascii").splitlines() if counters.exists() else []


def _judged(channel: grpc.Channel) -> dict[str, Any]:
    stub = feasibility_service_pb2_grpc.FeasibilityServiceStub(channel)
    asked = feasibility.EvaluateFeasibilityRequest(design=builders.design_message(), context=builders.context_message())
    return {"level": stub.EvaluateFeasibility(asked, timeout=TIMEOUT_S).report.overall_risk}


def _recorded(channel: grpc.Channel) -> dict[str, Any]:
    stub = runs_service_pb2_grpc.RunsServiceStub(channel)
    program = "G21\nG90\nM3 S17000\nG0 Z5\nG0 X0 Y0\nG1 Z-0.5 F300\nG1 X10 F1200\nG0 Z5\nM30\n"
    run = stub.CreateRun(builders.create_request(gcode_text=program), timeout=TIMEOUT_S).run
    explained = stub.SuggestAdvisory(runs.SuggestAdvisoryRequest(name=run.name), timeout=TIMEOUT_S)
    reworded = fail(stub.SuggestAdvisory, runs.SuggestAdvisoryRequest(name=run.name, rephrase=True))
    return {
        "audited": run.HasField("program_audit"),
        "explained": len(explained.advisory.text),
        "language model": [reworded.code.name, reworded.message],
    }


def _taught(channel: grpc.Channel) -> dict[str, Any]:
    stub: Any = advisory_service_pb2_grpc.AdvisoryServiceStub(channel)
    design = builders.design_message(
        {"rosette_channel": {**builders.ROSETTE["rosette_channel"], "rings": RINGS}, "name": "drawn here"}
    )
    asked = advisory.GenerateImageRequest(design=design, requester="A. Smith", size_px=512)
    drawn = stub.GenerateImage(asked, timeout=TIMEOUT_S).assets[0]
    stub.ReviewAdvisoryAsset(approval(drawn), timeout=TIMEOUT_S)
    cloud = fail(stub.GenerateImage, advisory.GenerateImageRequest(prompt="x", provider="openai", requester="A. Smith"))
    steps = teaching_service_pb2_grpc.TeachingServiceStub(channel).ExportTrainingSet(
        teaching.ExportTrainingSetRequest(min_images=1), timeout=TIMEOUT_S
    )
    return {
        "cloud": [cloud.code.name, cloud.reason, cloud.message],
        "exported": list(steps)[-1].export.image_count,
    }


if __name__ == "__main__":
    main()
