from __future__ import annotations

import csv
import json
from pathlib import Path
from random import Random

import numpy as np
import pytest
import soundfile

from sample_calls import build
from sample_calls.cast import AGENTS, TEST_CARDS, cast, passes_luhn, write_lookups
from sample_calls.scenarios import write
from sample_calls.spoken import Persona
from sample_calls.variants import Variant
from tests.sample_calls.calls import make_call, order

RATE = 8000


def _save(folder: Path, variant: Variant, shape: str = "direct") -> list[str]:
    build.save(order(shape, variant=variant), make_call(shape, variant=variant), folder)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _caller(seed: int) -> Persona:
    rng = Random(seed)
    return cast(rng, write(rng, "direct", "billing", "calm")).caller


@pytest.mark.parametrize(
    ("variant", "files"),
    [
        (Variant(), ["calls/direct-1.json", "calls/direct-1.recording.json", "calls/direct-1.wav"]),
        (Variant(record="detail_only"), ["calls/direct-1.json", "calls/direct-1.wav"]),
        (Variant(record="none"), ["calls/direct-1.wav"]),
        (Variant(record="late"), ["calls/direct-1.wav", "late/direct-1.json", "late/direct-1.recording.json"]),
        (
            Variant(naming="two_suffixes"),
            ["calls/direct-1.wav", "calls/direct-1.wav_call_metadata.json", "calls/direct-1.wav_metadata.json"],
        ),
    ],
)
def test_a_variant_decides_which_files_there_are(tmp_path: Path, variant: Variant, files: list[str]) -> None:
    """Only audio and records reach the drop folder; truth lies apart, late records too."""
    assert _save(tmp_path, variant) == [*files, "truth/direct-1.truth.json"]


def test_an_export_lies_in_its_conversations_folder(tmp_path: Path) -> None:
    """The tree of the bulk export: a folder named for the conversation, files for the recording."""
    call = make_call("direct", variant=Variant(naming="export"))
    folder = f"calls/conversation_id={call.ids.conversation}"
    recording = f"{folder}/{call.ids.recording}.wav"
    files = _save(tmp_path, Variant(naming="export"))
    assert {recording, f"{recording}_metadata.json", f"{folder}/{call.ids.conversation}.json"} < set(files)


@pytest.mark.parametrize(("encoding", "bytes_per_sample"), [("ULAW", 1), ("PCM_16", 2)])
def test_the_encoding_is_what_the_variant_says(tmp_path: Path, encoding: str, bytes_per_sample: int) -> None:
    """mu-law takes one byte a sample, PCM two; both are 8 kHz stereo."""
    _save(tmp_path, Variant(encoding=encoding))  # type: ignore[arg-type]
    path = tmp_path / "calls" / "direct-1.wav"
    info = soundfile.info(path)
    assert (info.subtype, info.samplerate, info.channels) == (encoding, RATE, 2)
    assert path.stat().st_size == pytest.approx(2 * bytes_per_sample * info.frames, abs=200)


def test_the_truth_knows_every_piece_of_personal_data(tmp_path: Path) -> None:
    """The card said in parts and read back whole is found under one value, at the samples of its words."""
    _save(tmp_path, Variant(), "card_read_back")
    truth = json.loads((tmp_path / "truth" / "card_read_back-1.truth.json").read_text())
    card = make_call("card_read_back").cast.caller.card
    findings = [one for one in truth["pii"] if one["value_id"] == "card"]
    assert "".join(one["value"] for one in findings[:4]).replace(" ", "") == card
    assert findings[-1]["value"].replace(" ", "") == card
    for one in truth["pii"]:
        words = truth["utterances"][one["utterance"]]["words"][one["words"][0] : one["words"][1] + 1]
        assert one["value"] == " ".join(word["text"] for word in words).strip(".,?!;:")
        assert one["start_sample"] == pytest.approx(RATE * words[0]["start"], abs=1)
        assert one["end_sample"] == pytest.approx(RATE * words[-1]["end"], abs=1)


def test_numbers_belong_to_nobody() -> None:
    """Cards are test numbers, telephones 555-01xx, social security numbers from ranges never issued."""
    assert all(passes_luhn(card) and len(card) == 16 for card in TEST_CARDS)
    for seed in range(30):
        caller = _caller(seed)
        assert caller.phone[3:8] == "55501"
        assert caller.ssn[0] == "9"
        assert int(caller.ssn[3:5]) < 50
        assert caller.card in TEST_CARDS or caller.card.startswith("400000")
        assert passes_luhn(caller.card)


def test_lookups_name_every_agent_and_queue(tmp_path: Path) -> None:
    """Agents' names exist in the lookup only, under the ids that records use."""
    write_lookups(tmp_path)
    agents = {row["user_id"]: row["name"] for row in csv.DictReader((tmp_path / "agents.csv").open())}
    queues = {row["queue_id"] for row in csv.DictReader((tmp_path / "queues.csv").open())}
    assert agents == {agent.user_id: agent.name for agent in AGENTS}
    detail = make_call("blind_transfer").detail
    used = {one["userId"] for one in detail["participants"] if one["purpose"] == "agent"}
    assert used <= set(agents)
    segments = [one for part in detail["participants"] for one in part["sessions"][0]["segments"]]
    assert {one["queueId"] for one in segments if "queueId" in one} <= queues


def test_the_same_order_gives_the_same_call() -> None:
    """A seed decides every sample and every id."""
    one, two = make_call("hold"), make_call.__wrapped__("hold")
    assert one.detail == two.detail
    assert np.array_equal(one.recording.audio, two.recording.audio)
