from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pca_pipeline.call import CallRecord, CtrQuality, Direction, Role, TransferKind
from pca_pipeline.ctr import Entry, read_record
from pca_pipeline.ctr.flat import FlatRecords
from pca_pipeline.errors import RecordError, SetupError
from pca_pipeline.mapping import load_mapping, own_mappings, read_table
from pca_pipeline.settings import CtrSettings, Settings
from tests.ctr.genesys_records import ZERO, recording, write

PAGE = (Path(__file__).parents[2] / "docs/ctr.md").read_text(encoding="utf-8")
EXAMPLES = {name: (kind, text) for kind, name, text in re.findall(r"```(csv|json) (\w+)\n(.*?)```", PAGE, re.DOTALL)}
OWN = """
name = "Ours"
[platform]
external_channel = 1
[call]
conversation = "call"
start = "start"
queue_seconds = "wait"
agent_id = "who.id"
talk_seconds = "talk"
hold_seconds = "hold"
"""


def record(folder: Path, content: str, mapping: str, seconds: float) -> CallRecord:
    """The record of a recording of that length, from a file with this content."""
    path = folder / "calls.csv"
    path.write_text(content, encoding="utf-8")
    return read_record([path], recording(seconds), Settings(ctr=CtrSettings(mapping=mapping)))


def own(folder: Path, content: str = OWN) -> str:
    """The user's own mapping, as in the setting."""
    path = folder / "ours.toml"
    path.write_text(content, encoding="utf-8")
    return str(path)


def test_every_mapping_has_an_example() -> None:
    """Every bundled mapping is shown in docs/ctr.md."""
    assert set(EXAMPLES) == set(own_mappings())


@pytest.mark.parametrize("name", own_mappings())
def test_the_examples_of_the_page_are_read(tmp_path: Path, name: str) -> None:
    """Each is about an inbound call that an agent answered at second 20 and left at second 65."""
    from_answer = name != "avaya"
    _, text = EXAMPLES[name]
    found = record(tmp_path, text, name, seconds=45 if from_answer else 65)
    line = found.timeline
    assert line.direction is Direction.INBOUND
    assert line.started_at == ZERO + timedelta(seconds=20 if from_answer else 0)
    (talk,) = [one for one in line.intervals if one.kind == "talk"]
    assert (talk.participant, talk.end - talk.start) == ("agent_1", 45.0)
    (times,) = [one for one in line.times if one.participant == "agent_1"]
    held = 0.0 if name == "twilio" else 5.0
    assert (times.talk, times.hold) == (45.0 - held, held)
    assert line.external_channel == 0
    assert "6125550123" not in repr(found) and "Oakley" not in repr(found)
    assert any(number.endswith("6125550123") for number in found.known.numbers)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("nice", {"False": "True", "ANI_From": "DNIS_To"}),
        ("five9", {"Inbound": "Outbound", "ANI": "DNIS"}),
        ("avaya", {"800,1,": "800,2,", "CALLING_PTY": "CALLING_PTY,DIALED_NUM", ",10,": ",10,8005550100,"}),
        ("twilio", {'"inbound"': '"outbound-api"', '"from"': '"x"', '"to"': '"from"', '"x"': '"to"'}),
    ],
)
def test_of_an_outbound_call_the_customer_was_called(tmp_path: Path, name: str, changed: dict[str, str]) -> None:
    """By the number dialled: the calling number is the centre's own, and the same for all."""
    text = EXAMPLES[name][1]
    for old, new in changed.items():
        text = text.replace(old, new, 1)
    found = record(tmp_path, text, name, seconds=65 if name == "avaya" else 45)
    assert found.timeline.direction is Direction.OUTBOUND
    assert (found.known.customer or "").endswith("6125550123")


def test_an_agents_telephone_is_no_id(tmp_path: Path) -> None:
    """If agents are dialled, a telephone number would be in the database. Two numbers are still two agents."""
    rows = (
        "call,start,wait,who.id,talk,hold\nc1,2026-03-02T14:30:00Z,10,+16125550177,20,0\n"
        "c1,2026-03-02T14:30:30Z,5,tel:+16125550178,30,0\n"
    )
    line = record(tmp_path, rows, own(tmp_path), seconds=65).timeline
    assert [one.id for one in line.participants if one.role is Role.AGENT] == [None, None]
    assert "61255501" not in repr(line)


@pytest.mark.parametrize("name", sorted(set(own_mappings()) - {"twilio"}))
def test_an_export_is_not_taken_for_another_vendors(name: str) -> None:
    """Half of a mapping's columns must be there."""
    rows = read_table(EXAMPLES[name][1])
    fitting = [one for one in own_mappings() if all(FlatRecords(load_mapping(one)).matches(row) for row in rows)]
    assert fitting == [name]


def test_rows_of_one_call_are_its_legs(tmp_path: Path) -> None:
    """An agent who follows another took over the call; that is assumed to be when the next one joins, and noted."""
    rows = "call,start,wait,who.id,talk,hold\nc1,2026-03-02T14:30:00Z,10,ana,20,0\nc1,2026-03-02T14:30:30Z,5,ben,30,0\n"
    line = record(tmp_path, rows, own(tmp_path), seconds=65).timeline
    assert [one.id for one in line.participants if one.role is Role.AGENT] == ["ana", "ben"]
    (transfer,) = line.transfers
    assert (transfer.kind, transfer.at, transfer.to_participant) == (TransferKind.BLIND, 35.0, "agent_2")
    assert any("when a transfer took place" in note for note in line.notes)
    assert line.quality is CtrQuality.APPROXIMATE
    assert line.external_channel == 1


def test_nested_json_and_several_calls(tmp_path: Path) -> None:
    """A dot leads into an object; of several calls, the one that fits the recording is chosen."""
    calls = [
        {"call": "c1", "start": "2026-03-02T14:30:00Z", "wait": 10, "who": {"id": "ana"}, "talk": 20, "hold": 0},
        {"call": "c2", "start": "2026-03-02T15:30:00Z", "wait": 10, "who": {"id": "ben"}, "talk": 80, "hold": 0},
    ]
    settings = Settings(ctr=CtrSettings(mapping=own(tmp_path)))
    line = read_record(write(tmp_path, calls), recording(90), settings).timeline
    assert (line.conversation_id, line.participant("agent_1").id) == ("c2", "ben")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("name = 'x'", "call is missing"),
        (OWN + "frog = 'x'", r"call\.frog"),
        (OWN.replace('"Ours"', '"Ours"\ntime_zone = "Mars"'), r"time_zone"),
        ("= nonsense", "ours"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(tmp_path: Path, content: str, says: str) -> None:
    """The error names the file and the field."""
    with pytest.raises(SetupError, match=says):
        load_mapping(own(tmp_path, content))


def test_a_missing_mapping_is_refused() -> None:
    """The error lists the names that exist."""
    with pytest.raises(SetupError, match="avaya, five9, nice, twilio"):
        load_mapping("nowhere")


def test_a_table_without_a_mapping_is_refused(tmp_path: Path) -> None:
    """The error refers to docs/ctr.md."""
    path = tmp_path / "calls.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(RecordError, match=r"no known record shape.*docs/ctr\.md"):
        read_record([path], recording(30), Settings())


@given(st.lists(st.lists(st.text(max_size=12), min_size=5, max_size=5), min_size=1, max_size=4))
def test_any_values_are_read_or_passed_over(rows: list[list[str]]) -> None:
    """Whatever is in a cell, reading does not fail."""
    keys = ("start", "wait", "who.id", "talk", "hold")
    vendor = FlatRecords(load_mapping("nice").model_copy(update={"call": _CALL}))
    documents = [{"call": "c1"} | dict(zip(keys, row, strict=True)) for row in rows]
    assert len(list(vendor.read([Entry(one, "x") for one in documents]))) == 1


_CALL = load_mapping("nice").call.model_copy(
    update={
        "conversation": ("call",),
        "start": ("start",),
        "queue_seconds": ("wait",),
        "agent_id": ("who.id",),
        "talk_seconds": ("talk",),
        "hold_seconds": ("hold",),
    }
    | dict.fromkeys(
        ("direction", "ivr_seconds", "queue_id", "queue_name", "agent_name", "wrap_up_seconds", "customer_number"), ()
    )
)


@pytest.mark.parametrize(("value", "by"), [("Caller", "customer"), ("AGENT", "agent_1"), ("network", "system")])
def test_who_ended_a_flat_call(tmp_path: Path, value: str, by: str) -> None:
    """By the values in the mapping, in any case; columns in the setting are kept."""
    ended = OWN + 'ended_by = "end"\n[ended_by]\ncustomer = "caller"\nagent = ["agent", "advisor"]\n'
    path = tmp_path / "calls.csv"
    path.write_text(f"call,start,wait,who.id,talk,hold,end\n1,2026-03-02T14:30:00Z,10,ana,40,0,{value}\n")
    named = CtrSettings(mapping=own(tmp_path, ended), attributes=("end", "wait"))
    line = read_record([path], recording(50), Settings(ctr=named)).timeline
    assert (line.ended_by, line.ended_how) == (by, value)
    assert line.attributes == (("end", value), ("wait", "10"))


def test_a_column_tells_the_language(tmp_path: Path) -> None:
    """As it is written: speech recognition knows codes, locales and names."""
    content = "call,start,who.id,talk,spoken\n1,2026-03-01T10:00:00Z,agent-1,60,Spanish\n"
    mapping = own(tmp_path, OWN + 'language = "spoken"\n')
    assert record(tmp_path, content, mapping, seconds=60).language == "Spanish"
    assert record(tmp_path, content, own(tmp_path), seconds=60).language is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("40", 40.0),
        ("40.5s", 40.5),
        ("40 sec", 40.0),
        ("1:02", 62.0),
        ("1,040.5", 1040.5),
        ("1,040,000", None),  # a week is 604,800
        ("1,040", None),  # a decimal comma or thousands
        ("40s40", None),
        ("-5", None),
        ("soon", None),
    ],
)
def test_a_length_that_cannot_be_read_keeps_its_agent(tmp_path: Path, value: str, seconds: float | None) -> None:
    """The call still counts as answered: the agent stays until the recording's end, and a note names the column."""
    row = f'call,start,wait,who.id,talk,hold\nc1,2026-03-02T14:30:00Z,10,ana,"{value}",\n'
    line = record(tmp_path, row, own(tmp_path), seconds=10 + (seconds or 50.0)).timeline
    (talk,) = [one for one in line.intervals if one.kind == "talk"]
    assert talk.participant == "agent_1"
    assert talk.end - talk.start == (seconds or 50.0)
    assert any("talk of the record cannot be read" in note for note in line.notes) is (seconds is None)


def test_an_empty_length_is_no_note(tmp_path: Path) -> None:
    """A row without talk time is a call that nobody answered."""
    row = "call,start,wait,who.id,talk,hold\nc1,2026-03-02T14:30:00Z,10,ana,,\n"
    line = record(tmp_path, row, own(tmp_path), seconds=10).timeline
    assert not [one for one in line.intervals if one.kind == "talk"]
    assert not any("cannot be read" in note for note in line.notes)


@pytest.mark.parametrize(
    ("setting", "says"),
    [('time_format = "%m/%d/%Y %H:%M:%S"\n', "start does not fit time_format"), ("", "start is no time without")],
)
def test_times_that_do_not_fit_are_named(tmp_path: Path, setting: str, says: str) -> None:
    """The error names the column and the setting, and does not say that there is no call."""
    mapping = own(tmp_path, OWN.replace("[platform]", f"{setting}[platform]"))
    row = "call,start,wait,who.id,talk,hold\nc1,03/02/2026 2:30:00 PM,10,ana,40,0\n"
    with pytest.raises(RecordError, match=says):
        record(tmp_path, row, mapping, seconds=50)
