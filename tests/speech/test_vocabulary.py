from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from pca_pipeline.errors import SetupError
from pca_pipeline.speech.languages import language_code
from pca_pipeline.speech.vocabulary import load_hot_words, load_replacements
from tests.speech.test_guards import said


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("I have acme care today", "I have AcmeCare today"),
        ("I have Acme, care.", "I have AcmeCare."),  # marks are no matter; those at the end stay
        ("acme care plus", "AcmeCarePlus"),  # the longest counts
        ("north wind", "Northwind Health Plan"),
        ("acme", "acme"),
        ("", ""),
    ],
)
def test_what_is_heard_wrong_is_written_right(tmp_path: Path, heard: str, written: str) -> None:
    """Word by word, without capitals and marks; the time of the run is kept."""
    table = tmp_path / "replacements.toml"
    table.write_text(
        '"acme care" = "AcmeCare"\n"acme care plus" = "AcmeCarePlus"\n"north wind" = "Northwind Health Plan"\n'
    )
    before = tuple(said(heard))
    after = load_replacements(table)(before)
    assert " ".join(word.text for word in after) == written
    if before:
        assert (after[0].start, after[-1].end) == (before[0].start, before[-1].end)
    assert all(one.end <= other.start + 1e-9 for one, other in pairwise(after))


def test_a_run_is_on_one_channel(tmp_path: Path) -> None:
    """Words of the other side that lie between belong to nobody's phrase."""
    table = tmp_path / "replacements.toml"
    table.write_text('"acme care" = "AcmeCare"\n')
    words = sorted([*said("acme care"), *said("care acme", 0.1, channel=1)], key=lambda word: word.start)
    assert [w.text for w in load_replacements(table)(tuple(words))] == ["AcmeCare", "care", "acme"]


@pytest.mark.parametrize("text", ["= nothing", '"a" = 3', "\xff"], ids=["no TOML", "a number", "no UTF-8"])
def test_a_bad_table_is_named(tmp_path: Path, text: str) -> None:
    """The error names the file and the way out."""
    table = tmp_path / "replacements.toml"
    table.write_bytes(text.encode("latin-1"))
    with pytest.raises(SetupError, match=str(table)) as error:
        load_replacements(table)
    assert error.value.hint


def test_hot_words_are_lines(tmp_path: Path) -> None:
    """Empty lines and remarks are none; a missing file is an error."""
    terms = tmp_path / "terms.txt"
    terms.write_text("# ours\nAcme Care\n\n  Northwind \n")
    assert load_hot_words(terms) == ("Acme Care", "Northwind")
    assert load_hot_words(None) == ()
    with pytest.raises(SetupError, match="missing"):
        load_hot_words(tmp_path / "missing.txt")


@pytest.mark.parametrize(
    ("name", "code"),
    [("en-US", "en"), ("Spanish", "es"), ("fr", "fr"), ("pt_BR", "pt"), ("Klingon", None), ("", None), (None, None)],
)
def test_languages_have_many_names(name: str | None, code: str | None) -> None:
    """Codes, locales and English names."""
    assert language_code(name) == code


def test_a_changed_file_counts_at_once(tmp_path: Path) -> None:
    """For the next calls of the same process, as a changed mapping or lookup does."""
    terms, table = tmp_path / "terms.txt", tmp_path / "replacements.toml"
    for written in ("AcmeCare", "Acme Care Inc."):
        terms.write_text(written)
        table.write_text(f'"acme care" = "{written}"')
        assert load_hot_words(terms) == (written,)
        assert " ".join(word.text for word in load_replacements(table)(tuple(said("acme care")))) == written
