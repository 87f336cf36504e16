from __future__ import annotations

import pytest

from pca_pipeline.call import FileKind, Finding, KnownIdentity, SourceFile
from pca_pipeline.pii import names_of, without_names
from tests.pii.conftest import call


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("2026-03-02_Bogdan-Ostrowski.wav", "2026-03-02_[name]-[name].wav"),
        ("inbox/OSTROWSKI/call 7.json", "inbox/[name]/call 7.json"),
        ("call of bogdan.wav", "call of [name].wav"),
        ("Priya.wav", "[name].wav"),
        ("conversation_id=1f0c/recording.wav", "conversation_id=1f0c/recording.wav"),
        ("7abcdef1-0000-4000-8abc-feedfacebeef_card-loss.wav", "7abcdef1-0000-4000-8abc-feedfacebeef_card-loss.wav"),
        ("mono [number] John Smith.wav", "mono [number] [name] [name].wav"),
        ("Brown, Grace 2.WAV", "[name], [name] 2.WAV"),
        ("Szczepan.wav_call_metadata.json", "[name].wav_call_metadata.json"),
        ("KarenWhitfield7.ogg", "[name]7.ogg"),
        ("call q Wu Li.json", "call q [name] [name].json"),
        ("in to us EN J. bo.wav", "in to us EN J. [name].wav"),
        ("li_NG_2.wav", "[name]_[name]_2.wav"),
        ("\N{CJK UNIFIED IDEOGRAPH-738B}\N{CJK UNIFIED IDEOGRAPH-4F1F}.wav", "[name].wav"),
        ("H\N{LATIN SMALL LETTER A WITH ACUTE}.wav", "[name].wav"),
        ("Zoe\N{COMBINING DIAERESIS}.wav", "[name].wav"),
    ],
)
def test_files_lose_the_names_of_people(name: str, shown: str) -> None:
    """Those in the record, those that were said, and any that nobody told of; ids, dates, plain words and suffixes stay."""
    segments = call([("customer", "Bogdan here, I mean Priya said so.")])
    said = segments[0].words[4]
    finding = Finding("PERSON", 0, 4, 4, 0, said.start, said.end, 0.9, "test")
    names = names_of(KnownIdentity(names=("Bogdan Ostrowski", "Bo Ha\N{COMBINING ACUTE ACCENT}")), segments, [finding])
    (file,) = without_names([SourceFile(name, FileKind.AUDIO, "0" * 64, 1)], names)
    assert (file.name, file.kind, file.size) == (shown, "audio", 1)
