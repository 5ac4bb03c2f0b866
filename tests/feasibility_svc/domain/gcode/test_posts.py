"""Programs as the posts of others write them, in their manner and by hand: what is refused, and what is not.

The envelope approves 1200 mm/min along and 400 down, 1.6 mm a pass and 3.2 mm in all, with a tool of 6 mm.
"""

import pytest

from feasibility_svc.domain.gcode.audit import audit
from feasibility_svc.domain.gcode.envelope import Envelope
from tests.feasibility_svc.domain.gcode.programs import read

APPROVED = {
    "max_feed_rate_mm_per_min": 1200,
    "max_plunge_rate_mm_per_min": 400,
    "max_stepdown_mm": 1.6,
    "max_depth_mm": 3.2,
    "tools": [{"diameter_mm": 6}],
    "stock": {
        "x": {"min_mm": -10, "max_mm": 120},
        "y": {"min_mm": -10, "max_mm": 120},
        "z": {"min_mm": -12, "max_mm": 0},
    },
    "max_overrun_mm": 10,
}
PROGRAMS: dict[str, tuple[str, str, set[str], str]] = {
    "Fusion for GRBL": (
        "grbl",
        "INSIDE",
        set(),
        "(1001)\n(T1 D=6. CR=0. - ZMIN=-3. - flat end mill)\nG90 G94\nG17\nG21\n\n(2D Pocket1)\nT1\nM3 S18000\n"
        "G54\nG0 X10. Y10.\nX10. Y10.\nZ5.\nG1 Z1. F400.\nZ-1.5\nX60. F1200.\nY40.\nX10.\nY10.\nZ-3. F400.\n"
        "X60. F1200.\nY40.\nX10.\nY10.\nG0 Z15.\n\nM9\nG28 G91 Z0.\nG90\nM5\nM30\n",
    ),
    "Fusion for GRBL, ramps": (
        "grbl",
        "INSIDE",
        set(),
        "(1001)\nG90 G94\nG17\nG21\nS18000 M3\nG54\nG0 X30. Y20.\nZ15.\nG0 Z5.\nG1 Z1. F400.\n"
        "G2 X30. Y20. Z-1. I-2. J0. F400.\nX30. Y20. Z-1.5 I-2. J0.\nX30. Y20. I-2. J0.\nG1 X40. F1200.\n"
        "G3 X40. Y20. I-4. J0.\nG0 Z15.\nG53 G0 Z0.\nM5\nM30\n",
    ),
    "Fusion for LinuxCNC": (
        "linuxcnc",
        "INSIDE",
        {"SPINDLE_LEFT_ON"},
        "%\n(AXIS,stop)\n(1001)\n(T1  D=6. CR=0. - ZMIN=-3. - flat end mill)\nN10 G90 G94 G17 G91.1\nN15 G21\n"
        "N20 G53 G0 Z0.\n\n(2D Contour1)\nN25 T1 M6\nN30 S18000 M3\nN35 G54\nN40 M8\nN45 G0 X10. Y10.\n"
        "N50 G43 Z15. H1\nN55 G0 Z5.\nN60 G1 Z1. F400.\nN65 G1 Z-1.5\nN70 G1 X12. F1200.\n"
        "N75 G3 X13. Y11. I0. J1.\nN80 G1 Y40.\nN85 G2 X14. Y41. I1. J0.\nN90 G1 X60.\nN95 G0 Z15.\nN100 M9\n"
        "N105 G53 G0 Z0.\nN110 G53 G0 X0. Y0.\nN115 M30\n%\n",
    ),
    "Fusion for Mach3": (
        "mach3",
        "INSIDE",
        {"INCREMENTAL_LEFT_ON"},
        "(1001)\n(T1  D=6. CR=0. - ZMIN=-3. - flat end mill)\nN10 G90 G94 G91.1 G40 G49 G17\nN15 G21\n"
        "N20 G28 G91 Z0.\nN25 G90\n\n(2D Pocket1)\nN30 T1 M6\nN35 S18000 M3\nN40 G54\nN45 M8\nN50 G0 X10. Y10.\n"
        "N55 G43 Z15. H1\nX10. Y10.\nZ5.\nG1 Z1. F400.\nZ-1.5\nX60. F1200.\nY40.\nX10.\nY10.\nZ-3. F400.\n"
        "X60. F1200.\nY40.\nX10.\nY10.\nG0 Z15.\n\nN100 M9\nN105 G28 G91 Z0.\nN110 G49\nN115 G28 X0. Y0.\nN120 M5\n"
        "N125 M30\n",
    ),
    "Vectric for GRBL": (
        "grbl",
        "INSIDE",
        {"SPINDLE_LEFT_ON"},
        "T1\nG17\nG21\nG90\nG0Z20.320\nG0X0.000Y0.000S18000M3\nG0X10.000Y10.000Z5.080\nG1Z-1.500F300.0\n"
        "G1X60.000F1200.0\nG2X62.000Y12.000I0.000J2.000\nG1Y40.000\nG0Z5.080\nG0Z20.320\nG0X0.000Y0.000\nM30\n",
    ),
    "Vectric for Mach3, inches": (
        "mach3",
        "INSIDE",
        {"SPINDLE_LEFT_ON"},
        "( Pocket )\n( File created: Monday, November 30, 2026)\n( for Mach2/3 from Vectric )\n( Material Size)\n"
        "( X= 4.000, Y= 4.000, Z= 0.500)\n()\n(Toolpaths used in this file:)\n(Pocket 1)\n"
        "(Tools used in this file: )\n(1 = End Mill {6 mm})\nN120G00G20G17G90G40G49G80\nN130G70G91.1\nN140T1M06\n"
        "N150 (End Mill {6 mm})\nN160G00G43Z0.8000H1\nN170S18000M03\nN180(Toolpath:- Pocket 1)\nN190()\nN200G94\n"
        "N210X0.0000Y0.0000F47.0\nN220G00X0.4000Y0.4000Z0.2000\nN230G1Z-0.0600F15.0\nN240G1X2.0000F47.0\n"
        "N250G3X2.1000Y0.5000I0.0000J0.1000\nN260G1Y1.5000\nN270G00Z0.2000\nN280G00Z0.8000\nN290G00X0.0000Y0.0000\n"
        "N300M09\nN310M30\n%\n",
    ),
    "Carbide Create, by a sender that takes M6": (
        "grbl",
        "DEVIATES",
        {"CODE_NOT_ACCEPTED"},
        "(DATE: 11/30/26)\n(stockMin:0.00mm, 0.00mm, -12.00mm)\n"
        "(STOCK/BLOCK,100.00, 100.00, 12.00,0.00, 0.00, 12.00)\nG90\nG21\n(Move to safe Z to avoid workholding)\n"
        "G53G0Z-5.000\n(TOOL/MILL,6.000, 0.00, 0.000, 0.0)\nM6T201\nM03S18000\n(PREPOSITION FOR RAPID PLUNGE)\n"
        "G0X10.000Y10.000\nZ0.500\nG1Z-1.500F300.0\nX60.000F1200.0\nY40.000\nG53G0Z-5.000\nM05\nM02\n",
    ),
    "FreeCAD for GRBL": (
        "grbl",
        "INSIDE",
        set(),
        "(Exported by FreeCAD)\n(Post Processor: grbl_post)\n(Output Time:2026-11-30 08:00:00.000000)\n"
        "(Begin preamble)\nG17 G90\nG21\n(Begin operation: TC: 6mm Endmill)\n(Path: TC: 6mm Endmill)\n"
        "(TC: 6mm Endmill)\n(Begin toolchange)\n( M6 T1 )\nM3 S18000\n(Finish operation: TC: 6mm Endmill)\n"
        "(Begin operation: Pocket)\n(Path: Pocket)\n(Pocket)\nG0 Z15.000\nG0 X10.000 Y10.000\nG0 Z5.000\n"
        "G1 X10.000 Y10.000 Z-1.500 F300.000\nG1 X60.000 Y10.000 Z-1.500 F1200.000\n"
        "G3 X62.000 Y12.000 Z-1.500 I0.000 J2.000 K0.000 F1200.000\nG1 X62.000 Y40.000 Z-1.500 F1200.000\n"
        "G0 Z15.000\n(Finish operation: Pocket)\n(Begin postamble)\nM5\nG17 G90\nM2\n",
    ),
    "FreeCAD for LinuxCNC, holes": (
        "linuxcnc",
        "INSIDE",
        set(),
        "G17 G54 G40 G49 G80 G90\nG21\nM6 T1\nG43 H1\nM3 S18000\n(Begin operation: Drilling)\nG90\nG98\n"
        "G0 Z15.000\nG0 X20.000 Y20.000\nG0 Z5.000\nG81 X20.000 Y20.000 Z-3.000 R2.000 F300.000\nG80\n"
        "G0 X40.000 Y20.000\nG83 X40.000 Y20.000 Z-3.000 F300.000 Q1.000 R2.000\nG80\nG0 Z15.000\nM5\nM2\n",
    ),
    "Estlcam": (
        "grbl",
        "INSIDE",
        set(),
        "(Project pocket)\n(Created by Estlcam version 11 build 11.244)\n(Machining time about 00:01:00 hours)\n\n"
        "(Required tools:)\n(6mm)\n\nG21\nG90\nM03 S18000\nG00 Z5.0000\n\n(No. 1: Pocket 1)\n"
        "G00 X10.0000 Y10.0000\nG00 Z0.5000\nG01 Z0.0000 F300 S18000\nG01 Z-1.5000 F300\nG01 X60.0000 F1200\n"
        "G03 X62.0000 Y12.0000 I0.0000 J2.0000\nG00 Z5.0000\nG00 X0.0000 Y0.0000\nM05\nM30\n",
    ),
    "Easel": (
        "grbl",
        "INSIDE",
        set(),
        "G21\nG90\nM3 S18000\nG4 P3\nG1 Z3.81000 F300.0\nG0 X10.00000 Y10.00000\nG1 Z-1.50000 F300.0\n"
        "G1 X60.00000 Y10.00000 F1200.0\nG1 X60.00000 Y40.00000 F1200.0\nG1 Z3.81000 F1200.0\nM5\n",
    ),
    "F-Engrave": (
        "linuxcnc",
        "NOT_VERIFIABLE",
        {"EXPRESSION", "POSITION_UNKNOWN"},
        "( Code generated by f-engrave-1.73.py )\n#1  = 5.0000  ( Safe Z )\n#2  = -1.0000  ( Engraving Depth Z )\n"
        "G90\nG21\nG17 G64 P0.001 M3 S18000\nF1200\nG0 Z#1\nG0 X10 Y10\nG1 Z#2 F300\nG1 X60 F1200\nG0 Z#1\nM5\nM2\n",
    ),
    "a loop by hand": (
        "linuxcnc",
        "NOT_VERIFIABLE",
        {"EXPRESSION", "POSITION_UNKNOWN", "SPINDLE_LEFT_ON", "SUBPROGRAM"},
        "G21 G90 G64 P0.01\nM3 S18000\nG0 X10 Y10\nG0 Z5\nF300\n#<depth> = 0\nO100 while [#<depth> LT 3]\n"
        "#<depth> = [#<depth> + 1]\nG1 Z[-#<depth>]\nG1 X60\nG1 X10\nO100 endwhile\nG0 Z5\nM2\n",
    ),
    "a subprogram for Mach3": (
        "mach3",
        "NOT_VERIFIABLE",
        {"SUBPROGRAM", "TEXT_AFTER_END"},
        "G21 G90 G91.1\nM3 S18000\nG0 Z5\nG0 X10 Y10\nM98 P100 L3\nG0 Z5\nM5\nM30\nO100\nG1 Z-1 F300\nX60 F1200\n"
        "G0 Z5\nM99\n",
    ),
    "a macro call for Fanuc": (
        "fanuc",
        "NOT_VERIFIABLE",
        {"INCREMENTAL_LEFT_ON", "ROTARY_AXIS", "SPINDLE_LEFT_ON", "SUBPROGRAM"},
        "%\nO0002\nG21 G90 G17\nT1 M6\nS18000 M3\nG54\nG0 X10. Y10.\nG43 Z15. H1\nG65 P9010 A3. B2.\nG0 Z15.\n"
        "G91 G28 Z0.\nM30\n%\n",
    ),
    "compensation for Fanuc": (
        "fanuc",
        "NOT_VERIFIABLE",
        {"CUTTER_COMPENSATION", "INCREMENTAL_LEFT_ON", "SPINDLE_LEFT_ON"},
        "%\nO0003\nG21 G90 G17 G40\nT1 M6\nS18000 M3\nG54\nG0 X0. Y0.\nG43 Z15. H1\nG0 Z2.\nG1 Z-1. F300.\n"
        "G41 D1 X10. Y10. F1200.\nX60.\nY40.\nG40 X0. Y0.\nG0 Z15.\nG91 G28 Z0.\nM30\n%\n",
    ),
    "Mastercam with a rotary axis": (
        "fanuc",
        "NOT_VERIFIABLE",
        {"INCREMENTAL_LEFT_ON", "ROTARY_AXIS"},
        "%\nO0000(PART)\n(DATE=DD-MM-YY - 30-11-26 TIME=HH:MM - 08:00)\n(T1 | 6MM FLAT ENDMILL | H1)\nN100 G21\n"
        "N102 G0 G17 G40 G49 G80 G90\nN104 T1 M6\nN106 G0 G90 G54 X10. Y10. A0. S18000 M3\nN108 G43 H1 Z15. M8\n"
        "N110 Z2.\nN112 G1 Z-1.5 F300.\nN114 X60. F1200.\nN116 Y40.\nN118 G0 Z15.\nN120 M5\nN122 G91 G28 Z0. M9\n"
        "N124 G28 X0. Y0. A0.\nN126 M30\n%\n",
    ),
    "SheetCam for Mach3": (
        "mach3",
        "INSIDE",
        set(),
        "N0010 (Filename: part.nc)\nN0020 (Post processor: Mach2 Metric.post)\nN0030 (Date: 30/11/2026)\n"
        "N0040 G21 (Units: Metric)\nN0050 G53 G90 G40\nN0060 F1\nN0070 (Part: part)\n"
        "N0080 (Process: Contour, T1: End mill, 6 mm)\nN0090 M06 T1  (End mill, 6 mm)\nN0100 G43 H1\n"
        "N0110 G00 Z15.0000\nN0120 X10.0000 Y10.0000\nN0130 M03 S18000\nN0140 Z0.5000\nN0150 G01 Z-1.5000 F300.0\n"
        "N0160 X60.0000 F1200.0\nN0170 G03 X62.0000 Y12.0000 I0.0000 J2.0000\nN0180 G00 Z15.0000\nN0190 M05 M30\n",
    ),
    "ShopBot": (
        "unknown",
        "DEVIATES",
        {"NOT_A_MILLING_PROGRAM"},
        "'----\nSA\nCN,90\n'New Path\nTR,18000\nC6\nPAUSE 2\nJ2,10.0,10.0\nMS,20.0,5.0\nM3,10,10,-1.5\nM2,60,10\n"
        "JZ,5\nEND\n",
    ),
    "HPGL": (
        "unknown",
        "DEVIATES",
        {"NOT_A_MILLING_PROGRAM"},
        "IN;SP1;PU400,400;PD2400,400;PD2400,1600;PU;SP0;\n",
    ),
    "Kiri:Moto, for LinuxCNC read by GRBL": (
        "grbl",
        "DEVIATES",
        {"BAD_NUMBER", "CODE_NOT_ACCEPTED", "SPINDLE_LEFT_ON", "TOOL_NOT_NAMED"},
        "; Generated by Kiri:Moto 3.0\n; job start\nG21 ; set units to MM (required)\n"
        "G90 ; absolute position mode (required)\nG92 X0 Y0 Z0\nM6 T1000 ; change tool\nM3 S18000\nG0 X10 Y10 Z5\n"
        "G1 Z-1.5 F300\nG1 X60 F1200\nG0 Z5\nM30 ; program end\n",
    ),
    "an old end of file": (
        "linuxcnc",
        "INSIDE",
        {"TEXT_AFTER_END"},
        "G21 G90\nM3 S18000\nG0 X10 Y10\nZ5\nG1 Z-1.5 F300\nX60 F1200\nG0 Z5\nM5\nM30\n\x1a",
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_in_the_manner_of(name: str) -> None:
    controller, outcome, codes, text = PROGRAMS[name]
    report = audit([read(text, controller)], Envelope.model_validate({"controller": controller, **APPROVED}))
    assert {item.code for item in report.findings} == codes
    assert report.outcome.name == outcome
