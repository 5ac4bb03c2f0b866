"""The calls that are measured, each with its empty twin."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.message import Message

from rmos.feasibility.v1 import feasibility_service_pb2
from rmos.runs.v1 import runs_service_pb2
from rmos_client.jobs import read_job
from rpckit.local_servers import LocalServer, LocalServers
from rpckit.null_methods import SERVICE

ROOT = Path(__file__).parents[1]
FRESH_KEY = "8f14e45f-ceea-467f-@@fresh-number@@0"
"""An idempotency key; the load generator replaces its middle by a fresh number."""


@dataclass(frozen=True, slots=True)
class Case:
    """A method of a server, or its empty twin, and the request it is called with."""

    name: str
    server: LocalServer
    method: str
    request: Path


def prepare_cases(servers: LocalServers, folder: Path, loader: Path, *, listed_runs: int) -> list[Case]:
    """Every case, with its request in a file and its empty twin answering with the same bytes."""
    job = read_job(ROOT / "examples" / "classical_rosette.yaml")
    evaluate = feasibility_service_pb2.EvaluateFeasibilityRequest(design=job.design, context=job.context)
    create = runs_service_pb2.CreateRunRequest(
        design=job.design, context=job.context, mode="rosette", idempotency_key=FRESH_KEY
    )
    names = _record(servers.runs, create, listed_runs)
    requests: list[tuple[str, LocalServer, str, str, Message]] = [
        ("evaluate", servers.feasibility, "rmos.feasibility.v1.FeasibilityService", "EvaluateFeasibility", evaluate),
        ("create", servers.runs, "rmos.runs.v1.RunsService", "CreateRun", create),
        (
            "get",
            servers.runs,
            "rmos.runs.v1.RunsService",
            "GetRun",
            runs_service_pb2.GetRunRequest(name=names[-1]),
        ),
        (
            "list",
            servers.runs,
            "rmos.runs.v1.RunsService",
            "ListRuns",
            runs_service_pb2.ListRunsRequest(page_size=50),
        ),
    ]
    cases = []
    for name, server, service, method, request in requests:
        path, answer = folder / f"{name}.request", folder / f"{name}.answer"
        path.write_bytes(request.SerializeToString())
        real = Case(name, server, f"/{service}/{method}", path)
        run_load(loader, real, "-save", str(answer))
        with grpc.insecure_channel(server.address) as channel:
            prepare: Any = channel.unary_unary(f"/{SERVICE}/Prepare{method}")
            prepare(answer.read_bytes(), timeout=10)
        cases += [real, Case(f"null {name}", server, f"/{SERVICE}/{method}", path)]
    return cases


def _record(server: LocalServer, request: runs_service_pb2.CreateRunRequest, count: int) -> list[str]:
    names = []
    with grpc.insecure_channel(server.address) as channel:
        create: Any = channel.unary_unary(
            "/rmos.runs.v1.RunsService/CreateRun",
            request_serializer=runs_service_pb2.CreateRunRequest.SerializeToString,
            response_deserializer=runs_service_pb2.CreateRunResponse.FromString,
        )
        one = runs_service_pb2.CreateRunRequest()
        one.CopyFrom(request)
        one.idempotency_key = ""
        for start in range(0, count, 64):
            calls = [create.future(one, timeout=60) for _ in range(min(64, count - start))]
            names += [call.result().run.name for call in calls]
    return names


def build_loader(folder: Path) -> Path:
    """The load generator, compiled."""
    go = shutil.which("go", path=str(Path(sys.executable).parent)) or "go"
    target = folder / "load"
    subprocess.run([go, "build", "-mod=mod", "-o", str(target), "."], cwd=ROOT / "bench" / "load", check=True)
    return target


def run_load(loader: Path, case: Case, *flags: str, prefix: tuple[str, ...] = ()) -> str:
    command = [*prefix, str(loader), "-address", case.server.address, "-method", case.method]
    done = subprocess.run([*command, "-request", str(case.request), *flags], check=True, capture_output=True, text=True)
    return done.stdout
