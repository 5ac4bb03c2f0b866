"""docs/network.md done step by step: `make network` does it with every client it names, a test with Python's alone.

What differs from the page: the name of the machine, ports, folders, and what a person would type.
"""

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from testkit.local_servers import free_address

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "network.md"
PASSWORD = "correct horse battery"
_PORTS = ("50061", "50062", "50071", "50072", "50080")
OTHER_CLIENTS = ("grpcurl", "buf", "(cd clients/")
"""Commands that need more than Python: left out where the tests are run."""
_HEAD = """set -eu -o pipefail
serving() { until (exec 3<>/dev/tcp/localhost/$1) 2>/dev/null; do sleep 0.1; done; }
trap 'kill $(jobs -p) 2>/dev/null' EXIT
say() { echo; echo "== $1"; }
"""


_EVERY = """
LOGGED_IN=$(cat token); OF_PROVIDER=$(curl -s -d "name=A. Lead&groups=luthiers" http://127.0.0.1:50080/token)
AUTH=rmos.auth.v1.AuthService/WhoAmI
evaluates() {
    (cd ROOT/clients/go && go run ./examples/evaluate localhost:$1 | head -1)
    (cd ROOT/clients/typescript && node dist/examples/evaluate.js localhost:$1 | head -1)
}
for RMOS_TOKEN in "$KEY" "$LOGGED_IN" "$OF_PROVIDER"; do
    export RMOS_TOKEN; say "$(rmosctl whoami)"
    grpcurl -cacert ca.pem -H "authorization: Bearer $RMOS_TOKEN" localhost:50062 $AUTH | grep name
    buf curl --protocol grpc --cacert ca.pem --reflect-header '*' -H "authorization: Bearer $RMOS_TOKEN" \\
        https://localhost:50062/$AUTH | grep '"name"'
    evaluates 50061
done
unset RMOS_TOKEN; rmosctl logout
export RMOS_CERTIFICATE=$PWD/cam.pem RMOS_KEY=$PWD/cam.key
say "$(RMOS_RUNS_ADDRESS=localhost:50072 rmosctl whoami)"
grpcurl -cacert ca.pem -cert cam.pem -key cam.key localhost:50072 $AUTH | grep name
buf curl --protocol grpc --cacert ca.pem --cert cam.pem --key cam.key https://localhost:50072/$AUTH | grep '"name"'
evaluates 50071
"""
"""Every client with every credential, where the page has led."""


def commands(text: str) -> list[str]:
    """The commands of a page in their order, each on one line; files of settings are left out."""
    lines = re.findall(r"^    (.*)$", re.sub(r" \\\n +", " ", text), re.MULTILINE)
    return [line for line in lines if line and not re.match(r"\[\[|\w+ = ", line)]


def settings(text: str) -> str:
    """The file of access that a page writes bit by bit."""
    return "\n".join(re.findall(r"^    (\[\[.*|\w+ = .*)$", text, re.MULTILINE))


def script(text: str, ports: Mapping[str, str], left_out: Sequence[str]) -> str:
    """A page as one script of bash; with nothing left out, every client tries every credential at its end."""
    folders = {"/var/lib/rmos/identity": "$PWD/identity", "=ca.pem": "=$PWD/ca.pem", "clients/": f"{ROOT}/clients/"}
    here = {"python ": f"{sys.executable} ", "runs.workshop:": "localhost:", **folders, **ports}
    kept = [line for line in commands(text) if not line.startswith(tuple(left_out))]
    every = "" if left_out else _EVERY.replace("ROOT", str(ROOT))
    for there, ours in ports.items():
        every = every.replace(there, ours)
    return "\n".join([_HEAD, *(step for line in kept for step in _steps(line, here)), every])


def _steps(line: str, here: Mapping[str, str]) -> Iterator[str]:
    """A command as it is done here, with what comes before and after."""
    yield f"say {shlex.quote(line)}"
    for there, ours in here.items():
        line = line.replace(there, ours)
    if "people add" in line or "rmosctl login" in line:
        line += f" <<< '{PASSWORD}'"
    if "keys create" in line:
        line = f"KEY=$({line})"
    if "RMOS_MTLS_LISTEN" in line and "feasibility_svc" in line:
        yield "kill $(jobs -p); wait || true"
    yield line.replace("rmos_…", "$KEY")
    if line.endswith("&"):
        yield from (f"serving {port}" for port in re.findall(r"(?:LISTEN=0.0.0.0|127.0.0.1):(\d+)", line))


def walk(folder: Path, *, left_out: Sequence[str] = (), page: Path = PAGE) -> "subprocess.CompletedProcess[str]":
    """What the commands of the page print."""
    text = page.read_text(encoding="utf-8")
    ports = {port: free_address().rpartition(":")[2] for port in _PORTS}
    provider = f"http://127.0.0.1:{ports['50080']}"
    access = settings(text).replace("https://id.workshop.example", provider)
    (folder / "access.toml").write_text(access, encoding="utf-8")
    path = f"{Path(sys.executable).parent}:{ROOT / '.tools' / 'bin'}"
    bash = shutil.which("bash")
    assert bash is not None
    return subprocess.run(
        [bash, "-c", f"export PATH={path}:$PATH PYTHONPATH={ROOT} RMOS_TOKEN_FILE=$PWD/token RMOS_RUNS_DIR=$PWD/runs "
         f"RMOS_CATALOG_DIR=$PWD/catalogue\n{script(text, ports, left_out)}"],
        cwd=folder, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        done = walk(Path(name))
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr if done.returncode else "")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
