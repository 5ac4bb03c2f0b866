"""The door gives every annotated method its route, passes credentials through, and sends strict headers."""

import re
from collections.abc import Iterator
from gzip import decompress as gunzip
from hashlib import sha256
from pathlib import Path

import pytest
from google.api import annotations_pb2
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.json_format import MessageToDict

from deploy.door import Door, descriptor_set, services, write_certificate
from foundation.identity import Role
from testkit.local_servers import LocalServers
from tests.builders import create_request, design_message, rosette
from tests.deploy.doors import OpenDoor
from tests.people import IdentityFolder, asking_servers
from tests.services import METHODS, SERVICES
from tests.web.workshop import RINGS

pytestmark = pytest.mark.xdist_group("door")
_SCRIPT = "0;\n" * 1_000

_DOCUMENTED = """
POST /api/rmos/feasibility/evaluate
POST /api/rmos/feasibility/evaluate/model/{}
GET /api/rmos/feasibility/models
GET /api/rmos/feasibility/risk-levels
GET /api/rmos/feasibility/categories
GET /api/runs
POST /api/runs
GET /api/rmos/runs
POST /api/rmos/runs
GET /api/runs/{}
GET /api/rmos/runs/{}
GET /api/runs/diff
POST /api/runs/{}/attach-advisory
GET /api/runs/{}/advisories
POST /api/runs/{}/suggest-and-attach
POST /api/runs/{}/explanation
PATCH /api/rmos/runs/{}/meta
GET /api/runs/{}/attachments
GET /api/runs/{}/attachments/{}
GET /api/runs/{}/attachments/verify
POST /api/advisory/generate/image
GET /api/advisory/assets
GET /api/advisory/assets/{}
GET /api/advisory/assets/{}/content
POST /api/advisory/assets/{}/review
GET /api/advisory/pending
GET /api/advisory/stats
POST /api/teaching/export
GET /api/teaching/stats
GET /api/teaching/ready
GET /api/teaching/workflow
"""
_OF_THE_PAGE = {
    "Login", "Logout", "WhoAmI", "AcceptFindings", "RequestOverride", "ListOverrideRequests", "DeclineOverrideRequest",
    "OverrideRun", "GetSetupSheet", "RecordCheck", "SignSheet", "ListRuns", "FindRunsByDigest", "RenderRunProgram",
    "ReviewAdvisoryAsset", "GetServerInfo", "CountRuns", "GetRunPreview",
}  # fmt: skip
"""Those of the page that are no streams without an end: these are followed over gRPC-Web."""
_ID = {
    "runs": "run_0123456789ab",
    "requests": "1",
    "assets": "adv_0123456789ab",
    "attachments": "0" * 64,
    "model_id": "strat_25_5",
}


def _rules(method: MethodDescriptor) -> Iterator[tuple[str, str]]:
    """Verb and path template of every binding of a method."""
    rule = method.GetOptions().Extensions[annotations_pb2.http]
    for binding in (rule, *rule.additional_bindings):
        verb = binding.WhichOneof("pattern")
        if verb is not None:
            yield verb.upper(), getattr(binding, verb)


ROUTES = [(method, verb, path) for method in METHODS for verb, path in _rules(method)]


def _shape(path: str) -> str:
    """A path template with every variable as {}.

    >>> _shape("/api/{name=runs/*}/attachments"), _shape("/evaluate/{model_id}")
    ('/api/runs/{}/attachments', '/evaluate/{}')
    """
    return re.sub(r"\{\w+\}", "{}", re.sub(r"\{\w+=([^}]*)\}", r"\1", path)).replace("*", "{}")


def _path(template: str) -> str:
    """A path of the template that names nothing that is there."""
    parts: list[str] = []
    for part in _shape(template).split("/"):
        parts.append(_ID.get(parts[-1], _ID["model_id"]) if part == "{}" else part)
    return "/".join(parts)


@pytest.fixture(scope="module")
def door(servers: LocalServers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenDoor]:
    page = tmp_path_factory.mktemp("page")
    (page / "index.html").write_text("<!doctype html><title>RMOS</title>")
    (page / "assets").mkdir()
    (page / "assets" / "page-1234.js").write_text(_SCRIPT)
    with OpenDoor(servers, page) as opened:
        yield opened


def test_every_documented_route_is_in_the_contract() -> None:
    routes = {f"{verb} {_shape(path)}" for _, verb, path in ROUTES}
    assert [line for line in _DOCUMENTED.split("\n") if line and line not in routes] == []


@pytest.mark.parametrize(("method", "verb", "path"), ROUTES, ids=lambda value: getattr(value, "name", value))
def test_every_annotated_route_is_answered_by_its_method(
    door: OpenDoor, method: MethodDescriptor, verb: str, path: str
) -> None:
    answer = door.ask(verb, _path(path), {} if verb in {"POST", "PATCH"} else None)
    assert "grpc-status" in answer.headers or isinstance(answer.json, list | dict)
    if answer.status == 200:
        assert answer.json is not None
    else:
        assert answer.reason, f"{answer.status} {answer.body!r}"
        assert answer.headers["x-request-id"]


@pytest.mark.parametrize("method", ["BatchGetRuns", "CountRuns"], ids=["without a route", "with a route"])
def test_a_method_is_called_by_its_name(door: OpenDoor, method: str) -> None:
    answer = door.ask("POST", f"/rmos.runs.v1.RunsService/{method}", {})
    assert (answer.status, answer.reason) in {(200, ""), (400, "INVALID_FIELDS")}


def test_every_method_that_design_and_documents_name_has_a_route() -> None:
    named = {method.name for method, _, _ in ROUTES}
    assert sorted(_OF_THE_PAGE - named) == []


def test_the_same_run_is_read_at_both_addresses(door: OpenDoor) -> None:
    run = door.ask("POST", "/api/rmos/runs", {"design": {}, "context": {}, "mode": "cam"})
    assert (run.status, run.reason) == (400, "INVALID_FIELDS")
    answers = [door.ask("GET", f"{root}/runs/run_0123456789ab") for root in ("/api", "/api/rmos")]
    assert [(answer.status, answer.reason) for answer in answers] == [(404, "RUN_NOT_FOUND")] * 2


def test_an_entry_of_the_workshop_lives_its_life_over_http(door: OpenDoor) -> None:
    root = "/api/rmos/feasibility/tools"
    tool = {"kind": "TOOL_KIND_END_MILL", "diameter_mm": 6, "flute_count": 2}
    made = door.ask("POST", root, {"tool": {"tool_id": "http_bit", **tool}})
    assert (made.status, made.json["tool"]["version"]) == (200, 1), made.body
    worn = {"tool": {**tool, "wear": "TOOL_WEAR_WORN"}, "expected_version": 1, "change_note": "200 tops"}
    revised = door.ask("PATCH", f"{root}/http_bit", worn)
    assert (revised.json["tool"]["tool"]["wear"], revised.json["tool"]["version"]) == ("TOOL_WEAR_WORN", 2)
    stale = door.ask("PATCH", f"{root}/http_bit", {**worn, "tool": tool})
    assert (stale.status, stale.reason) == (409, "CONCURRENT_CHANGE")
    gone = door.ask("POST", f"{root}/http_bit/withdraw", {"reason": "the tip is gone", "person": "A. Smith"})
    assert gone.json["withdrawal"]["reason"] == "the tip is gone"
    versions = door.ask("GET", f"{root}/http_bit/versions").json["versions"]
    assert [version["change_note"] for version in versions if "change_note" in version][-1:] == ["200 tops"]
    assert len(versions) == 3
    assert "http_bit" not in door.ask("GET", f"{root}?page_size=1000").body.decode()


def test_a_recorded_run_is_answered_whole(door: OpenDoor) -> None:
    sent = MessageToDict(create_request(), preserving_proto_field_name=True)
    made = door.ask("POST", "/api/runs", sent)
    assert made.status == 200, made.body
    run = made.json["run"]
    read = door.ask("GET", f"/api/rmos/runs/{run['run_id']}").json["run"]
    assert (run["feasibility"], run["decision"]["risk_level"]) == (read["feasibility"], "RISK_LEVEL_GREEN")


def test_the_picture_of_a_run_has_an_address(door: OpenDoor) -> None:
    design = design_message(rosette(rosette_channel__rings=RINGS))
    sent = MessageToDict(create_request(design=design), preserving_proto_field_name=True)
    run_id = door.ask("POST", "/api/runs", sent).json["run"]["run_id"]
    picture = door.ask("GET", f"/api/runs/{run_id}/preview?mime=image/png&size_px=64")
    assert (picture.status, picture.headers["content-type"]) == (200, "image/png")
    assert picture.body.startswith(b"\x89PNG\r\n")
    tag = f'"{sha256(picture.body).hexdigest()}"'
    assert (picture.headers["etag"], picture.headers["cache-control"]) == (tag, "private, no-cache")
    path = f"/api/runs/{run_id}/preview?mime=image/png&size_px="
    known = door.ask("GET", f"{path}64", headers={"if-none-match": f'"other", W/{tag}'})
    assert (known.status, known.body, known.headers["etag"]) == (304, b"", tag)
    other = door.ask("GET", f"{path}65", headers={"if-none-match": tag})
    assert (other.status, other.body[:4]) == (200, b"\x89PNG")
    missing = door.ask("GET", "/api/runs/run_0123456789ab/preview", headers={"if-none-match": "*"})
    assert (missing.status, missing.reason) == (404, "RUN_NOT_FOUND")


def test_the_page_travels_compressed_and_calls_do_not(door: OpenDoor) -> None:
    asked = {"accept-encoding": "gzip"}
    packed, plain = (door.ask("GET", "/assets/page-1234.js", headers=headers) for headers in (asked, {}))
    assert (packed.headers["content-encoding"], gunzip(packed.body)) == ("gzip", _SCRIPT.encode())
    assert ("content-encoding" in plain.headers, plain.body) == (False, _SCRIPT.encode())
    assert "content-encoding" not in door.ask("GET", "/api/rmos/feasibility/models", headers=asked).headers


def test_field_errors_keep_their_fields(door: OpenDoor) -> None:
    answer = door.ask("GET", "/api/runs?page_size=-1")
    fields = [part for part in answer.json["details"] if part["@type"].endswith("google.rpc.BadRequest")]
    assert fields[0]["field_violations"][0]["field"] == "page_size"


def test_an_unknown_parameter_is_refused(door: OpenDoor) -> None:
    assert door.ask("GET", "/api/runs?page_sice=3").status == 400


@pytest.mark.parametrize("blank", ["%20", "+"])
def test_a_blank_of_a_query_is_written_either_way(door: OpenDoor, blank: str) -> None:
    assert door.ask("GET", f"/api/runs?filter=risk_level{blank}%3D{blank}RED").status == 200


def test_the_request_id_of_the_caller_comes_back(door: OpenDoor) -> None:
    answer = door.ask("GET", "/api/runs", headers={"x-request-id": "web_0123456789abcdef01234567"})
    assert answer.headers["x-request-id"] == "web_0123456789abcdef01234567"


def test_both_servers_say_who_they_are(door: OpenDoor) -> None:
    path = "/rmos.system.v1.SystemService/GetServerInfo"
    named = [
        door.ask("POST", path, {}, {"x-rmos-server": server}).json["server_info"]["server"]
        for server in ("feasibility", "runs")
    ]
    assert named == ["feasibility_svc", "runs_svc"]


@pytest.mark.parametrize(
    "path", ["/", "/runs", "/runs/run_0123456789ab/sheet", "/assets/page-1234.js", "/api/runs", "/x"]
)
def test_every_answer_has_the_strict_headers(door: OpenDoor, path: str) -> None:
    headers = door.ask("GET", path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_a_certificate_that_browsers_trust_is_insisted_on(tmp_path: Path) -> None:
    certificate, key = tmp_path / "door.pem", tmp_path / "door.key"
    write_certificate(certificate, key)
    servers = {"feasibility": "127.0.0.1:1", "runs": "127.0.0.1:2"}
    own = Door(listen="127.0.0.1:3", servers=servers, folder=tmp_path / "own")
    given = Door(listen="127.0.0.1:3", servers=servers, folder=tmp_path / "given", certificate=certificate, key=key)
    assert ["strict-transport-security" in door.write().read_text() for door in (own, given)] == [False, True]


@pytest.mark.parametrize("path", ["/", "/login", "/runs/run_0123456789ab/what-if", "/review/adv_0123456789ab"])
def test_addresses_of_the_page_are_answered_by_the_page(door: OpenDoor, path: str) -> None:
    answer = door.ask("GET", path)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["/runs/x", "/api/nothing", "/../door.key", "/assets/%2e%2e/door.key", "/index.php"])
def test_other_addresses_are_not_there(door: OpenDoor, path: str) -> None:
    assert door.ask("GET", path).status in {400, 404}


def test_every_service_stands_behind_the_door() -> None:
    named = {name for names in services().values() for name in names}
    assert named == {service.full_name for service in SERVICES}


def test_the_descriptors_hold_the_details_of_errors() -> None:
    files = {file.name for file in descriptor_set().file}
    assert {"google/rpc/error_details.proto", "google/rpc/status.proto", "google/api/http.proto"} <= files


def test_credentials_are_asked_for_by_the_servers(tmp_path: Path) -> None:
    people = IdentityFolder(tmp_path / "identity")
    token = people.person("Ada", Role.VIEWER)
    with asking_servers(tmp_path) as servers, OpenDoor(servers) as door:
        nobody = door.ask("GET", "/api/runs")
        ada = door.ask("GET", "/api/runs", headers={"authorization": f"Bearer {token}"})
        refused = door.ask("POST", "/api/runs", {}, {"authorization": f"Bearer {token}"})
    assert (nobody.status, nobody.reason) == (401, "CREDENTIALS_MISSING")
    assert ada.status == 200
    assert (refused.status, refused.reason) == (403, "ROLE_REQUIRED")
