"""Every command of the documentation leads where its page says, in the order of the page, on real servers.

What is run elsewhere stands in `pages.ELSEWHERE`, with the reason and the place.
"""

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from rmos_client import Rmos
from testkit.local_servers import LocalServers
from tests import builders
from tests.end_to_end.pages import ELSEWHERE, ROOT, Reader, commands

PAGES = (
    "README",
    "tutorials/luthier",
    "tutorials/pipeline",
    "tutorials/administrator",
    "approving",
    "filters",
    "command-line",
    "advisory",
    "at-the-machine",
    "gcode",
    "installing",
    "tool-libraries",
    "workflow",
)
OFFLINE_PAGES = ("migration", "administration")
"""Pages about a store that nobody serves meanwhile."""
OTHER_PAGES = {
    "network": "tests/end_to_end/test_network_page.py, and `make network` with every other client",
    "storage": "PostgreSQL and buckets: tests/administration/test_move.py",
    "operations": "systemd's journal; the commands on stores are those of administration",
    "litestream": "needs Litestream; what was seen stands on the page",
    "reliability": "make targets of hours",
    "web": "tests/deploy/test_serve.py, tests/web",
}
WATCHED = {"approving"}
"""Pages about runs that wait for somebody."""
GRPCURL = shutil.which("grpcurl", path=str(ROOT / ".tools" / "bin"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_leads_where_it_says(servers: LocalServers, tmp_path: Path, page: str) -> None:
    reader = Reader.at(servers, tmp_path, ready(servers, page))
    if page == "README":
        reader.old_store()
        assert reader.migrated() == 0
    for command in commands(page):
        known = dict(reader.last)
        if command.elsewhere is None or (command.text.startswith("grpcurl") and GRPCURL):
            reader.follow(command)
        if page in WATCHED or "rmosctl replay" in command.text:
            reader.last["RUN"] = known["RUN"]
        if "review queue" in command.text and "ASSET" in known:  # the oldest of all is somebody else's
            reader.last["ASSET"] = known["ASSET"]


@pytest.mark.parametrize("page", OFFLINE_PAGES)
def test_a_page_about_a_store_at_rest_leads_where_it_says(servers: LocalServers, tmp_path: Path, page: str) -> None:
    reader = Reader.at(servers, tmp_path, "run_000000000000")
    reader.old_store()
    if page != "migration":
        assert reader.migrated() == 0
    for command in commands(page):
        if command.elsewhere is None:
            reader.follow(command)


def ready(servers: LocalServers, page: str) -> str:
    """A run that the page can begin with."""
    with Rmos(runs=servers.runs.address) as rmos:
        change = builders.YELLOW if page in WATCHED else None
        return rmos.create_run(builders.design_message(), builders.context_message(change), mode="rosette").run_id


def test_no_page_and_no_reason_is_left_over() -> None:
    pages = ["README", *(path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in _pages())]
    with_commands = {page for page in pages if commands(page)}
    assert with_commands == {*PAGES, *OFFLINE_PAGES, *OTHER_PAGES}
    used = {command.elsewhere for page in with_commands - {"network"} for command in commands(page)}
    assert set(ELSEWHERE) == used - {None}


def _pages() -> list[Path]:
    docs = ROOT / "docs"
    return [*docs.glob("*.md"), *docs.glob("tutorials/*.md")]


def test_the_program_of_the_pipeline_page_runs(servers: LocalServers, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "tutorials" / "pipeline.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    verdict, run, refused = _python(program, servers, tmp_path).splitlines()
    assert verdict.startswith("GREEN")
    assert run.endswith("1 program")
    assert refused == "RUN_NOT_FOUND True"


def test_the_programs_of_the_python_page_run(servers: LocalServers, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "python-client.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", text.split("## Credentials")[0], re.MULTILINE)
    everyday, every, loop, errors = [textwrap.dedent(block) for block in blocks if block.strip()]
    errors = f"with Rmos(runs='127.0.0.1:50062') as rmos:\n{textwrap.indent(errors, '    ')}        print(error.reason)"
    told = _python("\n".join((everyday, every, loop, errors)), servers, tmp_path)
    assert re.match(r"run_\w+ \d{4}-", told)
    assert told.endswith("RUN_NOT_FOUND\n")


def _python(program: str, servers: LocalServers, folder: Path) -> str:
    """What a program prints, in a folder like that of a checkout."""
    (folder / "examples").symlink_to(ROOT / "examples")
    here = program.replace("127.0.0.1:50061", servers.feasibility.address)
    here = here.replace("127.0.0.1:50062", servers.runs.address)
    done = subprocess.run(
        [sys.executable, "-c", here], cwd=folder, text=True, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
