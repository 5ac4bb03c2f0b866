"""The calls that are measured, each with its empty twin."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

from bench.null_methods import INTERCEPTED, SERVICE
from rmos.feasibility.v1 import feasibility_service_pb2
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos_client.jobs import read_job
from testkit.local_servers import LocalServer, LocalServers

ROOT = Path(__file__).parents[1]
Request = TypeVar("Request", feasibility_service_pb2.EvaluateFeasibilityRequest, pb.CreateRunRequest)
_FRESH_NUMBER = "@@fresh-number@@"
"""The load generator puts a fresh number in its place."""
FRESH_KEY = f"8f14e45f-ceea-467f-{_FRESH_NUMBER}0"
"""An idempotency key that is another in each call."""


BATCH, _RECENT = 50, 1_000
_DIFFERENT = 2_000


@dataclass(frozen=True, slots=True)
class Case:
    """A method of a server, or its empty twin, and the request it is called with."""

    name: str
    server: LocalServer
    method: str
    request: Path
    token: str = ""
    """Who calls, where the server asks."""


def prepare_cases(servers: LocalServers, folder: Path, loader: Path, *, listed_runs: int) -> list[Case]:
    """Every case, with its request in a file and its empty twin answering with the same bytes."""
    job = read_job(ROOT / "examples" / "classical_rosette.yaml")
    evaluate = feasibility_service_pb2.EvaluateFeasibilityRequest(design=job.design, context=job.context)
    create = pb.CreateRunRequest(design=job.design, context=job.context, mode="rosette", idempotency_key=FRESH_KEY)
    names = _record(servers.runs, create, listed_runs)
    runs, feasibility = "rmos.runs.v1.RunsService", "rmos.feasibility.v1.FeasibilityService"
    others = different(create)
    third = min(len(names) // 3, _RECENT)  # what is worked on is what was recorded lately
    noted, advised, read = (names[len(names) - third * (number + 1) :][:third] for number in range(3))
    requests: list[tuple[str, LocalServer, str, str, Sequence[Message]]] = [
        ("evaluate", servers.feasibility, feasibility, "EvaluateFeasibility", [evaluate]),
        ("evaluate fresh", servers.feasibility, feasibility, "EvaluateFeasibility", different(evaluate)),
        ("create", servers.runs, runs, "CreateRun", [create]),
        ("create fresh", servers.runs, runs, "CreateRun", others),
        ("batch", servers.runs, runs, "BatchCreateRuns", [pb.BatchCreateRunsRequest(requests=[create] * BATCH)]),
        ("get", servers.runs, runs, "GetRun", [pb.GetRunRequest(name=name) for name in read]),
        ("list", servers.runs, runs, "ListRuns", [pb.ListRunsRequest(page_size=50)]),
        ("annotate", servers.runs, runs, "AnnotateRun", [_annotation(name) for name in noted]),
        ("advise", servers.runs, runs, "AttachAdvisory", [_advisory(name) for name in advised]),
    ]
    cases = []
    for name, server, service, method, messages in requests:
        given, answer = folder / f"{name}.requests", folder / f"{name}.answer"
        given.mkdir()
        for number, message in enumerate(messages):
            (given / f"{number:06}").write_bytes(message.SerializeToString())
        real = Case(name, server, f"/{service}/{method}", given)
        run_load(loader, real, "-save", str(answer))
        with grpc.insecure_channel(server.address) as channel:
            prepare: Any = channel.unary_unary(f"/{SERVICE}/Prepare{method}")
            prepare(answer.read_bytes(), timeout=10)
        empty = Case(f"null {name}", server, f"/{SERVICE}/{method}", given)
        cases += [real, empty, Case(f"intercepted {name}", server, f"/{INTERCEPTED}/{method}", given)]
    return cases


def different(request: Request) -> list[Request]:
    """The same request at many feeds, and under another name in each call: no report on it can have been cached."""
    requests = []
    for number in range(_DIFFERENT):
        one = type(request)()
        one.CopyFrom(request)
        one.design.name = _FRESH_NUMBER
        one.context.cut.feed_rate_mm_per_min += number / 10
        requests.append(one)
    return requests


def _annotation(name: str) -> pb.AnnotateRunRequest:
    return pb.AnnotateRunRequest(name=name, person="bench", note="dry wood", idempotency_key=FRESH_KEY)


def _advisory(name: str) -> pb.AttachAdvisoryRequest:
    kind = run_pb2.ADVISORY_KIND_NOTE
    return pb.AttachAdvisoryRequest(name=name, advisory_id=f"note-{_FRESH_NUMBER}", kind=kind, text="dry wood")


def _record(server: LocalServer, request: pb.CreateRunRequest, count: int) -> list[str]:
    names = []
    with grpc.insecure_channel(server.address) as channel:
        create: Any = channel.unary_unary(
            "/rmos.runs.v1.RunsService/CreateRun",
            request_serializer=pb.CreateRunRequest.SerializeToString,
            response_deserializer=pb.CreateRunResponse.FromString,
        )
        one = pb.CreateRunRequest()
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
    command += ["-request", str(case.request), *flags]
    environment = os.environ | {"RMOS_TOKEN": case.token}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return done.stdout
