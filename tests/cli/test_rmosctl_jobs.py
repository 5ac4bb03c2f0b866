"""rmosctl evaluate of a job file with several steps."""

from pathlib import Path

import pytest

from rmos_client.jobs import JobFileError, read_job
from rmos_client.stepped_jobs import SteppedJob, read_any_job
from testkit.local_servers import LocalServers
from tests.cli.test_rmosctl import EXAMPLES, rmosctl

NECK = EXAMPLES / "steps" / "carved_neck.yaml"


def written(folder: Path, text: str) -> Path:
    file = folder / "job.yaml"
    file.write_text(text)
    return file


def test_every_step_is_told_and_the_one_that_decides_is_named(servers: LocalServers, tmp_path: Path) -> None:
    done = rmosctl(servers, "evaluate", NECK)
    for said in ("1. plane the blank", "2. rough the back", "the stock is 25 mm thick after facing", "carved neck: "):
        assert said in done.stdout, done.stdout + done.stderr
    deep = written(tmp_path, NECK.read_text().replace("depth_mm: 20,", "depth_mm: 25.5,"))
    refused = rmosctl(servers, "evaluate", deep)
    assert refused.returncode == 3
    assert "RED: do not cut this: step 3 (finish the back), geometry" in refused.stdout


def test_a_preset_belongs_to_one_tool(servers: LocalServers) -> None:
    assert rmosctl(servers, "evaluate", NECK, "--preset", "any").returncode == 2


def test_a_step_takes_from_the_job_what_it_does_not_state() -> None:
    job = read_any_job(NECK)
    assert isinstance(job, SteppedJob)
    assert [item.context.material.material_id for item in job.steps] == ["mahogany_honduran"] * 3
    assert [item.design.name for item in job.steps] == ["plane the blank", "rough the back", "finish the back"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("steps: []", "at least one step"),
        ("steps: [1]", "steps[0] must be a mapping"),
        ("steps: [{nonsense: 1}]", "steps[0]: unknown field 'nonsense'"),
        ("steps: [{context: {}}]", "steps[0].design must be a mapping"),
        ("steps: [{design: {}, context: 1}]", "steps[0].context must be a mapping"),
        ("steps: [{design: {nope: 1}}]", "steps[0].design"),
        ("{steps: [{design: {}}], mode: cam}", "unknown field 'mode'"),
    ],
)
def test_a_job_that_cannot_be_read_says_where(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(JobFileError) as caught:
        read_any_job(written(tmp_path, text))
    assert said in str(caught.value)


def test_a_job_of_several_steps_is_only_evaluated(tmp_path: Path) -> None:
    with pytest.raises(JobFileError, match="can be evaluated"):
        read_job(written(tmp_path, "steps: [{design: {}}]"))
