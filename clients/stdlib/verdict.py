#!/usr/bin/env python3
"""A verdict over HTTPS with Python's standard library alone: no gRPC, nothing to install.

    python3 verdict.py https://127.0.0.1:8443 --ca build/door/door.pem

RMOS_TOKEN holds a token or a key where the server asks who calls. Exit code: 0 GREEN, 1 anything else, 2 no answer.
"""

import argparse
import json
import os
import ssl
import sys
import urllib.error
import urllib.request

ROSETTE = {"soundhole_radius_mm": 42.5, "inner_radius_mm": 46, "outer_radius_mm": 58, "depth_mm": 1.3}
CUT = {"spindle_speed_rpm": 17000, "feed_rate_mm_per_min": 1750, "plunge_rate_mm_per_min": 300, "axial_depth_mm": 0.65}
CONTEXT = {
    "material": {"material_id": "spruce_sitka", "moisture_percent": 8},
    "stock": {"width_mm": 410, "length_mm": 540, "thickness_mm": 2.6, "thickness_tolerance_mm": 0.1},
    "tool": {"tool_id": "end_mill_3175_down", "wear": "TOOL_WEAR_SHARP", "runout_mm": 0.01},
    "machine": {"machine_id": "shapeoko_3"},
    "cut": {**CUT, "radial_width_mm": 3.175, "direction": "CUT_DIRECTION_CLIMB", "cooling": "COOLING_AIR"},
    "safety_constraints": {"dust_collection_present": True, "stops_present": True},
    "workholding": {"method": "WORKHOLDING_METHOD_CLAMPS", "clamp_force_n": 400, "friction": 0.25},
}
JOB = {"design": {"name": "classical rosette channel", "rosette_channel": ROSETTE}, "context": CONTEXT}


def main() -> int:
    parser = argparse.ArgumentParser(description="Asks for a verdict over HTTPS.")
    parser.add_argument("door", help="address of the door, for example https://127.0.0.1:8443")
    parser.add_argument("--ca", help="PEM file that vouches for the door's certificate")
    asked = parser.parse_args()
    headers = {"content-type": "application/json"}
    if os.environ.get("RMOS_TOKEN"):
        headers["authorization"] = f"Bearer {os.environ['RMOS_TOKEN']}"
    url, body = f"{asked.door}/api/rmos/feasibility/evaluate", json.dumps(JOB).encode()
    request = urllib.request.Request(url, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=10, context=ssl.create_default_context(cafile=asked.ca)) as answer:
            report = json.load(answer)["report"]
    except urllib.error.HTTPError as error:
        print(f"error: {error.read().decode()}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    level = report["overall_risk"].removeprefix("RISK_LEVEL_")
    print(level, f"{report['overall_score']:.0f}" if "overall_score" in report else "no score")
    for assessment in report["assessments"]:
        print(f"  {assessment['finding']}")
    return int(level != "GREEN")


if __name__ == "__main__":
    sys.exit(main())
