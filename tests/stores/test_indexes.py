"""Which index finds the runs of a filter, and that a list by it never sorts."""

import pytest
import sqlalchemy as sa

from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.filter_conditions import condition_of
from runs_svc.adapters.sqlite.engine import open_reader
from runs_svc.domain.listing import filters


def plan_of(url: str, text: str) -> str:
    """How the database would walk a page of a list."""
    condition = filters.parse(text)
    assert condition is not None
    columns = tables.runs.c
    page = sa.select(columns.run_id).where(condition_of(condition, tables.runs))
    page = page.order_by(columns.created_at_utc.desc(), columns.run_id.desc()).limit(5)
    with open_reader(url).connect() as connection:
        compiled = page.compile(connection, compile_kwargs={"literal_binds": True})
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
    return "; ".join(step[-1] for step in steps)


@pytest.mark.parametrize("field", tables.INDEXED)
def test_every_indexed_field_is_found_by_its_own_index_in_the_order_of_the_list(database_url: str, field: str) -> None:
    words = filters.RUN_FIELDS.words.get(field)
    usual = {"", "NONE", "none", "no"}  # what most runs say is in no index of its own
    value = "x" if words is None else next(word for word in words.stored if word not in usual)
    plan = plan_of(database_url, f'{field} = "{value}"')
    assert f"runs_by_{field} ({field}=?" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("text", ['operator = "ad*"', 'instrument_serial IN ("0147", "0152")'])
def test_prefixes_and_lists_of_what_few_runs_say_use_its_index(database_url: str, text: str) -> None:
    assert f"runs_by_{text.split(maxsplit=1)[0]}" in plan_of(database_url, text)


@pytest.mark.parametrize("text", ['operator = ""', 'operator = "*"', 'legal_hold = "no"', 'operator != "ada"'])
def test_what_most_runs_say_is_found_by_walking_the_list(database_url: str, text: str) -> None:
    assert plan_of(database_url, text) == "SCAN runs USING INDEX runs_by_time"
