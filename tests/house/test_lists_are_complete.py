"""What CONTRIBUTING.md promises: whoever forgets a file of a usual change fails one of these, not a call."""

import re
from pathlib import Path

import pytest

from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import Category
from feasibility_svc.service.errors import ANSWERS as FEASIBILITY_ANSWERS
from rmos.type.v1 import error_reason_pb2, risk_pb2
from rmos_client.heat_map.grid import CODES
from rpckit.environment import KEYS
from rpckit.error_status import SHARED_ANSWERS
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.entity_indexes import ENTITY_INDEXES
from runs_svc.domain.listing.filters import COLUMNS, RUN_FIELDS
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.run_index import RunIndex
from runs_svc.service.errors import ANSWERS as RUNS_ANSWERS
from runs_svc.usecases.entity_kinds import ENTITY_KINDS

ROOT = Path(__file__).parents[2]
LAST_OWN_MIGRATION = "0011"
SENT_OTHERWISE = {"UNSPECIFIED", "INTERNAL"}
"""The zero value, and what nobody foresaw."""


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_dimension_is_run_sent_and_drawn() -> None:
    run = {dimension.profile.category for dimension in baseline_engine().dimensions}
    sent = {name.removeprefix("RISK_CATEGORY_") for name in risk_pb2.RiskCategory.keys()} - {"UNSPECIFIED"}  # noqa: SIM118
    assert run == set(Category)
    assert sent == set(Category)
    assert set(CODES) == set(Category)
    assert len(set(CODES.values())) == len(Category), "a letter each"


@pytest.mark.parametrize("field", sorted(RUN_FIELDS.all))
def test_every_filterable_field_of_runs_is_stored_and_documented(field: str) -> None:
    column = COLUMNS.get(field, field)
    assert column in {*RunIndex._fields, "run_id"}
    assert column in tables.runs.c
    contract = page("protos/rmos/runs/v1/runs_service.proto").split("message ListRunsRequest", 1)[1]
    assert re.search(rf"\b{field}\b", contract.split("string filter =", 1)[0]), "the comment of filter names it"


def test_every_kind_of_entity_is_indexed_and_documented() -> None:
    assert set(ENTITY_INDEXES) == set(ENTITY_KINDS)
    described = page("docs/storage-format.md")
    assert [kind for kind in ENTITY_KINDS if kind not in described.lower()] == []


@pytest.mark.parametrize("kind", list(AmendmentKind))
def test_every_kind_of_amendment_is_documented(kind: AmendmentKind) -> None:
    assert f"`{kind}`" in page("docs/storage-format.md")


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_setting_is_documented(key: str) -> None:
    described = page("docs/configuration.md")
    short = f"`…_{key.removeprefix('RMOS_BUDGET_')}`"
    assert f"`{key}`" in described or short in described


def test_every_reason_of_the_contract_is_sent() -> None:
    reasons = {name.removeprefix("ERROR_REASON_") for name in error_reason_pb2.ErrorReason.keys()}  # noqa: SIM118
    sent = {answer.reason for table in (SHARED_ANSWERS, FEASIBILITY_ANSWERS, RUNS_ANSWERS) for answer in table.values()}
    assert reasons - sent == SENT_OTHERWISE


@pytest.mark.parametrize("folder", ["migrations", "adapters/postgres/migrations"])
def test_migrations_are_one_chain(folder: str) -> None:
    own = sorted((ROOT / "runs_svc" / folder / "versions").glob("[0-9]*.py"))
    shared = sorted((ROOT / "runs_svc" / "migrations" / "shared").glob("[0-9]*.py"))
    said = [re.findall(r'^(?:down_)?revision = "?(\w+)"?$', path.read_text(), re.MULTILINE) for path in own + shared]
    numbers = [path.name[:4] for path in own + shared]
    assert said == [list(pair) for pair in zip(numbers, ["None", *numbers], strict=False)]
    assert numbers[len(own) - 1] == LAST_OWN_MIGRATION, "the next is one of every database, in migrations/shared"
    assert [int(number) for number in numbers[len(own) :]] == list(range(12, 12 + len(shared)))
