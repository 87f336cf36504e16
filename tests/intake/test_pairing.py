from __future__ import annotations

from pathlib import Path

import pytest
from drops import (
    CONVERSATION,
    OTHER_CONVERSATION,
    OTHER_RECORDING,
    RECORDING,
    conversation,
    drop,
    finish_only,
    metadata,
    names,
    settings_for,
)

from pca_pipeline import intake

DETAIL = conversation(CONVERSATION)
OTHER_DETAIL = conversation(OTHER_CONVERSATION)
OF_OTHER = metadata(OTHER_RECORDING, CONVERSATION)
BOTH = conversation(CONVERSATION, OTHER_CONVERSATION)
LIVE = {"id": CONVERSATION, "participants": [{"calls": [{"recordingId": RECORDING}]}]}

LAYOUTS: dict[str, tuple[dict[str, object], dict[str, list[str]]]] = {
    "same stem": ({"x.wav": None, "x.json": DETAIL}, {"x.wav": ["x.json"]}),
    "name and suffix": ({"x.wav": None, "x.wav.json": DETAIL}, {"x.wav": ["x.wav.json"]}),
    "suffixes of AWS": (
        {"x.wav": None, "x.wav_metadata.json": DETAIL, "x.wav_call_metadata.json": metadata(RECORDING, CONVERSATION)},
        {"x.wav": ["x.wav_call_metadata.json", "x.wav_metadata.json"]},
    ),
    "suffixes the other way round": (
        {"x.wav": None, "x.wav_metadata.json": metadata(RECORDING, CONVERSATION), "x.wav_call_metadata.json": DETAIL},
        {"x.wav": ["x.wav_call_metadata.json", "x.wav_metadata.json"]},
    ),
    "other ends": (
        {"x.wav": None, "x_ctr.json": DETAIL, "y.WAV": None, "y.Details.JSON": OTHER_DETAIL},
        {"x.wav": ["x_ctr.json"], "y.WAV": ["y.Details.JSON"]},
    ),
    "names that begin alike": (
        {"x.wav": None, "x_2.wav": None, "x_2.json": OTHER_DETAIL, "x.json": DETAIL},
        {"x.wav": ["x.json"], "x_2.wav": ["x_2.json"]},
    ),
    "a counter is no suffix": ({"x.wav": None, "x_2.json": DETAIL}, {"x.wav": []}),
    "one name in two folders": (
        {"a/x.wav": None, "a/x.json": DETAIL, "b/x.wav": None, "b/x.json": OTHER_DETAIL},
        {"a/x.wav": ["a/x.json"], "b/x.wav": ["b/x.json"]},
    ),
    "not the other folder's": ({"a/x.wav": None, "b/x.json": DETAIL}, {"a/x.wav": []}),
    "a tree for each kind": (
        {"audio/1/x.wav": None, "ctr/1/x.json": DETAIL, "audio/2/x.wav": None, "ctr/2/x.json": OTHER_DETAIL},
        {"audio/1/x.wav": ["ctr/1/x.json"], "audio/2/x.wav": ["ctr/2/x.json"]},
    ),
    "conversation id in the name": (
        {f"call {CONVERSATION} 0900.wav": None, "any.json": DETAIL},
        {f"call {CONVERSATION} 0900.wav": ["any.json"]},
    ),
    "upper case": (
        {f"{CONVERSATION.upper()}.wav": None, "any.json": DETAIL},
        {f"{CONVERSATION.upper()}.wav": ["any.json"]},
    ),
    "short id as the whole name": ({"c-17.wav": None, "any.json": conversation("c-17")}, {"c-17.wav": ["any.json"]}),
    "short part of a name is no id": ({"call_17.wav": None, "any.json": conversation("17")}, {"call_17.wav": []}),
    "recording id in the name": (
        {f"{RECORDING}.wav": None, "any.json": metadata(RECORDING, CONVERSATION), "detail.json": DETAIL},
        {f"{RECORDING}.wav": ["any.json", "detail.json"]},
    ),
    "live conversation": ({f"{RECORDING}.wav": None, "live.json": LIVE}, {f"{RECORDING}.wav": ["live.json"]}),
    "Genesys Cloud's export": (
        {
            f"conversation_id={CONVERSATION}/{RECORDING}.opus": None,
            f"conversation_id={CONVERSATION}/{RECORDING}.opus_metadata.json": metadata(RECORDING, CONVERSATION),
            f"details/{CONVERSATION}.json": DETAIL,
        },
        {
            f"conversation_id={CONVERSATION}/{RECORDING}.opus": [
                f"conversation_id={CONVERSATION}/{RECORDING}.opus_metadata.json",
                f"details/{CONVERSATION}.json",
            ]
        },
    ),
    "one conversation, two recordings": (
        {
            "a.wav": None,
            "a.wav_metadata.json": metadata(RECORDING, CONVERSATION),
            "b.wav": None,
            "b.wav_metadata.json": OF_OTHER,
            "detail.json": DETAIL,
        },
        {"a.wav": ["a.wav_metadata.json", "detail.json"], "b.wav": ["b.wav_metadata.json", "detail.json"]},
    ),
    "a recording named by its conversation, metadata by its recording": (
        {
            f"{CONVERSATION}.wav": None,
            f"{CONVERSATION}.json": DETAIL,
            f"{RECORDING}.json": metadata(RECORDING, CONVERSATION),
        },
        {f"{CONVERSATION}.wav": [f"{CONVERSATION}.json", f"{RECORDING}.json"]},
    ),
    "the same with metadata of two recordings": (
        {
            f"{CONVERSATION}.wav": None,
            f"{CONVERSATION}.json": DETAIL,
            f"{RECORDING}.json": metadata(RECORDING, CONVERSATION),
            f"{OTHER_RECORDING}.json": OF_OTHER,
        },
        {f"{CONVERSATION}.wav": [f"{CONVERSATION}.json"]},
    ),
    "the same with another recording": (
        {
            f"{CONVERSATION}.wav": None,
            f"{CONVERSATION}_2.wav": None,
            f"{CONVERSATION}.json": DETAIL,
            f"{RECORDING}.json": metadata(RECORDING, CONVERSATION),
        },
        {f"{CONVERSATION}.wav": [f"{CONVERSATION}.json"], f"{CONVERSATION}_2.wav": [f"{CONVERSATION}.json"]},
    ),
    "a list of conversations": (
        {f"{CONVERSATION}.wav": None, f"{OTHER_CONVERSATION}.wav": None, "all.json": BOTH},
        {f"{CONVERSATION}.wav": ["all.json"], f"{OTHER_CONVERSATION}.wav": ["all.json"]},
    ),
    "an answer of the API": (
        {f"{CONVERSATION}.wav": None, "export-7.json": {"entities": [DETAIL], "total": 1}},
        {f"{CONVERSATION}.wav": ["export-7.json"]},
    ),
    "a list of recordings": (
        {f"{RECORDING}.wav": None, "export-7.json": {"recordings": [metadata(RECORDING, CONVERSATION)]}},
        {f"{RECORDING}.wav": ["export-7.json"]},
    ),
    "another case": (
        {"CALL17.WAV": None, "call17.json": DETAIL, "A/y.wav": None, "a/Y_CTR.JSON": OTHER_DETAIL},
        {"CALL17.WAV": ["call17.json"], "A/y.wav": ["a/Y_CTR.JSON"]},
    ),
    "case tells recordings apart": (
        {"x.wav": None, "X.wav": None, "x.json": DETAIL, "X.json": OTHER_DETAIL},
        {"x.wav": ["x.json"], "X.wav": ["X.json"]},
    ),
    "case tells them apart, and one has no record": (
        {"x.wav": None, "X.wav": None, "x.json": DETAIL},
        {"x.wav": ["x.json"], "X.wav": []},
    ),
    "case may tell them apart": ({"xy.wav": None, "XY.wav": None, "Xy.json": DETAIL}, {"xy.wav": [], "XY.wav": []}),
    "case tells records apart": (
        {"x.wav": None, "X.json": OTHER_DETAIL, "x.json": DETAIL},
        {"x.wav": ["x.json"]},
    ),
    "decomposed letters": ({"caf\u00e9.wav": None, "cafe\u0301.json": DETAIL}, {"caf\u00e9.wav": ["cafe\u0301.json"]}),
    "odd names": (
        {'it\'s "x"\n.wav': None, 'it\'s "x"\n.json': DETAIL, "通話 1.wav": None, "通話 1.json": OTHER_DETAIL},
        {'it\'s "x"\n.wav': ['it\'s "x"\n.json'], "通話 1.wav": ["通話 1.json"]},
    ),
    "another vendor's record": (
        {"x.wav": None, "x.json": {"ContactId": "1"}},
        {"x.wav": ["x.json"]},
    ),
}


@pytest.mark.parametrize(("files", "pairs"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_records_find_their_recordings(tmp_path: Path, files: dict[str, object], pairs: dict[str, list[str]]) -> None:
    """By name, by ids in names, by ids that metadata tells; in any layout of the drop folder."""
    settings = settings_for(tmp_path / "calls")
    for name, content in files.items():
        drop(settings, name, content)
    ready = intake.scan(settings).ready
    assert {names([item.audio], settings)[0]: names(item.records, settings) for item in ready} == pairs


def test_a_record_with_the_exact_name_of_a_finished_call_is_its(tmp_path: Path) -> None:
    """A new recording whose name differs from it in case does not take it."""
    settings = settings_for(tmp_path / "calls")
    drop(settings, "aBc.wav")
    finished = finish_only(settings)
    drop(settings, "AbC.wav")
    record = drop(settings, "aBc.json", DETAIL)
    found = intake.scan(settings)
    assert [item.records for item in found.ready] == [()]
    assert [(item.call_id, item.records) for item in found.late] == [(finished, (record,))]


@pytest.mark.parametrize(
    ("files", "ids"),
    [
        ({"x.wav": None, "x.json": DETAIL}, (CONVERSATION, None)),
        ({"x.wav": None, "x.json": DETAIL, "x_call_metadata.json": OF_OTHER}, (CONVERSATION, OTHER_RECORDING)),
        ({f"conversation_id={CONVERSATION}/{RECORDING}.wav": None}, (CONVERSATION, RECORDING)),
        ({f"{RECORDING}.wav": None, "x.json": LIVE}, (CONVERSATION, RECORDING)),
        ({f"{CONVERSATION}.wav": None, "all.json": BOTH}, (CONVERSATION, None)),
        ({"x.wav": None, "x.json": BOTH}, (None, None)),
        ({"x.wav": None}, (None, None)),
    ],
)
def test_ids_are_those_that_name_exactly_this_recording(
    tmp_path: Path, files: dict[str, object], ids: tuple[str | None, str | None]
) -> None:
    """Where several are named, none is taken at random."""
    settings = settings_for(tmp_path / "calls")
    for name, content in files.items():
        drop(settings, name, content)
    (ready,) = intake.scan(settings).ready
    assert (ready.conversation_id, ready.recording_id) == ids


def test_metadata_that_cannot_be_told_apart_says_why_it_waits(tmp_path: Path) -> None:
    """Its recording is there, under a name that does not tell which one it is."""
    settings = settings_for(tmp_path / "calls")
    drop(settings, f"{CONVERSATION}.wav")
    for id_ in (RECORDING, OTHER_RECORDING):
        drop(settings, f"{id_}.json", metadata(id_, CONVERSATION))
    drop(settings, "elsewhere.json", metadata("55555555-aaaa-4bbb-8ccc-000000000005", OTHER_CONVERSATION))
    waiting = {one.path.stem: one.reason for one in intake.scan(settings).waiting}
    named = intake.Reason.NAMED_BY_ID
    assert waiting == {RECORDING: named, OTHER_RECORDING: named, "elsewhere": intake.Reason.RECORDING}
