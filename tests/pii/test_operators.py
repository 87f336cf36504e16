from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from pca_pipeline.call import KnownIdentity
from pca_pipeline.errors import SetupError
from pca_pipeline.pii import Redaction, Redactor, Vault, redact_turns
from pca_pipeline.pii.forms.values import canonical
from pca_pipeline.pii.policy import Policy
from pca_pipeline.pii.replacing.operators import Operators
from pca_pipeline.pii.replacing.surrogates import surrogate
from pca_pipeline.settings import PiiSettings, Settings, load_settings
from tests.pii.conftest import call
from tests.pii.test_redaction import finished

KEY = b"k" * 32
# Ways to say or write one value.
SAME = [
    ("CREDIT_CARD", ["4111 1111 1111 1111", "4111, 1111, 1111, 1111", "4111-1111-1111-1111", "4,111111111111111"]),
    ("CREDIT_CARD", ["four one double one", "4111", "4-1-1-1", "$4,111", "forty one eleven", "four one um one one"]),
    ("US_SSN", ["219-09-9999", "two one nine oh nine nine nine nine nine", "219, 09, 9999"]),
    ("LICENSE_PLATE", ["ABC-1234", "A B C one two three four", "alpha bravo charlie 1234"]),
    ("PERSON", ["John Smith", "john smith", "JOHN SMITH", "John Smith's", "John S-M-I-T-H", "Mr. John Smith"]),
    ("PERSON", ["Smith", "s m i t h", "S as in Sam M I T H", "sierra mike india tango hotel"]),
    ("EMAIL_ADDRESS", ["j.smith82@gmail.com", "j dot smith eighty two at gmail dot com", "J.Smith82@Gmail.com"]),
    ("DATE_OF_BIRTH", ["March 4th, 1982", "03/04/1982", "the fourth of March nineteen eighty two", "1982, March 4"]),
    ("DATE", ["March 4th", "the fourth of march", "Tuesday, March 4", "4 March"]),
    ("DATE", ["March 4th, 2024", "03/04/2024", "4 March twenty twenty four"]),
    ("URL", ["www.janemiller.com/gallery", "w w w dot jane miller dot com slash gallery"]),
    ("AGE", ["34", "thirty four"]),
]


def policy(operator: str) -> Policy:
    """Everything goes, by one operator."""
    return Policy("test", "", frozenset(), frozenset(), {}, operator, "keep", "destroy")  # type: ignore[arg-type]


def write(operator: str, entity: str, value: str, folder: Path, call_id: str | None = "call1") -> str:
    """What one operator writes in one call."""
    return Operators(policy(operator), folder).of_call(call_id, KnownIdentity()).write(entity, value)


def own_policy(folder: Path, operator: str, **pii: object) -> Settings:
    """Settings with a policy file of one's own."""
    path = folder / f"{operator}.toml"
    fields = 'description = ""\nredact = "all"\nmute = "all"\nagent_names = "keep"\noriginal = "destroy"'
    path.write_text(f'{fields}\n[operators]\ndefault = "{operator}"\n')
    return load_settings(folder=folder / "calls", pii=PiiSettings(policy=str(path)))


@pytest.mark.parametrize(
    ("operator", "entity", "value", "written"),
    [
        ("label", "CREDIT_CARD", "4111 1111", r"<CREDIT_CARD>"),
        ("mask", "PHONE_NUMBER", "(312) 555-0143", r"\(\*\*\*\) \*\*\*-\*\*\*\*"),
        ("mask", "PERSON", "Jörg Núñez_2", r"\*{4} \*{5}_\*"),
        ("surrogate", "PHONE_NUMBER", "(312) 555-0143", r"\(\d{3}\) \d{3}-\d{4}"),
        ("surrogate", "PHONE_NUMBER", "three one two 5550143", r"\d{10}"),
        ("surrogate", "LICENSE_PLATE", "ABC-1234", r"[A-Z]{3}-\d{4}"),
        ("surrogate", "PERSON", "Ann Lee", r"[A-Z][a-z]+ [A-Z][a-z]+"),
        ("surrogate", "PERSON", "ann lee", r"[a-z]+ [a-z]+"),
        ("surrogate", "STREET_ADDRESS", "12 Main Street", r"\d\d [A-Z][a-z]+ [A-Z][a-z]+"),
        ("surrogate", "EMAIL_ADDRESS", "ann.lee7@gmail.com", r"[a-z]{3}\.[a-z]{3}\d@example\.com"),
        ("surrogate", "DATE_OF_BIRTH", "March 4th, 1982", r"(0[1-9]|1[0-2])/([01]\d|2[0-8])/(19|20)\d\d"),
        ("hash", "PERSON", "Ann Lee", r"<PERSON#[0-9a-f]{16}>"),
        ("token", "PERSON", "Ann Lee", r"<PERSON:[a-z2-7]{16}>"),
        ("token", "CVV", "719", r"<CVV>"),
        ("hash", "PIN", "7194", r"<PIN>"),
        ("surrogate", "CVV", "719", r"<CVV>"),
    ],
)
def test_what_each_operator_writes(
    operator: str, entity: str, value: str, written: str, tmp_path: Path, master_key: bytes
) -> None:
    """Its shape; and CVV and PIN never in a form that a key could undo."""
    assert re.fullmatch(written, write(operator, entity, value, tmp_path))


@pytest.mark.parametrize(("entity", "forms"), SAME)
@pytest.mark.parametrize("operator", ["hash", "token"])
def test_forms_of_one_value_are_written_alike(
    operator: str, entity: str, forms: list[str], tmp_path: Path, master_key: bytes
) -> None:
    """However it was said, a value has one hash and one token; another value has others."""
    written = {write(operator, entity, form, tmp_path) for form in forms}
    assert len(written) == 1
    assert write(operator, entity, forms[0] + " 7", tmp_path) not in written


@pytest.mark.parametrize(("entity", "forms"), SAME)
def test_surrogates_of_one_value_are_one_value(entity: str, forms: list[str]) -> None:
    """However it was said, the made-up value is the same one, and not the real one."""
    made = {canonical(entity, surrogate(entity, form, KEY)) for form in forms}
    assert len(made) == 1
    assert made != {canonical(entity, forms[0])}


def test_a_name_keeps_its_surrogate_in_part() -> None:
    """The first name alone is replaced as within the whole name."""
    assert surrogate("PERSON", "Ann Lee", KEY).split() == [surrogate("PERSON", name, KEY) for name in ("Ann", "Lee")]


@pytest.mark.parametrize(
    ("part", "place"),
    [("1881", slice(12, 16)), ("4-0-1-2", slice(0, 4)), ("eight eight eight eight one eight", slice(8, 14))],
)
def test_a_number_keeps_its_surrogate_in_part(part: str, place: slice) -> None:
    """Four digits and more of a number of the call are replaced as within the whole; fewer, and others, are not."""
    whole = "4012888888881881"
    made = surrogate("CREDIT_CARD", whole, KEY, [whole])
    assert canonical("NUMBER", surrogate("NUMBER", part, KEY, [whole])) == made[place]
    for other in ("881", "9999"):
        assert surrogate("NUMBER", other, KEY, [whole]) == surrogate("NUMBER", other, KEY)


@pytest.mark.parametrize("turned", [False, True])
def test_the_end_of_a_card_fits_to_the_card(turned: bool, tmp_path: Path, master_key: bytes) -> None:
    """In a call and in turns, whichever is said first."""
    turns = [
        ("agent", "The long number on the card?"),
        ("customer", "4012 8888 8888 1881"),
        ("agent", "So the card ending in 1881?"),
    ]
    if turned:
        turns = [("agent", "Is it the card ending in 1881?"), ("customer", "yes, card 4012 8888 8888 1881"), turns[0]]
    settings = own_policy(tmp_path, "surrogate")
    said = [s.text for s in Redactor(settings).redact(call(turns), KnownIdentity(), call_id="call").segments]
    chat = {"id": "call", "turns": [{"speaker": speaker, "text": text} for speaker, text in turns]}
    assert [turn["text"] for turn in redact_turns(chat, settings)["turns"]] == said
    digits = sorted((re.sub(r"\D", "", text) for text in said), key=len)
    assert digits[1] == digits[2][-4:] != "1881"


def test_calls_differ_where_they_must(tmp_path: Path, master_key: bytes) -> None:
    """Surrogates and tokens belong to a call; hashes join calls."""
    for operator, alike in (("surrogate", False), ("token", False), ("hash", True)):
        first, second = (write(operator, "PHONE_NUMBER", "3125550143", tmp_path, call) for call in ("one", "two"))
        assert (first == second) is alike
        assert write(operator, "PHONE_NUMBER", "3125550143", tmp_path, "one") == first


def test_another_master_key_writes_others(tmp_path: Path, master_key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the key nobody can compute what was written."""
    before = {write(operator, "US_SSN", "219099999", tmp_path) for operator in ("surrogate", "hash")}
    monkeypatch.setenv("PCA_MASTER_KEY", "A" * 43 + "=")
    assert before.isdisjoint({write(operator, "US_SSN", "219099999", tmp_path) for operator in ("surrogate", "hash")})


@runs(max_examples=50, deadline=None)
@given(
    entity=st.sampled_from(
        ["CREDIT_CARD", "ACCOUNT_NUMBER", "PASSWORD", "IBAN_CODE", "PERSON", "EMAIL_ADDRESS", "DATE", "URL"]
    ),
    value=st.text(st.sampled_from("0123456789abcXYZäß @.-"), min_size=1, max_size=20),
)
def test_a_surrogate_is_never_the_value(entity: str, value: str) -> None:
    """Not even of one digit; and it is the same each time."""
    made = surrogate(entity, value, KEY)
    assert made == surrogate(entity, value, KEY)
    if any(map(str.isalnum, value)):
        assert canonical(entity, made) != canonical(entity, value)


@pytest.mark.parametrize("operator", ["surrogate", "hash", "token"])
def test_a_missing_master_key_is_told_before_the_first_call(
    operator: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The redactor does not load, and says what to set."""
    monkeypatch.delenv("PCA_MASTER_KEY", raising=False)
    monkeypatch.delenv("PCA_MASTER_KEY_FILE", raising=False)
    with pytest.raises(SetupError, match="PCA_MASTER_KEY"):
        Redactor(own_policy(tmp_path, operator))


def test_without_an_id_nothing_is_kept(tmp_path: Path, master_key: bytes) -> None:
    """Labels stand for tokens, surrogates are of this once, and there is no vault."""
    assert write("token", "PERSON", "Ann Lee", tmp_path, None) == "<PERSON>"
    made = {write("surrogate", "PHONE_NUMBER", "3125550143", tmp_path, None) for _ in range(3)}
    assert len(made) == 3
    assert list(tmp_path.iterdir()) == []


TURNS = [
    ("agent", "Your card number, Mister Ostrowski?"),
    ("customer", "(4111 1111 1111 1111), and my name is Bogdan Ostrowski."),
    ("agent", "Four one one one, 1111 1111 1111. And your PIN?"),
    ("customer", "7194"),
]


@pytest.mark.parametrize("operator", ["mask", "surrogate", "hash", "token"])
def test_a_call_redacted_by_each_operator(operator: str, tmp_path: Path, master_key: bytes) -> None:
    """No value stays, a read-back is written as the value was, marks stay, a late record changes nothing."""
    redactor = Redactor(own_policy(tmp_path, operator))
    redaction = redactor.redact(call(TURNS), KnownIdentity(), call_id="call")
    text = " ".join(segment.text for segment in redaction.segments)
    assert not {"4111", "one", "1111", "7194", "Bogdan", "Ostrowski"} & set(re.findall(r"\w+", text))
    assert text.endswith("****" if operator == "mask" else "<PIN>")
    card, read_back = (label(redaction, at) for at in (1, 2))
    assert redaction.segments[1].words[0].text == f"({card}),"
    assert operator == "mask" or canonical("CREDIT_CARD", card) == canonical("CREDIT_CARD", read_back)
    again = redactor.redact_again(finished(redaction), KnownIdentity())
    assert again.segments == redaction.segments
    assert again.findings == redaction.findings


def label(redaction: Redaction, segment: int) -> str:
    """What stands for the card number in a segment, without marks."""
    word = next(word for word in redaction.segments[segment].words if word.entity == "CREDIT_CARD")
    return word.text.strip("(),.")


def test_tokens_of_turns_are_in_the_vault(tmp_path: Path, master_key: bytes) -> None:
    """A conversation's id is its call's in the vault; an id that could not be erased by gets labels."""
    settings = own_policy(tmp_path, "token")
    turns = [{"speaker": "customer", "text": "my name is Bogdan Ostrowski"}]
    said = redact_turns({"id": 7, "turns": turns}, settings)["turns"][0]["text"]
    token = said.removeprefix("my name is ")
    assert Vault(settings.folder).reveal([token], "a test") == ["Bogdan Ostrowski"]
    assert Vault(settings.folder).erase("7") == 1
    for strange in (None, "a b", "../x", ["7"]):
        answer = redact_turns({"id": strange, "turns": turns}, settings)
        assert answer["turns"][0]["text"] == "my name is <PERSON>"
