"""The recipes of docs/reference/cookbook.md, sent to real servers by another client, and held against the page."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format, message_factory
from google.protobuf.descriptor import MethodDescriptor

from examples.cookbook.kitchen import Kitchen, Sent, add_administrator, asking_servers, documents
from testkit.local_servers import LocalServers
from tests.services import METHODS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cookbook.md"
ANSWER = re.compile(r"^### (\w+)\n.*?^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BY_NAME = {f"{method.containing_service.full_name}/{method.name}": method for method in METHODS}
CUT = re.compile(r"^\u2026 \d+ more lines$", re.MULTILINE)
GROWING = {
    "GetServerInfo",
    "ListAdminEvents",
    "ListImports",
    "ListMaterials",
    "ListMachines",
    "ListTools",
    "ListToolImports",
}
"""Their answers depend on what else a server holds, or on the machine."""


def ask(sent: Sent) -> str:
    """Send a call with generated classes, and write what comes back as the page's client does."""
    method = BY_NAME[sent.method]
    proof = (("authorization", f"Bearer {sent.token}"),) if sent.token else ()
    with grpc.insecure_channel(sent.address) as channel:
        call: Any = channel.stream_stream(f"/{sent.method}")
        asked = iter([encoded(method, text) for text in sent.messages])
        answers = call(asked, timeout=sent.seconds or 60, metadata=proof)
        return "\n".join(written(method, answer) for answer in until_late(answers, late=bool(sent.seconds)))


def encoded(method: MethodDescriptor, text: str) -> bytes:
    empty = message_factory.GetMessageClass(method.input_type)()
    return json_format.Parse(text, empty).SerializeToString()


def written(method: MethodDescriptor, answer: bytes) -> str:
    message = message_factory.GetMessageClass(method.output_type).FromString(answer)
    return json_format.MessageToJson(message, preserving_proto_field_name=True)


def until_late(answers: Iterator[bytes], *, late: bool) -> Iterator[bytes]:
    """The answers of a stream; one that has no end is listened to for a while."""
    try:
        yield from answers
    except grpc.RpcError as error:
        if not late or error.code() is not grpc.StatusCode.DEADLINE_EXCEEDED:
            raise


def paths(value: Any, above: str = "") -> set[str]:
    """Places in JSON that hold something, places of lists as one. grpcurl writes Google's own types in camel case."""
    if isinstance(value, dict):
        return {path for key, item in value.items() for path in paths(item, f"{above}.{key}")}
    if isinstance(value, list):
        return {path for item in value for path in paths(item, f"{above}[]")}
    return {re.sub(r"_[0-9a-f]{12}", "_ID", above).replace("contentType", "content_type")}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    """What every recipe is answered, in its order: method, the part of it that the page shows, the JSON."""
    folder = tmp_path_factory.mktemp("cookbook")
    with LocalServers(folder / "open") as servers, asking_servers(folder / "asking") as asking:
        add_administrator(asking)
        return [(item.method, item.part, answer) for _, item, _, answer in Kitchen(servers, asking, ask).cook()]


@pytest.mark.xdist_group("cookbook")
def test_every_recipe_leads_where_it_says(answers: list[tuple[str, str, str]]) -> None:
    assert len(answers) >= len(METHODS)


@pytest.mark.xdist_group("cookbook")
def test_answers_have_the_fields_that_the_page_shows(answers: list[tuple[str, str, str]]) -> None:
    shown = ANSWER.findall(PAGE.read_text(encoding="utf-8"))
    compared = 0
    for (method, on_page), (name, part, answer) in zip(shown, answers, strict=True):
        assert method == name
        if part or name in GROWING or CUT.search(on_page):
            continue
        compared += 1
        found, told = (set().union(*map(paths, documents(text or "{}"))) for text in (answer, on_page))
        assert found == told, json.dumps(sorted(found ^ told))
    assert compared > 40
