from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pca_pipeline.ctr.fields import moment, number, parse_moment, text

WHOLE = datetime(2024, 4, 29, 17, 30, 43, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-04-29T17:30:43.090Z", WHOLE + timedelta(milliseconds=90)),
        ("2024-04-29T17:30:43.09Z", WHOLE + timedelta(milliseconds=90)),
        ("2024-04-29T17:30:43.123456Z", WHOLE + timedelta(microseconds=123456)),
        ("2024-04-29T17:30:43.123456789Z", WHOLE + timedelta(microseconds=123456)),
        ("2024-04-29T17:30:43Z", WHOLE),
        ("2024-04-29T17:30:43", WHOLE),
        ("2024-04-29 17:30:43", WHOLE),
        ("2024-04-29T17:30:43.000+0000", WHOLE),
        ("2024-04-29T19:30:43+02:00", WHOLE),
        ("2024-04-29T12:30:43-0500", WHOLE),
        (" 2024-04-29T17:30:43 +0000 ", WHOLE),
        ("2024-04-29 12:30:43.000 -0500", WHOLE),
        ("2024-04-29T17:30:43z", WHOLE),
        ("2024-04-29 17:30:43 UTC", WHOLE),
        ("2024-04-29 17:30:43 Z", WHOLE),
        (1714411843, WHOLE),
        (1714411843000, WHOLE),
        ("yesterday", None),
        ("", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        (10**30, None),
        (True, None),
        (None, None),
        ({}, None),
    ],
)
def test_moments_are_read_in_every_format(value: object, expected: datetime | None) -> None:
    """Any fraction, any zone; an offset is applied, not cut off; what cannot be read is None."""
    assert parse_moment(value) == expected


@settings(deadline=None)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.timezones(), allow_imaginary=False))
def test_moments_come_back_as_the_same_instant(value: datetime) -> None:
    """Writing and reading loses nothing but the zone, which is UTC afterwards."""
    found = parse_moment(value.isoformat())
    assert found == value.astimezone(UTC)
    assert found is not None
    assert found.tzinfo is UTC


@settings(deadline=None)
@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.lists(st.integers())))
def test_any_value_may_stand_in_a_field(value: object) -> None:
    """Reading never raises."""
    document = {"key": value}
    assert moment(document, "key", "other") is None or moment(document, "key") is not None
    assert number(document, "key") is None or isinstance(value, int | float)
    assert text(document, "key") is None or isinstance(value, str)


def test_a_number_too_large_is_none() -> None:
    """JSON has no largest integer, but floats have."""
    assert number({"key": 10**400, "other": 1}, "key", "other") == 1.0
