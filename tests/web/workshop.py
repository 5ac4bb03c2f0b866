"""A workshop behind the door: people with passwords, runs of every level, a program, pictures that wait."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import grpc
from filelock import FileLock

from foundation.identity import Role
from rmos.advisory.v1 import advisory_service_pb2 as advisory_pb
from rmos.advisory.v1.advisory_service_pb2_grpc import AdvisoryServiceStub
from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import run_pb2, runs_service_pb2
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos.workflow.v1 import workflow_service_pb2 as workflow_pb
from rmos.workflow.v1.workflow_service_pb2_grpc import WorkflowServiceStub
from rpckit.authentication.passwords import hash_password
from testkit.local_servers import LocalServers
from tests.builders import RED, REMOVED, YELLOW, context_message, create_request, design_message, rosette
from tests.deploy.doors import OpenDoor
from tests.passing_programs import GRBL, RING
from tests.people import IdentityFolder, asking_servers, bearer, sending
from tests.web.ends import run_to_end

ROOT = Path(__file__).parents[2]
WEB = ROOT / "clients" / "web"
PASSWORD = "correct horse battery"
LEAD, OPERATOR, HEAD, VIEWER = "Shop lead", "Operator", "Head", "Visitor"
NIGHT, EVENING, EARLY = "Night shift", "Evening shift", "Early shift"
"""One for each test that logs in again: nobody may log in more than five times in a row."""
RINGS = [
    {"inner_radius_mm": 46.05, "width_mm": 1.8, "pattern": "PURFLING"},
    {"inner_radius_mm": 47.9, "width_mm": 8.1, "pattern": "MOSAIC"},
    {"inner_radius_mm": 56.05, "width_mm": 1.8, "pattern": "PURFLING"},
]
HOSTILE = "<img src=x onerror=alert(1)>\u202e{{7*7}}</script><b>"
_BUILD_LIMIT_S = 400.0
"""For another process that installs and builds."""
LONG = "Rosette of " + "very " * 15 + "long name"


def npm(*words: str, limit_s: float = 120) -> None:
    """One command of npm in the folder of the page."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = shutil.which("npm", path=path)
    assert command is not None, "npm comes with the test requirements"
    run_to_end([command, *words], folder=WEB, environment=os.environ | {"PATH": path}, limit_s=limit_s)


def build_page() -> Path:
    """The built page; its packages are installed first where they are not. One process builds, others wait for it."""
    installed, lock = WEB / "node_modules" / ".package-lock.json", WEB / "package-lock.json"
    with FileLock(WEB / ".building.lock", timeout=_BUILD_LIMIT_S):
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            npm("ci", "--no-audit", "--no-fund", "--fetch-timeout=30000", limit_s=240)
            installed.touch()
        if not _is_built():
            npm("run", "build")
    return WEB / "dist"


def _is_built() -> bool:
    """Whether the page is younger than everything it is made of."""
    built, stubs = WEB / "dist" / "index.html", WEB.parent / "typescript" / "src" / "gen"
    sources = [path for folder in (WEB / "src", stubs) for path in folder.rglob("*") if path.is_file()]
    made_of = [path for path in sources if WEB / "src" / "gen" not in path.parents] + [WEB / "build.mjs"]
    return built.exists() and built.stat().st_mtime > max(path.stat().st_mtime for path in made_of)


@dataclass
class Workshop:
    """Servers, door and data. Tests add runs of their own."""

    servers: LocalServers
    door: OpenDoor
    tokens: Mapping[str, str]

    @property
    def address(self) -> str:
        return f"https://{self.door.address}"

    @cached_property
    def channel(self) -> grpc.Channel:
        return grpc.insecure_channel(self.servers.runs.address)

    def as_(self, who: str) -> grpc.Channel:
        """A channel on which somebody calls."""
        return sending(bearer(self.tokens[who]), self.channel)

    def runs(self, who: str = LEAD) -> RunsServiceStub:
        return RunsServiceStub(self.as_(who))

    def record(self, name: str, serial: str, overrides: Mapping[str, Any] | None = None, **fields: Any) -> run_pb2.Run:
        """A recorded rosette, by the operator."""
        design = design_message(rosette(name=name, rosette_channel__rings=RINGS))
        linkage = run_pb2.RunLinkage(instrument_serial=serial, operator=OPERATOR)
        given = {"design": design, "linkage": linkage, "envelope": GRBL, **fields}
        request = create_request(overrides, **given)
        return self.runs(OPERATOR).CreateRun(request).run

    def attach(self, run: run_pb2.Run, filename: str, content: str, who: str = OPERATOR) -> None:
        """A program for a run."""
        bytes_ = content.encode()
        header = attachments_pb.UploadHeader(
            parent=run.name, sha256=sha256(bytes_).hexdigest(), size_bytes=len(bytes_), kind="gcode", filename=filename
        )
        parts = [
            attachments_pb.UploadAttachmentRequest(header=header),
            attachments_pb.UploadAttachmentRequest(chunk=bytes_),
        ]
        AttachmentsServiceStub(self.as_(who)).UploadAttachment(iter(parts))

    def open_gate(self, run: run_pb2.Run, who: str = LEAD) -> None:
        level = run.decision.risk_level
        request = runs_service_pb2.OverrideRunRequest(name=run.name, reason="looked at it closely", risk_level=level)
        self.runs(who).OverrideRun(request)

    def ask(self, run: run_pb2.Run, reason: str, who: str = OPERATOR) -> None:
        """For the gate of a run to be opened."""
        level = run.decision.risk_level
        request = runs_service_pb2.RequestOverrideRequest(name=run.name, reason=reason, risk_level=level)
        self.runs(who).RequestOverride(request)

    def note(self, run: run_pb2.Run, text: str, who: str = OPERATOR) -> None:
        self.runs(who).AnnotateRun(runs_service_pb2.AnnotateRunRequest(name=run.name, note=text))

    def accept(self, run: run_pb2.Run, who: str = LEAD) -> None:
        """What was found in the programs of a run."""
        request = runs_service_pb2.AcceptFindingsRequest(name=run.name, reason="this machine stops it at M30")
        self.runs(who).AcceptFindings(request)

    def step(self, run: run_pb2.Run, step: run_pb2.ExecutionStep.ValueType, who: str = OPERATOR) -> None:
        """What happened at the machine."""
        self.runs(who).RecordExecution(runs_service_pb2.RecordExecutionRequest(name=run.name, step=step))

    def session(self, title: str) -> workflow_pb.Session:
        """A session whose verdict waits for a person."""
        stub = WorkflowServiceStub(self.as_(OPERATOR))
        session = stub.CreateSession(workflow_pb.CreateSessionRequest(title=title)).session
        stub.SetDesign(workflow_pb.SetDesignRequest(name=session.name, design=design_message()))
        stub.SetContext(workflow_pb.SetContextRequest(name=session.name, context=context_message()))
        return stub.RequestFeasibility(workflow_pb.RequestFeasibilityRequest(name=session.name)).session

    def picture(self, prompt: str, size_px: int = 128, who: str = OPERATOR) -> advisory_pb.AdvisoryAsset:
        """A picture that waits for review."""
        design = design_message(rosette(rosette_channel__rings=RINGS))
        request = advisory_pb.GenerateImageRequest(prompt=prompt, design=design, size_px=size_px)
        return AdvisoryServiceStub(self.as_(who)).GenerateImage(request).assets[0]

    def explanation(self, run: run_pb2.Run, text: str) -> advisory_pb.AdvisoryAsset:
        """Words of a model about a run, which wait for review."""
        header = advisory_pb.AssetHeader(
            asset_type=advisory_pb.ASSET_TYPE_ANALYSIS,
            source=advisory_pb.ASSET_SOURCE_AI_ANALYSIS,
            provider="model",
            model="small-model-1",
            requester=OPERATOR,
            prompt="why is this YELLOW?",
        )
        header.suggestion_data.update({"explanation": text})
        header.meta.update({"run": run.name})
        service = AdvisoryServiceStub(self.as_(OPERATOR))
        return service.UploadAdvisoryAsset(iter([advisory_pb.UploadAdvisoryAssetRequest(header=header)])).asset


NO_STOP = RING.replace("M5\n", "")
"""The passing program without the stop of its spindle: a warning."""


@contextmanager
def open_workshop(folder: Path, page: Path) -> Iterator[Workshop]:
    people = IdentityFolder(folder / "identity")
    hashed = hash_password(PASSWORD)
    roles = {LEAD: Role.REVIEWER, EARLY: Role.REVIEWER, HEAD: Role.ADMIN, VIEWER: Role.VIEWER}
    roles |= dict.fromkeys((OPERATOR, NIGHT, EVENING), Role.OPERATOR)
    tokens = {name: people.person(name, role, password_hash=hashed) for name, role in roles.items()}
    with asking_servers(folder, environment={"RMOS_FOUR_EYES": "true"}) as servers, OpenDoor(servers, page) as door:
        yield Workshop(servers, door, tokens)


def furnish(workshop: Workshop) -> dict[str, run_pb2.Run]:
    """Runs of every level, by what they are."""
    found = {
        "green": workshop.record("Herringbone rosette, cedar top", "0151"),
        "yellow": workshop.record("Herringbone rosette, cedar top", "0152", YELLOW),
        "red": workshop.record("Dangerous rosette channel", "0150", RED),
        "unknown": workshop.record("Rosette of an unknown speed", "0149", {"cut.spindle_speed_rpm": REMOVED}),
        "hostile": workshop.record(HOSTILE, "0148"),
        "long": workshop.record(LONG, "0147"),
    }
    workshop.attach(found["green"], "herringbone.nc", RING)
    workshop.attach(found["hostile"], "<b>&amp;.nc", NO_STOP)
    for prompt in ("mosaic rosette on a spruce top, close up", f"{HOSTILE} rosette"):
        workshop.picture(prompt)
    return found
