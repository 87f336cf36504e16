from __future__ import annotations

import json

import pytest

from pca_pipeline.errors import RecordError
from pca_pipeline.pii import redact_lines, redact_text, redact_turns
from pca_pipeline.settings import load_settings

CONVERSATION = {
    "id": 7,
    "turns": [
        {"speaker": "agent", "text": "What is your PIN?"},
        {"speaker": "customer", "text": "it's  double four, seven two!"},
        {"speaker": "agent", "text": ""},
    ],
}


def test_offsets_are_those_of_the_given_turn() -> None:
    """Findings cut out of the given text are exactly what the label replaced."""
    result = redact_turns(CONVERSATION)
    finding = result["turns"][1]["findings"][0]
    text = CONVERSATION["turns"][1]["text"]  # type: ignore[index]
    assert text[finding["start"] : finding["end"]] == "double four, seven two"
    assert result["turns"][1]["text"] == "it's  <PIN>!"
    assert result["id"] == 7
    assert result["turns"][0] == {"text": "What is your PIN?", "findings": []}
    assert finding["entity"] == "PIN"
    assert 0 < finding["score"] <= 1


def test_json_lines_in_and_out() -> None:
    """One conversation a line, blank lines apart."""
    lines = [json.dumps(CONVERSATION), "", json.dumps(CONVERSATION)]
    assert [json.loads(line)["id"] for line in redact_lines(lines, load_settings())] == [7, 7]


@pytest.mark.parametrize("line", ["secret 1234", "[]", "{}", '{"turns": [{"text": 5}]}', '{"turns": "my pin is 1234"}'])
def test_other_shapes_are_refused_without_their_content(line: str) -> None:
    """The error names the line's number and never its text."""
    with pytest.raises(RecordError, match="Line 1 ") as error:
        list(redact_lines([line], load_settings()))
    assert "1234" not in str(error.value)


def test_text_with_speakers() -> None:
    """Lines of text are turns; a name before a colon is the speaker's and stays."""
    lines = ["agent: Your mother's maiden name?", "customer: Brown", "", "my name is Bob Jones"]
    redacted = ["agent: Your mother's maiden name?", "customer: <SECURITY_ANSWER>", "", "my name is <PERSON>"]
    assert list(redact_text(lines, load_settings())) == redacted
