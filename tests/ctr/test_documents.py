from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pca_pipeline.ctr import Contact, Media
from pca_pipeline.ctr.documents import read_files
from pca_pipeline.ctr.vendors import vendors
from pca_pipeline.errors import RecordError, StorageError
from pca_pipeline.intake.records import record_ids
from pca_pipeline.settings import CtrSettings
from tests.ctr.genesys_records import Json, agent, consult_transfer, conversation, customer, media, segment


def pretty(document: object) -> bytes:
    """JSON as a person would keep it."""
    return json.dumps(document, indent=2).encode()


def written(document: object) -> str:
    """JSON on one line, with nothing escaped."""
    return json.dumps(document, ensure_ascii=False)


@pytest.mark.parametrize(
    ("wrap", "encode"),
    [
        (lambda one: one, pretty),
        (lambda one: {"conversations": [one], "totalHits": 1}, pretty),
        (lambda one: {"conversations": [one], "cursor": "x", "dataAvailabilityDate": "2026-03-02"}, pretty),
        (lambda one: [one], pretty),
        (lambda one: one, lambda one: b"\xef\xbb\xbf" + pretty(one)),
        (lambda one: one, lambda one: json.dumps(one).encode("utf-16")),
        (lambda one: one, lambda one: json.dumps(one).encode("utf-16-le")),
        (lambda one: [one, one], lambda many: b"\n".join(json.dumps(one).encode() for one in many)),
        (lambda one: [one | {"note": "\u2028"}] * 2, lambda many: "\r\n".join(map(written, many)).encode()),
    ],
    ids=[
        "bare",
        "query",
        "job",
        "array",
        "utf-8 with BOM",
        "utf-16",
        "utf-16 without BOM",
        "JSON lines",
        "JSON lines with another line end in a string",
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.wav_metadata.json", "a.wav_call_metadata.json", "a"])
def test_a_conversation_is_known_by_its_shape(
    tmp_path: Path, wrap: Callable[[Json], object], encode: Callable[[object], bytes], name: str
) -> None:
    """Neither the wrapper nor the encoding nor the file's name matters."""
    path = tmp_path / name
    path.write_bytes(encode(wrap(consult_transfer())))
    ids = record_ids(path, path.stat().st_size, path.stat().st_mtime_ns)
    assert ids.conversations == {consult_transfer()["conversationId"]}  # as intake reads it, to pair it
    found = read_files([path], vendors(CtrSettings()))
    assert {type(one) for one in found} == {Contact}
    assert {one.source for one in found} == {name}


@pytest.mark.parametrize(
    "document",
    [
        media(0, 30),
        {"id": "recording-1", **{key: value for key, value in media(0, 30).items() if key != "recordingId"}},
        [media(0, 30)],
        {"recordings": [media(0, 30)]},
        {"entities": [media(0, 30)], "total": 1},
        {"recordingId": "recording-1", "startTime": None, "endTime": None},
    ],
)
def test_recording_metadata_is_known_by_its_shape(tmp_path: Path, document: object) -> None:
    """The API's object, a list of them, and the export's object are all the same."""
    path = tmp_path / "a.wav_metadata.json"
    path.write_bytes(pretty(document))
    (found,) = read_files([path], vendors(CtrSettings()))
    assert isinstance(found, Media)
    assert found.id == "recording-1"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not JSON"),
        (b"RIFF\x00\xff\xfeWAVE", "not JSON"),
        (b'{"participants": [', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"1" * 5000, "not JSON"),
        (b"null", "no known record shape"),
        (b"[]", "no known record shape"),
        (b'{"ContactId": "1", "Channel": "VOICE"}', "no known record shape"),
    ],
)
def test_a_file_that_is_no_record_is_refused_by_name(tmp_path: Path, content: bytes, says: str) -> None:
    """The error names the file, not its folder, and contains nothing of its content."""
    path = tmp_path / "call 7.json"
    path.write_bytes(content)
    with pytest.raises(RecordError, match=says) as caught:
        read_files([path], vendors(CtrSettings()))
    assert caught.value.message.startswith("The record 'call 7.json' ")
    assert caught.value.__cause__ is None


def test_a_file_that_vanished_can_be_tried_again(tmp_path: Path) -> None:
    """Not the record's fault."""
    with pytest.raises(StorageError, match=r"gone\.json"):
        read_files([tmp_path / "gone.json"], vendors(CtrSettings()))


def test_unknown_values_keep_their_place(tmp_path: Path) -> None:
    """A purpose or a segment type that the platform may have next year: it is not interpreted."""
    record = conversation(
        customer(0, 30),
        agent("user-1", segment("interact", 0, 20), segment("hologram", 20, 30)),
        {"purpose": "oracle", "sessions": [{"segments": [segment("interact", 0, 30)]}]},
    )
    path = tmp_path / "a.json"
    path.write_bytes(pretty(record))
    (found,) = read_files([path], vendors(CtrSettings()))
    assert isinstance(found, Contact)
    kinds = [[stretch.kind.value for stretch in leg.stretches] for leg in found.legs]
    assert sorted(kinds) == [["other"], ["talk"], ["talk", "other"]]


def test_a_table_in_another_encoding_is_told_how_to_save(tmp_path: Path) -> None:
    """As Excel writes names with accents, wherever it is read first."""
    path = tmp_path / "calls.csv"
    path.write_bytes("call,agent\n1,Jos\u00e9 Pe\u00f1a\n".encode("latin-1"))
    with pytest.raises(RecordError, match="UTF-8"):
        read_files([path], vendors(CtrSettings()))
    with pytest.raises(RecordError, match="Save it as UTF-8"):
        record_ids(path, path.stat().st_size, path.stat().st_mtime_ns)
