"""Times of v1 records against the standard library."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.timestamps import write_time
from runs_svc.domain.legacy.times import Moment, read_legacy_time

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes)))


@given(
    st.datetimes(datetime.datetime(1, 1, 3), datetime.datetime(9999, 12, 29), timezones=ZONES)  # noqa: DTZ001
)
def test_a_time_with_a_zone_is_that_moment(moment: datetime.datetime) -> None:
    found = read_legacy_time(moment.isoformat())
    assert found is not None
    assert (found.utc, found.zoned) == (write_time(moment), True)


@given(st.datetimes())
def test_a_time_without_a_zone_is_filed_under_utc(moment: datetime.datetime) -> None:
    found = read_legacy_time(moment.isoformat(sep=" "))
    assert found is not None
    assert (found.utc, found.zoned) == (write_time(moment.replace(tzinfo=datetime.UTC)), False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025-02-29T00:00:00",
        "2025-13-01T00:00:00",
        "2025-01-01",
        "2025-01-01T24:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "2025-01-01T00:00:00+99:99",
        "2025-01-01T00:00:00+02:60",
        "2025-01-01T00:00.5Z",
        "٢٠٢٥-01-01T00:00:00Z",
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert read_legacy_time(text) is None


@given(st.text())
def test_nothing_breaks_it(text: str) -> None:
    read_legacy_time(text)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-11-30 10:00:00+00", "2025-11-30T10:00:00.000000Z"),
        ("2025-11-30T10:00:00+05", "2025-11-30T05:00:00.000000Z"),
        ("2025-11-30T10:00:00z", "2025-11-30T10:00:00.000000Z"),
        ("2025-11-30T10:00Z", "2025-11-30T10:00:00.000000Z"),
    ],
)
def test_short_spellings_are_read(text: str, utc: str) -> None:
    assert read_legacy_time(text) == Moment(utc, zoned=True)
