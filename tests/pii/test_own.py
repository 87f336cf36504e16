"""Recognizers of the user's own: files in Presidio's form, and those of installed packages."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from pca_pipeline import doctor
from pca_pipeline.call import KnownIdentity
from pca_pipeline.errors import RedactionError, SetupError
from pca_pipeline.pii import Redactor, Vault, load_rules, redact_turns
from pca_pipeline.pii.claims import OWN
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.finder import Finder, load_finder
from pca_pipeline.pii.policy import load_policy
from pca_pipeline.pii.recognizers import ConversationRecognizer, own_sources
from pca_pipeline.pii.recognizers.own_sources import own_recognizers
from pca_pipeline.settings import PiiSettings, Settings
from tests.pii.conftest import Found, Turns, call, conversation, finding
from tests.pii.test_named import Pointer

PAGE = Path(__file__).parents[2] / "docs" / "redaction.md"
DIGITS = "zero one two three four five six seven eight nine".split()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that docs/redaction.md shows."""
    (shown,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    path = tmp_path_factory.mktemp("own") / "recognizers.yaml"
    path.write_text(shown, "utf-8")
    return path


@pytest.fixture(scope="module")
def found_with(file: Path) -> Found:
    """What is found with that file, as the product ships."""
    return finding(finder_of(file))


def finder_of(file: Path | None, policy: str = "strict") -> Finder:
    """The finder as it ships, with a file of recognizers."""
    settings = PiiSettings(recognizers=file, policy=policy)
    rules = load_rules(settings)
    return load_finder(settings, rules.policy, rules.own)


def write(folder: Path, recognizers: str) -> Path:
    """A file of recognizers."""
    path = folder / "own.yaml"
    path.write_text(recognizers, "utf-8")
    return path


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([("customer", "it is MB-4111234 thanks")], ("MEMBERSHIP_NUMBER", "MB-4111234")),
        ([("customer", "the MB 411 1234 thing")], ("MEMBERSHIP_NUMBER", "MB 411 1234")),
        (
            [("customer", "so m b four double one one two three four is broken")],
            ("MEMBERSHIP_NUMBER", "m b four double one one two three four"),
        ),
        ([("agent", "Your locker?"), ("customer", "Locker 417.")], ("LOCKER_CODE", "417")),
        ([("customer", "my locker is four one seven")], ("LOCKER_CODE", "four one seven")),
        ([("customer", "we spoke of bluebird last week")], ("PROJECT", "bluebird")),
        ([("customer", "that's b l u e b i r d")], ("PROJECT", "b l u e b i r d")),
        ([("agent", "is it Night Heron")], ("PROJECT", "Night Heron")),
        ([("customer", "123 456 782 it says")], ("AU_TFN", "123 456 782")),
        (
            [("customer", "one two three four five six seven eight two it says")],
            ("AU_TFN", "one two three four five six seven eight two"),
        ),
    ],
)
def test_what_is_said_is_found_like_what_is_written(found_with: Found, turns: Turns, expected: tuple[str, str]) -> None:
    """Patterns, context words, lists, and Presidio's own recognizers with their check digits."""
    assert expected in found_with(turns)


@pytest.mark.parametrize(
    "said",
    [
        "i paid 417 for it",  # no word of its context is near
        "it was a blue bird",
        "it is m b four double one",  # too few digits for the pattern
        "it is m b four double one one two three four five",  # too many
        "one two three four five six seven eight three it says",  # the check digit is wrong
    ],
)
def test_what_no_pattern_is_the_whole_of_is_not_theirs(found_with: Found, said: str) -> None:
    """A number is no membership number by a part of it."""
    entities = {entity for entity, _ in found_with([("customer", said)])}
    assert entities.isdisjoint({"MEMBERSHIP_NUMBER", "LOCKER_CODE", "PROJECT", "AU_TFN"})


@pytest.mark.parametrize(
    ("turns", "parts"),
    [
        (["m b four double one", "one two three four"], ["m b four double one", "one two three four"]),
        (["MB, 411.", "1234"], ["MB, 411", "1234"]),
        (["m b", "four double one one two three four"], ["m b", "four double one one two three four"]),
        (["it's M as in Mary, B as in boy", "four one one", "one two three four"],
         ["M as in Mary, B as in boy", "four one one", "one two three four"]),
    ],
)  # fmt: skip
def test_letters_and_digits_over_several_turns(file: Path, turns: list[str], parts: list[str]) -> None:
    """As a whole, under a policy that keeps other account numbers, too."""
    said = [line for turn in turns for line in (("customer", turn), ("agent", "yes"))]
    for policy in ("strict", "pci"):
        find = finding(finder_of(file, policy))
        assert [text for entity, text in find(said) if entity == "MEMBERSHIP_NUMBER"] == parts


def test_letters_between_digits_over_several_turns(tmp_path: Path) -> None:
    """Each code counts once, though it has two runs of digits."""
    path = write(
        tmp_path,
        "recognizers:\n- {name: n, supported_entity: KEY, patterns: [{name: n, regex: '12B3456789', score: 1}]}",
    )
    turns = [("customer", "one two b three four five"), ("agent", "yes"), ("customer", "six seven eight nine")]
    assert [text for entity, text in finding(finder_of(path))(turns) if entity == "KEY"] == [
        "one two b three four five",
        "six seven eight nine",
    ]


@pytest.mark.parametrize("said", ["it is 417", "my son is 101", "policy number 553"])
def test_without_its_context_it_is_nothing_under_any_policy(file: Path, said: str) -> None:
    """Where a policy keeps something, what is unlikely is looked at, too: not what lacks a word of its context."""
    find = finding(finder_of(file, "pci"))
    assert "LOCKER_CODE" not in {
        entity for entity, _ in find([("agent", "what is your zip code?"), ("customer", said)])
    }


def test_the_longer_of_two_forms_is_found(tmp_path: Path) -> None:
    """Though the shorter stands first in the pattern."""
    path = write(
        tmp_path,
        "recognizers:\n- {name: n, supported_entity: N7, patterns: [{name: n, regex: '\\d{3}|\\d{7}', score: 1}]}",
    )
    assert finding(finder_of(path))([("customer", "four one one one two three four")]) == [
        ("N7", "four one one one two three four")
    ]


MINE = 'redact = ["CREDIT_CARD"]\nkeep = [{keep}]\nmute = "all"\nagent_names = "keep"\noriginal = "destroy"\n[operators]\n{operators}\n'
RX = (
    "recognizers:\n- {name: n, supported_entity: RX_NUMBER, patterns: [{name: n, regex: '\\bRX\\d{6}\\b', score: 0.6}]}"
)


def mine(folder: Path, recognizers: str, keep: str = "", operators: str = "") -> Settings:
    """A policy that removes little, and recognizers."""
    policy = folder / "mine.toml"
    policy.write_text(MINE.format(keep=keep, operators=operators), "utf-8")
    return Settings(folder=folder, pii=PiiSettings(recognizers=write(folder, recognizers), policy=str(policy)))


def redacted(settings: Settings, *texts: str) -> list[str]:
    """What is left of turns, agent and customer in turn."""
    turns = [{"speaker": ("customer", "agent")[at % 2], "text": text} for at, text in enumerate(texts)]
    return [turn["text"] for turn in redact_turns({"turns": turns}, settings)["turns"]]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("it is RX123456, RX654321", "it is <RX_NUMBER>, <RX_NUMBER>"),
        ("RX123456 and RX654321", "<RX_NUMBER> and <RX_NUMBER>"),
        ("RX one two three four five six, RX six five four three two one.", "<RX_NUMBER>, <RX_NUMBER>."),
        ("it's RX123456, RX one two three four five six", "it's <RX_NUMBER>, <RX_NUMBER>"),
    ],
)
def test_several_in_a_row_go_though_together_they_may_be_what_stays(tmp_path: Path, text: str, left: str) -> None:
    """Two of them look like an IBAN, which this policy keeps."""
    assert redacted(mine(tmp_path, RX), text) == [left]


def test_typed_and_then_said_is_twice_the_same(tmp_path: Path) -> None:
    """Presidio's own recognizers, too."""
    settings = mine(tmp_path, "recognizers:\n- {name: TrNationalIdRecognizer, type: predefined}")
    said = "10000000146, one zero zero zero zero zero zero zero one four six"
    assert redacted(settings, f"my number is {said}.") == ["my number is <TR_NATIONAL_ID>, <TR_NATIONAL_ID>."]


@pytest.mark.parametrize("question", ["hello", "what is your account number?", "your prescription number?"])
def test_what_is_kept_stays_whatever_was_asked_for(tmp_path: Path, question: str) -> None:
    """A question makes it nothing else."""
    settings = mine(tmp_path, RX, keep='"RX_NUMBER"')
    assert redacted(settings, "hi", question, "it is RX 123456")[2] == "it is RX 123456"


def test_its_name_counts_more_than_a_surer_one(tmp_path: Path) -> None:
    """Nothing of it is left over, either."""
    letters = [
        f"- {{name: {one}, supported_entity: {one}_NUM, patterns: [{{name: p, regex: '{one}\\d{{3}}', score: 0.5}}]}}"
        for one in "ZY"
    ]
    find = finding(finder_of(write(tmp_path, "recognizers:\n" + "\n".join(letters))))
    turns = [("agent", "what is your account number?"), ("customer", "z one two three and y four five six")]
    assert [one for one in find(turns) if one[0].endswith("_NUM")] == [
        ("Z_NUM", "z one two three"),
        ("Y_NUM", "y four five six"),
    ]


@pytest.mark.parametrize("operators", ['RX_NUMBER = "hash"', 'default = "hash"\nCREDIT_CARD = "mask"'])
@pytest.mark.usefixtures("master_key")
def test_an_operator_of_its_entity_alone_reads_the_key(tmp_path: Path, operators: str) -> None:
    """Named for it, or the default of what nothing else uses."""
    settings = mine(tmp_path, RX, operators=operators)
    assert re.fullmatch(r"it is <RX_NUMBER#\w+>", redacted(settings, "it is RX123456")[0])


def test_a_company_around_it_takes_nothing_back(tmp_path: Path) -> None:
    """Companies stay by policy; what is secret in their names does not."""
    bird = "recognizers:\n- {name: n, supported_entity: PROJECT, deny_list: [Night Heron], deny_list_score: 0.5}"
    model = Pointer("ORGANIZATION", "Night Heron Bank")
    finder = Finder(0.35, model=model, own=own_recognizers(write(tmp_path, bird)))
    found = finding(finder)([("customer", "called by Night Heron Bank today")])
    assert found == [("PROJECT", "Night Heron"), ("ORGANIZATION", "Bank")]


def test_without_the_key_an_operator_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first call."""
    monkeypatch.delenv("PCA_MASTER_KEY", raising=False)
    monkeypatch.delenv("PCA_MASTER_KEY_FILE", raising=False)
    with pytest.raises(SetupError, match="PCA_MASTER_KEY"):
        Redactor(mine(tmp_path, RX, operators='RX_NUMBER = "hash"'))


def test_its_tokens_are_labels_that_can_be_revealed(tmp_path: Path, master_key: bytes) -> None:
    """With digits in the entity's name, too; what was redacted stays so."""
    path = write(tmp_path, "recognizers:\n- {name: n, supported_entity: LEVEL2_CODE, deny_list: [bluebird]}")
    policy = tmp_path / "own.toml"
    policy.write_text(
        'redact = "all"\nmute = "all"\nagent_names = "keep"\noriginal = "destroy"\n[operators]\ndefault = "token"\n'
    )
    settings = Settings(folder=tmp_path, pii=PiiSettings(recognizers=path, policy=str(policy)))
    told = redact_turns({"id": "c1", "turns": [{"speaker": "customer", "text": "the password bluebird"}]}, settings)
    text = told["turns"][0]["text"]
    token = re.search(r"<LEVEL2_CODE:\w+>", text)
    assert token and [*Vault(tmp_path).reveal([token[0]], "a test")] == ["bluebird"]
    again = redact_turns({"id": "c1", "turns": [{"speaker": "customer", "text": text}]}, settings)
    assert again["turns"][0]["text"] == text


def test_a_number_over_several_turns(tmp_path: Path) -> None:
    """Each part of it, and what repeats its end."""
    path = write(
        tmp_path,
        "recognizers:\n- name: n\n  supported_entity: LOYALTY\n  patterns: [{name: n, regex: '77\\d{8}', score: 1}]",
    )
    find = finding(finder_of(path))
    turns = [
        ("customer", "seven seven one two three"),
        ("agent", "yes"),
        ("customer", "four four six eight nine"),
        ("agent", "lovely and the weather is nice today so we go out"),
        ("customer", "we do that often enough i would say"),
        ("agent", "it came to the desk on tuesday with four six eight nine on it"),
    ]
    assert [text for entity, text in find(turns) if entity == "LOYALTY"] == [
        "seven seven one two three",
        "four four six eight nine",
        "four six eight nine",
    ]


def test_a_pattern_may_go_over_lines_or_match_no_word(tmp_path: Path) -> None:
    """Each line's part is a finding of its own; what has no word is none."""
    path = write(
        tmp_path,
        "recognizers:\n- name: n\n  supported_entity: BIRD\n"
        "  patterns: [{name: n, regex: 'night\\s+heron', score: 1}, {name: dots, regex: '[.]+', score: 1}]",
    )
    (bird,) = own_recognizers(path)
    text = conversation([("customer", "the night"), ("agent", "heron ..."), ("customer", "... yes.")])
    reading = finder_of(path).read(text, KnownIdentity())
    results = bird.analyze(text.text, ["BIRD"], reading)
    assert [text.text[one.start : one.end] for one in results if one.end > one.start] == ["night", "heron"]
    find = finding(finder_of(path))
    assert [text for entity, text in find([("customer", "the night"), ("agent", "heron ...")]) if entity == "BIRD"] == [
        "night",
        "heron",
    ]


def test_the_second_reading_does_not_take_it_back(tmp_path: Path) -> None:
    """Even as an entity that the network knows, where it sees nothing personal."""
    path = write(
        tmp_path, "recognizers:\n- name: n\n  supported_entity: PERSON\n  deny_list: [weather]\n  deny_list_score: 0.5"
    )
    find = finding(finder_of(path))
    assert find([("customer", "how is the weather today")]) == [("PERSON", "weather")]


def test_it_is_redacted_muted_everywhere_and_tells_settings_apart(file: Path, tmp_path: Path) -> None:
    """From text and audio of both channels, by the policy's default operator; the file is part of the fingerprint."""
    settings = Settings(folder=tmp_path, pii=PiiSettings(recognizers=file, policy="pci"))
    told = redact_turns({"turns": [{"speaker": "customer", "text": "it is MB-4111234 and Bluebird"}]}, settings)
    assert told["turns"][0]["text"] == "it is <MEMBERSHIP_NUMBER> and <PROJECT>"
    redactor = Redactor(settings)
    turns = [("agent", "thanks for calling us"), ("customer", "it is MB-4111234")]
    assert {span.channel for span in redactor.redact(call(turns), KnownIdentity()).mute_spans} == {0, 1}
    assert redactor.rules.fingerprint != load_rules(PiiSettings(policy="pci")).fingerprint
    other = write(tmp_path, file.read_text("utf-8").replace("Bluebird", "Redbird"))
    assert load_rules(PiiSettings(recognizers=other, policy="pci")).fingerprint != redactor.rules.fingerprint
    same = write(tmp_path, "# a comment\n" + file.read_text("utf-8"))
    assert load_rules(PiiSettings(recognizers=same, policy="pci")).fingerprint == redactor.rules.fingerprint


def test_the_doctor_names_its_entities(file: Path, tmp_path: Path) -> None:
    """Beside the count of what the policy removes."""
    checks = {
        one.name: one.detail for one in doctor.examine(Settings(folder=tmp_path, pii=PiiSettings(recognizers=file)))
    }
    assert checks["recognizers"].endswith("of your own AU_TFN, LOCKER_CODE, MEMBERSHIP_NUMBER, PROJECT")


def test_a_policy_may_name_its_entities(file: Path, tmp_path: Path) -> None:
    """In `keep` and in `[operators]`; others are still unknown."""
    form = (
        'redact = "all"\nkeep = [{keep}]\nmute = "all"\nagent_names = "keep"\noriginal = "destroy"\n'
        '[operators]\n{entity} = "mask"\n'
    )
    policy = tmp_path / "own.toml"
    policy.write_text(form.format(keep='"PROJECT"', entity="MEMBERSHIP_NUMBER"), "utf-8")
    settings = Settings(folder=tmp_path, pii=PiiSettings(recognizers=file, policy=str(policy)))
    told = redact_turns({"turns": [{"speaker": "customer", "text": "it is MB-4111234 and Bluebird"}]}, settings)
    assert told["turns"][0]["text"] == "it is **-******* and Bluebird"
    policy.write_text(form.format(keep='"PROJECT"', entity="HAT_SIZE"), "utf-8")
    with pytest.raises(SetupError, match="no entity is called HAT_SIZE"):
        Redactor(settings)


def test_a_number_that_is_kept_goes_if_it_may_be_a_card(tmp_path: Path) -> None:
    """As with every kind that a policy keeps; of others that rob no account, the user's own word counts."""
    form = "recognizers:\n- name: n\n  supported_entity: LOYALTY\n  patterns: [{{name: n, regex: '{}', score: 1}}]"
    policy = tmp_path / "own.toml"
    policy.write_text(
        'redact = "all"\nkeep = ["LOYALTY"]\nmute = "all"\nagent_names = "keep"\noriginal = "destroy"\n',
        "utf-8",
    )

    def said(text: str, pattern: str) -> str:
        settings = PiiSettings(recognizers=write(tmp_path, form.format(pattern)), policy=str(policy))
        turns = [{"speaker": "customer", "text": text}]
        told = redact_turns({"turns": turns}, Settings(folder=tmp_path, pii=settings))
        return str(told["turns"][0]["text"])

    assert said("my loyalty number is 4539148803436467", r"\d{16}") == "my loyalty number is <CREDIT_CARD>"
    for number in ("MB-77", "41178", "0161 496 0872"):
        assert said(f"my loyalty number is {number}", number) == f"my loyalty number is {number}"


@runs(max_examples=60, deadline=None)
@given(number=st.text("0123456789", min_size=7, max_size=7), spoken=st.lists(st.booleans(), min_size=7, max_size=7))
def test_whatever_the_digits_and_however_they_are_said(found_with: Found, number: str, spoken: Iterable[bool]) -> None:
    """Digits as words or numerals, in any mixture: one membership number."""
    said = " ".join(DIGITS[int(digit)] if word else digit for digit, word in zip(number, spoken, strict=True))
    assert ("MEMBERSHIP_NUMBER", f"m b {said}") in found_with([("customer", f"okay m b {said} please")])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        ("", "no list of recognizers"),
        ("just words", "no list of recognizers"),
        ("a: b\nrecognizers: [heron", "in line 2"),
        ("recognizers: none", "no list of recognizers"),
        ("recognizers: [Bluebird]", "none that is enabled"),
        (
            "recognizers:\n- name: n\n  supported_entity: A\n  deny_list: [a]\n  contex: [b]",
            "recognizer 1 (n) with contex",
        ),
        (
            "recognizers:\n- name: n\n  supported_entity: A\n  deny_list: [a]\n- name: m\n  supported_entity: A\n"
            "  patterns: [{name: p, regex: '(', score: 1}]",
            "recognizer 2 (m)",
        ),
        ("recognizers:\n- name: NoSuchRecognizer\n  type: predefined", "NoSuchRecognizer"),
        ("recognizers:\n- name: n\n  supported_entity: A\n  patterns: [{name: p, regex: '(', score: 1}]", "missing )"),
        ("recognizers:\n- name: n\n  supported_entity: A\n  patterns: [{name: p, regex: a, score: 7}]", "score"),
        ("recognizers:\n- name: n\n  supported_entity: membership no\n  deny_list: [a]", "in capitals"),
        (
            "supported_languages: [de]\nrecognizers:\n- name: n\n  supported_entity: A\n  supported_languages: [de]\n"
            "  deny_list: [a]",
            "English",
        ),
        ("recognizers:\n- name: n\n  supported_language: de\n  supported_entity: A\n  deny_list: [a]", "English"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, content: str | None, said: str) -> None:
    """With its name, what is wrong, and where the form is shown."""
    path = tmp_path / "mine.yaml"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(SetupError) as error:
        own_recognizers(path)
    assert "mine.yaml" in error.value.message and said in f"{error.value.message} {error.value.hint}"
    assert error.value.hint and "\n" not in error.value.message and ".." not in error.value.message
    assert "heron" not in error.value.message  # words that are secret may be in the file


(HAT,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
_shown: dict[str, Any] = {}
exec(HAT, _shown)
HatRecognizer: type[ConversationRecognizer] = _shown["HatRecognizer"]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Makes a package with one recognizer look installed."""

    def install(value: str) -> None:
        point = EntryPoint("hats", value, own_sources.ENTRY_POINTS)
        monkeypatch.setattr(
            own_sources, "entry_points", lambda group: [point] if group == own_sources.ENTRY_POINTS else []
        )
        own_sources.installed_recognizers.cache_clear()

    yield install
    own_sources.installed_recognizers.cache_clear()


def test_a_package_adds_a_recognizer(installed: Callable[[str], None]) -> None:
    """It reads the conversation like those of this product."""
    installed(f"{__name__}:HatRecognizer")
    assert [one.name for one in own_recognizers(None)] == [f"{OWN}HatRecognizer"]
    find = finding(finder_of(None))
    assert ("HAT_SIZE", "fifty eight") in find([("customer", "my hat fifty eight is too small")])


class LowRecognizer(ConversationRecognizer):
    """One whose entity can be no label."""

    entity = "hat size"

    def find(self, reading: Reading) -> Iterable[Span]:  # noqa: ARG002
        """Nothing."""
        return ()


@pytest.mark.parametrize(
    "value", ["no_such_package:Hats", "collections:OrderedDict", "os:getcwd", f"{__name__}:LowRecognizer"]
)
def test_a_package_that_adds_none_is_named(installed: Callable[[str], None], value: str) -> None:
    """With the way out."""
    installed(value)
    with pytest.raises(SetupError, match=rf"'hats'.*{value}.*Repair or uninstall"):
        own_recognizers(None)


class BrokenRecognizer(ConversationRecognizer):
    """One that fails, and quotes what it read."""

    entity = "HAT_SIZE"

    def find(self, reading: Reading) -> Iterable[Span]:
        """Nothing."""
        raise ValueError(reading.conversation.text)


def test_one_that_fails_tells_nothing_of_what_was_said(installed: Callable[[str], None]) -> None:
    """The call fails, with the recognizer's name and without its message."""
    installed(f"{__name__}:BrokenRecognizer")
    number = "-".join(("212", "09", "9999"))  # no line of a traceback shows it but a message would
    with pytest.raises(RedactionError, match=r"'BrokenRecognizer' of your own failed \(ValueError\)") as error:
        finder_of(None).find(conversation([("customer", f"it is {number}")]), KnownIdentity())
    assert number not in "".join(traceback.format_exception(error.value))


def test_without_any_nothing_changes() -> None:
    """No file and no package: no recognizer."""
    assert own_recognizers(None) == []
    assert load_rules(PiiSettings()).fingerprint == load_policy("strict").fingerprint
