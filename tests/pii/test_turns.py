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


@pytest.mark.parametrize(
    "line",
    [
        "secret 1234",
        "[]",
        "{}",
        "null",
        '{"turns": [{"text": 5}]}',
        '{"turns": "my pin is 1234"}',
        '{"turns": [{"text": "my pin is 1234"}, {"speaker": "agent"}]}',
        "[" * 100_000,
        "1234" * 2000,
    ],
)
def test_other_shapes_are_refused_without_their_content(line: str) -> None:
    """The error names the line's number and never its text."""
    with pytest.raises(RecordError, match="Line 1 ") as error:
        list(redact_lines([line], load_settings()))
    assert "1234" not in str(error.value)


def test_a_bad_line_does_not_stop_the_others() -> None:
    """All others are answered first; then the error names each bad line."""
    lines = [json.dumps(CONVERSATION | {"id": 1}), "secret 1234", json.dumps(CONVERSATION | {"id": 2}), "[]"]
    answers = []
    with pytest.raises(RecordError, match=r"2 lines .*: 2, 4\.") as error:
        for answer in redact_lines(lines, load_settings()):
            answers.append(json.loads(answer)["id"])  # noqa: PERF401 - what came before the error is looked at
    assert answers == [1, 2]
    assert "1234" not in str(error.value)
    with pytest.raises(RecordError, match=r"30 lines .* 9, 10 \.\.\.\."):
        list(redact_lines(["-"] * 30, load_settings()))


@pytest.mark.parametrize(
    "turn",
    [
        {"text": "my pin is 1234"},
        {"speaker": None, "text": "my pin is 1234"},
        {"speaker": "customer", "text": "my pin is 1234", "start": 1.5, "mood": {"angry": True}},
        {"speaker": "Kundin 7", "text": "\tmy  pin is\n 1234 \u2028"},
        {"speaker": "customer", "text": "\U0001f600 my pin is\u00a01234 \u2603\u0301 \ud83d"},
    ],
    ids=["no speaker", "null speaker", "more fields", "white space", "unicode and half a character"],
)
def test_odd_turns_are_redacted(turn: dict[str, object]) -> None:
    """Speakers may lack, fields may be more, text may be any: offsets still cut the value out, the rest stays."""
    (line,) = redact_lines([json.dumps({"turns": [{"text": ""}, turn, {"text": " "}]})], load_settings())
    answer = json.loads(line.encode())
    text = str(turn["text"])
    (finding,) = answer["turns"][1]["findings"]
    assert (finding["entity"], text[finding["start"] : finding["end"]]) == ("PIN", "1234")
    assert answer["turns"][1]["text"] == text.replace("1234", "<PIN>")
    assert answer["id"] is None
    assert [turn["text"] for turn in answer["turns"]][::2] == ["", " "]


def test_a_conversation_may_be_empty() -> None:
    """No turns in, no turns out."""
    assert redact_turns({"id": "x", "turns": []}) == {"id": "x", "turns": []}


def test_text_with_speakers() -> None:
    """Lines of text are turns; a name before a colon is the speaker's and stays."""
    lines = ["agent: Your mother's maiden name?", "customer: Brown", "", "my name is Bob Jones"]
    redacted = ["agent: Your mother's maiden name?", "customer: <SECURITY_ANSWER>", "", "my name is <PERSON>"]
    assert list(redact_text(lines, load_settings())) == redacted
