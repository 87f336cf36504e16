"""Records that come after their call was finished, or again with corrections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from pca_pipeline.intake.found import LateRecord
from pca_pipeline.intake.ledger import KeyKind, Ledger
from pca_pipeline.intake.names import record_keys
from pca_pipeline.intake.pairing import Found, Pairing, conversation_of


def awaited(records: Iterable[Found], pairing: Pairing, ledger: Ledger) -> frozenset[Path]:
    """Records of several calls, one of which is not finished and has no recording here.

    A leg of a conversation is about all others, too; one that was not recorded waits for nothing.
    """
    return frozenset(record.path for record in records if _is_awaited(record, pairing, ledger))


def news(records: Iterable[Found], ledger: Ledger) -> frozenset[Path]:
    """Records that a finished call of theirs has not seen, judged by ids."""
    return frozenset(
        record.path
        for record in records
        if any(not _seen(call_id, record, ledger) for call_id in ledger.calls(_id_keys(record)))
    )


def late_records(
    records: Iterable[Found], needed: Collection[Path], ledger: Ledger, name_wait: float
) -> list[LateRecord]:
    """Records about finished calls, ordered by call; those in `needed` stay in the inbox for others.

    A record of a conversation is news to every finished call that has not seen these very bytes. Metadata of
    a recording follows only together with one. A record that all its calls have seen goes to one of them,
    which takes it out of the inbox and changes nothing. By name alone a record finds only a call that has
    none, and after `name_wait` seconds, in which a new recording of that name may arrive.
    """
    by_call: dict[str, list[Found]] = defaultdict(list)
    kept = set(needed)
    for record in records:
        calls = _calls(record, ledger, name_wait)
        takers = {call_id for call_id in calls if not _seen(call_id, record, ledger)}
        if len(takers) > 1:
            kept.add(record.path)  # each takes a copy; once all have seen it, it goes
        if not takers and record.path not in kept:
            takers = set(sorted(calls)[:1])
        for call_id in takers:
            by_call[call_id].append(record)
    return [
        _late(call_id, found, kept, ledger)
        for call_id, found in sorted(by_call.items())
        if _tells(call_id, found, ledger)
    ]


def _tells(call_id: str, records: list[Found], ledger: Ledger) -> bool:
    """Whether the records say who spoke, or are all known and only have to go."""
    whole = any(record.ids and not record.ids.only_recordings for record in records)
    return whole or all(_seen(call_id, record, ledger) for record in records)


def _is_awaited(record: Found, pairing: Pairing, ledger: Ledger) -> bool:
    if record.ids is None or len(record.ids.conversations) < 2 and not record.ids.chains:
        return False
    audios = pairing.audios.get(record.path, ())
    here = {conversation_of(audio, pairing.own[audio.path]) for audio in audios}
    missing = record.ids.conversations - record.ids.unrecorded - here
    return any(not ledger.calls([(KeyKind.CONVERSATION, id_), (KeyKind.NAME_ID, id_)]) for id_ in missing)


def _calls(record: Found, ledger: Ledger, name_wait: float) -> set[str]:
    """Finished calls that the record is about."""
    calls = ledger.calls(_id_keys(record)) or _only_call(record, ledger)
    if not calls and record.age >= name_wait:
        named = ledger.calls((KeyKind.NAME, key) for key in record_keys(record.name))
        calls = {call_id for call_id in named if not ledger.has_record(call_id)}
    return calls


def _only_call(record: Found, ledger: Ledger) -> set[str]:
    """Of a recording's metadata: the one finished call whose recording was named by the conversation."""
    if record.ids is None or not record.ids.only_recordings:
        return set()
    names = (record.name.with_name(f"{id_}.json") for id_ in record.ids.conversations)
    calls = ledger.calls((KeyKind.NAME, key) for name in names for key in record_keys(name))
    return calls if len(calls) == 1 else set()


def _id_keys(record: Found) -> Iterator[tuple[KeyKind, str]]:
    if record.ids is None:
        return
    yield KeyKind.RECORD, record.ids.sha256  # these very bytes, however they were found to be the call's
    for id_ in record.ids.recordings:
        yield from ((KeyKind.RECORDING, id_), (KeyKind.NAME_ID, id_))
    if not record.ids.only_recordings:
        for id_ in record.ids.conversations:
            yield from ((KeyKind.CONVERSATION, id_), (KeyKind.NAME_ID, id_))
        for whole in set(record.ids.chains.values()):
            yield KeyKind.CHAIN, whole


def _seen(call_id: str, record: Found, ledger: Ledger) -> bool:
    return record.ids is not None and call_id in ledger.calls([(KeyKind.RECORD, record.ids.sha256)])


def _late(call_id: str, records: list[Found], kept: Collection[Path], ledger: Ledger) -> LateRecord:
    conversations = frozenset().union(*(record.ids.conversations for record in records if record.ids))
    chains = {leg: whole for record in records if record.ids for leg, whole in record.ids.chains.items()}
    own = {leg for leg in chains if call_id in ledger.calls([(KeyKind.CONVERSATION, leg), (KeyKind.NAME_ID, leg)])}
    wholes = {chains[leg] for leg in own} or {
        whole for whole in chains.values() if call_id in ledger.calls([(KeyKind.CHAIN, whole)])
    }
    if wholes:  # of legs only its own is the call's conversation
        conversations = (conversations - chains.keys()) | own
    wholes = wholes or set(chains.values())
    paths = tuple(record.path for record in records)
    return LateRecord(
        call_id=call_id,
        records=paths,
        conversation_id=next(iter(conversations)) if len(conversations) == 1 else None,
        kept=frozenset(path for path in paths if path in kept),
        chain=wholes.pop() if len(wholes) == 1 else None,
    )
