"""The commands of the tutorials and of the pages about the command line, in their order, on real servers.

RUN, ASSET and the like stand for the id that was printed last; `# exit code 3` says that a command ends so. What starts
servers, needs another machine or holds `# only where` something is so is left out.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rmos_client import Rmos
from testkit.local_servers import LocalServers
from tests import builders

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PAGES = ["tutorials/luthier", "tutorials/pipeline", "tutorials/administrator", "approving", "filters", "command-line"]
LEFT_OUT = re.compile(r"make |# \w|rmosctl (gate part\.nc|sheet print|review (open|add|approve|reject)|config set)")
IDS = {"RUN": "run_", "ASSET": "adv_"}
WATCHED = {"approving"}
"""Pages about runs that wait for somebody."""
PASSWORD = "correct horse battery\n"
FILES = {"router.yaml": "machine_id: router_of_page\ntier: HOBBY\nmax_spindle_speed_rpm: 24000\n"}


def commands(page: str) -> Iterator[tuple[str, int]]:
    """The commands of a page, each with the exit code it ends with."""
    text = re.sub(r"```.*?```", "", (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    for line in re.findall(r"^    (\S.*)$", text, re.MULTILINE):
        code = re.search(r"#.*exit code (\d)", line)
        if not LEFT_OUT.match(line) and "# only where" not in line:
            yield line, int(code[1]) if code and "when" not in line else 0


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder like that of a checkout."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / ".venv").symlink_to(BIN.parent)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
def test_a_page_leads_where_it_says(servers: LocalServers, shop: Path, page: str) -> None:
    last = {"RUN": ready(servers, page)}
    environment = os.environ | {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "RMOS_FEASIBILITY_ADDRESS": servers.feasibility.address,
        "RMOS_RUNS_ADDRESS": servers.runs.address,
        "RMOS_RUNS_DIR": str(servers.store),
        "RMOS_IDENTITY_DIR": str(shop / "identity"),
        "RMOS_CONFIG_FILE": str(shop / "config.toml"),
        "RMOS_PERSON": "A. Smith",
        "HOME": str(shop),
    }
    for line, code in commands(page):
        filled = re.sub(r"\b(RUN|ASSET)\b", lambda name: last.get(name[0], name[0]), line)
        done = subprocess.run(
            ["bash", "-c", filled],
            cwd=shop,
            env=environment,
            input=PASSWORD,
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.returncode == code, f"{filled}\n{done.stdout}{done.stderr}"
        for name, prefix in IDS.items():
            if ids := re.findall(rf"\b{prefix}[0-9a-f]{{12}}\b", done.stdout):
                last[name] = ids[0]
        if filled.startswith("rmosctl replay") or "approving" in page:
            last["RUN"] = last["RUN"] if filled.startswith("rmosctl replay") else ready(servers, page, last["RUN"])


def ready(servers: LocalServers, page: str, known: str = "") -> str:
    """A run that the page can begin with."""
    if known:
        return known
    with Rmos(runs=servers.runs.address) as runs:
        change = builders.YELLOW if page in WATCHED else None
        return runs.create_run(builders.design_message(), builders.context_message(change), mode="rosette").run_id


def test_the_program_of_the_pipeline_page_runs(servers: LocalServers, shop: Path) -> None:
    text = (ROOT / "docs" / "tutorials" / "pipeline.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    here = program.replace("127.0.0.1:50061", servers.feasibility.address)
    here = here.replace("127.0.0.1:50062", servers.runs.address)
    done = subprocess.run([sys.executable, "-c", here], cwd=shop, text=True, capture_output=True, check=False)
    verdict, run, refused = done.stdout.splitlines()
    assert verdict.startswith("GREEN")
    assert run.endswith("1 program")
    assert refused == "RUN_NOT_FOUND True"
