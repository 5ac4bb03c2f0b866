"""Offline commands on a database that is away, absent or closed to them: one sentence, exit code 2, no traceback."""

from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.administration.grown_store import Grown
from tests.administration.offline import offline
from tests.legacy.v1_store import build

pytestmark = pytest.mark.xdist_group("postgres")
SECRET = "a-secret-word"


def commands(folder: Path) -> list[list[str]]:
    """Every command that asks the database; none comes so far that it writes."""
    index, new = build(folder / "v1", 1), folder / "new"
    return [
        ["fsck"],
        ["schema", "status"],
        ["schema", "apply"],
        ["backup", str(new)],
        ["retention", "plan"],
        ["retention", "log"],
        ["retention", "collect", "--dry-run"],
        ["migrate", "status", str(index)],
        ["migrate", "plan", str(index)],
        ["migrate", "apply", "--no-backup", str(index)],
        ["migrate", "verify", str(index)],
        ["migrate", "export", str(folder / "out.json")],
        ["move", "--to", f"sqlite:///{new}/rmos.db", "--blobs-to", str(new / "blobs"), "--runs-dir-to", str(new)],
    ]


@pytest.mark.parametrize(
    ("user", "place", "words"),
    [
        ("rmos_service", "127.0.0.1:1/store", "Connection refused"),
        ("rmos_service", "127.0.0.1:port/store", "allowed are sqlite:///PATH"),
        ("rmos_service", "{here}/absent", 'database "absent" does not exist'),
        ("nobody_knows", "{here}/{name}", 'role "nobody_knows" does not exist'),
        ("stranger", "{here}/{name}", "permission denied"),
    ],
)
def test_a_database_that_cannot_be_used_is_named_in_one_sentence(
    user: str, place: str, words: str, grown: Grown, tmp_path: Path
) -> None:
    with psycopg.connect(grown.owner_url, autocommit=True) as owner, suppress(psycopg.errors.DuplicateObject):
        owner.execute("CREATE ROLE stranger LOGIN")
    here = grown.url.partition("@")[2].partition("/")[0]
    url = f"postgresql://{user}:{SECRET}@{place.format(here=here, name=grown.name)}"
    given = {"RMOS_DATABASE_URL": url, "RMOS_RUNS_DIR": str(tmp_path / "runs"), "RMOS_RETENTION_DAYS": "1"}
    for command in commands(tmp_path):
        done = offline(*command, **given)
        said = (done.stdout + done.stderr).strip()
        assert (done.returncode, said.count("\n"), words in said, SECRET in said) == (2, 0, True, False), (
            command,
            said,
        )
    assert not any((tmp_path / "new").rglob("*"))
