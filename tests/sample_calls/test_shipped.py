from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from sample_calls.orders import SHIPPED

FOLDER = Path(__file__).parents[2] / "sample_calls"
TRUTHS = sorted((FOLDER / "truth").glob("*.truth.json"))
WORD_DB = -45.0  # no word is quieter
MEGABYTE = 1_000_000


def _truth(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text()))


def _all() -> list[dict[str, Any]]:
    return [_truth(path) for path in TRUTHS]


@pytest.fixture(params=TRUTHS, ids=lambda path: path.name.split(".")[0])
def truth(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The truth of each shipped call in turn."""
    return _truth(request.param)


def test_every_shipped_call_is_there_and_all_are_small() -> None:
    """The folder holds what the orders say, in at most 20 MB."""
    assert [path.name for path in TRUTHS] == sorted(f"{order.name}.truth.json" for order in SHIPPED)
    files = [path for name in ("calls", "late", "truth") for path in (FOLDER / name).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 20 * MEGABYTE


def test_the_drop_folder_holds_audio_and_records_only() -> None:
    """calls/ can be copied as it is."""
    assert {path.suffix for path in (FOLDER / "calls").rglob("*") if path.is_file()} == {".wav", ".json"}


def test_words_are_where_the_truth_says(truth: dict[str, Any]) -> None:
    """The audio is as long as told, clips nowhere, and holds speech in the span of every word."""
    audio, rate = soundfile.read(FOLDER / truth["audio"], always_2d=True)
    assert len(audio) / rate == pytest.approx(truth["duration"], abs=1e-3)
    assert np.abs(audio).max() < 0.99
    for spoken in truth["utterances"]:
        for word in spoken["words"]:
            heard = audio[round(word["start"] * rate) : round(word["end"] * rate), spoken["channel"]]
            assert 20 * np.log10(heard.std() + 1e-9) > WORD_DB


def test_findings_point_at_their_words(truth: dict[str, Any]) -> None:
    """Each finding's value, words, seconds and samples say the same."""
    for finding in truth["pii"]:
        spoken = truth["utterances"][finding["utterance"]]
        first, last = finding["words"]
        assert " ".join(word["text"] for word in spoken["words"][first : last + 1]).strip(".,?!;:") == finding["value"]
        assert finding["channel"] == spoken["channel"]
        assert finding["start_sample"] == pytest.approx(8000 * finding["start"], abs=1)
        assert finding["end_sample"] == pytest.approx(8000 * finding["end"], abs=1)


def test_the_calls_cover_what_a_contact_centre_meets() -> None:
    """Ways through the centre, kinds of personal data, channels and intervals, each at least once."""
    truths = _all()
    assert {one["scenario"]["shape"] for one in truths} >= {
        "direct", "blind_transfer", "hold", "consult_transfer", "two_queues", "abandoned", "voicemail", "outbound",
        "payment", "card_read_back",
    }  # fmt: skip
    assert {finding["entity"] for one in truths for finding in one["pii"]} >= {
        "PERSON", "PHONE_NUMBER", "EMAIL_ADDRESS", "US_SSN", "DATE_OF_BIRTH", "STREET_ADDRESS", "LOCATION", "ZIP_CODE",
        "CREDIT_CARD", "CARD_EXPIRY", "CVV", "PIN", "ACCOUNT_NUMBER", "SECURITY_ANSWER", "PASSWORD", "LICENSE_PLATE",
    }  # fmt: skip
    assert {tuple(channel["role"] for channel in one["channels"]) for one in truths} == {
        ("external", "internal"), ("internal", "external"), ("mixed",),
    }  # fmt: skip
    assert {interval["kind"] for one in truths for interval in one["timeline"]} >= {
        "ivr", "queue", "agent", "hold", "consult", "voicemail", "dialing", "secure_pause",
    }  # fmt: skip
    subtypes = {soundfile.info(FOLDER / one["audio"]).subtype for one in truths}
    assert subtypes == {"ULAW", "PCM_16"}


def test_a_caller_who_is_not_heard_leaves_a_silent_channel() -> None:
    """One call has no utterance on the external channel and nothing but noise and echo there."""
    silent = next(one for one in _all() if one["scenario"]["shape"] == "silent_caller")
    assert all(spoken["channel"] == 1 for spoken in silent["utterances"])
    audio, _ = soundfile.read(FOLDER / silent["audio"])
    assert 20 * np.log10(audio[:, 0].std()) < -40


def test_late_records_wait_outside_the_drop_folder() -> None:
    """The late call's record is in late/ and not in calls/."""
    late = {path.name.split(".")[0] for path in (FOLDER / "late").iterdir()}
    assert late == {order.name for order in SHIPPED if order.variant.record == "late"}
    assert not any((FOLDER / "calls" / f"{name}.json").exists() for name in late)
