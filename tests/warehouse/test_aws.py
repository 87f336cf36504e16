"""Calls written in the format of AWS Post Call Analytics and read back, and its own output read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pca_pipeline.errors import WarehouseError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import export, load, open_database, open_readonly, publish, stage
from pca_pipeline.warehouse.aws_import import import_aws
from tests.conftest import Swept
from tests.factories import CUSTOMER, Turn, agent, ivr, make_call, queue

CALL = make_call(
    "call-1",
    conversation_id="conversation-1",
    participants=(CUSTOMER, ivr(1, "Main menu"), queue(1, "Billing"), agent(1, "Ann"), agent(2, "Bob")),
    turns=(
        Turn("ivr_1", 0.5, "welcome to the bank"),
        Turn("customer", 4.0, "my card is [CREDIT_CARD] okay", -0.6),
        Turn("agent_1", 12.0, "thank you one moment", 0.2),
        Turn("customer", 13.0, "sure", 0.0),
        Turn("agent_2", 20.0, "gladly done", 0.8),
    ),
    drivers=("billing", "card lost"),
    duration=30.0,
)
NO_AGENT = make_call("call-2", participants=(CUSTOMER,), turns=(Turn("customer", 1.0, "hello"),), started_at=None)

# The header keys and the turn's keys that its own reader asks for.
HEADER = {
    *("GUID", "Agent", "Cust", "ConversationTime", "ProcessTime", "ConversationLocation", "LanguageCode"),
    *("EntityRecognizerName", "Duration", "SpeakerLabels", "CustomEntities", "SentimentTrends", "SpeakerTime"),
    *("CategoriesDetected", "IssuesDetected", "ActionItemsDetected", "OutcomesDetected", "CombinedAnalyticsGraph"),
}
TURN = {
    *("SegmentStartTime", "SegmentEndTime", "SegmentSpeaker", "SegmentInterruption", "OriginalText"),
    *("LoudnessScores", "SentimentIsPositive", "SentimentIsNegative", "SentimentScore", "BaseSentimentScores"),
    *("EntitiesDetected", "CategoriesDetected", "FollowOnCategories", "IssuesDetected", "ActionItemsDetected"),
    *("OutcomesDetected", "WordConfidence"),
}
KEPT = {
    "calls": "call_id, conversation_id, recording_id, started_at, duration_ms, direction, customer, audio",
    "participants": "call_id, participant, role, id, name",
    "segments": "* exclude (call_number, loudness_dbfs, words)",
    "v_words": "* exclude (call_number)",
    "findings": "call_id, entity, segment, first_word, start_ms, end_ms",
    "drivers": "call_id, rank, driver",
    "sentiment_quarters": "* exclude (call_number) replace (round(sentiment, 6) as sentiment)",
}


@pytest.fixture
def exported(settings: Settings, tmp_path: Path) -> list[Path]:
    """Two calls as files in that format."""
    keyed = replace(CALL, call=replace(CALL.call, customer="5eed"))
    for call in (keyed, NO_AGENT):
        stage(call, settings.staged_folder)
    load(settings)
    publish(settings)
    return list(export(settings, tmp_path / "out", "aws"))


def rows(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """What the format can hold."""
    with open_readonly(settings) as connection:
        return {
            table: connection.execute(f"select {columns} from {table} order by all").fetchall()
            for table, columns in KEPT.items()
        }


def test_its_readers_find_what_they_ask_for(exported: list[Path]) -> None:
    """Keys, types and the two labels, even for a call without an agent."""
    for path in exported:
        document = json.loads(path.read_text("utf-8"))
        header, turns = document["ConversationAnalytics"], document["SpeechSegments"]
        assert header.keys() >= HEADER
        assert isinstance(header["Duration"], str)
        assert {"Agent", "Customer"} <= {label["DisplayText"] for label in header["SpeakerLabels"]}
        assert header["SourceInformation"][0]["TranscribeJobInfo"]["ChannelIdentification"] == 1
        assert all(turn.keys() >= TURN for turn in turns)
        assert {turn["SegmentSpeaker"] for turn in turns} <= {label["Speaker"] for label in header["SpeakerLabels"]}


def test_a_turn_says_what_it_says(exported: list[Path]) -> None:
    """Speaker codes, unsigned sentiment with its flags, words with a blank in front, and interruptions."""
    document = json.loads(exported[0].read_text("utf-8"))
    turns = document["SpeechSegments"]
    assert [turn["SegmentSpeaker"] for turn in turns] == ["IVR", "spk_0", "spk_1", "spk_0", "spk_2"]
    assert [turn["IVRSegment"] for turn in turns] == [True, False, False, False, False]
    assert (turns[1]["SentimentIsNegative"], round(turns[1]["SentimentScore"], 3)) == (1, 3.0)
    assert turns[1]["WordConfidence"][0]["Text"] == " my"
    assert turns[1]["EntitiesDetected"][0] | {"Score": 1} == {
        "Type": "CREDIT_CARD",
        "Text": "[CREDIT_CARD]",
        "BeginOffset": 11,
        "EndOffset": 24,
        "Score": 1,
    }
    assert document["ConversationAnalytics"]["SpeakerTime"]["NonTalkTime"]["Instances"][0]["DurationSecs"] == 5.5


def test_a_call_in_another_language_is_not_imported(settings: Settings, exported: list[Path], tmp_path: Path) -> None:
    """Redaction would find little in it."""
    document = json.loads(exported[0].read_text("utf-8"))
    document["ConversationAnalytics"]["LanguageCode"] = "es-US"
    spanish = tmp_path / "spanish.json"
    spanish.write_text(json.dumps(document))
    imported = import_aws([spanish], settings, replace_heard=True)
    assert not imported.calls and "'es'" in imported.refused[0][1]


def test_what_is_written_comes_back(settings: Settings, exported: list[Path], tmp_path: Path) -> None:
    """After export and import into an empty warehouse, words, times, speakers, sentiment, findings and drivers are the same."""
    other = Settings(folder=tmp_path / "other", pii={"model": "none"})
    imported = import_aws(exported, other)
    load(other)
    assert imported.calls == ("call-1", "call-2")
    assert imported.refused == ()
    assert rows(other) == rows(settings)


# Of the tables that come back: columns of which the form has no place for what they are made of (docs/commands.md).
LOST = {
    "calls": "ctr_quality, ctr_notes, model, speech_ms, dropped_words, dropped, code_version, settings_version, loaded_at, call_number",
    "call_metrics": (
        "handle_ms, talk_ms, hold_ms, after_call_work_ms, queue_wait_ms, ivr_ms, consult_ms, speed_of_answer_ms,"
        "non_talk_ms, longest_silence_ms, agents, queues, ivrs, holds, blind_transfers, consult_transfers, transfers,"
        "customer_sentiment, agent_sentiment, customer_sentiment_change, call_number"
    ),
    "call_facts": "findings, redacted, call_number",
    "participants": "call_number",
    "participant_metrics": (
        "talk_ms, hold_ms, after_call_work_ms, queue_wait_ms, ivr_ms, alert_ms, consult_ms, speed_of_answer_ms,"
        "loudness_dbfs, sentiment, words_per_minute, call_number"
    ),
    "segments": "loudness_dbfs, text, words, call_number",
    "drivers": "call_number",
}
SENTIMENT = (
    "select speaker, round(segments.sentiment::double, 3), sentiment_label, round(participant_metrics.sentiment, 2) "
    "from segments join participant_metrics using (call_number) where participant = speaker order by all"
)


def test_all_sample_calls_come_back(swept: Swept, tmp_path: Path) -> None:
    """Every speaker, including queues and voicemail, all sentiment, and the tables except for what is listed."""
    files = list(export(swept.settings, tmp_path / "out", "aws"))
    other = Settings(folder=tmp_path / "other", pii=swept.settings.pii)
    assert import_aws(files, other).refused == ()
    load(other)
    with open_readonly(swept.settings) as before, open_readonly(other) as after:
        for table, lost in LOST.items():
            query = f"select * exclude ({lost}) from {table} order by all"
            assert after.execute(query).fetchall() == before.execute(query).fetchall(), table
        assert after.execute(SENTIMENT).fetchall() == before.execute(SENTIMENT).fetchall()


def test_a_call_that_was_heard_here_is_not_replaced(settings: Settings, exported: list[Path]) -> None:
    """It would lose its intervals; that has to be asked for."""
    kept = import_aws(exported, settings)
    assert (kept.calls, [path for path, _ in kept.refused]) == ((), exported)
    assert "--replace" in kept.refused[0][1]
    assert import_aws(exported, settings, replace_heard=True).calls == ("call-1", "call-2")


@pytest.mark.parametrize("has_database", [False, True])
def test_a_call_that_waits_for_the_loader_was_heard_here(
    tmp_path: Path, exported: list[Path], has_database: bool
) -> None:
    """The import would otherwise be loaded after it, and win."""
    other = Settings(folder=tmp_path / "other")
    if has_database:
        stage(NO_AGENT, other.staged_folder)
        load(other)
    stage(CALL, other.staged_folder)
    assert len(import_aws(exported, other).refused) == 1 + has_database


def test_a_code_that_is_nobodys_is_no_agents(settings: Settings, tmp_path: Path) -> None:
    """A turn of a speaker without a label is read as that of somebody unknown."""
    document = genuine()
    document["SpeechSegments"][1]["SegmentSpeaker"] = "spk_7"
    query = "select speaker from segments order by segment"
    assert imported_rows(settings, tmp_path, document, query) == [("customer",), ("unknown",)]


def genuine(**header: Any) -> dict[str, Any]:
    """A document as AWS writes it: standard mode, after its Genesys step, a raw number in the words."""
    words = [
        (" My", 1.0),
        (" number", 1.4),
        (" is", 1.8),
        (" 4111", 2.0),
        (" 1111", 2.5),
        (" 1111", 3.0),
        (" 1111.", 3.5),
    ]
    turn = {"SegmentInterruption": False, "SentimentIsPositive": 0, "SentimentIsNegative": 1, "SentimentScore": 4.0}
    return {
        "ConversationAnalytics": {
            "GUID": "None",
            "Agent": "Agent 1",
            "Cust": "8f0c",
            "Agents": ["Agent 1"],
            "ConversationTime": "2024-05-06 07:08:09.500000",
            "ConversationLocation": "America/New_York",
            "LanguageCode": "en-US",
            "Duration": "61.5",
            "SpeakerLabels": [
                {"Speaker": "spk_1", "DisplayText": "Agent 1", "UserId": "u-7"},
                {"Speaker": "spk_0", "DisplayText": "Customer"},
                {"Speaker": "IVR", "DisplayText": "Genesys IVR"},
            ],
            "SentimentTrends": {"spk_1": {"NameOverride": "Agent 1"}},
            "Summary": {"Summary": "Caller gave card 4111 1111 1111 1111 to pay."},
            "CategoriesDetected": [{"Name": "payment", "Instances": 2, "Timestamps": []}],
            "SourceInformation": [{"TranscribeJobInfo": {"TranscriptionJobName": "job-1", "ChannelIdentification": 1}}],
        }
        | header,
        "SpeechSegments": [
            turn
            | {
                "SegmentStartTime": 1.0,
                "SegmentEndTime": 4.0,
                "SegmentSpeaker": "spk_0",
                "IVRSegment": False,
                "OriginalText": "My number is 4111 1111 1111 1111.",
                "DisplayText": "My number is 4111 1111 1111 1111.",
                "TextEdited": 0,
                "BaseSentimentScores": [],
                "WordConfidence": [
                    {"Text": text, "StartTime": start, "EndTime": start + 0.3, "Confidence": 0.9}
                    for text, start in words
                ],
            },
            turn
            | {
                "SegmentStartTime": 5.0,
                "SegmentEndTime": 7.0,
                "SegmentSpeaker": "spk_1",
                "OriginalText": "thanks [NAME]",
                "SentimentIsNegative": 0,
                "SentimentScore": 0,
                "BaseSentimentScores": {"Positive": 0.3, "Negative": 0.1, "Neutral": 0.6},
                "WordConfidence": [{"Text": "", "StartTime": 0, "EndTime": 0, "Confidence": 0}],
            },
        ],
    }


def imported_rows(settings: Settings, tmp_path: Path, document: object, query: str) -> list[tuple[object, ...]]:
    """Import one document and ask."""
    path = tmp_path / "call.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert import_aws([path], settings).refused == ()
    load(settings)
    with open_readonly(settings) as connection:
        return connection.execute(query).fetchall()


def test_its_own_output_is_read_and_redacted(settings: Settings, tmp_path: Path) -> None:
    """Speakers, local time, a turn without word times; the card is removed from words and summary, and its label is a finding."""
    found = imported_rows(settings, tmp_path, genuine(), "select started_at, agents, ctr_quality from v_calls")
    assert [(str(at), agents, quality) for at, agents, quality in found] == [
        ("2024-05-06 11:08:09.500000", ["u-7"], "none")
    ]
    with open_readonly(settings) as connection:
        assert connection.execute(
            "select speaker, text, round(sentiment::double, 2) from segments order by 1"
        ).fetchall() == [
            ("agent_1", "thanks [NAME]", 0.2),
            ("customer", "My number is <CREDIT_CARD>.", -0.8),
        ]
        assert connection.execute("select entity, segment from findings order by segment").fetchall() == [
            ("CREDIT_CARD", 0),
            ("PERSON", 1),
        ]
        kept = connection.execute("select value from enrichments where name = 'aws_pca'").fetchone()
    assert kept is not None
    assert json.loads(kept[0])["categories"] == {"payment": 2}
    assert "4111" not in kept[0]
    assert not any(b"4111" in path.read_bytes() for path in settings.folder.rglob("*") if path.is_file())


def test_the_same_file_again_is_the_same_call(settings: Settings, tmp_path: Path) -> None:
    """A history may be imported twice; another job is another call."""
    count = "select count(*) from calls"
    assert imported_rows(settings, tmp_path, genuine(), count) == [(1,)]
    assert imported_rows(settings, tmp_path, genuine(), count) == [(1,)]
    assert imported_rows(settings, tmp_path, genuine(GUID="other"), count) == [(2,)]


def test_a_record_tells_the_moment(settings: Settings, tmp_path: Path) -> None:
    """After the Genesys step the start has a zone, and ids are known."""
    telephony = {"Genesys": {"id": "r", "conversationId": "c", "startTime": "2024-05-06T07:08:09.000Z"}}
    query = "select started_at::varchar, conversation_id, recording_id from calls"
    assert imported_rows(settings, tmp_path, genuine(Telephony=telephony), query) == [("2024-05-06 07:08:09", "c", "r")]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"ConversationAnalytics": {}, "SpeechSegments": []}'])
def test_other_files_are_refused_by_name(settings: Settings, tmp_path: Path, content: str) -> None:
    """They are reported and left out; the rest is imported."""
    bad, good = tmp_path / "bad.json", tmp_path / "good.json"
    bad.write_text(content)
    good.write_text(json.dumps(genuine()), encoding="utf-8")
    imported = import_aws([bad, good], settings)
    assert len(imported.calls) == 1
    assert [path for path, _ in imported.refused] == [bad]
    assert "bad.json" in imported.refused[0][1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("CallId", value) for value in ("../../victim", "{folder}", "*", ".", "a/b", "a\n", "x" * 129, 7, ["a"])],
        *[
            ("Audio", value)
            for value in (
                "{folder}/done/a.wav",
                "../a.wav",
                "done/../work/a.wav",
                "sealed/a.wav",
                "done/a.wav",
                "done/2026-03-02/a/original/original.wav",
                ["a"],
            )
        ],
    ],
)
def test_a_file_does_not_choose_paths(
    settings: Settings, exported: list[Path], tmp_path: Path, field: str, value: object
) -> None:
    """Ids and paths that lead elsewhere are refused by name; the other files are imported."""
    document = json.loads(exported[0].read_text("utf-8"))
    value = value.format(folder=settings.folder) if isinstance(value, str) else value
    document["ConversationAnalytics"]["PcaPipeline"][field] = value
    hostile = tmp_path / "hostile.json"
    hostile.write_text(json.dumps(document), encoding="utf-8")
    imported = import_aws([hostile, exported[1]], Settings(folder=tmp_path / "other", pii={"model": "none"}))
    assert imported.calls == ("call-2",)
    ((path, reason),) = imported.refused
    assert path == hostile
    assert "hostile.json" in reason
    if isinstance(value, str):
        assert field in reason
        assert "without one" in reason or "leave it out" in reason  # the way out


def test_a_row_whose_id_is_a_path_is_not_written(settings: Settings, exported: list[Path], tmp_path: Path) -> None:
    """An older import may have stored such rows: the export names the call before it writes anything."""
    with open_database(settings) as connection:
        connection.execute("update calls set call_id = '../victim' where call_id = 'call-2'")
    publish(settings)
    with pytest.raises(WarehouseError, match=r"\.\./victim"):
        export(settings, tmp_path / "again", "aws")
    assert not list((tmp_path / "again").iterdir())
    assert not (tmp_path / "victim.json").exists()
