"""What the CAM tool says of its paths."""

from collections.abc import Iterator

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.geometry.check import SAME_MM, Found, must, should


def checks(situation: Situation) -> Iterator[Found]:
    """Paths that cut something, above the work in between, with a tool for the finest feature."""
    paths = situation.context.toolpaths
    if paths.safe_height_mm is not None:
        yield must(
            "safe_height",
            holds=paths.safe_height_mm > 0,
            value=paths.safe_height_mm,
            limit=0.0,
            text=f"rapid moves at {paths.safe_height_mm:g} mm over the work",
        )
    for name, count in (("loops", paths.loop_count), ("closed_paths", paths.closed_path_count)):
        if count is not None:
            yield must(
                name, holds=count > 0, value=count, limit=1.0, text=f"the job has no {name.replace('_', ' ')}", unit=""
            )
    diameter_mm = situation.find("tool.diameter_mm")
    if paths.smallest_feature_mm is not None and diameter_mm is not None:
        yield should(
            "smallest_feature",
            holds=diameter_mm <= paths.smallest_feature_mm + SAME_MM,
            value=diameter_mm,
            limit=paths.smallest_feature_mm,
            text=f"a {diameter_mm:g} mm cutter leaves features of {paths.smallest_feature_mm:g} mm uncut",
        )
