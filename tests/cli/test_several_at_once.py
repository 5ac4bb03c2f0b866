"""Commands that take one thing or several, and jobs whose faults are named all at once."""

from pathlib import Path

import pytest

from testkit.local_servers import LocalServers
from tests.cli.commands import EXAMPLES, ROSETTE, Rmosctl
from tests.cli.test_rmosctl import rmosctl as in_a_process

DANGEROUS = EXAMPLES / "dangerous_rosette.yaml"


@pytest.fixture
def rmosctl(servers: LocalServers) -> Rmosctl:
    return Rmosctl(servers)


def test_several_jobs_are_judged_a_line_each(rmosctl: Rmosctl) -> None:
    done = rmosctl.run("evaluate", ROSETTE, DANGEROUS)
    one, two = done.stdout.splitlines()
    assert one.startswith(f"{ROSETTE}: GREEN")
    assert two.startswith(f"{DANGEROUS}: RED")
    assert done.exit_code == 3


def test_a_job_that_cannot_be_judged_does_not_keep_the_others_from_it(rmosctl: Rmosctl, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(ROSETTE.read_text().replace("depth_mm: 1.3", "depth_mm: -1").partition("attachments:")[0])
    done = rmosctl.run("evaluate", wrong, ROSETTE)
    assert f"{wrong}: design.rosette_channel.depth_mm: -1 is not allowed" in done.stdout
    assert f"{ROSETTE}: GREEN" in done.stdout
    assert done.exit_code == 1


def test_each_fault_of_a_file_stands_in_a_line_of_its_own(servers: LocalServers, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("design: {}\ncontext: {machine: {name: x, kind: y}}\n")
    done = in_a_process(servers, "job", "check", wrong)
    assert done.returncode == 2
    fields = [line.split(": ")[1] for line in done.stderr.splitlines()]
    assert fields == ["context.machine.name", "context.machine.kind"]


def test_a_model_gives_the_numbers_that_a_job_leaves_open(rmosctl: Rmosctl, tmp_path: Path) -> None:
    job = tmp_path / "job.yaml"
    rmosctl.text("job", "new", job, "--op", "fret_slots")
    assert rmosctl.json("evaluate", job, "--model", "classical_650")["overall_risk"]
    refused = rmosctl.run("evaluate", job, "--model", "classical_651")
    assert "MODEL_NOT_FOUND" in str(refused.exception)
    assert rmosctl.run("evaluate", ROSETTE, job, "--model", "classical_650").exit_code == 2


def test_ids_nobody_knows_are_named_with_the_nearest_and_the_rest_is_looked_at(
    rmosctl: Rmosctl, tmp_path: Path
) -> None:
    job = tmp_path / "job.yaml"
    rmosctl.text("job", "new", job, "--op", "pocket")
    text = job.read_text().replace("spruce_sitka", "sitka_spruse").replace("spindle_speed_rpm: 17000, ", "")
    job.write_text(text.replace("shapeoko_3", "zzzzzzzzzzz"))
    done = rmosctl.run("job", "check", job)
    assert done.exit_code == 1
    assert "context.material.material_id: 'sitka_spruse' is not in the catalogue; near: spruce_sitka" in done.stdout
    assert "'zzzzzzzzzzz' is not in the catalogue; `rmosctl catalogue list machines`" in done.stdout
    assert "spindle_speed_rpm" in done.stdout
    assert rmosctl.run("job", "check", job, "--json").exit_code == 1


def test_several_pictures_are_decided_at_once(servers: LocalServers, rmosctl: Rmosctl, tmp_path: Path) -> None:
    picture = tmp_path / "analysis.txt"
    picture.write_text("the herringbone of the third batch")
    added = rmosctl.text("review", "add", picture, "--provider", "shop", "--kind", "analysis")
    asset, words = added.split(maxsplit=1)
    assert words == "waits for review\n"
    made = rmosctl.json("review", "generate", "--job", ROSETTE, "--size-px", 64)["assets"][0]["asset_id"]
    reviewer = Rmosctl(servers, person="B. Jones")
    done = reviewer.text("review", "reject", asset, made, "--reason", "duplicate")
    assert done.splitlines() == [f"{asset} is rejected by B. Jones", f"{made} is rejected by B. Jones"]
    again = reviewer.run("review", "reject", asset, made, "--reason", "duplicate")
    assert again.exit_code == 1
    assert again.stderr.count("REVIEW_ALREADY_DECIDED") == 2
