"""Records that come after their call was finished, or again with corrections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pca_pipeline.intake.found import LateRecord
from pca_pipeline.intake.ledger import KeyKind, Ledger
from pca_pipeline.intake.names import record_keys
from pca_pipeline.intake.pairing import Found, Pairing, conversation_of, parts_taken
from pca_pipeline.intake.records import RecordIds

Told = tuple[Found, RecordIds]  # a record, and what of it is about a call


def awaited(records: Iterable[Found], pairing: Pairing, ledger: Ledger) -> frozenset[Path]:
    """Records of several calls, one of which is not finished and has no recording here.

    A leg of a conversation is about all others, too; one that was not recorded waits for nothing.
    """
    return frozenset(record.path for record in records if _is_awaited(record, pairing, ledger))


def named_exactly(records: Iterable[Found], ledger: Ledger) -> frozenset[Path]:
    """Records whose name, in its very letters, a finished call has."""
    return frozenset(
        record.path for record in records if ledger.calls((KeyKind.NAME, key) for key in record_keys(record.name))
    )


def news(records: Iterable[Found], ledger: Ledger) -> frozenset[Path]:
    """Records that a finished call of theirs has not seen, judged by ids."""
    return frozenset(
        record.path
        for record in records
        if any(not _seen(call_id, part, ledger) for call_id, part in _by_ids(record, ledger).items())
    )


def late_records(
    records: Iterable[Found], needed: Collection[Path], ledger: Ledger, name_wait: float
) -> list[LateRecord]:
    """Records about finished calls, ordered by call; those in `needed` stay in the inbox for others.

    A record of a conversation is news to every finished call that has not seen what it tells of the call. Metadata of
    a recording follows only together with one. A record that all its calls have seen goes to one of them,
    which takes it out of the inbox and changes nothing. By name alone a record finds only a call that has
    none, and after `name_wait` seconds, in which a new recording of that name may arrive.
    """
    by_call: dict[str, list[Told]] = defaultdict(list)
    kept = set(needed)
    for record in records:
        calls = _calls(record, ledger, name_wait)
        takers = {call_id for call_id, part in calls.items() if not _seen(call_id, part, ledger)}
        if len(takers) > 1:
            kept.add(record.path)  # each takes its part; once all have seen theirs, it goes
        if not takers and record.path not in kept:
            takers = set(sorted(calls)[:1])
        for call_id in takers:
            by_call[call_id].append((record, calls[call_id]))
    return [
        _late(call_id, told, kept, ledger)
        for call_id, told in sorted(by_call.items())
        if _tells([part for _, part in told], call_id, ledger)
    ]


def _tells(parts: Sequence[RecordIds], call_id: str, ledger: Ledger) -> bool:
    """Whether the records say who spoke, or are all known and only have to go."""
    whole = any(not part.only_recordings for part in parts)
    return whole or all(_seen(call_id, part, ledger) for part in parts)


def _is_awaited(record: Found, pairing: Pairing, ledger: Ledger) -> bool:
    if record.ids is None or len(record.ids.conversations) < 2 and not record.ids.chains:
        return False
    audios = pairing.audios.get(record.path, ())
    here = {conversation_of(audio, pairing.own[audio.path]) for audio in audios}
    missing = record.ids.conversations - record.ids.unrecorded - here
    return any(not ledger.calls([(KeyKind.CONVERSATION, id_), (KeyKind.NAME_ID, id_)]) for id_ in missing)


def _calls(record: Found, ledger: Ledger, name_wait: float) -> Mapping[str, RecordIds]:
    """Finished calls that the record is about, with what it tells of each."""
    assert record.ids is not None
    if calls := _by_ids(record, ledger):
        return calls
    named = _only_call(record, record.ids, ledger)
    if not named and record.age >= name_wait:
        named = {one for one in ledger.named(record_keys(record.name)) if not ledger.has_record(one)}
    return dict.fromkeys(named, record.ids)


def _only_call(record: Found, part: RecordIds, ledger: Ledger) -> set[str]:
    """Of a recording's metadata: the one finished call whose recording was named by the conversation."""
    if not part.only_recordings:
        return set()
    names = (record.name.with_name(f"{id_}.json") for id_ in part.conversations)
    calls = ledger.named(key for name in names for key in record_keys(name))
    return calls if len(calls) == 1 else set()


def _by_ids(record: Found, ledger: Ledger) -> dict[str, RecordIds]:
    """Finished calls that are known by an id of the record, with what it tells of each; all, where that is of several."""
    assert record.ids is not None
    found: dict[str, RecordIds] = {}
    for part in record.ids.each:
        calls = ledger.calls(_keys(part))
        if not calls and part is not record.ids:
            calls = _only_call(record, part, ledger)
        for call_id in calls:
            found[call_id] = record.ids if call_id in found else part
    return found | dict.fromkeys(ledger.calls([(KeyKind.RECORD, record.ids.sha256)]), record.ids)


def _keys(part: RecordIds) -> Iterator[tuple[KeyKind, str]]:
    yield KeyKind.RECORD, part.sha256  # these very bytes, however they were found to be the call's
    for id_ in part.recordings:
        yield from ((KeyKind.RECORDING, id_), (KeyKind.NAME_ID, id_))
    if not part.only_recordings:
        for id_ in part.conversations:
            yield from ((KeyKind.CONVERSATION, id_), (KeyKind.NAME_ID, id_))
        for whole in set(part.chains.values()):
            yield KeyKind.CHAIN, whole


def _seen(call_id: str, part: RecordIds, ledger: Ledger) -> bool:
    return call_id in ledger.calls([(KeyKind.RECORD, part.sha256)])


def _late(call_id: str, told: Sequence[Told], kept: Collection[Path], ledger: Ledger) -> LateRecord:
    conversations = frozenset().union(*(part.conversations for _, part in told))
    chains = {leg: whole for _, part in told for leg, whole in part.chains.items()}
    own = {leg for leg in chains if call_id in ledger.calls([(KeyKind.CONVERSATION, leg), (KeyKind.NAME_ID, leg)])}
    wholes = {chains[leg] for leg in own} or {
        whole for whole in chains.values() if call_id in ledger.calls([(KeyKind.CHAIN, whole)])
    }
    if wholes:  # of legs only its own is the call's conversation
        conversations = (conversations - chains.keys()) | own
    wholes = wholes or set(chains.values())
    paths = tuple(record.path for record, _ in told)
    return LateRecord(
        call_id=call_id,
        records=paths,
        conversation_id=next(iter(conversations)) if len(conversations) == 1 else None,
        kept=frozenset(path for path in paths if path in kept),
        chain=wholes.pop() if len(wholes) == 1 else None,
        parts=parts_taken(told),
    )
