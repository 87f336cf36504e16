"""How much personal data is found in hand-written conversations, and how much else.

    python -m benchmarks.written_redaction --half held

The conversations, and what their marks mean, are in benchmarks/written/README.md. Counts are as in benchmarks.redaction.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.redaction import STRICT, Score, conversation_system, measure, name_model, report, stock_system, summary
from benchmarks.redaction_calls import HALVES, Call, Turn, Word
from pca_pipeline.pii.finder import load_finder
from pca_pipeline.pii.words.lexicon import TITLES, is_word, word_set
from pca_pipeline.settings import PiiSettings

FOLDER = Path(__file__).parent / "written"
NEUTRAL = "OPTIONAL"
COMPANY = "ORGANIZATION"  # marked for training; stays by policy, so it does not count as a value
_ENTITIES = {
    "CARD": "CREDIT_CARD",
    "EXPIRY": "CARD_EXPIRY",
    "SSN": "US_SSN",
    "NINO": "UK_NINO",
    "ACCOUNT": "ACCOUNT_NUMBER",
    "PHONE": "PHONE_NUMBER",
    "ROUTING": "ROUTING_NUMBER",
    "IBAN": "IBAN_CODE",
    "ZIP": "ZIP_CODE",
    "LICENCE": "ID_DOCUMENT",
    "PLATE": "LICENSE_PLATE",
    "VIN": "VEHICLE_ID",
    "SERIAL": "DEVICE_ID",
    "OTP": "PASSWORD",
    "DOB": "DATE_OF_BIRTH",
    "EMAIL": "EMAIL_ADDRESS",
    "ADDRESS": "STREET_ADDRESS",
    "CITY": "LOCATION",
    "SECURITY": "SECURITY_ANSWER",
    "SIN": "CA_SIN",
    "IP": "IP_ADDRESS",
    "MAC": "MAC_ADDRESS",
    "ORG": COMPANY,
    "AGENT": NEUTRAL,
    "OPT": NEUTRAL,
}
_HEAD = re.compile(r"=== (?P<number>\d+) (?P<half>\w+) (?P<trade>\w+) (?P<form>\w+)")
_TURN = re.compile(r"(?P<speaker>[AC]): (?P<text>.*)")
_MARK = re.compile(r"\{(?P<name>[A-Z]+)\|(?P<text>[^{}|]*)\}")
_SPEAKERS = {"A": "agent", "C": "customer"}
# Within a value these reveal nothing by themselves, so they may stay.
_FREE = TITLES | word_set("""uh um er erm ah hm okay sorry wait no and then is it's that's the as in for like of at end
    an dot underscore dash dashes hyphen unit room apartment apt suite number flat street avenue years year old
    months half plus""")


@dataclass(frozen=True)
class Written:
    """One conversation with what its heading says."""

    number: int
    half: str
    trade: str
    form: str
    call: Call


def read_conversations(folder: Path = FOLDER) -> Iterator[Written]:
    """All conversations of a folder's text files; a line that is neither heading nor turn is a ValueError."""
    for path in sorted(folder.glob("*.txt")):
        for part in re.split(r"(?m)^(?==== )", path.read_text("utf-8")):
            if part.strip():
                yield _conversation(path, part.strip().splitlines())


def _conversation(path: Path, lines: list[str]) -> Written:
    head = _HEAD.fullmatch(lines[0])
    if head is None:
        raise ValueError(f"{path.name}: {lines[0]!r} is no heading; write '=== number half trade form'.")
    values = _Values()
    turns = [values.turn(path, line) for line in lines[1:] if line.strip()]
    call = Call(tuple(values.with_neutral(turn) for turn in turns), values.agent)
    return Written(int(head["number"]), head["half"], head["trade"], head["form"], call)


class _Values:
    """Numbers the values of one conversation, and keeps the agent's name."""

    def __init__(self) -> None:
        self._count = 0
        self.agent = ""
        self._names: set[str] = set()

    def turn(self, path: Path, line: str) -> Turn:
        match = _TURN.fullmatch(line.strip())
        if match is None:
            raise ValueError(f"{path.name}: {line[:20]!r}... is no turn; begin it with 'A: ' or 'C: '.")
        text, spans = _parsed(match["text"])
        if not self.agent:
            self.agent = next((mark["text"] for mark in _MARK.finditer(match["text"]) if mark["name"] == "AGENT"), "")
        names = (text[first:end] for first, end, entity in spans if entity == "PERSON")
        self._names |= {_plain(word) for name in names for word in name.split() if not is_word(_plain(word))}
        words = (self._word(word, spans) for word in re.finditer(r"\S+", text))
        self._count += len(spans)
        return Turn(_SPEAKERS[match["speaker"]], tuple(words))

    def _word(self, word: re.Match[str], spans: Sequence[tuple[int, int, str]]) -> Word:
        """A word belongs to the value that it touches."""
        for at, (first, end, entity) in enumerate(spans):
            if first < word.end() and word.start() < end:
                return Word(word[0], entity, self._count + at, entity not in (NEUTRAL, COMPANY) and not _free(word[0]))
        return Word(word[0])

    def with_neutral(self, turn: Turn) -> Turn:
        """The agent's name is neutral wherever it is said; so is an unmarked name of another agent, unless it is a word."""
        names = {word for word in {*map(_plain, self.agent.split()), *self._names} if len(word) > 2}
        words = (
            Word(word.text, NEUTRAL, word.value, needed=False)
            if word.entity is None and _plain(word.text) in names
            else word
            for word in turn.words
        )
        return Turn(turn.speaker, tuple(words))


def _parsed(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The text without marks, and each mark's characters [first, end) and entity."""
    text, spans, end = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[end : mark.start()]
        spans.append((len(text), len(text) + len(mark["text"]), _ENTITIES.get(mark["name"], mark["name"])))
        text, end = text + mark["text"], mark.end()
    return text + marked[end:], spans


def _free(word: str) -> bool:
    return not any(map(str.isalnum, word)) or _plain(word) in _FREE


def _plain(word: str) -> str:
    return word.lower().strip(".,?!:;\"'()").removesuffix("'s")


def main() -> None:
    """Measure and print, form by form."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=HALVES, nargs="*", default=["held"])
    parser.add_argument("--examples", action="store_true", help="print errors; of the development half only")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="marked conversations, your own for one")
    parser.add_argument("--model", default="own", help="what reads beside the rules, as the setting pii.model")
    parser.add_argument("--ours-only", action="store_true", help="leave Presidio as it comes out")
    options = parser.parse_args()
    ours = conversation_system(load_finder(PiiSettings(model=options.model), STRICT))
    stock = stock_system(name_model(options.model))
    scores: dict[str, Score] = defaultdict(Score)
    for written in read_conversations(options.folder):
        if written.half in options.half:
            measure(ours, written.call, scores[written.half])
            measure(ours, written.call, scores[f"{written.half}, {written.form}"])
            if not options.ours_only:
                measure(stock, written.call, scores[f"{written.half}, stock Presidio"])
    for half in options.half:
        report(half, scores[half], 1000 if options.examples and half == "development" else 0)
        for title in sorted(scores):
            if title.startswith(f"{half},"):
                print(f"  {title}: {summary(scores[title])}")


if __name__ == "__main__":
    main()
