"""What counts as a call, a visit, a transfer and an agent's: worked out by hand from small calls and from records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pca_pipeline import ctr
from pca_pipeline.call import (
    CtrQuality,
    Direction,
    Extent,
    FinishedCall,
    Interval,
    IntervalKind,
    Participant,
    ParticipantTimes,
    Role,
    Timeline,
    Transfer,
    TransferKind,
)
from pca_pipeline.insights import enrich
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import Answer, ask, open_readonly
from sample_calls.demo import OVERRIDES, SAMPLES
from tests.factories import CUSTOMER, Turn, agent, ivr, load_calls, make_call, queue
from tests.sql.test_views import QUERIES

K = IntervalKind
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    """What a query finds."""
    with open_readonly(settings) as connection:
        return connection.execute(query).fetchall()


def columns(answer: Answer, *names: str) -> list[tuple[object, ...]]:
    """Some columns of an answer."""
    places = [answer.columns.index(name) for name in names]
    return [tuple(row[place] for place in places) for row in answer.rows]


def by_record(call_id: str, timeline: Timeline, duration: float) -> FinishedCall:
    """A silent call of that timeline, measured as the pipeline measures it."""
    made = make_call(call_id, turns=(), duration=duration)
    call = replace(made.call, timeline=timeline)
    return FinishedCall(call, enrich(call, None), None)


def leg(purpose: str, kind: str, start: int, end: int, **more: str) -> dict[str, object]:
    """A participant of a Genesys record with one segment, from and to so many seconds."""
    times = {
        "segmentStart": f"{NINE + timedelta(seconds=start):%FT%TZ}",
        "segmentEnd": f"{NINE + timedelta(seconds=end):%FT%TZ}",
    }
    inner = {name: more.pop(name) for name in ("queueId", "disconnectType") if name in more}
    return {
        "participantId": f"{purpose}-{start}",
        "purpose": purpose,
        "sessions": [
            {"mediaType": "voice", "direction": "inbound", "segments": [{"segmentType": kind, **times, **inner}]}
        ],
        **more,
    }


def test_a_telephone_that_rang_answered_nothing(tmp_path: Path) -> None:
    """A minute in Billing, Ann's telephone rings for 15 s, the caller gives up."""
    legs = [
        leg("customer", "interact", 0, 60, disconnectType="client"),
        leg("acd", "interact", 0, 60, queueId="q1", participantName="Billing"),
        leg("agent", "alert", 30, 45, userId="ann", participantName="Ann"),
    ]
    record = {"conversationId": "c-1", "conversationStart": f"{NINE:%FT%TZ}", "originatingDirection": "inbound"}
    (tmp_path / "rona.json").write_text(json.dumps(record | {"participants": legs}))
    settings = Settings(folder=tmp_path)
    timeline = ctr.read_record([tmp_path / "rona.json"], Extent(60.0, 2), settings).timeline
    settings = load_calls(tmp_path, by_record("rona", timeline, 60.0))
    assert columns(ask("queue-wait", settings), "queue", "offered", "answered", "abandoned") == [("Billing", 1, 0, 1)]
    assert rows(settings, "select answered, agents, last_agent from v_calls") == [(False, [], None)]
    assert rows(settings, "select role, connected from v_participants where role = 'agent'") == [("agent", False)]
    assert ask("aht-by-queue", settings).rows == ask("agent-performance", settings).rows == ()


def asked(talks_last: str, bens_talk: float) -> FinishedCall:
    """Ann talks 60 s (a consult of 20 s within) and works 10 s after; Ben is asked, works 4 s after; Cem's only rings."""
    return make_call(
        participants=(CUSTOMER, queue(1, "Billing"), agent(1, "Ann"), agent(2, "Ben"), agent(3, "Cem")),
        times=[
            ParticipantTimes("queue_1", queue_wait=5),
            ParticipantTimes("agent_1", talk=60, after_call_work=10, consult=20),
            ParticipantTimes("agent_2", talk=bens_talk, after_call_work=4, consult=20),
            ParticipantTimes("agent_3", alert=10),
        ],
        intervals=[
            Interval(K.QUEUE, "queue_1", 0, 5),
            Interval(K.ALERT, "agent_3", 1, 3),
            Interval(K.TALK, "agent_1", 5, 30),
            Interval(K.CONSULT, "agent_1", 30, 50),
            Interval(K.CONSULT, "agent_2", 35, 50),
            Interval(K.TALK, talks_last, 50, 80),
        ],
    )


def test_who_was_only_asked_took_no_call(tmp_path: Path) -> None:
    """Ben's 19 s are in the call's handle time and in no queue's; he is none of its agents."""
    settings = load_calls(tmp_path, asked("agent_1", bens_talk=15))
    assert columns(ask("aht-by-queue", settings), "queue", "calls", "aht_seconds") == [("Billing", 1, 70)]
    assert rows(settings, "select agents, last_agent, handle_seconds from v_calls") == [(["Ann"], "Ann", 89)]
    assert rows(settings, "select agent from v_agent_legs") == [("Ann",)]
    query = (
        "select name, connected, consult_seconds > talk_seconds from v_participants where role = 'agent' order by all"
    )
    assert rows(settings, query) == [("Ann", True, False), ("Ben", False, True), ("Cem", False, False)]


def test_who_took_the_call_over_from_a_consult_spoke_with_the_customer(tmp_path: Path) -> None:
    """Both have the same queue: the guide's query and the question agree on 70 + 49 s for one call."""
    settings = load_calls(tmp_path, asked("agent_2", bens_talk=45))
    assert rows(settings, "select agents, last_agent from v_calls") == [(["Ann", "Ben"], "Ben")]
    assert columns(ask("aht-by-queue", settings), "queue", "calls", "aht_seconds") == [("Billing", 1, 119)]
    assert [row[:3] for row in rows(settings, QUERIES[1])] == [("Billing", 1, 119)]


# Billing, Ann; Cards, Ben; back to Billing, where Ann answers again.
BACK = make_call(
    "back",
    duration=100,
    participants=(CUSTOMER, queue(1, "Billing"), agent(1, "Ann"), queue(2, "Cards"), agent(2, "Ben")),
    times=[ParticipantTimes("agent_1", talk=50), ParticipantTimes("agent_2", talk=20)],
    intervals=[
        Interval(K.QUEUE, "queue_1", 0, 5),
        Interval(K.TALK, "agent_1", 5, 30),
        Interval(K.HOLD, "agent_1", 30, 32),
        Interval(K.TALK, "agent_1", 32, 40),
        Interval(K.QUEUE, "queue_2", 40, 45),
        Interval(K.TALK, "agent_2", 45, 65),
        Interval(K.QUEUE, "queue_1", 65, 70),
        Interval(K.TALK, "agent_1", 70, 95),
    ],
)


def test_a_call_that_comes_back_ends_where_it_ended(tmp_path: Path) -> None:
    """A name stands wherever the call met it again; one that goes on after a hold stands once."""
    settings = load_calls(tmp_path, BACK)
    query = "select queues, last_queue, agents, last_agent from v_calls"
    assert rows(settings, query) == [(["Billing", "Cards", "Billing"], "Billing", ["Ann", "Ben", "Ann"], "Ann")]
    factors = "select value, count(*) from v_call_factors where factor = 'queue' group by value order by value"
    assert rows(settings, factors) == [("Billing", 1), ("Cards", 1)]


def test_where_no_time_is_known_the_records_order_stands(tmp_path: Path) -> None:
    """Names that follow each other are one; a name that comes back is there twice."""
    people = (CUSTOMER, queue(1, "A"), agent(1, "Ann"), agent(2, "Ann"), queue(2, "B"), queue(3, "A"))
    settings = load_calls(tmp_path, make_call(participants=people))
    assert rows(settings, "select queues, agents from v_calls") == [(["A", "B", "A"], ["Ann"])]


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A sample call cut in two recordings at 46 s: Patrick Doyle hands it from Customer Relations to Member Services."""
    folder = tmp_path_factory.mktemp("halves")
    settings = Settings.model_validate({"folder": folder, "ctr": OVERRIDES["ctr"]})
    record = SAMPLES / "calls/complaint-escalation.json"
    media = json.loads((SAMPLES / "calls/complaint-escalation.recording.json").read_text())
    begin = datetime.fromisoformat(media["startTime"])
    calls = []
    for number, (start, end) in enumerate([(0, 46), (46, 92.671)]):
        own = media | {"recordingId": f"{number}" * 8, "durationMs": round((end - start) * 1000)}
        for name, second in (("startTime", start), ("endTime", end)):
            own[name] = f"{begin + timedelta(seconds=second):%FT%T.%f}"[:-3] + "Z"
        path = folder / f"{number}.recording.json"
        path.write_text(json.dumps(own))
        timeline = ctr.read_record([record, path], Extent(end - start, 2), settings).timeline
        assert timeline.started_at == begin + timedelta(seconds=start)
        calls.append(by_record(f"half-{number}", timeline, end - start))
    return load_calls(folder, *calls)


# The record: 4.1 s in Customer Relations, Doyle 35.5 + 6.5 s; 4.7 s in Member Services, Lang 42.0 + 9.6 s; one transfer.
HALVES: Sequence[tuple[str, dict[str, object], tuple[str, ...], list[tuple[object, ...]]]] = [
    (
        "aht-by-queue",
        {},
        ("queue", "calls", "aht_seconds"),
        [("Member Services", 1, 51.6), ("Customer Relations", 1, 42)],
    ),
    (
        "queue-wait",
        {},
        ("queue", "offered", "answered", "mean_wait_seconds"),
        [("Member Services", 1, 1, 4.7), ("Customer Relations", 1, 1, 4.1)],
    ),
    ("transfer-map", {}, ("from", "to", "transfers"), [("Customer Relations", "Member Services", 1)]),
    ("transfer-map", {"by": "agent"}, ("from", "to", "transfers"), [("Patrick Doyle", "Gregory Lang", 1)]),
    ("volume-by-hour", {}, ("hour", "calls"), [(20, 1)]),
    ("why-customers-call", {}, ("driver", "calls"), [("complaint", 1)]),
    ("misroutes", {}, ("queue", "calls", "misrouted"), [("Customer Relations", 1, 1)]),
    ("repeat-callers", {}, ("conversations",), [(1,)]),
    ("ivr-exits", {}, ("went_to", "calls"), [("Customer Relations", 1)]),
    ("ivr-containment", {}, ("calls", "reached_agent"), [(1, 1)]),
    ("what-makes-calls-long", {}, ("factor", "value", "calls"), []),
    (
        "agent-performance",
        {},
        ("agent", "calls", "aht_seconds", "handed_on"),
        [("Gregory Lang", 1, 51.6, 0), ("Patrick Doyle", 1, 42, 1)],
    ),
    ("calls", {}, ("duration_seconds",), [(46.7,), (46,)]),
]


@pytest.mark.parametrize(("name", "params", "shown", "expected"), HALVES, ids=[f"{n} {p}" for n, p, *_ in HALVES])
def test_a_conversation_of_two_recordings_counts_once(
    halves: Settings, name: str, params: dict[str, object], shown: tuple[str, ...], expected: list[tuple[object, ...]]
) -> None:
    """Each recording's record tells of the whole: visits, transfers and handle times are the conversation's."""
    assert columns(ask(name, halves, params), *shown) == expected


def test_an_agent_has_the_same_queue_in_each_recording(halves: Settings) -> None:
    """In the second, the first agent is seen in wrap-up only: what lies before it tells his queue."""
    query = "select agent, list(distinct queue) from v_agent_legs group by agent order by agent"
    assert rows(halves, query) == [("Gregory Lang", ["Member Services"]), ("Patrick Doyle", ["Customer Relations"])]
    assert rows(halves, QUERIES[1]) == [("Member Services", 1, 52, 0), ("Customer Relations", 1, 42, 0)]


def test_a_recording_without_a_record_stands_for_no_conversation_that_has_one(tmp_path: Path) -> None:
    """Of two, the one with a record counts, though the other began first."""

    bare = make_call("bare", conversation_id="c-1", started_at=NINE, quality=CtrQuality.NONE)
    told = make_call("told", conversation_id="c-1", started_at=NINE + timedelta(hours=1))
    settings = load_calls(tmp_path, bare, told)
    assert rows(settings, "select call_id from v_later_recordings") == [("bare",)]


def inbound(name: str, moment: datetime, customer: str = "one", topic: str = "bill", **more: object) -> FinishedCall:
    """A call of a customer on a topic."""
    people = (Participant("customer", Role.CUSTOMER, customer), queue(1, "B"), agent(1, "Ann"))
    return make_call(name, participants=people, started_at=moment, drivers=[topic], **more)  # type: ignore[arg-type]


def outbound(made: FinishedCall) -> FinishedCall:
    """The same as a call that the centre made."""
    return replace(made, call=replace(made.call, timeline=replace(made.call.timeline, direction=Direction.OUTBOUND)))


def test_who_calls_again_after_the_days_asked_for_calls_again(tmp_path: Path) -> None:
    """A day is asked about; the second call comes three days later, and the data go on."""
    moments = {"first": 0, "again": 3, "later": 40}
    made = [inbound(name, NINE + timedelta(days=days), "two" if days > 3 else "one") for name, days in moments.items()]
    days = {"since": NINE.date().isoformat(), "before": (NINE + timedelta(days=1)).date().isoformat()}
    answer = ask("repeat-callers", load_calls(tmp_path, *made), days)
    assert columns(answer, "conversations", "repeated", "resolved") == [(1, 1, 0)]


def test_the_centres_own_calls_are_not_the_last_there_is(tmp_path: Path) -> None:
    """Whether a customer called again after the only call cannot be told, though the centre called a month later."""
    settings = load_calls(tmp_path, inbound("in", NINE), outbound(inbound("out", NINE + timedelta(days=30), "two")))
    assert columns(ask("repeat-callers", settings), "resolved", "too_recent") == [(0, 1)]


def test_the_centres_own_calls_are_no_customers_calling(tmp_path: Path) -> None:
    """One call comes in; a day later the centre calls that customer; two weeks later another one calls."""
    back = outbound(inbound("back", NINE + timedelta(days=1), topic="reminder"))
    settings = load_calls(tmp_path, inbound("in", NINE), back, inbound("other", NINE + timedelta(14), "two"))
    assert ask("repeat-callers", settings).rows == (("bill", 2, 0, 1, 0, 100, 1, 0),)
    assert columns(ask("volume-by-hour", settings), "hour", "calls") == [(9, 2)]
    assert columns(ask("why-customers-call", settings), "driver", "calls", "percent") == [("bill", 2, 100)]
    expected = {row[0]: row[1] for row in ask("volume-forecast", settings).rows}
    assert expected[datetime(2026, 3, 17, 9)] == 0  # the weekday of the centre's own call


def test_a_call_without_a_time_keeps_its_driver(tmp_path: Path) -> None:
    """It counts as unknown, under what it was about."""
    untimed = replace(inbound("untimed", NINE))
    untimed = replace(untimed, call=replace(untimed.call, timeline=replace(untimed.call.timeline, started_at=None)))
    assert columns(ask("repeat-callers", load_calls(tmp_path, untimed)), "driver", "unknown") == [("bill", 1)]


def flowed(name: str, *others: Participant) -> FinishedCall:
    """A call through the menu, and to whom else."""
    turns = [Turn("ivr_1", 0, "welcome"), Turn("customer", 3, "my bill please")]
    stretch = [Interval(K.IVR, "ivr_1", 0, 10)]
    return make_call(name, turns=turns, participants=(CUSTOMER, ivr(1, "Menu"), *others), intervals=stretch)


def test_only_who_went_nowhere_is_contained(tmp_path: Path) -> None:
    """A message left and a number outside are no service by the IVR: each call is one of five."""
    mailbox, outside = Participant("voicemail", Role.VOICEMAIL), Participant("external_1", Role.EXTERNAL)
    settings = load_calls(
        tmp_path,
        flowed("served"),
        flowed("message", mailbox),
        flowed("sent on", outside),
        flowed("waited", queue(1, "B")),
        flowed("waited, message", queue(1, "B"), mailbox),
        flowed("spoke", queue(1, "B"), agent(1, "Ann")),
    )
    names = ("calls", "contained", "contained_percent", "waiting_only", "reached_agent", "voicemail", "forwarded")
    assert columns(ask("ivr-containment", settings), *names) == [(6, 1, 16.7, 1, 1, 2, 1)]
    exits = {("B", 3), ("(call ended)", 1), ("(voicemail)", 1), ("(outside number)", 1)}
    assert set(columns(ask("ivr-exits", settings), "went_to", "calls")) == exits
    assert columns(ask("ivr-sayings", settings), "sentence", "contained_percent") == [("my bill please", 16.7)]


def test_handing_a_call_on_makes_nobody_faster(tmp_path: Path) -> None:
    """Ann hands each call on after 60 s, and so does Ben; Cem and Dee keep theirs for 300 s: all are as expected."""

    def call(name: str, number: int) -> FinishedCall:
        hands_on = name in ("Ann", "Ben")
        return make_call(
            f"{name}-{number}",
            participants=(CUSTOMER, queue(1, "Billing"), agent(1, name)),
            times=[ParticipantTimes("agent_1", talk=(60 if hands_on else 300) + number % 2)],
            transfers=[Transfer(TransferKind.BLIND, "agent_1", None, 60)] if hands_on else [],
        )

    calls = [call(name, number) for name in ("Ann", "Ben", "Cem", "Dee") for number in range(4)]
    answer = ask("agent-performance", load_calls(tmp_path, *calls), {"at_least": 4})
    assert columns(answer, "agent", "expected_seconds", "verdict") == [
        (name, expected, "as expected")
        for name, expected in [("Ann", 60.5), ("Ben", 60.5), ("Cem", 300.5), ("Dee", 300.5)]
    ]


def test_a_call_that_met_no_queue_has_no_wait(tmp_path: Path) -> None:
    """Of a wait of 30 s and a direct call, the mean wait is 30 s, not 15."""
    waited = make_call("waited", times=[ParticipantTimes("queue_1", queue_wait=30)])
    direct = make_call("direct", participants=(CUSTOMER, agent(1, "Ann")), times=[ParticipantTimes("agent_1", talk=9)])
    settings = load_calls(tmp_path, waited, direct)
    assert rows(settings, "select avg(queue_wait_seconds), count(*) from v_calls") == [(30, 2)]
    assert rows(settings, "select value from v_call_factors where factor = 'wait'") == [("under 1 min",)]


def long_calls(times: Iterable[tuple[str, float]]) -> list[FinishedCall]:
    """A call of each topic and handle time."""
    return [
        inbound(
            f"{topic}-{n}", NINE, topic=topic, metrics={"handle_seconds": seconds, "customer_sentiment": -seconds / 100}
        )
        for n, (topic, seconds) in enumerate(times)
    ]


def test_what_makes_calls_long_is_told_from_chance(tmp_path: Path) -> None:
    """Four claims of 20 and 22 s, four bills of 10 and 12 s: 21 ± 1.155, 11 ± 1.155."""
    spread = [("claim", 20), ("claim", 22), ("bill", 10), ("bill", 12)] * 2
    settings = load_calls(tmp_path, *long_calls(spread))
    names = ("factor", "value", "calls", "difference", "lowest", "highest", "verdict")
    rows_of = columns(ask("what-makes-calls-long", settings, {"at_least": 4}), *names)
    # Logarithms: 3.0434 and 2.3937, variances 0.00303 and 0.01108: 0.6496 ± 3 · √(0.01411 / 4) = 0.1782.
    # 11 · (exp(0.6496 ± 0.1782) - 1), and 21 · (exp(-0.6496 ± 0.1782) - 1)
    assert rows_of == [
        ("driver", "claim", 4, 10, 6.6, 14.2, "longer"),
        ("driver", "bill", 4, -10, -11.8, -7.9, "shorter"),
    ]
    felt = columns(ask("what-makes-them-angry", settings, {"at_least": 4}), *names)
    assert felt == [
        ("driver", "claim", 4, -0.1, -0.12, -0.08, "unhappier"),
        ("driver", "bill", 4, 0.1, 0.08, 0.12, "happier"),
    ]
    few = columns(ask("what-makes-calls-long", settings), "value", "verdict")
    assert few == [("claim", "too few calls"), ("bill", "too few calls")]


def test_a_factor_is_compared_among_calls_of_which_it_is_known(tmp_path: Path) -> None:
    """Who waited long or little is handled in 20 s and content; who met no queue takes 220 s, who has no record is angry."""

    def call(name: str, number: int, seconds: float, **more: object) -> FinishedCall:
        metrics = {"handle_seconds": seconds + number % 2, "customer_sentiment": number % 2 / 100}
        return make_call(f"{name}-{number}", **{"metrics": metrics, **more})  # type: ignore[arg-type]

    waits = [(name, [ParticipantTimes("queue_1", queue_wait=wait)]) for name, wait in [("long", 90), ("short", 10)]]
    direct, angry = (CUSTOMER, agent(1, "Ann")), {"customer_sentiment": -1}
    calls = [call(name, n, 20, times=times) for name, times in waits for n in range(4)]
    calls += [call("direct", n, 220, participants=direct) for n in range(4)]
    calls += [call("unrecorded", n, 20, metrics=angry, quality=CtrQuality.NONE) for n in range(4)]
    settings = load_calls(tmp_path, *calls)
    for question in ("what-makes-calls-long", "what-makes-them-angry"):
        told = columns(ask(question, settings, {"at_least": 4}), "factor", "calls", "difference", "verdict")
        assert [row for row in told if row[0] == "wait"] == [("wait", 4, 0, "may be chance")]


def test_a_call_of_two_drivers_is_one_of_the_others(tmp_path: Path) -> None:
    """Of three calls, two have to do with a, two with b: beside those of c, and beside each other, they count once."""
    topics = [("a", "b"), ("a",), ("b",)]
    calls = [
        make_call(f"call-{n}", drivers=drivers, metrics={"customer_sentiment": n / 10})
        for n, drivers in enumerate(topics)
    ]
    answer = ask("what-makes-them-angry", load_calls(tmp_path, *calls))
    told = columns(answer, "value", "calls", "sentiment", "sentiment_of_others")
    assert told == [("a", 2, 0.05, 0.2), ("b", 2, 0.1, 0.1)]


def test_a_change_of_feeling_is_of_the_same_calls(tmp_path: Path) -> None:
    """Two calls end 0.2 better than they begin; one that only begins well makes no fall of it."""
    both = [Turn("customer", 1, "hm", -0.1), Turn("customer", 90, "ah", 0.1)]
    calls = [make_call(f"both-{n}", turns=both) for n in range(2)]
    settings = load_calls(tmp_path, *calls, make_call("begun", turns=[Turn("customer", 1, "good", 0.9)]))
    assert ask("sentiment-over-the-call", settings).rows == (("customer", 3, -0.1, None, None, 0.1, 0.2, 2),)


def test_who_answered_without_a_record_is_not_known(tmp_path: Path) -> None:
    """Whoever is heard on the centre's side: the call is neither resolved nor unanswered, nor called again about."""
    people = (Participant("customer", Role.CUSTOMER, "one"), agent(1, None))
    heard = make_call("heard", participants=people, started_at=NINE, quality=CtrQuality.NONE)
    again = make_call("again", participants=people, started_at=NINE + timedelta(days=1), quality=CtrQuality.NONE)
    settings = load_calls(tmp_path, heard, again, inbound("later", NINE + timedelta(days=20), "two"))
    told = columns(ask("repeat-callers", settings), "driver", "repeated", "resolved", "not_answered", "unknown")
    assert ("(none found)", 0, 0, 0, 2) in told


def test_noise_makes_nothing_long(tmp_path: Path) -> None:
    """Ten topics by turns over handle times that have nothing to do with them."""
    noise = [(f"topic {n % 10}", 100 + (n * 7919 % 101) ** 2 / 40) for n in range(400)]
    answer = ask("what-makes-calls-long", load_calls(tmp_path, *long_calls(noise)))
    assert {row[-1] for row in answer.rows} == {"may be chance"}
    assert not {row[1] for row in answer.rows} & {"never held", "none", "under 10 s", "under 1 min"}


def test_there_is_no_minus_nothing(tmp_path: Path) -> None:
    """-0.001 to two digits is 0."""
    settings = load_calls(tmp_path, make_call("a", turns=[Turn("customer", 1, "a bit off", -0.001)]))
    (felt,) = columns(ask("calls", settings), "customer_sentiment")
    assert str(felt[0]) == "0.0"


def test_the_rest_of_a_call_has_its_views(tmp_path: Path) -> None:
    """Transfers by name, mute spans by side, fields of the record, what a call was filed under, divisions."""
    filed = Participant("agent_1", Role.AGENT, "user-Ann", "Ann", wrap_up="Paid")
    skilled = Participant("queue_1", Role.QUEUE, "id-B", "Billing", skills=("German",))
    made = make_call(
        participants=(CUSTOMER, skilled, filed, queue(2, "Cards"), agent(2, "Ben")),
        transfers=[
            Transfer(TransferKind.BLIND, "agent_1", "queue_2", 30),
            Transfer(TransferKind.UNKNOWN, "agent_2", None, 60),
        ],
        turns=[Turn("customer", 1, "it is [PERSON]")],
        attributes=[("Tier", "gold")],
    )
    made = replace(made, call=replace(made.call, timeline=replace(made.call.timeline, divisions=("Home",))))
    settings = load_calls(tmp_path, made)
    query = (
        "select kind, went, at_seconds, from_agent, from_queue, to_role, to_agent, to_queue from v_transfers order by 3"
    )
    assert rows(settings, query) == [
        ("blind", "to_queue", 30, "Ann", "Billing", "queue", "Ben", "Cards"),
        ("unknown", "no_answer", 60, "Ben", "Cards", None, None, None),
    ]
    assert rows(settings, "select side, seconds, entities from v_mute_spans") == [("customer", 0.5, ["PERSON"])]
    mono = replace(made.call, call_id="mono", channels=1)
    mixed = load_calls(tmp_path / "mono", replace(made, call=mono))
    assert rows(mixed, "select side from v_mute_spans") == [("both",)]
    assert rows(settings, "select name, value from v_attributes") == [("Tier", "gold")]
    assert rows(settings, "select divisions from v_calls") == [(["Home"],)]
    query = "select wrap_up, skills from v_participants where wrap_up is not null or skills != [] order by 1"
    assert rows(settings, query) == [("Paid", []), (None, ["German"])]
