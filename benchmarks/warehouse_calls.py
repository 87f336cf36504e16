"""Made-up calls for the warehouse at any size, column by column, in the layout that the loader reads.

A call has a customer, IVR, queue and agent; every fifth is transferred to another queue and agent. Every fiftieth
conversation has two recordings. Texts are English words with the frequencies of the project's own pages. The same seed gives
the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pca_pipeline.warehouse.staging import staged_schema
from pca_pipeline.warehouse.word_pairs import pair_bits, words_of

SEGMENTS = 63  # per call: 63 million for 1 million calls
BEGIN, DAYS = np.datetime64("2025-01-01", "us"), 365
TOPICS = ["billing", "technical support", "card lost", "complaint", "claim", "delivery", "cancellation", "address"]
ENTITIES = ["PERSON", "PHONE_NUMBER", "CREDIT_CARD", "EMAIL_ADDRESS", "ADDRESS"]
QUEUES, AGENTS, FLOWS = 12, 150, 3
MOVED_ON = 5  # one call in so many reaches another agent
WORD_MS = 400  # from the start of a word to that of the next
SHARED = 50  # one call in so many is a second recording of the conversation before

Columns = Mapping[str, object]
Ints = npt.NDArray[np.int64]


@cache
def vocabulary() -> pa.Array:
    """English words, with their frequencies in the project's own pages."""
    pages = sorted((Path(__file__).parents[1] / "docs").glob("*.md"))
    return pa.array([word for page in pages for word in page.read_text("utf-8").lower().split() if word.isalpha()])


@cache
def _pair_bits() -> tuple[pa.Array, npt.NDArray[np.uint32]]:
    """The different words and labels, and what segments.pairs has for each two of them."""
    known = [*dict.fromkeys(vocabulary().to_pylist()), *map(_label, ENTITIES)]
    runs = [words_of(word) for word in known]
    return pa.array(known), np.array([[pair_bits(one + other) for other in runs] for one in runs], np.uint32)


def staged_batches(calls: int, size: int, words: int, seed: int = 7) -> Iterator[pa.Table]:
    """`calls` calls, spread evenly over a year and ordered by time, `size` of them in each table of staged_schema()."""
    return (staged_batch(first, calls, size, words, seed) for first in range(0, calls, size))


def staged_batch(first: int, calls: int, size: int, words: int, seed: int = 7) -> pa.Table:
    """The table of staged_batches() that begins with the call `first`."""
    numbers = np.arange(first, min(first + size, calls))
    return _batch(numbers, calls, words, vocabulary(), np.random.default_rng([seed, first]))


def _batch(numbers: Ints, total: int, words: int, spoken: pa.Array, dice: np.random.Generator) -> pa.Table:
    count = len(numbers)
    # a real id is a hash: it says nothing about the time
    ids = pa.array([f"{(int(n) * 0x9E3779B97F4A7C15 + 1) % 2**80:020x}" for n in numbers])
    moved = numbers % MOVED_ON == 0
    segments, findings, ends = _segments(count, words, spoken, moved, dice)
    drivers = np.argsort(dice.random((count, len(TOPICS))), axis=1)[:, :2]
    tables = {
        "calls": _calls(numbers, total, ends),
        "call_facts": _facts(numbers, moved, drivers),
        "files": {
            "name": pc.binary_join_element_wise(ids, "wav", "."),
            "kind": "audio",
            "sha256": ids,
            "size_bytes": 1,
        },
        "participants": _participants(numbers, moved, dice),
        "intervals": _intervals(ends, moved),
        "transfers": _transfers(ends, moved),
        "segments": segments,
        "findings": findings,
        "mute_spans": findings | {"entities": _lists(findings["entity"], 1)},
        "call_metrics": _metrics(ends, moved, dice),
        "participant_metrics": _participant_metrics(ends, moved, dice),
        "sentiment_quarters": _quarters(count, dice),
        "drivers": {
            "call": np.repeat(np.arange(count), 2),
            "rank": np.tile([1, 2], count),
            "driver": _names(TOPICS, drivers.ravel()),
        },
    }
    schema = staged_schema()
    lists = [_staged(schema.field(name), tables.get(name, {"call": np.array([], int)}), ids) for name in schema.names]
    return pa.Table.from_arrays(lists, schema=schema)


def _staged(field: pa.Field, columns: Columns, ids: pa.Array) -> pa.Array:
    """Flat columns as one list per call; `call` is each row's call, if there is not one row per call."""
    calls = np.asarray(columns.get("call", np.arange(len(ids))))
    structs = field.type.value_type
    arrays = [
        ids.take(pa.array(calls)) if one.name == "call_id" else _column(one.type, columns.get(one.name), len(calls))
        for one in structs
    ]
    offsets = np.searchsorted(calls, np.arange(len(ids) + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(arrays, fields=list(structs)), type=field.type)


def _column(kind: pa.DataType, values: object, rows: int) -> pa.Array:
    if values is None:
        return pa.nulls(rows, kind)
    if isinstance(values, (str, int, float)):
        return pa.repeat(pa.scalar(values, kind), rows)
    return (values if isinstance(values, pa.Array) else pa.array(values)).cast(kind)


def _names(names: list[str], indices: npt.NDArray[np.integer]) -> pa.Array:
    return pa.array(names).take(pa.array(indices))


def _lists(values: pa.Array, length: int) -> pa.Array:
    return pa.ListArray.from_arrays(np.arange(0, len(values) + 1, length, dtype=np.int32), values)


def _calls(numbers: Ints, total: int, ends: Ints) -> dict[str, object]:
    return {
        "conversation_id": pa.array([f"conversation-{n - (n % SHARED == 1):09}" for n in numbers]),
        "started_at": BEGIN + (numbers * (DAYS * 86_400_000_000 / total)).astype("timedelta64[us]"),
        "direction": "inbound",
        "duration_ms": ends,
        "sample_rate": 8000,
        "channels": 2,
        "external_channel": 0,
        "ctr_quality": "exact",
        "ctr_notes": pa.array([[]] * len(numbers), pa.list_(pa.string())),
        "divisions": pa.array([[]] * len(numbers), pa.list_(pa.string())),
        "language": "en",
        "model": "turbo",
        "speech_ms": ends // 2,
        "mean_probability": 0.9,
        "dropped_words": 0,
        "audio": pa.array([f"done/{n:09}/redacted.wav" for n in numbers]),
        "code_version": "1",
        "settings_version": "a",
    }


def _segments(
    count: int, words: int, spoken: pa.Array, moved: npt.NDArray[np.bool_], dice: np.random.Generator
) -> tuple[dict[str, object], dict[str, pa.Array | Ints], Ints]:
    """Segments of 1 to twice `words` words, their findings, and where each call ends, in milliseconds."""
    rows = count * SEGMENTS
    place = np.tile(np.arange(SEGMENTS), count)
    call = np.repeat(np.arange(count), SEGMENTS)
    lengths = dice.integers(1, 2 * words + 1, rows)
    text, pairs, labelled, entities = _texts(lengths, spoken, words / 100, dice)
    pause = dice.integers(0, 1500, rows)
    end = np.cumsum((lengths * WORD_MS + pause).reshape(count, SEGMENTS), axis=1).ravel() + 5000
    start = end - lengths * WORD_MS
    timed = _timed_words(lengths, dice)
    second = moved[call] & (place > SEGMENTS // 2)
    speaker = np.select([place < 2, place % 2 == 1, second], [0, 1, 3], 2)
    speakers = _names(["ivr_1", "customer", "agent_1", "agent_2"], speaker)
    channel = (speaker != 1).astype(np.uint8)
    sentiment = np.round(dice.normal(0, 0.3, rows).clip(-1, 1), 3)
    segments = {
        "call": call,
        "segment": place,
        "speaker": speakers,
        "channel": channel,
        "start_ms": start,
        "end_ms": end,
        "confidence": 1.0,
        "text": text,
        "pairs": pairs,
        "words": timed,
        "sentiment": sentiment,
        "sentiment_label": _names(["negative", "neutral", "positive"], np.digitize(sentiment, [-0.05, 0.05])),
        "loudness_dbfs": dice.normal(-22, 3, rows).round(1),
        "labels": _labels(labelled, entities),
    }
    findings = {
        "call": call[labelled],
        "segment": place[labelled],
        "channel": channel[labelled],
        "start_ms": start[labelled],
        "end_ms": start[labelled] + WORD_MS,
        "entity": entities,
        "speaker": speakers.filter(pa.array(labelled)),
    } | _first_words(call[labelled])
    return segments, findings, end.reshape(count, SEGMENTS)[:, -1] + 1000


def _texts(
    lengths: Ints, spoken: pa.Array, share: float, dice: np.random.Generator
) -> tuple[pa.Array, npt.NDArray[np.uint32], npt.NDArray[np.bool_], pa.Array]:
    """Texts with these numbers of words, their pairs; which begin with a label, a share of all; these labels' entities."""
    last = np.cumsum(lengths)
    first = last - lengths
    words = spoken.take(pa.array(dice.integers(0, len(spoken), last[-1])))
    labelled = dice.random(len(lengths)) < share
    entities = _names(ENTITIES, dice.choice(len(ENTITIES), labelled.sum(), p=[0.5, 0.2, 0.1, 0.1, 0.1]))
    mask = np.zeros(last[-1], bool)
    mask[first[labelled]] = True
    words = pc.replace_with_mask(words, mask, pa.array(map(_label, entities.to_pylist()), pa.string()))
    texts = pc.binary_join(pa.ListArray.from_arrays(_offsets(lengths), words), " ")
    return texts, _pairs(words, first), labelled, entities


def _label(entity: str) -> str:
    return f"[{entity}]"


def _pairs(words: pa.Array, first: Ints) -> npt.NDArray[np.uint32]:
    """The pairs of words of texts that begin with the words at `first`."""
    known, bits = _pair_bits()
    at = pc.index_in(words, value_set=known).to_numpy()
    pairs = np.append(bits[at[:-1], at[1:]], np.uint32(0))
    pairs[first[1:] - 1] = 0  # of the last word of a text and the first one of the next
    return np.bitwise_or.reduceat(pairs, first)


def _offsets(lengths: Ints) -> npt.NDArray[np.int32]:
    return np.append(0, np.cumsum(lengths)).astype(np.int32)


def _timed_words(lengths: Ints, dice: np.random.Generator) -> pa.ListArray:
    """Times and probability of each word, as the column `words` of segments has them."""
    total = int(lengths.sum())
    word = np.arange(total) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    offset = word * WORD_MS + dice.integers(0, 100, total)
    details = {
        "step_ms": np.where(word == 0, offset, np.diff(offset, prepend=0)),
        "length_ms": dice.integers(100, 390, total),
        "percent": dice.integers(40, 101, total),
    }
    kind = staged_schema().field("segments").type.value_type.field("words").type
    structs = pa.StructArray.from_arrays(
        [_column(one.type, details[one.name], total) for one in kind.value_type], fields=list(kind.value_type)
    )
    return pa.ListArray.from_arrays(_offsets(lengths), structs, type=kind)


def _first_words(call: Ints) -> dict[str, pa.Array | Ints]:
    """Columns of findings that are the first word of a segment, numbered within their calls."""
    count = len(call)
    return {
        "finding": np.arange(count) - np.searchsorted(call, call),
        "first_word": np.zeros(count, int),
        "last_word": np.zeros(count, int),
        "score": np.full(count, 0.85),
        "recognizer": pa.array(["names"] * count),
    }


def _labels(label: npt.NDArray[np.bool_], entities: pa.Array) -> pa.ListArray:
    """Labels, on the first word of those segments that have one."""
    kind = staged_schema().field("segments").type.value_type.field("labels").type
    first = pa.array(np.ones(len(entities), np.int32))
    structs = pa.StructArray.from_arrays([first, entities], fields=list(kind.value_type))
    return pa.ListArray.from_arrays(np.append(0, np.cumsum(label)).astype(np.int32), structs, type=kind)


def _rows(moved: npt.NDArray[np.bool_], always: int, more: int) -> tuple[Ints, Ints]:
    """Call and place of rows: `always` rows of each call, and `more` of those that were transferred."""
    lengths = always + more * moved
    call = np.repeat(np.arange(len(moved)), lengths)
    return call, np.arange(len(call)) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def _queue(numbers: Ints, leg: Ints | int) -> Ints:
    return (numbers * 7 + numbers // 11 + 5 * leg) % QUEUES


def _agent(numbers: Ints, leg: Ints | int) -> Ints:
    return (numbers * 31 + numbers // 13 + 77 * leg) % AGENTS


def _participants(numbers: Ints, moved: npt.NDArray[np.bool_], dice: np.random.Generator) -> dict[str, object]:
    call, place = _rows(moved, 4, 2)
    number, leg = numbers[call], (place >= 4).astype(int)
    who = dice.integers(0, 400_000, len(numbers))  # customers: each calls a few times a year
    name = np.select([place == 1, place % 2 == 0], [number % FLOWS, _queue(number, leg)], _agent(number, leg))
    title = np.array(["", "Flow ", "Queue ", "Agent ", "Queue ", "Agent "])[place]
    names = np.char.add(title, name.astype(str)).astype(object)
    names[place == 0] = None
    return {
        "call": call,
        "participant": _names(["customer", "ivr_1", "queue_1", "agent_1", "queue_2", "agent_2"], place),
        "position": place,
        "role": _names(["customer", "ivr", "queue", "agent", "queue", "agent"], place),
        "id": np.where(place == 0, np.char.add("c", who[call].astype(str)), names).astype(object),
        "name": pa.array(names, pa.string()),
        "connected": pa.array(np.isin(place, [3, 5]), mask=~np.isin(place, [3, 5])),
    }


def _intervals(ends: Ints, moved: npt.NDArray[np.bool_]) -> dict[str, object]:
    call, place = _rows(moved, 3, 2)
    end = ends[call]
    handed = np.where(moved[call], end // 2, end)
    start = np.choose(place, [0 * end, 0 * end + 5000, 0 * end + 9000, handed, handed + 4000])
    stop = np.choose(place, [0 * end + 5000, 0 * end + 9000, handed, handed + 4000, end])
    return {
        "call": call,
        "participant": _names(["ivr_1", "queue_1", "agent_1", "queue_2", "agent_2"], place),
        "kind": _names(["ivr", "queue", "talk", "queue", "talk"], place),
        "start_ms": start,
        "end_ms": stop,
    }


def _transfers(ends: Ints, moved: npt.NDArray[np.bool_]) -> dict[str, object]:
    call = np.flatnonzero(moved)
    return {
        "call": call,
        "kind": "blind",
        "from_participant": "agent_1",
        "to_participant": "agent_2",
        "at_ms": ends[call] // 2,
    }


def _facts(numbers: Ints, moved: npt.NDArray[np.bool_], drivers: Ints) -> dict[str, object]:
    def listed(title: str, first: Ints, second: Ints) -> pa.Array:
        both = zip(first.tolist(), second.tolist(), moved.tolist(), strict=True)
        return pa.array([[f"{title} {a}", f"{title} {b}"] if more else [f"{title} {a}"] for a, b, more in both])

    return {
        "agents": listed("Agent", _agent(numbers, 0), _agent(numbers, 1)),
        "queues": listed("Queue", _queue(numbers, 0), _queue(numbers, 1)),
        "drivers": _lists(_names(TOPICS, drivers.ravel()), 2),
        "findings": np.full(len(numbers), 9),
        "redacted": "CREDIT_CARD 1, PERSON 8",
    }


def _metrics(ends: Ints, moved: npt.NDArray[np.bool_], dice: np.random.Generator) -> dict[str, object]:
    count = len(ends)
    work, held = dice.integers(0, 60_000, count), dice.integers(0, 30_000, count) * (dice.random(count) < 0.3)
    return {
        "handle_ms": ends + work,
        "talk_ms": ends - held,
        "hold_ms": held,
        "after_call_work_ms": work,
        "queue_wait_ms": dice.integers(0, 120_000, count),
        "ivr_ms": 5000,
        "non_talk_ms": dice.integers(0, 20_000, count),
        "talk_over_ms": dice.integers(0, 10_000, count),
        "longest_silence_ms": dice.integers(1000, 20_000, count),
        "agents": 1 + moved,
        "queues": 1 + moved,
        "holds": (held > 0).astype(int),
        "blind_transfers": moved.astype(int),
        "consult_transfers": 0,
        "transfers": moved.astype(int),
        "answered": pa.repeat(pa.scalar(True), count),
        "customer_sentiment": dice.normal(0, 0.2, count).clip(-1, 1),
        "agent_sentiment": dice.normal(0.1, 0.1, count).clip(-1, 1),
        "customer_sentiment_change": dice.normal(0, 0.2, count).clip(-1, 1),
    }


def _participant_metrics(ends: Ints, moved: npt.NDArray[np.bool_], dice: np.random.Generator) -> dict[str, object]:
    call, place = _rows(moved, 4, 2)
    rows = len(call)
    agent = np.isin(place, [3, 5])
    return {
        "call": call,
        "participant": _names(["customer", "ivr_1", "queue_1", "agent_1", "queue_2", "agent_2"], place),
        "talk_ms": np.where(agent, ends[call] // (1 + moved[call]), 0),
        "hold_ms": np.where(agent, dice.integers(0, 9000, rows), 0),
        "after_call_work_ms": np.where(agent, dice.integers(0, 60_000, rows), 0),
        "queue_wait_ms": np.where(np.isin(place, [2, 4]), dice.integers(0, 120_000, rows), 0),
        "ivr_ms": np.where(place == 1, 5000, 0),
        "alert_ms": np.where(agent, 3000, 0),
        "speech_ms": ends[call] // 3,
        "words": dice.integers(10, 400, rows),
        "words_per_minute": dice.normal(150, 15, rows),
        "interruptions": dice.integers(0, 5, rows),
        "loudness_dbfs": dice.normal(-22, 2, rows),
        "sentiment": dice.normal(0, 0.2, rows).clip(-1, 1),
    }


def _quarters(count: int, dice: np.random.Generator) -> dict[str, object]:
    rows = count * 8
    return {
        "call": np.repeat(np.arange(count), 8),
        "role": _names(["customer", "agent"], np.tile([0, 1], count * 4)),
        "quarter": np.tile(np.repeat([1, 2, 3, 4], 2), count),
        "sentiment": dice.normal(0, 0.2, rows).clip(-1, 1),
        "words": dice.integers(20, 200, rows),
    }
