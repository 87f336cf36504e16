"""The hand-written conversations of the benchmark can be read, and their marks mean what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.redaction_calls import HALVES
from benchmarks.written_redaction import NEUTRAL, read_conversations
from pca_pipeline.pii.entities import ENTITIES

HEAD = "=== 001 held bank typed\n"


def test_every_conversation_is_read_once() -> None:
    """Numbers are unique, halves known, every mark is an entity of this project or neutral."""
    written = list(read_conversations())
    assert len({one.number for one in written}) == len(written) > 150
    assert {one.half for one in written} == set(HALVES)
    entities = {word.entity for one in written for turn in one.call.turns for word in turn.words}
    assert entities <= {None, NEUTRAL, *ENTITIES}


def test_a_word_belongs_to_the_mark_it_touches(tmp_path: Path) -> None:
    """Marks leave the text as it is; free words and the agent's name need not be found."""
    text = f"{HEAD}A: This is {{AGENT|Ann}}.\nC: Hi Ann, {{PERSON|Jo Roe}}'s pin: {{PIN|12 um 34}}.\n"
    (tmp_path / "one.txt").write_text(text, "utf-8")
    (one,) = read_conversations(tmp_path)
    words = one.call.turns[1].words
    assert " ".join(word.text for word in words) == "Hi Ann, Jo Roe's pin: 12 um 34."
    assert [word.entity for word in words] == [None, NEUTRAL, "PERSON", "PERSON", None, "PIN", "PIN", "PIN"]
    assert [word.needed for word in words] == [True, False, True, True, True, True, False, True]
    assert (words[2].value == words[3].value != words[5].value, one.call.agent) == (True, "Ann")


@pytest.mark.parametrize("text", ["=== one held bank typed\nA: Hi.\n", f"{HEAD}B: Hi.\n"])
def test_what_is_no_conversation_is_named(tmp_path: Path, text: str) -> None:
    """A wrong line is an error that names the file."""
    (tmp_path / "one.txt").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"one\.txt"):
        list(read_conversations(tmp_path))
