"""Names in a pack."""

import pytest

from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.pack_names import entry_names, is_renamed


def attachment(digest: str, filename: str = "part.nc", kind: str = "gcode") -> Attachment:
    return Attachment(Digest(digest.ljust(64, "0")), kind, "text/plain", filename, 10, "")


def names(*attachments: Attachment) -> list[str]:
    return [name.removeprefix("attachments/") for name in entry_names(attachments)]


def test_a_usual_name_keeps_its_place_after_the_digest() -> None:
    assert names(attachment("ab" * 32, "Tür 1.nc"), attachment("cd" * 32, "")) == [
        "abababababab_Tür 1.nc",
        "cdcdcdcdcdcd_gcode",
    ]


@pytest.mark.parametrize("equal", [12, 16, 63])
def test_digests_that_begin_alike_are_told_apart(equal: int) -> None:
    pair = [attachment("a" * equal + end) for end in "bc"]
    assert len({name.split("_")[0] for name in names(*pair)}) == 2
    assert entry_names(pair)[f"attachments/{names(*pair)[1]}"] == pair[1]


@pytest.mark.parametrize(
    "filename", ["x" * 255, "x" * 252 + ".nc", "ü" * 255, "😀" * 252 + ".nc", "." * 255, "x." + "y" * 250]
)
def test_a_component_is_no_longer_than_every_file_system_takes(filename: str) -> None:
    (name,) = names(attachment("ab" * 32, filename))
    assert 13 < len(name.encode()) <= 150
    if filename.endswith(".nc"):
        assert name.endswith(".nc")


@pytest.mark.parametrize(
    ("filename", "shown"),
    [
        ("pass 1: rough.nc", "pass 1_ rough.nc"),
        ('a?b*c<d>e|f"g.nc', "a_b_c_d_e_f_g.nc"),
        ("trailing dot.", "trailing dot"),
        ("blank .nc ", "blank .nc"),
        ("harm\u202ecn.exe", "harm_cn.exe"),
        ("c1\x9bm\u200b.nc", "c1_m_.nc"),
        ("...", "file"),
    ],
)
def test_what_file_systems_refuse_and_nobody_sees_is_replaced(filename: str, shown: str) -> None:
    given = attachment("ab" * 32, filename)
    (name,) = entry_names([given])
    assert name == f"attachments/abababababab_{shown}"
    assert is_renamed(name, given)
    assert not is_renamed("attachments/abababababab_part.nc", attachment("ab" * 32))


def test_no_name_comes_twice_not_even_in_other_letters() -> None:
    same = [attachment("ab" * 32, name) for name in ("part.nc", "PART.NC", "a?", "a*", "other.nc")]
    assert names(*same) == ["abababababab_part.nc", "abababababab_a_", "abababababab_other.nc"]
