"""What is said in contact centres: draws utterances for training from templates, numbers, names and plain English."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import wordfreq

from sample_calls import scenarios
from sample_calls.spoken import DIGITS, Line, Piece, fill, persona

TEMPLATES_FILE = Path(__file__).with_name("lines.txt")
DICTIONARY = Path("/usr/share/dict/words")  # Debian's wamerican
SUBJECT_WEIGHTS = {  # numbers and names are what redaction stands on
    "numbers": 21, "identity": 21, "scenarios": 16, "service": 9, "ivr": 5, "backchannel": 5, "greeting": 3,
    "billing": 3, "insurance": 3, "money": 3, "support": 3, "plain": 8,
}  # fmt: skip
OPENERS = (
    "Okay,", "So,", "Well,", "Yes,", "Sure,", "Um,", "Uh,", "And", "Alright,", "Oh,", "Yeah,", "No,", "Great,",
    "Okay, so", "Right,", "Perfect,", "Hi,", "Hello,", "Sorry,", "Actually,", "I think", "Let me see,", "But",
)  # fmt: skip


@cache
def templates() -> dict[str, list[str]]:
    """Subject -> line templates, those of the call scripts among them."""
    subjects: dict[str, list[str]] = {}
    for line in TEMPLATES_FILE.read_text().splitlines():
        if line.startswith("["):
            subjects[line.strip("[]")] = current = []
        elif line and not line.startswith("#"):
            current.append(line)
    return subjects | {"scenarios": list(scenarios.TEMPLATES())}


def draw(random: Random) -> Line:
    """One utterance: a line of a subject, sometimes with an opener before it or a second sentence after it."""
    subject = random.choices(list(SUBJECT_WEIGHTS), list(SUBJECT_WEIGHTS.values()))[0]
    if subject == "plain":
        return plain_english(random)
    template = random.choice(templates()[subject])
    if random.random() < 0.12:
        template = _continue(random.choice(OPENERS), template)
    if subject != "backchannel" and len(template.split()) < 9 and random.random() < 0.25:
        template += " " + random.choice(templates()[subject])
    return fill(template, persona(random), random)


def plain_english(random: Random) -> Line:
    """Common English words in no order, so that the decoder must listen rather than guess."""
    words, weights = _vocabulary()
    drawn = random.choices(words, weights, k=random.randrange(3, 11))
    if random.random() < 0.3:
        drawn[random.randrange(len(drawn) - 1)] += ","
    pieces = [Piece("I" if word == "i" else word, word.strip(",")) for word in drawn]
    first, last = pieces[0], pieces[-1]
    pieces[0] = Piece(first.written.capitalize(), first.spoken)
    pieces[-1] = Piece(last.written + random.choice("...?"), last.spoken)
    return Line(tuple(pieces))


def _continue(opener: str, template: str) -> str:
    """An opener and a template as one sentence: the template loses its capital unless a name or "I" opens it."""
    first = template.split(" ", 1)[0].strip(",.?!")
    keeps = first.startswith(("{", "I'")) or first.isupper()
    return f"{opener} {template if keeps else template[0].lower() + template[1:]}"


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """The commonest lower-case dictionary words, and their frequency with its peaks flattened."""
    lower = {word for word in DICTIONARY.read_text().split() if word.isascii() and word.isalpha() and word.islower()}
    numbers = {
        *DIGITS,
        "ten",
        "eleven",
        "twelve",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "hundred",
        "thousand",
        "million",
    }
    words = [
        word
        for word in wordfreq.top_n_list("en", 8000)
        if word in lower | {"i"}
        and word not in numbers
        and not word.endswith("teen")
        and (len(word) > 1 or word in "ai")
    ]
    return words, [wordfreq.word_frequency(word, "en") ** 0.4 for word in words]
