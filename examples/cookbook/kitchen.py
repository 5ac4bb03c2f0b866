"""Real servers, the values that recipes share, and each recipe sent in its turn."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message

from examples.cookbook import before_the_cut, records, workshop
from examples.cookbook.recipe import Recipe
from rmos_client import Rmos, read_job
from rmos_client.envelopes import envelope_of
from testkit.local_servers import LocalServers

EXAMPLES = Path(__file__).parents[1]
PROGRAM = EXAMPLES / "classical_rosette.nc"
PASSWORD = "correct horse battery"  # of a server that lives for a moment
NOTE, LIBRARY = b"the board\n", b"name,kind,diameter_mm,flutes\nOur 6 mm,flat end mill,6,2\n"
OPEN = {**before_the_cut.RECIPES, **records.RECIPES, **workshop.RECIPES}
RECIPES: Mapping[str, Sequence[Recipe]] = {**OPEN, **workshop.ASKING}
"""By service, in their order: later ones use what earlier ones were answered."""
HIDDEN = {
    "DESIGN",
    "CONTEXT",
    "WATCHED",
    "ENVELOPE",
    "OWN_PROFILE",
    "TEXT",
    "PROGRAM",
    "LIBRARY",
    "NOTE",
    "PASSWORD",
    "TOKEN",
    "DOCUMENT",
}
"""Values that stand in the commands as `$NAME`; the others as they are, but for secrets and what is long."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A call as it was sent."""

    address: str
    method: str
    messages: Sequence[str]
    seconds: int = 0
    token: str = ""
    asking: bool = False
    """Whether the server asks who calls: then it describes itself to nobody it does not know."""


Ask = Callable[[Sent], str]
"""Sends a call, and returns the JSON of its answers, one after another."""


class RecipeError(Exception):
    """A recipe does not lead where it says."""


@dataclass
class Kitchen:
    """Servers of both kinds, and what is known so far."""

    servers: LocalServers
    asking: LocalServers
    ask: Ask
    known: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        job = read_job(EXAMPLES / "classical_rosette.yaml")
        watched = type(job.context)()
        watched.CopyFrom(job.context)
        watched.workholding.ClearField("method")
        with Rmos(feasibility=self.servers.feasibility.address) as client:
            envelope = envelope_of(job, client)
            profile = next(client.list_profiles())
        for name in ("name", "system", "revision", "create_time"):
            profile.ClearField(name)
        profile.profile_id, profile.display_name = "our_rosettes", "Our rosettes"
        self.known |= {
            "DESIGN": _json(job.design),
            "CONTEXT": _json(job.context),
            "WATCHED": _json(watched),
            "ENVELOPE": _json(envelope),
            "OWN_PROFILE": _json(profile),
            "TEXT": json.dumps(PROGRAM.read_text(encoding="ascii")),
            "PROGRAM": _base64(PROGRAM.read_bytes()),
            "LIBRARY": _base64(LIBRARY),
            "NOTE": _base64(NOTE),
            "NOTE_SHA256": hashlib.sha256(NOTE).hexdigest(),
            "PROFILE": "",
            "PASSWORD": PASSWORD,
        }
        profiles = self.ask(self._sent("rmos.feasibility.v1.CatalogService", Recipe("ListProfiles", "", ("{}",))))
        self.known["PROFILE"] = json.loads(profiles)["profiles"][0]["profile_id"]

    def cook(self) -> Iterator[tuple[str, Recipe, Sequence[str], str]]:
        """Each recipe with its service, what it sent as a page shows it, and the JSON of what was answered.

        Raises:
            RecipeError: What later recipes need is not in an answer.
        """
        for service, recipes in RECIPES.items():
            for item in recipes:
                shown = self._shown(item)
                answer = self.ask(self._sent(service, item))
                self._keep(item, answer)
                yield service, item, shown, answer

    def _shown(self, item: Recipe) -> Sequence[str]:
        return [_filled(text, {name: self.known[name] for name in self.known.keys() - HIDDEN}) for text in item.sends]

    def _sent(self, service: str, item: Recipe) -> Sent:
        messages = [_filled(text, self.known) for text in item.sends]
        place = self.asking if service in workshop.ASKING else self.servers
        judging = service.startswith("rmos.feasibility.")
        address = place.feasibility.address if judging else place.runs.address
        asking = service in workshop.ASKING
        token = self.known.get("TOKEN", "") if asking else ""
        return Sent(address, f"{service}/{item.method}", messages, item.seconds, token, asking)

    def _keep(self, item: Recipe, answer: str) -> None:
        for name, place in item.keeps.items():
            path, _, absent = place.partition("|")
            found = [value for one in documents(answer) if (value := at(one, path)) is not None]
            if not found and not absent:
                raise RecipeError(f"{item.method}: there is no {path} in {answer[:500]}")
            self.known[name] = str(found[0]) if found else absent


def documents(text: str) -> Iterator[Any]:
    """The JSON documents that stand one after another in a text."""
    decoder, text = json.JSONDecoder(), text.strip()
    while text:
        found, end = decoder.raw_decode(text)
        yield found
        text = text[end:].strip()


def add_administrator(servers: LocalServers) -> None:
    """Somebody who may log in to servers that ask."""
    command = [sys.executable, "-m", "runs_svc", "people", "add", "A. Lead", "--role", "admin"]
    environment = os.environ | {"RMOS_IDENTITY_DIR": str(servers.folder / "identity")}
    subprocess.run(command, env=environment, input=f"{PASSWORD}\n", text=True, check=True, capture_output=True)


def asking_servers(folder: Path) -> LocalServers:
    """Servers that ask everybody who they are."""
    flags = ["--authentication", "required", "--identity-dir", str(folder / "identity")]
    return LocalServers(folder, feasibility_flags=flags, runs_flags=flags)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\$([A-Z_0-9]+)", lambda name: values.get(name[1], name[0]), text)


def at(value: Any, path: str) -> Any:
    """What stands at a place in JSON; None where nothing does."""
    for part in path.split("."):
        if isinstance(value, list):
            value = value[int(part)]
        elif isinstance(value, dict) and part in value:
            value = value[part]
        else:
            return None
    return value


def _json(message: Message) -> str:
    return json.dumps(json_format.MessageToDict(message, preserving_proto_field_name=True))


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
