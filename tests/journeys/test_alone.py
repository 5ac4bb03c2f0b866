"""A fresh install without network and without keys does everything but what somebody else would have to do."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rmos.type.v1 import risk_pb2

_ALONE = ["unshare", "--user", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]


def _namespaces_work() -> bool:
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return False
    return subprocess.run([*_ALONE, "true"], capture_output=True, timeout=60, check=False).returncode == 0


@pytest.mark.skipif(not _namespaces_work(), reason="this machine gives no network namespaces")
def test_a_workshop_works_where_nothing_can_be_reached(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RMOS_", "OPENAI_"))}
    command = [*_ALONE, sys.executable, "-m", "tests.journeys.alone", str(tmp_path / "servers")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["level"] == risk_pb2.RISK_LEVEL_GREEN
    assert found["audited"]
    assert found["explained"] > 200
    assert found["exported"] == 1
    assert found["ways sought to other machines"] == 0, "nothing tries to reach the internet"
    code, reason, message = found["cloud"]
    assert (code, reason) == ("FAILED_PRECONDITION", "PROVIDER_NOT_CONFIGURED")
    assert "RMOS_IMAGE_PROVIDERS" in message
    code, message = found["language model"]
    assert code == "FAILED_PRECONDITION"
    assert "RMOS_LANGUAGE_MODEL_URL" in message
    assert '"level":"error"' not in (tmp_path / "servers" / "runs_svc.log").read_text()
