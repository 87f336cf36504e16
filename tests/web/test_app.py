from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest
from fastapi.testclient import TestClient

from pca_pipeline import audio
from pca_pipeline.call import (
    CtrQuality,
    FinishedCall,
    Interval,
    IntervalKind,
    Participant,
    ParticipantTimes,
    Recording,
    Role,
    Transfer,
    TransferKind,
)
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import ask, load, open_database, open_readonly, publish, stage
from pca_pipeline.warehouse.copies import copy_file
from pca_pipeline.web import app, create_app
from pca_pipeline.web.library import find_call
from tests.factories import CUSTOMER, Turn, agent, ivr, make_call, queue

BILLING = make_call(
    "billing",
    started_at=datetime(2026, 3, 2, 9, 5, tzinfo=UTC),
    turns=(
        Turn("customer", 1.0, "there is a LATE fee on my bill", -0.75),
        Turn("agent_1", 6.0, "may I have the card number", 0.0),
        Turn("customer", 10.0, "it is [CREDIT_CARD] okay", 0.0),
        Turn("agent_2", 20.0, "gladly <b>done</b>", 0.8),
    ),
    participants=(CUSTOMER, queue(1, "Billing"), agent(1, "Ann"), agent(2, "O'Neil <x>")),
    times=(ParticipantTimes("queue_1", queue_wait=65), ParticipantTimes("agent_1", talk=90, hold=30)),
    intervals=(
        Interval(IntervalKind.QUEUE, "queue_1", 0, 1),
        Interval(IntervalKind.TALK, "agent_1", 1, 15),
        Interval(IntervalKind.HOLD, "agent_1", 15, 18),
        Interval(IntervalKind.TALK, "agent_2", 18, 100),
    ),
    transfers=(Transfer(TransferKind.BLIND, "agent_1", "agent_2", 15.0),),
    drivers=("billing question", "complaint"),
)
CARDS = make_call(
    "cards",
    started_at=datetime(2026, 3, 3, 10, 0, tzinfo=UTC),
    turns=(Turn("customer", 1.0, "100% of my cards are gone"),),
    participants=(CUSTOMER, queue(1, "Cards"), agent(1, "Ben")),
    drivers=("card lost or stolen",),
    duration=120,
)
NO_RECORD = make_call(
    "no-record",
    started_at=None,
    quality=CtrQuality.NONE,
    participants=(CUSTOMER,),
    turns=(Turn("customer", 2, "hi", 0.4),),
    duration=80,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A calls folder of its own."""
    return Settings(folder=tmp_path / "calls")


def _serve(settings: Settings, calls: Sequence[FinishedCall]) -> TestClient:
    """The application over a published database of these calls."""
    for call in calls:
        stage(call, settings.staged_folder)
    load(settings)
    publish(settings)
    return TestClient(create_app(settings), base_url="http://localhost")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """The application over three calls. Nothing changes them."""
    return _serve(Settings(folder=tmp_path_factory.mktemp("calls")), [BILLING, CARDS, NO_RECORD])


def _listed(client: TestClient, **query: str) -> list[str]:
    """Ids of the calls on a page of the list, in order."""
    return re.findall(r'href="/calls/([\w-]+)', client.get("/", params=query).text)


def _text(client: TestClient, path: str) -> str:
    """What a person reads on a page."""
    page = re.sub(r"<(script|style|title).*?</\1>", " ", client.get(path).text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.mark.parametrize(
    ("query", "calls"),
    [
        ({}, ["cards", "billing", "no-record"]),
        ({"text": "late FEE"}, ["billing"]),
        ({"text": "100%"}, ["cards"]),
        ({"text": "%"}, ["cards"]),
        ({"text": "[credit_card]"}, ["billing"]),
        ({"text": "it's"}, []),
        ({"text": "  "}, ["cards", "billing", "no-record"]),
        ({"queue": "Cards"}, ["cards"]),
        ({"agent": "O'Neil <x>"}, ["billing"]),
        ({"agent": "O'Neil"}, []),
        ({"driver": "complaint"}, ["billing"]),
        ({"since": "2026-03-03"}, ["cards"]),
        ({"until": "2026-03-02"}, ["billing"]),
        ({"since": "2026-03-02", "until": "2026-03-03"}, ["cards", "billing"]),
        ({"since": "", "until": "", "direction": ""}, ["cards", "billing", "no-record"]),
        ({"unanswered": "1"}, []),
        ({"unhappy": "1"}, ["billing"]),
        ({"unrecorded": "1"}, ["no-record"]),
        ({"direction": "outbound"}, []),
        ({"direction": "inbound", "text": "my", "unhappy": "1"}, ["billing"]),
        ({"sort": "oldest"}, ["billing", "cards", "no-record"]),
        ({"sort": "longest"}, ["cards", "billing", "no-record"]),
        ({"sort": "shortest"}, ["no-record", "billing", "cards"]),
        ({"sort": "unhappiest"}, ["billing", "cards", "no-record"]),
        ({"sort": "happiest"}, ["no-record", "cards", "billing"]),
        ({"queue": "Billing", "agent": "Ben"}, []),
        ({"page": "2"}, ["cards", "billing", "no-record"]),
    ],
)
def test_the_list_is_newest_first_and_filtered(client: TestClient, query: dict[str, str], calls: list[str]) -> None:
    """Words are found in any case and with any punctuation, names only as they are; calls without a time come last."""
    assert _listed(client, **query) == calls


def test_what_the_list_shows(client: TestClient) -> None:
    """Numbers for all calls, and for each call when, where, who, why, how long and what was removed."""
    text = _text(client, "/")
    assert "Calls 3 5:00 of audio" in text
    row = text[text.index("2 Mar 2026, 09:05") :]
    assert row.startswith("2 Mar 2026, 09:05 Billing Ann → O'Neil <x> billing question complaint 1:40 1:05 1 ")
    assert "Call no-recor" in text


def test_a_search_shows_where(client: TestClient) -> None:
    """A row that was found by words quotes them and links to their place in the call."""
    page = client.get("/", params={"text": "late  fee"}).text
    assert 'href="/calls/billing?text=late+fee#t=1.0"' in page
    assert '<mark class="found">LATE fee</mark>' in page
    assert "0:01 Customer: “there is a LATE fee on my bill”" in _text(client, "/?text=late+fee")


def test_a_page_and_its_view_agree(settings: Settings) -> None:
    """A call's page, which reads the tables, shows the same as v_calls, in order."""
    no_queue = make_call("no-queue", participants=(CUSTOMER, agent(1, "Ann")))
    _serve(settings, [BILLING, CARDS, NO_RECORD, no_queue])
    with open_readonly(settings) as connection:
        for call in (BILLING, CARDS, NO_RECORD, no_queue):
            found = find_call(connection, call.call.call_id)
            assert found is not None
            told = {name: value for name, value in found.call.items() if name != "channels"}  # v_calls has none
            row = connection.execute(
                f"select {', '.join(told)} from v_calls where call_id = ?", [call.call.call_id]
            ).fetchone()
            assert tuple(told.values()) == row
            assert [one["segment"] for one in found.segments] == list(range(len(call.call.segments)))
            assert list(found.participants) == [one.key for one in call.call.timeline.participants]
            assert [one["start_ms"] for one in found.intervals] == sorted(one["start_ms"] for one in found.intervals)


def test_pages(settings: Settings) -> None:
    """Twenty-five calls per page, none twice, a call without a time at the very end; links keep the filter."""
    first = datetime(2026, 3, 2, tzinfo=UTC)
    calls = [make_call(f"call-{n}", started_at=first + timedelta(hours=n)) for n in range(26)]
    client = _serve(settings, [*calls, make_call("timeless", started_at=None)])
    pages = [_listed(client, page=str(page), queue="Billing") for page in (1, 2)]
    assert [len(page) for page in pages] == [25, 2]
    assert [call for page in pages for call in page] == [f"call-{n}" for n in reversed(range(26))] + ["timeless"]
    links = client.get("/?queue=Billing&sort=longest&unhappy=").text
    assert 'href="?queue=Billing&amp;sort=longest&amp;page=2" rel="next"' in links
    assert 'href="?queue=Billing&amp;sort=shortest">Length ↓</a>' in links
    assert 'href="?page=1" rel="prev"' in client.get("/?page=2").text
    assert "← previous 1 2" in _text(client, "/?page=2")
    assert _listed(client, page="99") == _listed(client, page="2")
    assert 'href="?page=1" rel="prev"' in client.get("/?page=99").text


def test_a_search_is_for_what_people_said(settings: Settings) -> None:
    """Not for what an IVR, a queue or music on hold says; the matches are the same as those of `pca ask find`."""
    call = make_call(
        participants=(CUSTOMER, ivr(1, "Menu"), queue(1, "Billing"), agent(1, "Ann"), Participant("odd", Role.IVR)),
        turns=[Turn(who, at, "press one") for at, who in enumerate(("ivr_1", "queue_1", "odd", "hold", "agent_1"), 1)],
    )
    menu = make_call("menu", participants=(CUSTOMER, ivr(1, "Menu")), turns=[Turn("ivr_1", 1, "press one")])
    unlisted = make_call("unlisted", turns=[Turn("agent_9", 3, "now press one")])
    client = _serve(settings, [call, menu, unlisted])
    places = re.findall(r'href="/calls/([\w-]+)\?text=press\+one#t=([\d.]+)"', client.get("/?text=press one").text)
    found = ask("find", settings, {"text": "press one"})
    assert _listed(client, text="press one") == ["call-1", "unlisted"]
    assert [(row[0], str(row[2])) for row in found.rows] == places == [("call-1", "5.0"), ("unlisted", "3.0")]
    assert "0:05 Ann: “ press one ”" in _text(client, "/?text=press one")
    assert re.findall(r'word found" data-s="(\d+)', client.get("/calls/call-1?text=press one").text) == ["5000", "5500"]


def test_what_a_call_shows(client: TestClient) -> None:
    """Names at every sentence, metrics, transfers, and what was removed."""
    text = _text(client, "/calls/billing")
    for part in (
        "2 Mar 2026, 09:05 UTC",
        "Customer there is a LATE fee on my bill",
        "Ann may I have the card number",
        "it is [CREDIT_CARD] okay",
        "O'Neil <x> gladly <b>done</b>",
        "Handle time 2:00",
        "Queue wait 1:05",
        "blind: Ann → O'Neil <x>",
        "Removed CREDIT_CARD 1",
    ):
        assert part in text


def test_words_and_labels_have_their_times(client: TestClient) -> None:
    """Every word says when it is spoken, and a label is marked with what it stands for."""
    page = client.get("/calls/billing").text
    assert '<span class="word" data-s="1000" data-e="1500">there</span>' in page
    assert '<mark class="word" data-s="11000" data-e="11500" title="removed: CREDIT_CARD">[CREDIT_CARD]</mark>' in page
    assert len(re.findall(r'class="word"', page)) == sum(len(one.words) for one in BILLING.call.segments)


def test_the_timeline_shows_what_went_on(client: TestClient) -> None:
    """Queue, talk, hold and speech are drawn at their times, on the recording's own scale."""
    page = client.get("/calls/billing").text
    drawn = re.findall(r'<rect class="([\w -]+)" x="([\d.]+)" y="0" width="([\d.]+)"', page)
    assert ("queue", "0.0", "1.0") in drawn
    assert ("agent agent-1", "1.0", "14.0") in drawn
    assert ("hold", "15.0", "3.0") in drawn
    assert ("agent agent-2", "18.0", "82.0") in drawn
    assert ("customer", "1.0", "4.0") in drawn
    assert ("muted", "11.0", "0.5") in drawn
    lanes = dict(re.findall(r'aria-label="(\w+)">(.*?)</svg>', page, flags=re.DOTALL))
    assert ["muted" in lanes[name] for name in ("Call", "Customer", "Agents")] == [False, True, False]
    assert 'viewBox="0 0 100.0 10"' in page


def test_a_call_without_a_record(client: TestClient) -> None:
    """It is shown, with a note that speakers come from the channels alone."""
    assert "no record: speakers known by channel only" in _text(client, "/calls/no-record")


def test_audio_is_sent_in_parts(settings: Settings) -> None:
    """A player gets the redacted file, whole or the bytes it asks for."""
    path = settings.folder / BILLING.audio
    path.parent.mkdir(parents=True)
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, (2, 8000)).astype(np.float32)
    path = audio.write(Recording(noise, 8000, "ULAW"), path, "wav")
    client = _serve(settings, [BILLING])
    assert "<audio" in client.get("/calls/billing").text
    whole = client.get("/calls/billing/audio")
    assert (whole.status_code, whole.content) == (200, path.read_bytes())
    part = client.get("/calls/billing/audio", headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part.content) == (206, path.read_bytes()[1000:2000])


@pytest.mark.parametrize(
    "place",
    [
        *("{folder}/raw.wav", "work/raw.wav", "done/../work/raw.wav", "../raw.wav", "raw.wav", "done/raw.wav"),
        *("done/2026-03-02/victim/original/original.wav", "done/2026-03-02/victim/transcript.json"),
    ],
)
def test_no_other_file_is_sent(settings: Settings, place: str) -> None:
    """Whatever a row names as its audio, only redacted audio of finished calls is sent."""
    for folder in (settings.folder, settings.work_folder, settings.done_folder, settings.folder.parent):
        folder.mkdir(exist_ok=True)
        (folder / "raw.wav").write_bytes(b"secret")
    victim = settings.done_folder / "2026-03-02/victim"
    (victim / "original").mkdir(parents=True)
    for name in ("original/original.wav", "transcript.json"):
        (victim / name).write_bytes(b"secret")
    client = _serve(settings, [replace(BILLING, audio=Path(place.format(folder=settings.folder)))])
    assert "<audio" not in client.get("/calls/billing").text
    assert client.get("/calls/billing/audio").status_code == 404


def test_audio_that_is_gone(client: TestClient) -> None:
    """The page says so and stays readable; the address of the audio answers with a page, too."""
    assert "<audio" not in client.get("/calls/billing").text
    assert "is missing" in _text(client, "/calls/billing")
    assert client.get("/calls/billing/audio").status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/calls/none", 404, "There is no such call."),
        ("/calls/none/audio", 404, "There is no audio of such a call."),
        ("/calls/..%2f..%2fetc", 404, "Not Found"),
        ("/nowhere", 404, "Not Found"),
        ("/?page=0", 422, "cannot be read"),
        ("/?page=9999999999999999999", 422, "cannot be read"),
        ("/?page=x", 422, "cannot be read: page."),
        ("/?since=yesterday&sort=best", 422, "cannot be read: since, sort."),
    ],
)
def test_wrong_addresses(client: TestClient, path: str, status: int, text: str) -> None:
    """Each gets a page that leads back."""
    response = client.get(path)
    assert response.status_code == status
    assert text in response.text
    assert 'href="/"' in response.text


@pytest.mark.parametrize("path", ["/", "/calls/billing", "/calls/billing/audio"])
def test_no_database_yet(settings: Settings, path: str) -> None:
    """The page says what to type."""
    response = TestClient(create_app(settings), base_url="http://localhost").get(path)
    assert response.status_code == 503
    assert "`pca run`" in response.text


def test_a_copy_of_another_version(settings: Settings) -> None:
    """The page says what to type, not that the file is broken."""
    _serve(settings, [CARDS])
    with open_database(settings) as connection:
        connection.execute("drop table vocabularies")
        copy_file(connection, settings.database, settings.published_database)
    response = TestClient(create_app(settings), "http://localhost").get("/?text=cards")
    assert response.status_code == 503
    assert "`pca publish`" in response.text


def test_no_calls_yet(settings: Settings) -> None:
    """The page says where to drop recordings."""
    with open_database(settings):
        pass
    publish(settings)
    text = _text(TestClient(create_app(settings), base_url="http://localhost"), "/")
    assert "No calls yet." in text
    assert str(settings.inbox_folder) in text


def test_only_a_record_tells_who_was_not_answered(settings: Settings) -> None:
    """Without one it is not known: the call is neither marked nor found, and its silence has no length."""
    given_up = make_call("given-up", participants=(CUSTOMER, queue(1, "Billing")), turns=())
    client = _serve(settings, [given_up, NO_RECORD])
    assert _listed(client, unanswered="1") == ["given-up"]
    assert "unanswered" in _text(client, "/calls/given-up")
    page = _text(client, "/calls/no-record")
    assert "unanswered" not in page and "Silence – Talk-over" in page


def test_a_filter_that_fits_nothing(client: TestClient) -> None:
    """The page says so and links to all calls."""
    assert "No calls match." in _text(client, "/?text=zebra")
    page = client.get("/?queue=Nope&unanswered=1")
    assert "<option selected>Nope</option>" in page.text
    assert "No calls match. queue: Nope unanswered" in _text(client, "/?queue=Nope&unanswered=1")


def test_what_goes_wrong_is_a_page(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """It links back, and has the headers of every other page."""
    _serve(settings, [CARDS])
    monkeypatch.setattr("pca_pipeline.web.app.lanes", lambda _: 1 / 0)
    response = TestClient(create_app(settings), "http://localhost", raise_server_exceptions=False).get("/calls/cards")
    assert (response.status_code, response.headers["cache-control"]) == (500, "no-store")
    assert 'href="/"' in response.text


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux tells which files are open")
def test_a_copy_that_was_replaced_is_closed_though_nobody_asks(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as it is open, what was erased stays on the disk."""
    monkeypatch.setattr(app, "SECONDS_BETWEEN_LOOKS", 0.01)

    def held() -> bool:
        links = [str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
        return f"{settings.published_database} (deleted)" in links

    with _serve(settings, [CARDS]) as client:
        client.get("/")
        publish(settings)
        until = monotonic() + 10
        while held() and monotonic() < until:
            sleep(0.01)
        assert not held()
        assert client.get("/").status_code == 200


def test_the_published_copy_is_read(settings: Settings) -> None:
    """A writer at work does not matter, and a newly published call is there on the next request."""
    client = _serve(settings, [CARDS])
    stage(make_call("newer", started_at=datetime(2026, 4, 1, tzinfo=UTC)), settings.staged_folder)
    load(settings)
    with open_database(settings):
        assert _listed(client) == ["cards"]
    publish(settings)
    assert _listed(client) == ["newer", "cards"]


@pytest.mark.parametrize("path", ["/", "/calls/billing", "/nowhere", "/static/player.js", "/static/style.css"])
def test_nothing_comes_from_outside_and_nothing_stays(client: TestClient, path: str) -> None:
    """No page names another host; browsers may load only from here, and keep nothing."""
    response = client.get(path)
    assert not re.search(r"https?://|//\w+\.\w+|@import", response.text)
    assert response.headers["content-security-policy"].startswith("default-src 'self';")
    assert response.headers["cache-control"] == "no-store"
    assert "style=" not in response.text
    assert "<script>" not in response.text


def test_own_files_are_there(client: TestClient) -> None:
    """Every address on the pages answers."""
    pages = client.get("/").text + client.get("/calls/billing").text
    addresses = set(re.findall(r'(?:src|href)="(/[^"#]*)"', pages))
    assert {"/static/style.css", "/static/player.js", "/static/icon.svg"} <= addresses
    assert {client.get(address).status_code for address in addresses} == {200}


def test_the_words_looked_for_are_marked_in_a_call(client: TestClient) -> None:
    """Each word that contains a part of them, and no other."""
    page = client.get("/calls/billing", params={"text": "late  FEE"}).text
    assert re.findall(r'class="word found"[^>]*>(\w+)', page) == ["LATE", "fee"]
    assert 'value="late FEE"' in page
    assert "word found" not in client.get("/calls/billing").text


def test_what_the_record_tells(settings: Settings) -> None:
    """Who ended the call, wrap-up, notes, the conversation's id, and a way to its other recordings."""
    first, second, other = (
        make_call(name, conversation_id=conversation, participants=(CUSTOMER, replace(agent(1, "Ann"), wrap_up="Paid")))
        for name, conversation in (("first", "one"), ("second", "one"), ("other", "two"))
    )
    timeline = replace(first.call.timeline, notes=("Channels swapped.",), ended_by="agent_1", ended_how="client")
    client = _serve(settings, [replace(first, call=replace(first.call, timeline=timeline)), second, other])
    record = _text(client, "/calls/first").partition("The record ")[2]
    assert record.startswith("Ended by Ann (client) Wrap-up Paid, Ann Note Channels swapped. Conversation one Also")
    page = client.get("/calls/first").text
    assert re.findall(r'href="/calls/(\w+)"', page) == ["second"]
    assert "Also recorded" not in client.get("/calls/other").text


def test_a_transfer_by_somebody_unknown(settings: Settings) -> None:
    """A key that belongs to no participant is written out; nobody took the second transfer."""
    transfers = (
        Transfer(TransferKind.BLIND, "agent_7", "agent_1", 5),
        Transfer(TransferKind.BLIND, "agent_1", None, 9),
    )
    text = _text(_serve(settings, [make_call(transfers=transfers)]), "/calls/call-1")
    assert "blind: Agent 7 → Ann" in text
    assert "blind: Ann → nobody" in text


@pytest.mark.parametrize(
    ("call", "legend"),
    [
        (BILLING, ["queue", "Ann", "hold", "O'Neil <x>", "Customer", "removed"]),
        (NO_RECORD, ["Customer"]),
        (
            make_call(
                participants=(CUSTOMER, agent(1, "Ann"), agent(2, "Rang only")),
                intervals=(Interval(IntervalKind.ALERT, "agent_2", 0, 5),),
                turns=(Turn("ivr_9", 0, "welcome"), Turn("internal", 1, "hello"), Turn("unknown", 3, "hi")),
            ),
            ["Ivr 9", "Internal", "Unknown"],
        ),
    ],
    ids=["billing", "no-record", "unlisted"],
)
def test_the_legend_has_what_is_drawn(settings: Settings, call: FinishedCall, legend: list[str]) -> None:
    """Each colour in the drawing, by the name it has in the transcript, and no other."""
    page = _serve(settings, [call]).get(f"/calls/{call.call.call_id}").text
    listed = re.search(r'<ul class="legend">(.*?)</ul>', page, flags=re.DOTALL)
    assert listed
    assert [unescape(name) for name in re.findall(r"<li[^>]*>(.*?)</li>", listed[1])] == legend


def test_a_mono_recording_is_silent_for_both(settings: Settings) -> None:
    """What was removed from the one channel is drawn on both sides."""
    call = replace(BILLING, call=replace(BILLING.call, channels=1))
    page = _serve(settings, [call]).get("/calls/billing").text
    lanes = dict(re.findall(r'aria-label="(\w+)">(.*?)</svg>', page, flags=re.DOTALL))
    assert ["muted" in lanes[name] for name in ("Call", "Customer", "Agents")] == [False, True, True]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8765", 200),
        ("127.0.0.1:8765", 200),
        ("[::1]:8765", 200),
        ("10.1.2.3", 200),
        ("Calls.example.com", 200),
        ("box", 200),
        ("evil.example.net:8765", 400),
        ("localhost.evil.example.net", 400),
        ("[::1", 400),
        ("", 400),
    ],
)
def test_other_names_for_this_machine_are_refused(settings: Settings, host: str, status: int) -> None:
    """A site that points its name at this machine gets nothing; our names and IP addresses work."""
    stage(BILLING, settings.staged_folder)
    load(settings)
    settings = Settings(folder=settings.folder, web={"hosts": ["calls.example.com"]})
    answer = TestClient(create_app(settings, "box")).get("/", headers={"Host": host})
    assert (answer.status_code, "Billing" in answer.text) == (status, status == 200)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/calls/billing"])
def test_head_is_answered(client: TestClient, path: str) -> None:
    """Proxies use it for health checks."""
    assert client.head(path).status_code == 200
