"""Libraries with numbers beyond all bounds, and damaged ones."""

import io
import json
import random
import zipfile
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.tool_import import plan_import
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from feasibility_svc.domain.scoring.errors import LibraryUnreadableError
from tests.feasibility_svc.adapters.tool_library_samples import BIT, FUSION, read, zipped
from tests.growth import TIMES, cpu_s, grows_too_fast

MANY = "9" * 400


def fusion(**geometry: Any) -> str:
    tool = {"guid": "g", "type": "flat end mill", "unit": "inches", "geometry": {"DC": 0.125, **geometry}}
    return json.dumps({"data": [tool]})


def bit(**parameters: str) -> str:
    return json.dumps({**BIT, "parameter": {**BIT["parameter"], **parameters}})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("data", "file_name", "field"),
    [
        (fusion(DC=int(MANY)), "a.json", "diameter_mm"),
        (fusion(DC=float("inf")), "a.json", "diameter_mm"),
        (fusion(DC=1e308), "a.json", "diameter_mm"),
        (fusion(NOF=int(MANY)), "a.json", "flute_count"),
        (fusion(DC=5e-324), "a.json", "diameter_mm"),
        ("name,diameter,flutes\nx,3,inf\n", "a.csv", "flute_count"),
        ("name,diameter,flutes\nx,3,1e30\n", "a.csv", "flute_count"),
        ("name,diameter,flutes\nx,nan,2\n", "a.csv", "diameter_mm"),
        (f"name,diameter\nx,{MANY}\n", "a.csv", "diameter_mm"),
        (f"T1 D{MANY} ;big\n", "a.tbl", "diameter_mm"),
        (f"T{MANY} D3 ;far\n", "a.tbl", "line 1 cannot be read"),
        (bit(Flutes="inf"), "a.fctb", "flute_count"),
        (bit(Flutes="1e30"), "a.fctb", "flute_count"),
        (bit(Diameter=f"{MANY} mm"), "a.fctb", "diameter_mm"),
    ],
    ids=range(14),
)
def test_a_tool_with_a_number_beyond_all_bounds_is_skipped_or_comes_without_it(
    catalogue: Catalogue, data: str, file_name: str, field: str
) -> None:
    (item,) = plan_import(catalogue, read(data, file_name), library="x")
    assert item.status == ("NEW" if field == "flute_count" else "SKIPPED")
    assert any(field in remark for remark in item.remarks)
    assert item.tool is None or item.tool.tool.flute_count is None


@pytest.mark.parametrize(
    ("data", "file_name"),
    [
        ("T1099511627776 D3 ;far\n", "a.tbl"),
        (json.dumps({"data": [{**json.loads(fusion())["data"][0], "post-process": {"number": 2**40}}]}), "a.json"),
        (zipped(a__fctl=json.dumps({"tools": [{"nr": 2**40, "path": "b.fctb"}]}), b__fctb=json.dumps(BIT)), "a.zip"),
    ],
    ids=["linuxcnc", "fusion", "freecad"],
)
def test_a_number_that_no_machine_has_is_left_out(catalogue: Catalogue, data: Any, file_name: str) -> None:
    (item,) = plan_import(catalogue, read(data, file_name), library="x")
    assert (item.status, item.entry.number) == ("NEW", None)
    assert "its number is beyond 2147483647 and was left out" in item.remarks


def test_a_number_that_is_no_number_is_left_out() -> None:
    assert read("name,diameter,number\nx,3,²\n", "a.csv")[0].number is None


@pytest.mark.parametrize("file_name", ["a.json", "b.fctb"])
def test_half_a_character_is_refused(file_name: str) -> None:
    half = '"\\ud800"'
    data = f'{{"data": [{{"guid": {half}}}]}}' if file_name == "a.json" else f'{{"name": {half}}}'
    with pytest.raises(LibraryUnreadableError):
        read(data, file_name)


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_archive_is_refused_or_read_and_never_a_fault(compression: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as writer:
        writer.writestr("tools.json", json.dumps(FUSION))
    dice, refused = random.Random(7), 0
    for _ in range(1_000):
        data = bytearray(packed.getvalue())
        data[dice.randrange(4, len(data))] = dice.randrange(256)
        try:
            read(bytes(data), "vendor.tools")
        except LibraryUnreadableError:
            refused += 1
    assert refused > 100


@given(st.binary(max_size=400), st.sampled_from(["a.json", "a.tools", "a.fctb", "a.zip", "a.tbl", "a.csv"]))
def test_nonsense_is_refused_or_read_and_never_a_fault(data: bytes, file_name: str) -> None:
    try:
        tools = read(data, file_name)
    except LibraryUnreadableError:
        return
    assert all(isinstance(tool, LibraryTool) for tool in tools)


CELLS = {
    "a quantity that ends in something else": lambda n: "1" + " " * n + "!",
    "digits": lambda n: "1" * n,
    "digits and blanks": lambda n: "1 " * (n // 2) + "!",
    "commas": lambda n: "," * n,
    "units": lambda n: "1" + "m" * n + "!",
    "text outside ASCII": lambda n: "é" * n,
}


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("name", ["diameter", "angle", "flutes"])
def test_a_long_cell_costs_no_more_than_its_length(kind: str, name: str) -> None:
    def read_cell(length: int) -> None:
        (tool,) = read(f"name;diameter;{name}x;{name}\na;3;;{CELLS[kind](length)}\n", "x.csv")
        assert len(str(tool.remarks)) < 1_000

    small, large = (cpu_s(partial(read_cell, 30_000 * many)) for many in (1, TIMES))
    assert not grows_too_fast(small, large), f"{small:.3f} s, then {large:.3f} s"


def test_a_wide_header_costs_no_more_than_its_length() -> None:
    def read_wide(columns: int) -> None:
        wide = "diameter;" + ";".join("column" for _ in range(columns))
        assert len(read(wide + "\n1" * (columns // 10), "x.csv")) == columns // 10

    small, large = (cpu_s(partial(read_wide, 10_000 * many)) for many in (1, TIMES))
    assert not grows_too_fast(small, large), f"{small:.3f} s, then {large:.3f} s"


def test_a_bit_that_a_library_names_often_is_read_once() -> None:
    bit = json.dumps({"name": "a", "shape": "endmill.fcstd", "parameter": {"Diameter": "3 mm", "x": "y" * 500_000}})

    def read_often(times: int) -> None:
        library = json.dumps({"tools": [{"nr": number, "path": "a.fctb"} for number in range(times)]})
        tools = read(zipped(a__fctb=bit, x__fctl=library), "x.zip")
        assert [tool.number for tool in tools] == list(range(times))

    small, large = (cpu_s(partial(read_often, 100 * many)) for many in (1, TIMES))
    assert not grows_too_fast(small, large), f"{small:.3f} s, then {large:.3f} s"


@pytest.mark.parametrize("name", ["x.csv", "x.tbl", "x.json"])
def test_more_entries_than_a_library_may_have_are_refused(name: str) -> None:
    many = 20_001
    library = {
        "x.csv": "diameter" + "\n1" * many,
        "x.tbl": "T1 D1\n" * many,
        "x.json": json.dumps({"data": [{}] * many}),
    }
    with pytest.raises(LibraryUnreadableError, match="more than 20000 entries"):
        read(library[name], name)
