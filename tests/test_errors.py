from __future__ import annotations

import pytest

from pca_pipeline.errors import AudioError, without_numbers

RECORDING = "8f3e1a2b-1234-4466-5544-446655440000"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("call_+14155550123.wav", "call_[number].wav"),
        ("(415) 555-0123.wav", "[number].wav"),
        ("20261123T143005_4155550123.wav", "20261123T143005_[number].wav"),
        ("2010125550.wav", "[number].wav"),
        (f"{RECORDING}_5551234567.wav", f"{RECORDING}_[number].wav"),
        (f"{RECORDING}.wav", f"{RECORDING}.wav"),
        ("2026-11-23 14.30.05.wav", "2026-11-23 14.30.05.wav"),
        ("20261123143005.wav", "20261123143005.wav"),
        ("agent 204, 48000 Hz", "agent 204, 48000 Hz"),
        ("11122233344455566677a", "11122233344455566677a"),
        ("CA5551234567abcdef0123456789abcdef.wav", "CA5551234567abcdef0123456789abcdef.wav"),
        ("in15551234567.wav", "in[number].wav"),
        ("5551234567a.wav", "[number]a.wav"),
        ("tel15551234567-20260302.wav", "tel[number].wav"),
        ("call20261123T143005x4155550123.wav", "call20261123T143005x[number].wav"),
        ("1555123456715557654321.wav", "[number].wav"),
        ("+1_612_555_0123 Jane.json", "[number] Jane.json"),
        ("4111_1111_1111_1111.wav", "[number].wav"),
        ("612\N{EN DASH}555\N{EN DASH}0123.wav", "[number].wav"),
        ("612+555+0123.wav", "[number].wav"),
        ("612%20555%200123.wav", "[number].wav"),
        ("612\N{NO-BREAK SPACE}555\N{NO-BREAK SPACE}0123.wav", "[number].wav"),
        ("(612) - 555 - 0123.wav", "[number].wav"),
        ("201011201234.wav", "[number].wav"),
        ("2010_1120_1234.wav", "[number].wav"),
        ("2026-11-23_14-30_call.wav", "2026-11-23_14-30_call.wav"),
        ("/calls/2026/03/02/17/a.wav on 127.0.0.1:8080", "/calls/2026/03/02/17/a.wav on 127.0.0.1:8080"),
    ],
)
def test_numbers_of_callers_are_not_told(name: str, told: str) -> None:
    """Seven or more digits in a row are removed; dates, times, and ids with letters stay."""
    assert without_numbers(name) == told


def test_no_error_tells_one() -> None:
    """Whatever a file is called, neither the text nor the repr of an error about it contains the number."""
    error = AudioError("The recording '4155550123.wav' is empty.", "Export it again.")
    assert "4155550123" not in f"{error} {error!r} {error.message} {error.args}"
