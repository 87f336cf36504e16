from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pca_pipeline import audio, intake, pipeline, speech
from pca_pipeline.call import KnownIdentity, Recording, Segment, SpeechStats, Transcript
from pca_pipeline.intake.sealing import make_keys, read_private_key, unseal
from pca_pipeline.pii import Redaction, Redactor
from pca_pipeline.pii.models import Named
from pca_pipeline.pii.words.stream import Conversation
from pca_pipeline.settings import Settings, load_settings
from tests.pii.conftest import call
from tests.pii.test_policy import write

RATE = 8000
SALLY = KnownIdentity(agent_names=("Alyssa Jones",), agent_ids=("u-17",))
TURNS = [
    ("agent", "This is Alyssa, what is your name?"),
    ("customer", "My name is Bogdan Ostrowski."),
    ("agent", "Your date of birth, Bogdan?"),
    ("customer", "March 4th, 1982."),
    ("agent", "And where do you work?"),
    ("customer", "I work for Acme Freight."),
    ("agent", "The long number on the card?"),
    ("customer", "4111 1111 1111 1111."),
    ("agent", "The security code on the back of it?"),
    ("customer", "719."),
    ("agent", "And the best phone number to call you back?"),
    ("customer", "312-555-0143, I pay $35 a month."),
]
CARD = {"4111", "1111", "1111."}
PERSON = {"Bogdan?", "Bogdan", "Ostrowski."}
ALL = {*CARD, *PERSON, "719.", "312-555-0143,", "March", "4th,", "1982."}
STRICT = [
    "This is Alyssa, what is your name?",
    "My name is <PERSON>.",
    "Your date of birth, <PERSON>?",
    "<DATE_OF_BIRTH>.",
    "And where do you work?",
    "I work for Acme Freight.",
    "The long number on the card?",
    "<CREDIT_CARD>.",
    "The security code on the back of it?",
    "<CVV>.",
    "And the best phone number to call you back?",
    "<PHONE_NUMBER>, I pay $35 a month.",
]
AGENT = "This is <AGENT:u-17>, what is your name?"
PCI = [*(text for _, text in TURNS[:7]), *STRICT[7:11], TURNS[11][1]]
COMPANY = "I work for <ORGANIZATION>."


class Companies:
    """A model of names that knows one company."""

    def find(self, conversation: Conversation) -> Iterator[Named]:
        """Where its name is said."""
        tokens = conversation.tokens
        for at, token in enumerate(tokens[:-1]):
            if (token.text, tokens[at + 1].text) == ("Acme", "Freight"):
                yield Named("ORGANIZATION", at, at + 1, 0.9)


@pytest.fixture(autouse=True)
def companies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model in the place of the shipped one, so that the presets are tested and not the model."""
    monkeypatch.setattr("pca_pipeline.pii.finder.load_model", lambda _: Companies())


def muted(redaction: Redaction, segments: list[Segment]) -> set[str]:
    """Words whose middle is in a span of their channel."""
    return {
        word.text
        for segment in segments
        for word in segment.words
        for span in redaction.mute_spans
        if span.channel == segment.channel and span.start < (word.start + word.end) / 2 < span.end
    }


@pytest.mark.parametrize(
    ("policy", "texts", "silent"),
    [
        ("strict", STRICT, ALL),
        ("pci", PCI, {*CARD, "719."}),
        ("gdpr", [AGENT, *STRICT[1:]], {*ALL, "Alyssa,"}),
        ("hipaa", [AGENT, *STRICT[1:5], COMPANY, *STRICT[6:]], {*ALL, "Alyssa,", "Acme", "Freight."}),
    ],
)
def test_what_stays_and_what_goes(policy: str, texts: list[str], silent: set[str]) -> None:
    """Of one call, under each preset: the text to the letter, and the words that are muted."""
    segments = call(TURNS)
    redaction = Redactor(load_settings(pii={"policy": policy})).redact(segments, SALLY)
    assert [segment.text for segment in redaction.segments] == texts
    assert muted(redaction, segments) == silent
    both = {span.channel for span in redaction.mute_spans if "CVV" in span.entities}
    assert both == {0, 1}


CARD_IN_WORDS = "four one one one " + "one " * 11 + "two"  # a digit misheard, so that the check digit does not fit
DOUBTFUL = [
    ([("agent", "What's the account number?"), ("customer", "4111 1111 1111 1112")], "<CREDIT_CARD>"),
    ([("agent", "What's your member number?"), ("customer", CARD_IN_WORDS)], "<CREDIT_CARD>"),
    ([("agent", "Your phone number?"), ("customer", "4111 1111 1111"), ("agent", "Okay."), ("customer", "1112")], ""),
    ([("agent", "The serial number?"), ("customer", "490154203237519")], "<CREDIT_CARD>"),
    ([("agent", "And your PIN?"), ("customer", "My account number, right? 7194")], "right? <PIN>"),
    ([("agent", "Your passcode?"), ("customer", "7194")], "<PASSWORD>"),
]
CERTAIN = [
    [("agent", "The card number?"), ("customer", "My phone number is 312-555-0143")],
    [("agent", "Your PIN? And your date of birth?"), ("customer", "March 4th, 1982")],
    [("agent", "Your IBAN?"), ("customer", "GB29 NWBK 6016 1331 9268 19")],
    [("agent", "The card's expiry? And the address?"), ("customer", "1234 Maple Street")],
    [("agent", "Your account number?"), ("customer", "55443322")],
    [("agent", "The routing number?"), ("customer", "021000021")],
]


@pytest.mark.parametrize(("turns", "said"), DOUBTFUL)
def test_what_may_be_card_data_goes(turns: list[tuple[str, str]], said: str) -> None:
    """Under `pci`, though it was asked for as something that stays: in the text, and in the audio with it."""
    segments = call(turns)
    redaction = Redactor(load_settings(pii={"policy": "pci"})).redact(segments, KnownIdentity())
    assert not any(character.isdigit() for segment in redaction.segments for character in segment.text)
    assert redaction.segments[1].text.endswith(said)
    assert {word for word in muted(redaction, segments) if word.isdigit()} == {
        word.text for segment in segments for word in segment.words if word.text.isdigit()
    }


@pytest.mark.parametrize("turns", CERTAIN)
def test_what_cannot_be_card_data_stays(turns: list[tuple[str, str]]) -> None:
    """Other lengths, other shapes: a question for a card shortly before does not take them."""
    redaction = Redactor(load_settings(pii={"policy": "pci"})).redact(call(turns), KnownIdentity())
    assert redaction.segments[1].text == turns[1][1]
    assert not redaction.mute_spans


@pytest.mark.parametrize(
    ("question", "answer", "left"),
    [
        ("Your passcode?", "it's 7194", "it's <PIN>"),
        ("What's the password?", "seventy one ninety four", "<PIN>"),
        ("Your one time code?", "It's double four double one.", "It's <PIN>."),
        ("Your passcode?", "71948823", "71948823"),
        ("Your password?", "bluebird", "bluebird"),
    ],
)
def test_a_password_that_may_be_a_pin_goes_under_every_policy(
    question: str, answer: str, left: str, tmp_path: Path
) -> None:
    """A policy that keeps passwords has none of so few digits in text and audio, and so in no original."""
    policy = write(tmp_path, redact='["PERSON"]', mute='"all"')
    redactor = Redactor(load_settings(pii={"policy": policy, "model": "none"}))
    redaction = redactor.redact(call([("agent", question), ("customer", answer)]), KnownIdentity())
    assert redaction.segments[1].text == left
    assert {entity for span in redaction.mute_spans for entity in span.entities} == (
        {"PIN"} if "<PIN>" in left else set()
    )


def test_what_may_be_muted_is_muted(tmp_path: Path) -> None:
    """A policy that mutes cards alone mutes what may be one."""
    policy = write(tmp_path, redact='"all"', mute='["CREDIT_CARD"]')
    segments = call([("agent", "What's the account number?"), ("customer", "4111 1111 1111 1112")])
    redaction = Redactor(load_settings(pii={"policy": policy})).redact(segments, KnownIdentity())
    assert muted(redaction, segments) == {"4111", "1111", "1112"}


def spoken(segments: list[Segment]) -> Recording:
    """Noise where words are, on their channels."""
    channels = np.zeros((2, round(RATE * (segments[-1].words[-1].end + 1))), np.float32)
    noise = np.random.default_rng(5).normal(0, 0.1, channels.shape).astype(np.float32)
    for segment in segments:
        for word in segment.words:
            first, last = round(word.start * RATE), round(word.end * RATE)
            channels[word.channel, first:last] = noise[word.channel, first:last]
    return Recording(channels, RATE, "PCM_16")


def swept(folder: Path, policy: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, list[Segment]]:
    """A calls folder in which that call went the whole way under a policy; only speech recognition is played."""
    make_keys(folder / "private.pem", folder / "public.pem")
    now: dict[str, Any] = {"stable_seconds": 0, "record_wait_seconds": 0}
    settings = load_settings(
        folder=folder / "calls",
        intake=now,
        audio={"seal_to": folder / "public.pem"},
        pii={"policy": policy, "verify_share": 0},
    )
    segments = call(TURNS)
    words = tuple(word for segment in segments for word in segment.words)
    heard = Transcript(words, SpeechStats("played", "en", 0.0, 0.9, 0))
    monkeypatch.setattr(speech, "load_engine", lambda _: object())
    monkeypatch.setattr(speech, "transcribe_all", lambda requests, *_: [heard for _ in requests])
    settings.inbox_folder.mkdir(parents=True)
    audio.write(spoken(segments), settings.inbox_folder / "call.wav", "wav")
    assert pipeline.run_sweep(settings).counts()["done"] == 1
    return settings, segments


def test_hipaa_seals_the_original(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The redacted audio is silent where personal data was; what is unsealed is as it came in but for the code."""
    settings, segments = swept(tmp_path, "hipaa", monkeypatch)
    (redacted,) = settings.done_folder.rglob("redacted.wav")
    (sealed,) = settings.sealed_folder.iterdir()
    unseal(sealed, tmp_path / "opened.wav", read_private_key(tmp_path / "private.pem"))
    original, now = spoken(segments), audio.read(redacted)
    opened = audio.read(tmp_path / "opened.wav")
    for segment in segments:
        for word in segment.words:
            place = word.channel, slice(round(word.start * RATE), round(word.end * RATE))
            silent = not now.channels[place].any()
            assert silent == (word.text in {*ALL, "Acme", "Freight.", "Alyssa,"}), word.text
            same = np.allclose(opened.channels[place], original.channels[place], atol=1e-4)
            assert same == (word.text != "719."), word.text
    assert [path.name for path in settings.folder.rglob("*.wav")] == ["redacted.wav"]


@pytest.mark.parametrize("policy", ["strict", "pci", "gdpr"])
def test_the_others_destroy_the_original(policy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the redacted audio is left, and nothing is sealed."""
    settings, _ = swept(tmp_path, policy, monkeypatch)
    assert [path.name for path in settings.folder.rglob("*.wav*")] == ["redacted.wav"]
    assert not list(settings.folder.rglob("*.sealed"))
    assert intake.status(settings).done == 1
