"""The conversation as one stream of tokens: both channels in time order, each token mapped to its word."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from pca_pipeline.call import Segment
from pca_pipeline.pii.words.lexicon import FILLERS, TITLES
from pca_pipeline.pii.words.misspelling import corrected
from pca_pipeline.pii.words.number_words import items_of

# A token: a label that stands for removed words; an e-mail address; the end of a masked number ("...8120"); or letters and digits, joined by signs that
# hold a name, a number or an abbreviation together ("S-M-I-T-H", "219-09-9999", "o'brien", "$4,111.50").
_TOKEN = re.compile(
    r"<[A-Z][A-Z0-9_]*(?:[:#][^<>\s]+)?>|[\w.+-]+@[\w.-]*\w|(?<![\w*•….])(?:[*•…]+|\.{2,})\d{2,5}(?![\w#])|[+$£€]?[^\W_]+(?:(?:[-–._'’&+]|(?<=\d)[,:/](?=\d))[^\W_]+)*%?|%"
)
_PAUSE = re.compile(r"[.?!,;:…]|--|—")
_SPEAKERS = {"agent": "agent", "ivr": "machine", "queue": "machine", "voicemail": "machine", "bot": "machine"}


@dataclass(slots=True, repr=False, eq=False)
class Token:
    """A word or a part of one. `start` and `end` are characters of the conversation's text."""

    text: str
    norm: str  # lower case, straight apostrophes; number words and the names of identifiers set right
    start: int
    end: int
    segment: int
    word: int
    turn: int
    after: str = ""  # mark that follows: "." ends a sentence, "," a clause, "" nothing
    opens: bool = False  # first of its sentence
    cased: bool = False  # its turn uses capitals, so that they mean something

    @property
    def capital(self) -> bool:
        """Written with a capital that means something."""
        return self.cased and self.text[:1].isupper()

    @property
    def is_label(self) -> bool:
        """Stands for what an earlier redaction took out."""
        return self.norm.startswith("<")

    def __repr__(self) -> str:
        return f"Token({self.start}-{self.end})"


@dataclass(frozen=True, slots=True)
class Turn:
    """Consecutive segments of one speaker: tokens [first, end)."""

    speaker: str
    role: str  # "agent", "machine" or "customer"
    first: int
    end: int


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """What a conversation is made of: one segment's speaker and its words as written."""

    speaker: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Phrase:
    """A turn's tokens in lower case with one space between, to search in with patterns."""

    text: str
    first: int  # token at its beginning
    starts: list[int]  # where each token begins in `text`

    def tokens(self, match: re.Match[str]) -> tuple[int, int]:
        """First and last token of a match."""
        return self.token(match.start()), self.token(match.end() - 1)

    def token(self, at: int) -> int:
        """The token at a character."""
        return self.first + bisect_right(self.starts, at) - 1


class Conversation:
    """Tokens, turns and text of one conversation, with the maps between characters, tokens and words."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.tokens: list[Token] = []
        self.turns: list[Turn] = []
        self.text = ""
        self._word_starts: list[list[int]] = []
        self._read(lines)
        _mark(self.tokens, self.turns, self.text)
        self.has_agent = any(turn.role != "customer" for turn in self.turns)
        self._starts = [token.start for token in self.tokens]
        self._content = _content_before(self.tokens)
        self._phrases = [self._phrase(turn) for turn in self.turns]

    @classmethod
    def of_segments(cls, segments: Iterable[Segment]) -> Conversation:
        """The conversation of a call's segments, which are ordered by start."""
        return cls([Line(s.speaker, tuple(word.text for word in s.words)) for s in segments])

    @classmethod
    def of_text(cls, text: str) -> Conversation:
        """A conversation of one turn for each line of a text, all of one speaker; offsets are the text's own."""
        conversation = cls([Line("customer", tuple(line.split(" "))) for line in text.split("\n")])
        if conversation.text != text:
            raise AssertionError("joining the words of a text must give the text")
        return conversation

    def _read(self, lines: Sequence[Line]) -> None:
        parts: list[str] = []
        offset = 0
        for at, line in enumerate(lines):
            if not self.turns or self.turns[-1].speaker != line.speaker:
                self.turns.append(Turn(line.speaker, role(line.speaker), len(self.tokens), 0))
            starts = []
            for number, word in enumerate(line.words):
                starts.append(offset)
                self.tokens += _tokens(word, offset, at, number, len(self.turns) - 1)
                parts += (word, " " if number + 1 < len(line.words) else "\n")
                offset += len(word) + 1
            if not line.words:
                parts.append("\n")
                offset += 1
            self._word_starts.append(starts)
            last = self.turns[-1]
            self.turns[-1] = Turn(last.speaker, last.role, last.first, len(self.tokens))
        self.text = "".join(parts)[:-1]

    def _phrase(self, turn: Turn) -> Phrase:
        inside = self.tokens[turn.first : turn.end]
        norms = ["<>" if token.is_label else token.norm.replace("-", " ") for token in inside]  # a label asks nothing
        starts = [0, *accumulate(len(norm) + 1 for norm in norms)]
        return Phrase(" ".join(norms), turn.first, starts[:-1])

    def phrase(self, turn: int) -> Phrase:
        """A turn's text for patterns."""
        return self._phrases[turn]

    def word_start(self, segment: int, word: int) -> int:
        """Where a word begins in the text."""
        return self._word_starts[segment][word]

    def tokens_at(self, start: int, end: int) -> range:
        """Indices of the tokens that overlap characters [start, end)."""
        first = max(0, bisect_right(self._starts, start) - 1)
        if first < len(self.tokens) and self.tokens[first].end <= start:
            first += 1
        last = first
        while last < len(self.tokens) and self.tokens[last].start < end:
            last += 1
        return range(first, last)

    def content_between(self, first: int, end: int) -> int:
        """How many tokens of [first, end) say something: neither acknowledgement nor filler nor number."""
        return max(0, self._content[end] - self._content[first]) if first < end else 0

    def speaker(self, token: int) -> str:
        """Who says a token."""
        return self.turns[self.tokens[token].turn].speaker

    def turn_of(self, token: int) -> Turn:
        """The turn of a token."""
        return self.turns[self.tokens[token].turn]


def role(speaker: str) -> str:
    """What a speaker's key says about them: "agent_1" is an agent, "ivr_1" a machine, all others customers."""
    return _SPEAKERS.get(speaker.lower().split("_")[0], "customer")


def _tokens(word: str, offset: int, segment: int, number: int, turn: int) -> list[Token]:
    return [
        Token(text, _norm(text), offset + start, offset + start + len(text), segment, number, turn)
        for start, text in _parts(word)
    ]


@lru_cache(maxsize=65536)
def _parts(word: str) -> tuple[tuple[int, str], ...]:
    """The texts of a word's tokens, and where in the word each begins."""
    return tuple((match.start(), match[0]) for match in _TOKEN.finditer(word))


@lru_cache(maxsize=65536)
def _norm(text: str) -> str:
    return corrected(text.lower().replace("’", "'").replace("–", "-"))


def _mark(tokens: list[Token], turns: Sequence[Turn], text: str) -> None:
    """Set what follows each token, where sentences open, and whether capitals mean something in the turn."""
    for turn in turns:
        inside = tokens[turn.first : turn.end]
        letters = [token.text for token in inside if len(token.text) > 1 and token.text[0].isalpha()]
        cased = any(t[0].isupper() for t in letters) and not all(t.isupper() for t in letters)
        opens = True
        for at, token in enumerate(inside):
            following = inside[at + 1].start if at + 1 < len(inside) else token.end + 8
            between = text[token.end : following]
            mark = None if between == " " else _PAUSE.search(between.split("\n")[0])
            if mark and not (token.norm in TITLES and mark[0] == "."):
                token.after = "." if mark[0] in ".?!…" else ","
            token.opens, token.cased = opens, cased
            opens = token.after == "."


def _content_before(tokens: Sequence[Token]) -> list[int]:
    counts = [0]
    for token in tokens:
        counts.append(counts[-1] + (token.norm not in FILLERS and not items_of(token.norm)))
    return counts
