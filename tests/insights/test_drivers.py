from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.insights import FOLDER, read_judged, redacted_call
from benchmarks.written_redaction import read_conversations
from pca_pipeline.call import Participant, Role
from pca_pipeline.errors import SetupError
from pca_pipeline.insights.classifier import load_classifier
from pca_pipeline.insights.drivers import NOTHING, load_topics, name_drivers
from review_model.talk import TALK
from tests.insights.calls import CAST, make_call, say
from tests.insights.customer_lines import LINES, UNSEEN


def _share_right(lines: tuple[tuple[str, str | None], ...]) -> float:
    right = 0
    for text, driver in lines:
        named = name_drivers(make_call([say("customer", 0, 9, text)]))
        right += named[:1] == ((driver,) if driver else ())
    return right / len(lines)


def test_drivers_of_known_lines() -> None:
    """Most lines that were used to make the topics' phrases get their driver first (measured: 92 %)."""
    assert _share_right(LINES) >= 0.9


def test_drivers_of_unseen_lines() -> None:
    """Most unseen lines get their driver first (measured: 36 of 44)."""
    assert _share_right(UNSEEN) >= 0.75


def test_drivers_of_judged_calls() -> None:
    """Of conversations that a reader judged, two in five get their main topic first (measured: 41 %; phrases alone: 26 %)."""
    judged = [one for one in read_judged(FOLDER / "development.txt") if one.topics]
    conversations = {one.number: one for one in read_conversations(TALK)}
    right = sum(name_drivers(redacted_call(conversations[one.number]))[:1] == one.topics[:1] for one in judged)
    assert right / len(judged) >= 0.35


def test_the_classifier_knows_every_topic() -> None:
    """Its classes are the topics of the file, and none."""
    assert {topic.name for topic in load_topics()} | {NOTHING} == set(load_classifier("drivers").classes)


def test_every_line_names_a_topic() -> None:
    """The lines' drivers are topics of the file, and at least twenty of them."""
    topics = {topic.name for topic in load_topics()}
    expected = {driver for _, driver in LINES + UNSEEN if driver}
    assert expected <= topics
    assert len(expected) >= 20


def test_only_the_customer_says_why() -> None:
    """What agents and prompts say names no driver."""
    others = [
        say("agent_1", 0, 3, "Did you lose your card?"),
        say("ivr_1", 4, 6, "To dispute a charge, press 1."),
    ]
    assert name_drivers(make_call(others)) == ()


def test_a_reason_broken_by_the_other_side_is_whole() -> None:
    """A sentence that goes on after the agent's "mhm" is one sentence."""
    spoken = [
        say("customer", 0, 1, "I'd like to change my"),
        say("agent_1", 1, 1.5, "Mhm."),
        say("customer", 2, 3, "beneficiary please"),
    ]
    assert name_drivers(make_call(reversed(spoken))) == ("beneficiary",)


def test_only_the_beginning_counts() -> None:
    """What comes up after the customer's first 150 words is not why they called."""
    late = [say("customer", 0, 60, "blah " * 150), say("customer", 61, 62, "I lost my card")]
    assert name_drivers(make_call(late)) == ()


@pytest.mark.parametrize(
    ("queue", "said", "drivers"),
    [
        ("Billing", "Hello?", ("billing question",)),
        ("Billing", "I lost my credit card", ("card lost or stolen",)),
        ("Front desk", "Hello?", ()),
    ],
)
def test_queues_speak_where_words_do_not(queue: str, said: str, drivers: tuple[str, ...]) -> None:
    """A queue's name is the driver only when the customer named none."""
    participants = (*CAST, Participant("queue_9", Role.QUEUE, name=queue))
    assert name_drivers(make_call([say("customer", 0, 2, said)], participants=participants)) == drivers


def test_two_reasons() -> None:
    """A second topic of similar weight is named too, the stronger first."""
    text = "I lost my card and it was stolen with my wallet, and I'd like to change my address to a new address"
    assert name_drivers(make_call([say("customer", 0, 9, text)])) == (
        "card lost or stolen",
        "change of details",
    )


def test_own_topics(tmp_path: Path) -> None:
    """A file adds topics and replaces those of the same name; an empty one removes it."""
    own = tmp_path / "own.toml"
    own.write_text('["solar panel"]\nstrong = ["solar*"]\n[cancel]\nstrong = ["farewell"]\n[refund]\n')
    solar = make_call([say("customer", 0, 9, "My solar panels are dusty")])
    assert name_drivers(solar, own) == ("solar panel",)
    assert "solar panel" not in name_drivers(solar)
    assert name_drivers(make_call([say("customer", 0, 9, "I want a refund")]), own) == ()
    assert name_drivers(make_call([say("customer", 0, 9, "Cancel it")]), own) == ()


@pytest.mark.parametrize("content", [None, "not toml", "[none]", "[topic]\nphrases = 3", 'topic = "text"', "\x00"])
def test_a_bad_topics_file_is_named(tmp_path: Path, content: str | None) -> None:
    """A missing file, no TOML, or TOML of another shape is a SetupError that names the file."""
    own = tmp_path / "own.toml"
    if content is not None:
        own.write_text(content)
    with pytest.raises(SetupError, match=r"own\.toml"):
        name_drivers(make_call(), own)


def test_labels_do_not_count() -> None:
    """A label is not a phrase."""
    call = make_call([say("customer", 0, 1, "it is [REFUND]")])
    labelled = replace(call.segments[0].words[-1], text="refund")
    segment = replace(call.segments[0], words=(*call.segments[0].words[:-1], labelled))
    assert name_drivers(replace(call, segments=(segment,))) == ()


def test_a_changed_file_of_topics_counts_at_once(tmp_path: Path) -> None:
    """It counts for the next calls of the same process; if the file is gone, that is an error."""
    own = tmp_path / "topics.toml"
    for moment, topics in enumerate((["kayaks"], ["kayaks", "canoes"])):
        own.write_text("".join(f'[{name}]\nstrong = ["{name}"]\n' for name in topics))
        os.utime(own, (moment, moment))
        assert [topic.name for topic in load_topics(own) if topic.name in ("kayaks", "canoes")] == topics
    own.unlink()
    with pytest.raises(SetupError):
        load_topics(own)
