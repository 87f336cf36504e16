"""Legs of an Amazon Connect conversation that are dropped one by one: each is updated by the others, in any order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from pca_pipeline import intake, pipeline
from pca_pipeline.call import RedactedCall, Role
from pca_pipeline.pii import Redactor
from pca_pipeline.settings import CtrSettings, Settings
from pca_pipeline.transcript import read_transcript
from tests.calls_folder import drop_transcribed, prompt_settings
from tests.ctr.connect_records import agent, contact, queue, transferred
from tests.transcripts import said

LENGTHS = {"contact-1": 40.0, "contact-2": 58.0, "contact-3": 30.0}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A calls folder that takes files at once and keeps an attribute."""
    return prompt_settings(tmp_path, ctr=CtrSettings(attributes=("Tier",)))


@pytest.fixture
def tools(settings: Settings) -> pipeline.Tools:
    """No speech engine: the words come from transcripts."""
    return pipeline.Tools(None, Redactor(settings))


def legs() -> dict[str, dict[str, Any]]:
    """Three agents, each followed by the next: ana until 60, ben until 120, then cem, whose record names only ben."""
    first, second = transferred()
    third = contact(
        "contact-3",
        118,
        150,
        InitialContactId="contact-1",
        PreviousContactId="contact-2",
        InitiationMethod="TRANSFER",
        Agent=agent("cem", 120, 150),
    )
    first["Attributes"] = {"Tier": "gold", "CustomerName": "June Oakley"}
    return {"contact-1": first, "contact-2": second | {"NextContactId": "contact-3"}, "contact-3": third}


def drop(settings: Settings, *names: str, records: dict[str, dict[str, Any]] | None = None, heard: bool = True) -> None:
    """Legs into the inbox, with their recordings and what is said in them if they are to be `heard`."""
    for name in names:
        record = (records or legs())[name]
        (settings.inbox_folder / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")
        if heard:
            turns = [
                said(0, "customer", 3 + LENGTHS[name] / 100, "i cannot log in"),
                said(1, "agent", 8, "brightwater is down today"),
            ]
            drop_transcribed(settings.inbox_folder / f"{name}_20260302T14:30_UTC.wav", LENGTHS[name], turns)


def sweep(settings: Settings, tools: pipeline.Tools) -> list[str]:
    """The outcome of each call, until nothing is left to do."""
    statuses: list[str] = []
    for _ in range(4):
        items = pipeline.begin(settings).items
        statuses += [one.status for one in pipeline.process_together(items, settings, tools)]
    return statuses


def calls(settings: Settings) -> dict[str, RedactedCall]:
    """Finished calls by the leg that they are a recording of."""
    found = [read_transcript(path.parent) for path in settings.done_folder.glob("*/*/transcript.json")]
    return {str(call.timeline.recording_id).partition("_")[0]: call for call in found}


def told(call: RedactedCall) -> tuple[list[str | None], list[tuple[str, str | None]]]:
    """The agents of a call and its transfers."""
    agents = [one.id for one in call.timeline.participants if one.role is Role.AGENT]
    return agents, [(one.from_participant, one.to_participant) for one in call.timeline.transfers]


WHOLE = (["ana", "ben", "cem"], [("agent_1", "agent_2"), ("agent_2", "agent_3")])


@pytest.mark.parametrize("order", permutations(legs()))
def test_legs_in_any_order_are_one_conversation(
    settings: Settings, tools: pipeline.Tools, order: tuple[str, ...]
) -> None:
    """Every recording has all agents and transfers, as if the legs had come together; nothing stays in the inbox."""
    for name in order:
        drop(settings, name)
        sweep(settings, tools)
    one_by_one = calls(settings)
    assert {name: told(call) for name, call in one_by_one.items()} == dict.fromkeys(legs(), WHOLE)
    assert not [path for path in settings.inbox_folder.rglob("*") if path.is_file()]


def test_words_are_said_by_who_was_on_each_leg(settings: Settings, tools: pipeline.Tools) -> None:
    """The third leg's agent is agent 3, even for words that were stored when nobody else was known."""
    drop(settings, "contact-3")
    sweep(settings, tools)
    (before,) = calls(settings).values()
    assert {one.speaker for one in before.segments} == {"customer", "agent_1"}
    drop(settings, "contact-1", "contact-2")
    sweep(settings, tools)
    after = calls(settings)
    assert {one.speaker for one in after["contact-3"].segments} == {"customer", "agent_3"}
    assert {one.speaker for one in after["contact-1"].segments} == {"customer", "agent_1"}
    assert [one.text for one in after["contact-3"].segments] == [one.text for one in before.segments]


def test_one_by_one_is_as_together(settings: Settings, tools: pipeline.Tools, tmp_path: Path) -> None:
    """The same timelines, except for the notes."""
    drop(settings, *legs())
    items = pipeline.begin(settings).items
    assert [one.status for one in pipeline.process_together(items, settings, tools)] == ["done"] * 3
    together = calls(settings)
    apart = settings.model_copy(update={"folder": tmp_path / "apart"})
    apart.inbox_folder.mkdir(parents=True)
    for name in legs():
        drop(apart, name)
        sweep(apart, tools)
    for name, call in calls(apart).items():
        assert call.timeline.intervals == together[name].timeline.intervals
        assert call.timeline.outside == together[name].timeline.outside
        assert call.timeline.attributes == together[name].timeline.attributes == (("Tier", "gold"),)
        assert not [note for note in call.timeline.notes if "is not in the record" in note and "leg" in note]


def test_a_leg_that_was_not_recorded_goes_to_the_others(settings: Settings, tools: pipeline.Tools) -> None:
    """The agent sent the call to a queue, where the customer gave up."""
    first = legs()["contact-1"]
    waited = contact("contact-2", 60, 90, InitialContactId="contact-1", PreviousContactId="contact-1") | {
        "InitiationMethod": "TRANSFER",
        "Queue": queue(62, 90, "Retention"),
    }
    drop(settings, "contact-1", records={"contact-1": first})
    sweep(settings, tools)
    drop(settings, "contact-2", records={"contact-2": waited}, heard=False)
    sweep(settings, tools)
    (call,) = calls(settings).values()
    assert told(call) == (["ana"], [("agent_1", "queue_2")])
    assert not [path for path in settings.inbox_folder.rglob("*") if path.is_file()]


def test_a_record_waits_for_its_recording_though_others_have_read_it(settings: Settings, tools: pipeline.Tools) -> None:
    """The first leg is updated at once; the second is complete when its audio arrives."""
    drop(settings, "contact-1")
    sweep(settings, tools)
    drop(settings, "contact-2", heard=False)
    sweep(settings, tools)
    assert told(calls(settings)["contact-1"]) == (["ana", "ben"], [("agent_1", "agent_2")])
    assert (settings.inbox_folder / "contact-2.json").exists()
    drop(settings, "contact-2")
    sweep(settings, tools)
    assert told(calls(settings)["contact-2"]) == (["ana", "ben"], [("agent_1", "agent_2")])
    assert not [path for path in settings.inbox_folder.rglob("*") if path.is_file()]


def test_a_leg_waits_while_another_is_in_work(settings: Settings, tools: pipeline.Tools) -> None:
    """If two were processed at once, neither would be updated by the other: the second is taken by a later sweep."""
    drop(settings, "contact-1")
    first = intake.claim(intake.scan(settings).ready[0], settings)
    assert isinstance(first, intake.Claim)
    drop(settings, "contact-2")
    assert [pipeline.process(item, settings, tools).status for item in _new(settings)] == ["retry"]
    first.lock.close()
    sweep(settings, tools)
    assert {name: told(call)[0] for name, call in calls(settings).items()} == {
        "contact-1": ["ana", "ben"],
        "contact-2": ["ana", "ben"],
    }


def _new(settings: Settings) -> Iterator[pipeline.WorkItem]:
    yield from (pipeline.WorkItem("new", found) for found in intake.scan(settings).ready)


def test_nothing_personal_is_kept(settings: Settings, tools: pipeline.Tools) -> None:
    """No names or numbers, except what the settings allow; and it is erased with the call."""
    drop(settings, *legs())
    sweep(settings, tools)
    kept = [path.read_text() for path in settings.done_folder.rglob("legs-*.json")]
    assert len(kept) == 3 and all('"ana"' in one and '"Tier": "gold"' in one for one in kept)
    assert not any(secret in one for one in kept for secret in ("Oakley", "6125550123", "CustomerEndpoint", "bucket"))


def test_names_of_one_leg_are_looked_for_in_the_words_of_another(settings: Settings, tools: pipeline.Tools) -> None:
    """The word was stored before it was known to be the customer's name."""
    drop(settings, "contact-1")
    sweep(settings, tools)
    assert "brightwater" in " ".join(one.text for one in calls(settings)["contact-1"].segments)
    second = legs()["contact-2"] | {"Attributes": {"CustomerName": "June Brightwater"}}
    drop(settings, "contact-2", records={"contact-2": second})
    sweep(settings, tools)
    assert "brightwater" not in " ".join(one.text for one in calls(settings)["contact-1"].segments)


def test_conversations_of_others_stay_apart(settings: Settings, tools: pipeline.Tools) -> None:
    """A chain of its own."""
    drop(settings, "contact-1")
    sweep(settings, tools)
    other = contact("contact-9", 0, 60, Agent=agent("dora", 20, 60))
    drop(settings, "contact-9", records={"contact-9": other}, heard=False)
    sweep(settings, tools)
    assert told(calls(settings)["contact-1"]) == (["ana"], [])
