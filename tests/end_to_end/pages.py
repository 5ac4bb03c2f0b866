"""The commands of the documentation: read from the pages, and given as a reader would give them.

RUN, ASSET and SESSION stand for the id that was printed last; `# exit code 3` says that a command ends so. rmosctl and
the offline commands run inside this process, which makes whole pages quick; everything else runs in a shell.
"""

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from testkit.local_servers import LocalServers
from tests.administration.offline import offline
from tests.cli.commands import Rmosctl
from tests.legacy import v1_store

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PASSWORD = "correct horse battery\n"
LIMIT_S = 120.0

ELSEWHERE: Mapping[str, str] = {
    r"make ": "make targets are what they are; tests/end_to_end/test_tour.py, tests/deploy/test_serve.py",
    r"\S+ .*# only where": "on the page approving, and in tests/cli/test_every_command_speaks_json.py",
    r"rmosctl gate part\.nc": "needs a run of that program for that machine: tests/cli/test_rmosctl_gate.py",
    r"rmosctl review open ASSET$": "opens the desktop's viewer: tests/cli/test_every_command_speaks_json.py",
    r"rmosctl config set": "changes settings of everything after it: tests/cli/test_settings.py",
    r"rmos_folder_watch\.py": "goes on until it is stopped: tests/cli/test_rmosctl_gate.py",
    r"grpcurl ": "needs grpcurl, which `make network` and `make cookbook` install; run here where it is",
    r"python3 -m venv /opt|/opt/rmos/bin/pip": "needs the wheels: `make installed`",
    r"useradd|install -m|systemctl": "needs root and systemd: `make units`, tests/deploy/test_units.py",
    r"journalctl": "needs systemd",
    r"docker": "needs Docker: `make check-deploy`, tests/deploy/test_containers.py",
    r"createuser|createdb": "needs a PostgreSQL of one's own: testkit/postgres.py does the same",
    r"python -m runs_svc (schema apply|move --to )": "needs PostgreSQL: tests/administration/test_move.py",
    r"python -m runs_svc .*(--into|--owner-url) ": "needs PostgreSQL: tests/administration/test_grown_store.py",
    r"python -m feasibility_svc catalogue ": "needs PostgreSQL: tests/end_to_end/test_shared_catalogue.py",
}
"""Commands that are not run by the test of the pages, by how they begin: why, and what runs them instead."""

_IDS = {"RUN": r"\brun_[0-9a-f]{12}\b", "ASSET": r"\badv_[0-9a-f]{12}\b", "SESSION": r"\bws_[0-9a-f]+\b"}
_SHELL = re.compile(r"[|<>;&$]")
_COMMAND = re.compile(
    r"(\S*/)?(rmosctl|rmos-runs|rmos-feasibility|python3?|pip|make|grpcurl|docker|useradd|install|systemctl|journalctl"
    r"|createuser|createdb|grep|export|rmos_folder_watch\.py) "
)


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a page, and the exit code it ends with."""

    text: str
    code: int

    @property
    def elsewhere(self) -> str | None:
        """How a command begins that is run elsewhere; None: it is run here."""
        return next((start for start in ELSEWHERE if re.match(start, self.text)), None)


def page_path(page: str) -> Path:
    return ROOT / "README.md" if page == "README" else ROOT / "docs" / f"{page}.md"


def commands(page: str) -> list[Command]:
    """The commands of a page in their order."""
    text = re.sub(r"```.*?```", "", page_path(page).read_text(encoding="utf-8"), flags=re.DOTALL)
    found: list[Command] = []
    lines = iter(re.findall(r"^    (.*)$", text, re.MULTILINE))
    for first in lines:
        line = first.removeprefix(".venv/bin/")
        if not _COMMAND.match(line):
            continue
        while line.endswith("\\") or "'" in _unquoted(line):
            line = f"{line}\n{next(lines)}"
        code = re.search(r"#.*exit code (\d)", line)
        found.append(Command(line, int(code[1]) if code and "when" not in line else 0))
    return found


@dataclass(slots=True)
class Reader:
    """Somebody who follows a page in a folder like that of a checkout, beside servers that run."""

    servers: LocalServers
    folder: Path
    last: dict[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, servers: LocalServers, folder: Path, run: str) -> "Reader":
        """Somebody with a fresh folder, who knows of one run."""
        shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("__pycache__"))
        (folder / ".venv").symlink_to(BIN.parent)
        for name in ("part.nc", "old.nc", "new.nc"):
            shutil.copy(ROOT / "examples" / "classical_rosette.nc", folder / name)
        (folder / "job.yaml").write_text(
            (ROOT / "examples" / "classical_rosette.yaml").read_text().replace("file: ", f"file: {ROOT}/examples/")
        )
        (folder / "our_bit.yaml").write_text("tool_id: our_bit\nkind: end_mill\ndiameter_mm: 6\nflute_count: 2\n")
        (folder / "router.yaml").write_text("machine_id: router_of_page\ntier: HOBBY\nmax_spindle_speed_rpm: 24000\n")
        Image.new("RGB", (64, 64), "sienna").save(folder / "rosette.png")
        with zipfile.ZipFile(folder / "vendor.tools", "w") as library:
            library.writestr("tools.json", json.dumps(_LIBRARY))
        return cls(servers, folder, {"RUN": run})

    @property
    def environment(self) -> dict[str, str]:
        return {
            "RMOS_FEASIBILITY_ADDRESS": self.servers.feasibility.address,
            "RMOS_RUNS_ADDRESS": self.servers.runs.address,
            "RMOS_RUNS_DIR": str(self.servers.store),
            "RMOS_IDENTITY_DIR": str(self.folder / "identity"),
            "RMOS_CONFIG_FILE": str(self.folder / "config.toml"),
            "RMOS_PERSON": "A. Smith",
            "HOME": str(self.folder),
            **self.settings,
        }

    def old_store(self) -> None:
        """A store of its own for offline commands, beside a v1 store it may come out of."""
        v1_store.build(self.folder / "v1", 4, unreadable=0)
        self.settings = {"RMOS_RUNS_DIR": str(self.folder / "store"), "RMOS_RETENTION_DAYS": "1"}

    def migrated(self) -> int:
        """Fill the store from the v1 store: the exit code."""
        index, files = self.folder / "v1" / "runs.json", self.folder / "v1" / "attachments"
        return offline("migrate", "apply", index, "--files", files, **self.environment).returncode

    def follow(self, command: Command) -> None:
        """Give a command, see that it ends as the page says, and remember what it names."""
        text = command.text
        for name, known in self.last.items():
            text = re.sub(rf"\b{name}\b|\b{name.lower()}_…", known, text)
        text = text.replace("/backups/", f"{self.folder}/backups/").replace(
            "127.0.0.1:50061", self.servers.feasibility.address
        )
        text = text.replace("127.0.0.1:50062", self.servers.runs.address)
        code, told = self._give(text)
        assert code == command.code, f"{text}\n{told}"
        for name, pattern in _IDS.items():
            if ids := re.findall(pattern, told):
                self.last[name] = ids[0]

    def _give(self, text: str) -> tuple[int, str]:
        with _in(self.folder):
            words = [] if _SHELL.search(_unquoted(text)) else shlex.split(text.replace("\\\n", " "), comments=True)
            match [Path(words[0]).name, *words[1:]] if words else []:
                case ["rmosctl", *arguments]:
                    done = Rmosctl(self.servers, **self.environment).run(*arguments, stdin=PASSWORD)
                    return done.exit_code, f"{done.output}{done.exception or ''}"
                case ["rmos-runs", *arguments] | ["python", "-m", "runs_svc", *arguments]:
                    with _typed(PASSWORD):
                        ended = offline(*arguments, **self.environment)
                    return ended.returncode, ended.stdout + ended.stderr
        return self._in_shell(text)

    def _in_shell(self, text: str) -> tuple[int, str]:
        path = os.pathsep.join([str(BIN), str(ROOT / ".tools" / "bin"), os.environ["PATH"]])
        bash = shutil.which("bash")
        assert bash is not None
        done = subprocess.run(
            [bash, "-c", text],
            cwd=self.folder,
            env=os.environ | self.environment | {"PATH": path},
            input=PASSWORD,
            text=True,
            capture_output=True,
            timeout=LIMIT_S,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


def _unquoted(text: str) -> str:
    """A command without what it quotes and remarks."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|#.*", "", text)


@contextmanager
def _in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextmanager
def _typed(text: str) -> Iterator[None]:
    """What somebody types while a command runs."""
    before, sys.stdin = sys.stdin, io.StringIO(text)
    try:
        yield
    finally:
        sys.stdin = before


_LIBRARY = {
    "version": 1,
    "data": [
        {
            "guid": "00000000-0000-4000-8000-00000000da7e",
            "type": "flat end mill",
            "unit": "millimeters",
            "description": "end mill of the page",
            "geometry": {"DC": 3.0, "NOF": 2, "LCF": 12.0, "OAL": 38.0, "SFDM": 3.175},
            "post-process": {"number": 1},
        }
    ],
}
