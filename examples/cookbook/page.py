"""Write docs/reference/cookbook.md: every method called with grpcurl, and what real servers answer. `make cookbook`."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from examples.cookbook.kitchen import Kitchen, RecipeError, Sent, add_administrator, asking_servers, at, documents
from examples.cookbook.recipe import Recipe
from examples.cookbook.workshop import ASKING
from rmos_client.descriptors import descriptor_set
from testkit.local_servers import LocalServers

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "cookbook.md"
DESCRIPTORS = ROOT / "build" / "cookbook.binpb"
GRPCURL = shutil.which("grpcurl", path=f"{ROOT / '.tools' / 'bin'}:/usr/local/bin:/usr/bin")
_MOST_LINES = 26
_LONG_TEXT = re.compile(r"((?:[^\"\\]|\\.){80})(?:[^\"\\]|\\.){20,}(?=\")")
"""The text of a field that is too long for a page: its first eighty characters are kept."""
_HEAD = """# grpcurl cookbook

<!-- made by examples/cookbook/page.py (`make cookbook`) -->

Every method of the contract, called with [grpcurl](https://github.com/fullstorydev/grpcurl), and what real servers
answered; long answers are cut where a line says so. Both servers describe themselves, so no proto files are needed.
Start them with `make serve`, and set what the commands share:
"""
_ASKING = """Of servers that ask who calls (`RMOS_AUTHENTICATION=required`). They describe themselves to callers they
know alone, so grpcurl takes the contract from a file: `rmosctl store descriptors rmos.binpb`. TOKEN is what Login
gives.
"""
_SHARED = ("DESIGN", "CONTEXT", "WATCHED", "ENVELOPE", "OWN_PROFILE", "LIBRARY", "NOTE")
_REST = """\
    PROGRAM=$(base64 -w0 examples/classical_rosette.nc)
    TEXT=$(python3 -c 'import json; print(json.dumps(open("examples/classical_rosette.nc").read()))')

Names of runs, sessions and assets are those of the servers that answered here: put your own in their place.
"""


def grpcurl(sent: Sent) -> str:
    """Send a call with grpcurl.

    Raises:
        RecipeError: It was refused.
    """
    if GRPCURL is None:
        raise RecipeError("grpcurl is not installed: `make cookbook` does that")
    limit = ["-max-time", str(sent.seconds)] if sent.seconds else []
    proof = ["-H", f"authorization: Bearer {sent.token}"] if sent.token else []
    known = ["-protoset", str(DESCRIPTORS)] if sent.asking else []
    command = [GRPCURL, "-plaintext", *known, *limit, *proof, "-d", "@", sent.address, sent.method]
    done = subprocess.run(command, input="\n".join(sent.messages), text=True, capture_output=True, check=False)
    if done.returncode and not (sent.seconds and "DeadlineExceeded" in done.stderr):
        raise RecipeError(f"{sent.method}: {done.stderr}\nsent: {sent.messages}")
    return done.stdout


def command(service: str, item: Recipe, messages: Sequence[str]) -> str:
    """The call as somebody types it."""
    address = "127.0.0.1:50061" if service.startswith("rmos.feasibility.") else "127.0.0.1:50062"
    options = f" -max-time {item.seconds}" if item.seconds else ""
    if service in ASKING:
        options += " -protoset rmos.binpb"
    if service in ASKING and item.method != "Login":
        options += ' -H "authorization: Bearer $TOKEN"'
    target = f"{address} {service}/{item.method}"
    cut = f" | jq .{item.part}" if item.part else ""
    if list(messages) == ["{}"]:
        return f"grpcurl -plaintext{options} {target}{cut}"
    if len(messages) == 1 and "$" not in messages[0]:
        return f"grpcurl -plaintext{options} -d {shlex.quote(messages[0])} \\\n  {target}{cut}"
    return f"grpcurl -plaintext{options} -d @ {target} <<JSON{cut}\n" + "\n".join(messages) + "\nJSON"


def shortened(answer: str, part: str) -> str:
    """An answer as a page shows it."""
    answer = re.sub(r'"token": "eyJ[^"]*"', '"token": "eyJ…"', answer)
    if part:
        answer = json.dumps(at(next(documents(answer)), part), indent=2)
    lines = [_LONG_TEXT.sub(r"\1…", line) for line in answer.splitlines()]
    if len(lines) <= _MOST_LINES:
        return "\n".join(lines)
    return "\n".join([*lines[: _MOST_LINES - 4], f"… {len(lines) - _MOST_LINES + 4} more lines"])


def page(kitchen: Kitchen) -> Iterator[str]:
    """The page, bit by bit."""
    yield _HEAD
    yield "".join(f"    {name}={shlex.quote(kitchen.known[name])}\n" for name in _SHARED)
    yield _REST
    heading = ""
    for service, item, messages, answer in kitchen.cook():
        if service != heading:
            heading = service
            yield f"## {service}\n"
            if service in ASKING:
                yield _ASKING
        shown = "\n".join(f"    {line}".rstrip() for line in command(service, item, messages).splitlines())
        yield f"### {item.method}\n\n{item.about}\n\n{shown}\n\n```json\n{shortened(answer, item.part) or '{}'}\n```\n"


def main() -> int:
    """Cook everything, and write the page."""
    DESCRIPTORS.parent.mkdir(exist_ok=True)
    DESCRIPTORS.write_bytes(descriptor_set().SerializeToString())
    with tempfile.TemporaryDirectory() as name:
        one, two = Path(name) / "open", Path(name) / "asking"
        with LocalServers(one) as servers, asking_servers(two) as asking:
            add_administrator(asking)
            try:
                text = "\n".join(page(Kitchen(servers, asking, grpcurl)))
            except RecipeError as error:
                print(error, file=sys.stderr)
                return 1
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
