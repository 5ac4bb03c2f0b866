"""The range of each kind of number, as the rule book states it: its ends are taken, what lies beyond is refused."""

import pytest
from pydantic import TypeAdapter, ValidationError

from feasibility_svc.domain.scoring import quantities

RANGES: dict[str, tuple[float, float]] = {
    "Length": (0.001, 10_000),
    "LengthOrZero": (0, 10_000),
    "SmallLength": (0, 10),
    "Diameter": (0.001, 1_000),
    "FeedRate": (0.01, 100_000),
    "SpindleSpeed": (1, 200_000),
    "Force": (0.01, 1_000_000),
    "Stiffness": (0.1, 10_000_000),
    "Angle": (0, 180),
    "Count": (1, 10_000),
    "Class": (0, 2),
}


@pytest.mark.parametrize("name", RANGES)
def test_the_ends_of_a_range_are_taken_and_no_more(name: str) -> None:
    lowest, highest = RANGES[name]
    kind: TypeAdapter[float] = TypeAdapter(getattr(quantities, name))
    step = 1 if name in {"Count", "Class"} else 1e-4
    assert [kind.validate_python(end) for end in (lowest, highest)] == [lowest, highest]
    for beyond in (lowest - step, highest + step):
        with pytest.raises(ValidationError):
            kind.validate_python(beyond)


def test_a_label_is_no_longer_than_200_and_an_id_than_100() -> None:
    for kind, longest in ((quantities.Label, 200), (quantities.PresetId, 100)):
        adapter: TypeAdapter[str] = TypeAdapter(kind)
        assert adapter.validate_python("a" * longest) == "a" * longest
        with pytest.raises(ValidationError):
            adapter.validate_python("a" * (longest + 1))
