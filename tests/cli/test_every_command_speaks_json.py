"""Every command with --json, on real servers: what it prints is one JSON document."""

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.advisory.v1 import advisory_service_pb2 as pb
from rmos.advisory.v1.advisory_service_pb2_grpc import AdvisoryServiceStub
from rmos_client import Rmos, read_job
from testkit.local_servers import LocalServers
from tests import builders
from tests.cli.commands import EXAMPLES, ROSETTE, Rmosctl
from tests.cli.test_every_rpc_has_a_command import COMMANDS
from tests.ends import join_all

PROGRAM = EXAMPLES / "classical_rosette.nc"
ITSELF = {"job schema"}
"""Prints a JSON Schema, with --json or without."""


class Shop:
    """A workshop in use: a run, a second one, pictures, sessions, a pattern; and files to read and to write."""

    def __init__(self, servers: LocalServers, folder: Path) -> None:
        self.servers, self.folder = servers, folder
        self.smith, self.jones = Rmosctl(servers), Rmosctl(servers, person="B. Jones")
        self._counter = iter(range(1_000))

    def run(self) -> str:
        """A new run whose gate is open."""
        return str(self.smith.json("record", ROSETTE)["run_id"])

    def yellow(self) -> str:
        """A new run that a person has to look at."""
        with Rmos(runs=self.servers.runs.address) as runs:
            context = builders.context_message(builders.YELLOW)
            return runs.create_run(builders.design_message(), context, mode="rosette").run_id

    def warned(self) -> str:
        """A new run whose program somebody has to accept."""
        program = self.file(".nc", "G21 G90\n#1=5\nM3 S17000\nG0 X0 Y0 Z#1\nM30\n")
        run = self.run()
        self.smith.json("upload", run, program, "--kind", "gcode")
        return run

    def asset(self, size_px: int = 64) -> str:
        """A new picture that waits for review."""
        made = self.smith.json("review", "generate", "--job", ROSETTE, "--size-px", size_px)["assets"]
        return str(made[0]["asset_id"])

    def session(self, *steps: Sequence[object]) -> str:
        """A session after some steps."""
        session = str(self.smith.json("session", "new", "--title", "rosette")["session_id"])
        for verb, *rest in steps:
            self.smith.json("session", verb, session, *rest)
        return session

    def pattern(self) -> str:
        return str(self.smith.json("pattern", "add", ROSETTE, "--type", "rope")["pattern"]["pattern_id"])

    def job(self) -> str:
        return str(self.smith.json("job", "add", "rosette_cnc_export")["job_id"])

    def family(self) -> str:
        file = self.file(".yaml", "title: strips\nstrips: [{material_id: maple_hard, width_mm: 1.2}]\n")
        return str(self.smith.json("pattern", "family", "add", file)["strip_family"]["strip_family_id"])

    def file(self, suffix: str, text: str) -> Path:
        """A file with a text."""
        path = self.new(suffix)
        path.write_text(text)
        return path

    def new(self, suffix: str) -> Path:
        """A file that is not there yet."""
        return self.folder / f"file{next(self._counter)}{suffix}"

    def bit(self) -> str:
        """A new tool of the workshop."""
        tool_id = f"spoken_bit_{next(self._counter)}"
        self.smith.json("catalogue", "add", "tool", self.file(".yaml", f"{{tool_id: {tool_id}, diameter_mm: 3}}"))
        return tool_id

    def profile(self) -> Path:
        profile = self.smith.json("catalogue", "list", "profiles")["profiles"][0]
        own = {key: value for key, value in profile.items() if key not in {"name", "system", "revision", "create_time"}}
        return self.file(".json", json.dumps({**own, "profile_id": "spoken"}))

    def ticked(self) -> str:
        run = self.run()
        self.smith.json("sheet", "tick", run, "stock")
        return run

    def checked(self) -> str:
        """A run with everything on its sheet ticked."""
        run = self.run()
        for item in ("stock", "tool", "holding", "zero", "extraction", "program_1"):
            self.smith.json("sheet", "tick", run, item)
        return run

    def request(self) -> str:
        """A request to open a gate."""
        return str(self.smith.json("request", "ask", self.yellow(), *REASON)["request"]["name"])

    def training(self) -> str:
        """A training set of one picture."""
        return str(self.smith.json("teaching", "export", "--min-images", self.trainable())["name"])

    def trainable(self) -> int:
        """How many pictures there are to train with: those that were approved and are large enough."""
        self.jones.json("review", "approve", self.asset(512), *LICENCE)
        return 1

    def uploaded(self) -> tuple[str, str]:
        run, photo = self.run(), self.file(".txt", "the board")
        return run, str(self.smith.json("upload", run, photo, "--kind", "photo")["sha256"])


EVALUATED: Sequence[Sequence[object]] = [("design", ROSETTE), ("evaluate",)]
PERSON, REASON = ("--person", "B. Jones"), ("--reason", "watched by me at the machine")
LICENCE = ("--licence", "CC-BY-4.0", "--caption", "a rosette")
MACHINE = "machine_id: spoken\ntier: HOBBY\nmax_spindle_speed_rpm: 24000\n"
CALIBRATION = "{kind: RUNOUT, subject: tools/end_mill_3175_down, value: 0.02, person: A. Smith, date: '2026-05-04'}\n"
AXIS = ("--axis", "cut.feed_rate_mm_per_min=1500,1750")
CALLS: dict[str, Callable[[Shop], Sequence[object]]] = {
    "evaluate": lambda shop: [ROSETTE],
    "explain": lambda shop: [ROSETTE],
    "recommend": lambda shop: [ROSETTE],
    "sweep": lambda shop: [ROSETTE, *AXIS],
    "rosettes": lambda shop: [
        *(ROSETTE, "--profile", shop.smith.json("catalogue", "list", "profiles")["profiles"][0]["profile_id"]),
        *("--soundhole-radius-mm", 42.5, "--channel-depth-mm", 1.3, "--candidates", 1, "--time-limit-s", 0.2),
    ],
    "record": lambda shop: [ROSETTE],
    "list": lambda shop: ["--limit", 3],
    "count": lambda shop: [],
    "show": lambda shop: [shop.run()],
    "watch": lambda shop: ["--count", 1, "--resume-token", beginning(shop)],
    "compare": lambda shop: [shop.run(), shop.yellow()],
    "lineage": lambda shop: [shop.run()],
    "verify": lambda shop: [shop.run()],
    "hold": lambda shop: [shop.run(), *REASON],
    "note": lambda shop: [shop.run(), "on the old bench"],
    "notes": lambda shop: [shop.run()],
    "advise": lambda shop: [shop.run(), "adv_spoken", "--text", "sharpen first", "--engine", "shop"],
    "advisories": lambda shop: [shop.run()],
    "explanation": lambda shop: [shop.run()],
    "audit": lambda shop: [shop.run()],
    "accept": lambda shop: [shop.warned(), *REASON],
    "gate": lambda shop: [PROGRAM],
    "override": lambda shop: [shop.yellow(), *REASON],
    "pack": lambda shop: [shop.run(), shop.new(".zip")],
    "start": lambda shop: [shop.run()],
    "finish": lambda shop: [started(shop)],
    "abort": lambda shop: [started(shop)],
    "scrap": lambda shop: [started(shop)],
    "replay": lambda shop: [shop.run()],
    "upload": lambda shop: [shop.run(), shop.file(".txt", "another board"), "--kind", "photo"],
    "download": lambda shop: [*shop.uploaded(), shop.new(".txt")],
    "preview": lambda shop: [shop.run(), shop.new(".svg")],
    "import-tools": lambda shop: [shop.file(".csv", "name,kind,diameter_mm\nspoken,flat end mill,6\n"), "--preview"],
    "vocabulary": lambda shop: ["levels"],
    "whoami": lambda shop: [],
    "gcode audit": lambda shop: [PROGRAM, "--job", ROSETTE],
    "gcode time": lambda shop: [PROGRAM, "--job", ROSETTE],
    "gcode compare": lambda shop: [PROGRAM, PROGRAM],
    "gcode draw": lambda shop: [PROGRAM, "--output", shop.new(".svg")],
    "attachments list": lambda shop: [shop.run()],
    "attachments show": lambda shop: shop.uploaded(),
    "attachments verify": lambda shop: [shop.run()],
    "attachments diff": lambda shop: [run := shop.run(), run],
    "sheet show": lambda shop: [shop.run()],
    "sheet print": lambda shop: [shop.run(), shop.new(".html")],
    "sheet tick": lambda shop: [shop.run(), "stock"],
    "sheet untick": lambda shop: [shop.ticked(), "stock"],
    "sheet sign": lambda shop: [shop.checked()],
    "request ask": lambda shop: [shop.yellow(), *REASON],
    "request list": lambda shop: ["--limit", 3],
    "request decline": lambda shop: [shop.request(), *PERSON, *REASON],
    "session new": lambda shop: [],
    "session list": lambda shop: ["--limit", 3],
    "session show": lambda shop: [shop.session()],
    "session events": lambda shop: [shop.session()],
    "session design": lambda shop: [shop.session(), ROSETTE],
    "session evaluate": lambda shop: [shop.session(EVALUATED[0])],
    "session approve": lambda shop: [shop.session(*EVALUATED), *REASON],
    "session reject": lambda shop: [shop.session(*EVALUATED), *REASON],
    "session revise": lambda shop: [shop.session(*EVALUATED), *REASON],
    "session toolpaths": lambda shop: [shop.session(*EVALUATED, ("approve", *REASON)), PROGRAM],
    "session archive": lambda shop: [shop.session(*EVALUATED, ("reject", *REASON))],
    "review queue": lambda shop: ["--limit", 3],
    "review list": lambda shop: ["--limit", 3],
    "review show": lambda shop: [shop.asset()],
    "review open": lambda shop: [shop.asset(), "--to", shop.new(".png")],
    "review add": lambda shop: [shop.file(".txt", "herringbone"), "--provider", "shop", "--kind", "analysis"],
    "review approve": lambda shop: [shop.asset(), shop.asset(), *PERSON, *LICENCE],
    "review reject": lambda shop: [shop.asset(), *PERSON, "--reason", "wrong_style"],
    "review favourite": lambda shop: [shop.asset()],
    "review duplicates": lambda shop: [shop.asset()],
    "review generate": lambda shop: ["--job", ROSETTE, "--size-px", 64],
    "review stats": lambda shop: [],
    "review budget": lambda shop: [],
    "job new": lambda shop: [shop.new(".yaml")],
    "job check": lambda shop: [ROSETTE],
    "job add": lambda shop: ["rosette_cnc_export"],
    "job list": lambda shop: ["--limit", 3],
    "job show": lambda shop: [shop.job()],
    "job progress": lambda shop: [shop.job(), "running"],
    "job end": lambda shop: [shop.job()],
    "job stats": lambda shop: [],
    "pattern add": lambda shop: [ROSETTE, "--type", "rope"],
    "pattern list": lambda shop: ["--limit", 3],
    "pattern show": lambda shop: [shop.pattern()],
    "pattern draw": lambda shop: [shop.pattern(), shop.new(".svg")],
    "pattern stats": lambda shop: [],
    "pattern export": lambda shop: [shop.new("")],
    "pattern import": lambda shop: [exported(shop)],
    "pattern family list": lambda shop: ["--limit", 3],
    "pattern family show": lambda shop: [shop.family()],
    "pattern family add": lambda shop: [
        shop.file(".yaml", "title: more\nstrips: [{material_id: maple_hard, width_mm: 2}]\n")
    ],
    "catalogue list": lambda shop: ["machines"],
    "catalogue show": lambda shop: ["machines", "shapeoko_3"],
    "catalogue add": lambda shop: ["machine", shop.file(".yaml", MACHINE), "--source", "its data sheet"],
    "export-tools": lambda shop: [shop.new(".tools"), shop.bit()],
    "catalogue revise": lambda shop: ["tool", shop.bit(), "--set", "diameter_mm=2.9", "--note", "reground"],
    "catalogue edge": lambda shop: [shop.bit(), "worn"],
    "catalogue withdraw": lambda shop: ["tool", shop.bit(), *REASON],
    "catalogue gone": lambda shop: [shop.bit(), *REASON],
    "catalogue history": lambda shop: ["tool", shop.bit()],
    "catalogue calibrate": lambda shop: [shop.file(".yaml", CALIBRATION)],
    "catalogue calibrations": lambda shop: [],
    "catalogue imports": lambda shop: [],
    "catalogue profile history": lambda shop: [
        shop.smith.json("catalogue", "add", "profile", shop.profile()) and "spoken"
    ],
    "catalogue profile rollback": lambda shop: [
        shop.smith.json("catalogue", "add", "profile", shop.profile()) and "spoken",
        1,
    ],
    "teaching status": lambda shop: [],
    "teaching export": lambda shop: ["--min-images", shop.trainable(), "--dry-run"],
    "teaching list": lambda shop: [],
    "teaching show": lambda shop: [shop.training()],
    "store info": lambda shop: [],
    "store verify": lambda shop: [],
    "store imports": lambda shop: [],
    "store descriptors": lambda shop: [shop.new(".binpb")],
    "config show": lambda shop: [],
}
ELSEWHERE = {"review watch", "login", "logout", "store admin-log", "config set"}
"""Need a file of settings or somebody else: below; or servers that ask who calls: test_logging_in_speaks_json.py."""


def beginning(shop: Shop) -> str:
    """A place in the stream of records with one after it."""
    with Rmos(runs=shop.servers.runs.address) as runs:
        token = next(runs.watch()).resume_token
    shop.run()
    return token


def started(shop: Shop) -> str:
    run = shop.run()
    shop.smith.json("start", run)
    return run


def exported(shop: Shop) -> Path:
    shop.pattern()
    folder = shop.new("")
    shop.smith.json("pattern", "export", folder)
    return folder / "patterns-1.json"


@pytest.fixture(scope="module")
def shop(servers: LocalServers, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(servers, tmp_path_factory.mktemp("shop"))


def spoken(shop: Shop, name: str, *arguments: object) -> Any:
    done = shop.smith.run(*name.split(), *arguments, "--json")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_every_command_is_called_with_json() -> None:
    assert set(CALLS) | ELSEWHERE | ITSELF == set(COMMANDS)


@pytest.mark.parametrize("name", list(CALLS))
def test_what_a_command_prints_with_json_is_json(shop: Shop, name: str) -> None:
    assert spoken(shop, name, *CALLS[name](shop)) is not None


def test_settings_are_told_as_json(servers: LocalServers, tmp_path: Path) -> None:
    rmosctl = Rmosctl(servers, RMOS_CONFIG_FILE=str(tmp_path / "config.toml"))
    assert rmosctl.json("config", "set", "units", "in")["set"]


def test_what_is_refused_is_told_as_json_too(shop: Shop) -> None:
    unknown = shop.smith.run("gate", shop.file(".nc", "G0 X1\n"), "--json")
    assert (unknown.exit_code, json.loads(unknown.stdout)["answer"]) == (4, "UNKNOWN")
    one, gone = shop.asset(), "adv_000000000000"
    several = shop.smith.run("show", shop.run(), "run_000000000000", "--json")
    assert (several.exit_code, json.loads(several.stdout)["unreachable"]) == (1, ["runs/run_000000000000"])
    assert shop.smith.run("review", "reject", one, gone, "--reason", "duplicate").exit_code == 1


def test_pictures_are_watched_as_json(shop: Shop) -> None:
    done, request = threading.Event(), pb.GenerateImageRequest(requester="A. Smith", size_px=64)
    request.design.CopyFrom(read_job(ROSETTE).design)

    def paint() -> None:
        with grpc.insecure_channel(shop.servers.runs.address) as channel:
            while not done.wait(0.2):  # one may be taken in before it is watched for
                AdvisoryServiceStub(channel).GenerateImage(request, timeout=60)

    painting = threading.Thread(target=paint)
    painting.start()
    try:
        watched = shop.smith.text("review", "watch", "--count", 1, "--json")
    finally:
        done.set()
        join_all([painting])
    assert json.loads(watched)["asset"]["asset_id"]
