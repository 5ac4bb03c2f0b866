"""Dockerfile, compose file and manifests start what the wheels install, with settings that exist; none is started."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml

from rpckit import probe
from rpckit.environment import KEYS
from testkit.local_servers import LocalServers, free_address

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy/docker/Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "deploy/docker/compose.yaml").read_text(encoding="utf-8"))
MANIFESTS = sorted((ROOT / "deploy/kubernetes").rglob("*.yaml"))
SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]


def pods() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every pod of every manifest, with what makes it."""
    for file in MANIFESTS:
        for item in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            if "template" in item.get("spec", {}):
                yield f"{item['kind']}/{item['metadata']['name']}", item["spec"]["template"]["spec"]


PODS = dict(pods())
CONTAINERS = {f"{pod} {item['name']}": item for pod, spec in PODS.items() for item in spec["containers"]}


@pytest.mark.parametrize("file", [ROOT / "deploy/docker/Dockerfile", ROOT / "deploy/docker/compose.yaml", *MANIFESTS])
def test_every_setting_exists(file: Path) -> None:
    named = set(re.findall(r"\bRMOS_[A-Z0-9_]+\b", file.read_text(encoding="utf-8")))
    assert named
    assert named <= KEYS


def test_the_image_has_a_user_without_rights_and_a_health_check() -> None:
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    assert "--require-hashes" in DOCKERFILE
    commands = re.findall(r"CMD \[\"([a-z-]+)\"", DOCKERFILE)
    assert commands == ["rmos-runs", "rmos-probe"]
    assert set(commands) <= set(SCRIPTS)


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_service_cannot_write_but_to_its_store(name: str) -> None:
    service = COMPOSE["services"][name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["command"][0] in SCRIPTS
    assert service["healthcheck"]["test"][1] in SCRIPTS


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_has_no_rights_and_is_looked_after(name: str) -> None:
    container = CONTAINERS[name]
    contained = container["securityContext"]
    assert (contained["readOnlyRootFilesystem"], contained["allowPrivilegeEscalation"]) == (True, False)
    assert {"startupProbe", "readinessProbe", "livenessProbe", "lifecycle", "resources"} <= set(container)
    assert container["command"][0] in SCRIPTS


@pytest.mark.parametrize("name", PODS)
def test_a_pod_gives_calls_time_to_end(name: str) -> None:
    pod = PODS[name]
    (pause_s,) = {int(item["lifecycle"]["preStop"]["exec"]["command"][1]) for item in pod["containers"]}
    (grace_s,) = {
        float(variable["value"])
        for item in pod["containers"]
        for variable in item["env"]
        if variable["name"] == "RMOS_GRACE_S"
    }
    assert pod["terminationGracePeriodSeconds"] > pause_s + grace_s
    assert pod["securityContext"]["runAsNonRoot"] is True


def test_the_probe_says_whether_a_server_serves(servers: LocalServers, capsys: pytest.CaptureFixture[str]) -> None:
    assert probe.main([servers.runs.address]) == 0
    assert capsys.readouterr().out == f"{servers.runs.address}: SERVING\n"
    assert probe.main([servers.runs.address, "--service", "rmos.runs.v1.RunsService"]) == 0
    assert probe.main([servers.runs.address, "--service", "nobody.knows"]) == 1
    assert grpc.StatusCode.NOT_FOUND.name in capsys.readouterr().err
    nobody = free_address()
    assert probe.main([nobody]) == 1
    assert f"{nobody}: UNAVAILABLE" in capsys.readouterr().err
