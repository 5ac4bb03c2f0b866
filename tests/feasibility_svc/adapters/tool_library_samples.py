"""Libraries of tools as they come in, and how tests read them."""

import io
import zipfile
from typing import Any

from feasibility_svc.adapters.tool_libraries.formats import read_library
from feasibility_svc.domain.catalogue.tool_library import LibraryTool


def read(
    data: bytes | str, file_name: str, *, factor: float | None = 1.0, library_format: Any = None
) -> list[LibraryTool]:
    content = data.encode() if isinstance(data, str) else data
    return read_library(content, file_name=file_name, library_format=library_format, factor=factor)


def zipped(**members: str) -> bytes:
    """A ZIP of no date: names of tests are made of it, and every process that runs some must find the same names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, content in members.items():
            writer.writestr(zipfile.ZipInfo(name.replace("__", ".")), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


FUSION = {
    "data": [
        {
            "guid": "guid-inch",
            "type": "flat end mill",
            "unit": "inches",
            "BMC": "carbide",
            "description": '1/8" upcut',
            "geometry": {"DC": 0.125, "LCF": 0.5, "NOF": 2, "SFDM": 0.25, "LB": 0.8, "RE": 0},
            "post-process": {"number": 1},
            "start-values": {
                "presets": [
                    {"name": "Spruce", "n": 18000, "v_f": 60, "v_f_plunge": 60, "use-stepdown": False, "stepdown": 0.1,
                     "material": {"query": "softwood"}},
                    {"name": "Maple", "n": 18000, "v_f": 50, "v_f_plunge": 15, "stepdown": 0.05, "stepover": 0.0625},
                    "nonsense",
                ]
            },
        },
        {"guid": "guid-ball", "type": "ball end mill", "unit": "millimeters", "geometry": {"DC": 6, "NOF": 2, "TA": 3}},
        {"guid": "guid-bull", "type": "bull nose end mill", "unit": "millimeters", "geometry": {"DC": 6, "RE": 1}},
        {"guid": "guid-v", "type": "chamfer mill", "unit": "millimeters", "geometry": {"DC": 12, "TA": 30}},
        {"guid": "guid-v2", "type": "engraving", "unit": "millimeters",
         "geometry": {"DC": 6, "TA": 15, "tip-diameter": 0.2}},
        {"guid": "guid-t", "type": "tapered mill", "unit": "millimeters",
         "geometry": {"DC": 6, "TA": 5, "tip-diameter": 1}},
        {"guid": "guid-h", "type": "holder", "unit": "millimeters", "description": "ER20"},
        {"guid": "guid-p", "type": "probe", "unit": "millimeters"},
        {"guid": "guid-u", "type": "drill", "unit": "furlongs"},
        {"guid": "guid-g", "type": "drill", "unit": "millimeters", "geometry": [], "post-process": {"number": "x"},
         "start-values": {"presets": {}}},
    ],
    "version": 1,
}  # fmt: skip


BIT = {
    "version": 2,
    "name": "6mm Endmill",
    "shape": "endmill.fcstd",
    "parameter": {
        "Diameter": "6,0 mm",
        "CuttingEdgeHeight": "22.00 mm",
        "ShankDiameter": '0.25"',
        "Length": "50 mm",
        "Flutes": "2",
        "Material": "Carbide",
    },
}
