"""Which records belong to which recordings: by name, by ids in names, and by ids that other records tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from pca_pipeline.intake.names import audio_keys, export_conversation, ids_in, record_keys
from pca_pipeline.intake.records import RecordIds


@dataclass(frozen=True, slots=True, repr=False)  # names of files
class Found:
    """A complete file in the inbox."""

    path: Path
    name: PurePosixPath  # within the drop folder, as first dropped
    age: float  # seconds since it last changed or came
    size: int
    ids: RecordIds | None = None  # of a record or a transcript
    transcript: Found | None = None  # of a recording: the one that was dropped beside it

    @property
    def is_transcript(self) -> bool:
        """Whether it stands where a recording would."""
        return self.ids is not None and self.ids.is_transcript


@dataclass(frozen=True, repr=False)
class Pairing:
    """Records by recording and recordings by record; both by path, in order.

    `own` are the records of a recording without those of other legs of its conversation.
    """

    records: Mapping[Path, tuple[Found, ...]]
    audios: Mapping[Path, tuple[Found, ...]]
    own: Mapping[Path, tuple[Found, ...]]

    @cached_property
    def sharers(self) -> Mapping[Path, frozenset[Path]]:
        """Paths of the recordings of each record."""
        return {record: frozenset(audio.path for audio in audios) for record, audios in self.audios.items()}


@dataclass(repr=False)
class _Index:
    """Recordings by what a record may know them by."""

    by_key: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    by_id: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    # By keys in any case: recordings that no record names exactly.
    by_letters: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))

    def named_like(self, name: PurePosixPath) -> list[Found]:
        """Recordings whose name the record's name continues; the longest name wins. In another case, the only one."""
        if exact := self.named_exactly(name):
            return exact
        folded = (key.casefold() for key in record_keys(name))
        found = next((self.by_letters[key] for key in folded if key in self.by_letters), [])
        return found if len(found) == 1 else []

    def named_exactly(self, name: PurePosixPath) -> list[Found]:
        """Those in the very letters."""
        return next((self.by_key[key] for key in record_keys(name) if key in self.by_key), [])

    def with_ids(self, ids: Iterable[str]) -> list[Found]:
        return [audio for id_ in ids for audio in self.by_id.get(id_, ())]


def with_transcripts(audios: Sequence[Found], transcripts: Sequence[Found]) -> tuple[list[Found], list[Found]]:
    """Recordings, each with the transcript beside it, and transcripts without one; and transcripts that are one too many."""
    index = _index(audios, [transcript.name for transcript in transcripts])
    beside: dict[Path, Found] = {}
    alone, spare = [], []
    for transcript in transcripts:
        audio = _recording_of_transcript(transcript, index)
        if audio is None:
            alone.append(transcript)
        elif beside.setdefault(audio.path, transcript) is not transcript:
            spare.append(transcript)
    return [*(replace(audio, transcript=beside.get(audio.path)) for audio in audios), *alone], spare


def _recording_of_transcript(transcript: Found, index: _Index) -> Found | None:
    """The recording that a transcript's name continues, else the only one whose name holds an id that it tells."""
    assert transcript.ids is not None
    found = {audio.path: audio for audio in index.named_like(transcript.name) or index.with_ids(transcript.ids.all)}
    return next(iter(found.values())) if len(found) == 1 else None


def pair(audios: Sequence[Found], records: Sequence[Found], elsewhere: Collection[Path] = ()) -> Pairing:
    """Every record with each recording that it is about.

    Those in `elsewhere`, whose exact name a finished call has, find no name in another case.
    """
    index = _index(audios, [record.name for record in records])
    pairs = {(audio.path, record.path) for record in records for audio in _direct(record, index, elsewhere)}
    pairs |= _only_ones(records, index, pairs)
    pairs |= _by_conversation(audios, records, pairs)
    by_path = {found.path: found for found in (*audios, *records)}
    own = _grouped(pairs, by_path)
    pairs |= _by_chain(audios, records, own)
    return Pairing(_grouped(pairs, by_path), _grouped({(record, audio) for audio, record in pairs}, by_path), own)


def _grouped(pairs: Iterable[tuple[Path, Path]], by_path: Mapping[Path, Found]) -> dict[Path, tuple[Found, ...]]:
    """Of pairs the second ones by the first, in order."""
    grouped: dict[Path, list[Found]] = defaultdict(list)
    for first, second in sorted(pairs):
        grouped[first].append(by_path[second])
    return {path: tuple(found) for path, found in grouped.items()}


def named_pairs(audios: Sequence[Found], names: Iterable[PurePosixPath]) -> set[Path]:
    """The recordings that records of these names belong to, judged by name alone."""
    index = _index(audios, names := list(names))
    return {audio.path for name in names for audio in index.named_like(name)}


def conversation_of(audio: Found, records: Iterable[Found]) -> str | None:
    """The one conversation that recording and records name; None when they name none or several."""
    known = _told(audio, records)
    told = [ids.conversations for ids in known if ids.only_recordings] or [ids.conversations for ids in known]
    return _only(told, audio) or export_conversation(audio.name)


def chain_of(audio: Found, records: Iterable[Found]) -> str | None:
    """The one conversation of several legs that the recording is a leg of, by its own records."""
    leg = conversation_of(audio, records := tuple(records))
    known = [ids.chains for ids in _told(audio, records)]
    wholes = {whole for chains in known for one, whole in chains.items() if leg in (one, None)}
    return wholes.pop() if len(wholes) == 1 else None


def recording_of(audio: Found, records: Iterable[Found]) -> str | None:
    """The one recording id that the records, or the layout of Genesys Cloud's export, name."""
    known = _told(audio, records)
    told = [ids.recordings for ids in known if ids.only_recordings] or [ids.recordings for ids in known]
    exported = audio.name.stem.lower() if export_conversation(audio.name) else None
    return _only(told, audio) or exported


def parts_taken(told: Iterable[tuple[Found, RecordIds]]) -> dict[Path, str]:
    """SHA-256 of what records tell of a call, where that is not all that they tell."""
    return {record.path: part.sha256 for record, part in told if part is not record.ids}


def _told(audio: Found, records: Iterable[Found]) -> list[RecordIds]:
    """What the records tell: of those about several conversations, of the one that the recording's name tells."""
    named = ids_in(audio.name)
    return [record.ids.of(named) for record in records if record.ids]


def _only(told: Iterable[frozenset[str]], audio: Found) -> str | None:
    """The single id among all that were told; of several, the one that the recording's name holds."""
    ids = frozenset().union(*told)
    candidates = ids if len(ids) == 1 else ids & ids_in(audio.name)
    return next(iter(candidates)) if len(candidates) == 1 else None


def _index(audios: Sequence[Found], names: Iterable[PurePosixPath]) -> _Index:
    """For records of these names."""
    index = _Index()
    for audio in audios:
        for key in audio_keys(audio.name):
            index.by_key[key].append(audio)
        for id_ in ids_in(audio.name) | (audio.ids.all if audio.ids else frozenset()):
            index.by_id[id_].append(audio)
    named = {audio.path for name in names for audio in index.named_exactly(name)}
    for audio in audios:
        for key in audio_keys(audio.name) if audio.path not in named else ():
            index.by_letters[key.casefold()].append(audio)
    return index


def _direct(record: Found, index: _Index, elsewhere: Collection[Path]) -> list[Found]:
    """Recordings that the record names by its own name, or by an id that is in theirs."""
    assert record.ids is not None
    ids = record.ids.recordings if record.ids.only_recordings else record.ids.recordings | record.ids.conversations
    named = index.named_exactly if record.path in elsewhere else index.named_like
    return [*named(record.name), *index.with_ids(ids)]


def in_place_of_id(record: Found, audios: Sequence[Found]) -> list[Found]:
    """Recordings named exactly by the conversation of a recording's metadata, not by their own id."""
    assert record.ids is not None
    named = record.ids.conversations if record.ids.only_recordings else frozenset()
    return [audio for audio in audios if audio.name.stem.lower() in named] if named else []


def _only_ones(records: Sequence[Found], index: _Index, pairs: set[tuple[Path, Path]]) -> set[tuple[Path, Path]]:
    """Pairs of recordings named by their conversation with its metadata, where one of either is there."""
    metadata: dict[str, list[Found]] = defaultdict(list)
    for record in records:
        if record.ids and record.ids.only_recordings:
            for conversation in record.ids.conversations:
                metadata[conversation].append(record)
    paired = {record for _, record in pairs}
    return {
        (audio.path, record.path)
        for conversation, (record, *others) in metadata.items()
        if not others and record.path not in paired and len(known := index.with_ids([conversation])) == 1
        for audio in in_place_of_id(record, known)
    }


def _by_conversation(
    audios: Sequence[Found], records: Sequence[Found], pairs: set[tuple[Path, Path]]
) -> set[tuple[Path, Path]]:
    """Pairs that recordings' own metadata make: it names the conversation, whose record may lie anywhere."""
    tellers: dict[Path, list[Found]] = defaultdict(list)
    metadata = {record.path: record for record in records if record.ids and record.ids.only_recordings}
    for audio_path, record_path in pairs:
        if record_path in metadata:
            tellers[audio_path].append(metadata[record_path])
    recordings_of = defaultdict(list)
    for audio in audios:
        if tellers[audio.path] and (conversation := conversation_of(audio, tellers[audio.path])):
            recordings_of[conversation].append(audio.path)
    return {
        (audio_path, record.path)
        for record in records
        if record.ids and not record.ids.only_recordings
        for conversation in record.ids.conversations
        for audio_path in recordings_of.get(conversation, ())
    }


def _by_chain(
    audios: Sequence[Found], records: Sequence[Found], own: Mapping[Path, tuple[Found, ...]]
) -> set[tuple[Path, Path]]:
    """Pairs of recordings with the records of the other legs of their conversations."""
    chains = {audio.path: chain for audio in audios if (chain := chain_of(audio, own.get(audio.path, ())))}
    legs: dict[str, list[Path]] = defaultdict(list)
    for record in records:
        for chain in set(record.ids.chains.values()) if record.ids else ():
            legs[chain].append(record.path)
    return {(audio, leg) for audio, chain in chains.items() for leg in legs[chain]}
