"""Tool libraries that are written, and imported again."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import get_args

import pytest

from feasibility_svc.adapters.tool_libraries.formats import read_library
from feasibility_svc.adapters.tool_libraries.writing import read_back, reads_back, write_library
from feasibility_svc.domain.catalogue.catalogue import Catalogue, Source, ToolEntry
from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.catalogue.tool_export import omission_of
from feasibility_svc.domain.catalogue.tool_import import ImportedTool, changes_of, plan_import
from feasibility_svc.domain.catalogue.workshop import Change, apply
from feasibility_svc.domain.inputs.context import Tool, ToolKind
from feasibility_svc.domain.scoring.errors import LibraryUnwritableError
from feasibility_svc.domain.scoring.levels import Grade
from feasibility_svc.ports import LibraryFormat

FORMATS: list[LibraryFormat] = ["FUSION_ARCHIVE", "FUSION_JSON", "FREECAD_LIBRARY", "LINUXCNC", "CSV"]
NAMES: dict[LibraryFormat, str] = {
    "FUSION_ARCHIVE": "a.tools",
    "FUSION_JSON": "a.json",
    "FREECAD_LIBRARY": "a.zip",
    "FREECAD_BIT": "a.fctb",
    "LINUXCNC": "a.tbl",
    "CSV": "a.csv",
}
SOURCE = (Source("*", "callipers", Grade.B),)
PRESETS = (
    CuttingPreset("spruce", "spruce", 18_000.0, 1_750.0, 300.0, 0.65, 3.0),
    CuttingPreset("maple", "maple", 16_000.0, 1_200.5),
)
WHOLE = {
    "diameter_mm": 6.1, "flute_count": 2, "flute_length_mm": 15.3, "stickout_mm": 22.2, "shank_diameter_mm": 6.35,
    "substrate": "MICROGRAIN_CARBIDE", "wear": "WORN", "flute_direction": "DOWN", "runout_mm": 0.01,
}  # fmt: skip
SHAPES = {
    "V_BIT": {"tip_angle_deg": 60.0, "tip_diameter_mm": 0.2},
    "ENGRAVING": {"tip_angle_deg": 30.0, "tip_diameter_mm": 0.1},
    "TAPERED_BALL": {"tip_diameter_mm": 1.0, "taper_angle_deg": 5.3},
    "BULL_NOSE": {"corner_radius_mm": 1.0},
    "DRILL": {"tip_angle_deg": 118.0},
    "SAW_BLADE": {"diameter_mm": 254.0, "kerf_mm": 2.8, "plate_thickness_mm": 1.8},
    "FRET_SAW_BLADE": {"diameter_mm": 100.0, "kerf_mm": 0.6, "plate_thickness_mm": 0.5},
}


def tools() -> Iterator[Change]:
    """A tool of each kind with much that can be said of it, and some of which little is known."""
    for kind in get_args(ToolKind):
        tool = Tool.model_validate({**WHOLE, **SHAPES.get(kind, {}), "tool_id": f"our_{kind.lower()}", "kind": kind})
        yield Change("tool", tool, f"Our {kind.lower()}, ø6.1", SOURCE, PRESETS)
    yield Change("tool", Tool(tool_id="bare", diameter_mm=3.0), '=1+1; "quoted"\nname', SOURCE)


@pytest.fixture
def shop(catalogue: Catalogue) -> Catalogue:
    return apply(catalogue, tools())


def own(shop: Catalogue) -> list[ToolEntry]:
    return [entry for entry in shop.tools.values() if not entry.system]


def imported(
    shop: Catalogue, data: bytes, library_format: LibraryFormat, factor: float | None = 1.0, name: str = ""
) -> list[ImportedTool]:
    file_name = name or NAMES[library_format]
    entries = read_library(data, file_name=file_name, library_format=None, factor=factor)
    back = reads_back(data, file_name=file_name, library_format=None, factor=factor)
    return plan_import(shop, entries, library="ours", file_name=file_name, read_back=back)


@pytest.mark.parametrize("library_format", FORMATS)
def test_what_is_exported_is_imported_without_a_change(shop: Catalogue, library_format: LibraryFormat) -> None:
    held = [
        entry for entry in own(shop) if not omission_of(entry, read_back(entry, library_format, factor=None)).left_out
    ]
    assert len(held) >= len(own(shop)) - 1
    found = imported(shop, write_library(held, library_format, factor=None), library_format)
    assert [(item.status, item.conflicts) for item in found] == [("UNCHANGED", ())] * len(held)
    assert {item.tool.tool.tool_id for item in found if item.tool} == {entry.tool.tool_id for entry in held}
    assert changes_of(found) == []


@pytest.mark.parametrize("library_format", FORMATS)
def test_what_ships_is_exported_and_known_again(catalogue: Catalogue, library_format: LibraryFormat) -> None:
    entries = [
        entry
        for entry in catalogue.tools.values()
        if not omission_of(entry, read_back(entry, library_format, factor=None)).left_out
    ]
    found = imported(catalogue, write_library(entries, library_format, factor=None), library_format)
    assert {item.status for item in found} == {"UNCHANGED"}
    assert len(found) == len(entries) > 50


def test_one_bit_is_imported_without_a_change(shop: Catalogue) -> None:
    for entry in own(shop):
        (found,) = imported(shop, write_library([entry], "FREECAD_BIT", factor=None), "FREECAD_BIT")
        assert (found.status, found.conflicts) == ("UNCHANGED", ())


def test_a_linuxcnc_table_of_a_machine_in_inches(shop: Catalogue) -> None:
    data = write_library(own(shop), "LINUXCNC", factor=25.4)
    assert b"T2 P2 D0.240157480315 ;Our ball_nose" in data
    assert {item.status for item in imported(shop, data, "LINUXCNC", 25.4)} == {"UNCHANGED"}
    assert {item.status for item in imported(shop, data, "LINUXCNC", 1.0)} == {"CHANGED"}


def test_what_was_changed_in_the_library_is_changed_and_the_rest_stays(shop: Catalogue) -> None:
    entry = shop.tool("our_compression")
    library = json.loads(write_library([entry], "FUSION_JSON", factor=None))
    library["data"][0]["geometry"]["DC"] = 5.9
    (found,) = imported(shop, json.dumps(library).encode(), "FUSION_JSON")
    assert (found.status, found.conflicts) == ("CHANGED", ["diameter_mm: 6.1 before, 5.9 now"])
    (change,) = changes_of([found])
    assert change.value == entry.tool.model_copy(update={"diameter_mm": 5.9})
    assert change.presets == PRESETS
    library["data"][0].update({"description": "Reground", "start-values": {"presets": [{"name": "a", "n": 1000}]}})
    del library["data"][0]["geometry"]["LB"]
    (found,) = imported(shop, json.dumps(library).encode(), "FUSION_JSON")
    assert found.conflicts == [
        "diameter_mm: 6.1 before, 5.9 now",
        "stickout_mm: 22.2 before, nothing now",
        "name: 'Our compression, ø6.1' before, 'Reground' now",
        "presets: 2 before, 1 now",
    ]


def test_what_ships_is_not_changed_by_a_library(catalogue: Catalogue) -> None:
    library = json.loads(write_library([catalogue.tool("end_mill_3175")], "FUSION_JSON", factor=None))
    library["data"][0]["geometry"]["DC"] = 3.0
    (found,) = imported(catalogue, json.dumps(library).encode(), "FUSION_JSON")
    assert found.status == "SKIPPED"
    assert found.remarks[:2] == [
        "end_mill_3175 ships with the server and is never changed; copy it under an id of your own",
        "diameter_mm: 3.175 before, 3.0 now",
    ]


def test_an_export_of_another_workshop_is_new(catalogue: Catalogue, shop: Catalogue) -> None:
    data = write_library(own(shop)[:3], "FUSION_ARCHIVE", factor=None)
    assert [item.status for item in imported(catalogue, data, "FUSION_ARCHIVE")] == ["NEW"] * 3


def test_what_a_format_does_not_hold_is_named(shop: Catalogue) -> None:
    entry = shop.tool("our_compression")
    fusion = omission_of(entry, read_back(entry, "FUSION_ARCHIVE", factor=None))
    assert fusion.not_held == [
        "kind COMPRESSION is held as END_MILL",
        "flute_direction is not held",
        "substrate MICROGRAIN_CARBIDE is held as CARBIDE",
        "wear is not held",
        "runout_mm is not held",
    ]
    table = omission_of(entry, read_back(entry, "LINUXCNC", factor=None))
    assert "kind is not held" in table.not_held
    assert table.not_held[-1] == "2 of 2 presets are not held whole"
    bare = shop.tool("bare")
    assert omission_of(bare, read_back(bare, "CSV", factor=None)).not_held == [
        "its name is held as '\\'=1+1; \"quoted\"\\nname'"
    ]
    assert omission_of(bare, read_back(bare, "FUSION_JSON", factor=None)).not_held == ["kind is held as END_MILL"]
    for without in (replace(bare, tool=Tool(tool_id="bare")), replace(bare, tool=Tool(tool_id="bare", kind="DRILL"))):
        for library_format in FORMATS:
            assert omission_of(without, read_back(without, library_format, factor=None)).left_out


def test_each_format_is_written_as_its_program_has_it(shop: Catalogue) -> None:
    entries = [shop.tool("our_v_bit"), shop.tool("our_tapered_ball")]
    with zipfile.ZipFile(io.BytesIO(write_library(entries, "FUSION_ARCHIVE", factor=None))) as archive:
        first, second = json.loads(archive.read("tools.json"))["data"]
    assert (first["type"], first["unit"], first["geometry"]["TA"]) == ("chamfer mill", "millimeters", 30.0)
    assert (second["type"], round(second["geometry"]["DC"], 6)) == ("tapered mill", 0.911526)  # tan(45° - 2.65°)
    with zipfile.ZipFile(io.BytesIO(write_library(entries, "FREECAD_LIBRARY", factor=None))) as archive:
        assert archive.namelist() == ["Library/rmos.fctl", "Bit/our_v_bit.fctb", "Bit/our_tapered_ball.fctb"]
        bit = json.loads(archive.read("Bit/our_tapered_ball.fctb"))
    assert (bit["shape"], bit["shape-type"]) == ("taperedballnose.fcstd", "TaperedBallNose")
    assert (bit["parameter"]["Diameter"], bit["parameter"]["TaperAngle"]) == ("1.0 mm", "10.6 °")
    named = {name: bit["parameter"][name] for name in ("Flutes", "Material", "Units")}
    assert (named, bit["attribute"]) == ({"Flutes": 2, "Material": "Carbide", "Units": "Metric"}, {})
    rows = list(csv.DictReader(io.StringIO(write_library(entries, "CSV", factor=None).decode())))
    assert [(row["type"], row["diameter (mm)"], row["rpm"]) for row in rows[:2]] == [
        ("v-bit", "6.1", "18000.0"),
        ("v-bit", "6.1", "16000.0"),
    ]
    assert write_library(entries, "CSV", factor=None) == write_library(entries, "CSV", factor=None)


def test_freecad_gets_only_materials_that_it_knows(shop: Catalogue) -> None:
    cobalt = shop.tool("our_v_bit").tool.model_copy(update={"substrate": "COBALT_HSS"})
    entry = replace(shop.tool("our_v_bit"), tool=cobalt)
    bit = json.loads(write_library([entry], "FREECAD_BIT", factor=None))
    assert bit["parameter"]["Material"] == "HSS"  # its list ends with HSS and Carbide: another word stops the import
    not_held = omission_of(entry, read_back(entry, "FREECAD_LIBRARY", factor=None)).not_held
    assert "substrate COBALT_HSS is held as HSS" in not_held


def test_what_a_format_cannot_be_is_refused(shop: Catalogue) -> None:
    write = partial(write_library, factor=None)
    with pytest.raises(LibraryUnwritableError, match="only read"):
        write(own(shop), "UGS_JSON")
    with pytest.raises(LibraryUnwritableError, match="one tool, not 14"):
        write(own(shop), "FREECAD_BIT")
    assert reads_back(b"{}", file_name="a.txt", library_format=None, factor=None) is None
    assert reads_back(b"{}", file_name="a.json", library_format="UGS_JSON", factor=None) is None


ALWAYS = {
    "BMC", "GRADE", "description", "geometry", "guid", "post-process", "product-id", "product-link", "start-values",
    "type", "unit", "vendor",
}  # fmt: skip
"""Members of every tool in eight public libraries of Fusion, of versions 1 to 36 of the format."""
GEOMETRY = {"CSP", "DC", "HAND", "LB", "LCF", "NOF", "OAL", "SFDM", "shoulder-length"}
POST = {
    "break-control",
    "comment",
    "diameter-offset",
    "length-offset",
    "live",
    "manual-tool-change",
    "number",
    "turret",
}
PRESET = {
    "f_n", "f_z", "guid", "n", "n_ramp", "name", "tool-coolant", "use-stepdown", "use-stepover", "v_c", "v_f",
    "v_f_leadIn", "v_f_leadOut", "v_f_plunge", "v_f_ramp",
}  # fmt: skip


def test_a_fusion_library_has_the_members_that_fusion_writes(shop: Catalogue) -> None:
    library = json.loads(write_library(own(shop), "FUSION_JSON", factor=None))
    assert library["version"] == 36
    for item in library["data"]:
        assert set(item) - {"tapered-type"} == ALWAYS
        assert set(item["post-process"]) == POST
        assert (item.get("tapered-type") == "tapered_ball") == (item["type"] == "tapered mill")
    known = [item for item in library["data"] if item["product-id"] != "bare"]
    assert all(set(item["geometry"]) >= GEOMETRY for item in known)
    assert all(item["geometry"]["LCF"] <= item["geometry"]["shoulder-length"] for item in known)
    assert all(item["geometry"]["shoulder-length"] <= item["geometry"]["OAL"] for item in known)
    assert all(item["geometry"]["LB"] <= item["geometry"]["OAL"] for item in known)
    guids = [item["guid"] for item in library["data"]]
    guids += [preset["guid"] for item in library["data"] for preset in item["start-values"]["presets"]]
    assert len(set(guids)) == len(guids)


def test_what_fusion_derives_of_a_preset_is_derived(shop: Catalogue) -> None:
    (item,) = json.loads(write_library([shop.tool("our_end_mill")], "FUSION_JSON", factor=None))["data"]
    whole, partly = item["start-values"]["presets"]
    assert set(whole) >= PRESET
    assert whole["v_c"] == pytest.approx(344.95, abs=0.01)  # m/min: 3.14159 x 6.1 mm x 18,000 / 1000
    assert whole["f_z"] == pytest.approx(1_750 / 36_000)
    assert whole["f_n"] == pytest.approx(300 / 18_000)
    assert (whole["v_f_ramp"], whole["v_f_leadIn"]) == (300.0, 1_750.0)
    assert not {"v_f_plunge", "v_f_ramp", "f_n", "stepdown"} & set(partly)
