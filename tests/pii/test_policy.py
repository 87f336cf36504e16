from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from pca_pipeline.call import KnownIdentity, Participant, Role
from pca_pipeline.errors import SetupError
from pca_pipeline.pii import ENTITIES, Policy, Redaction, Redactor, load_policy
from pca_pipeline.pii.entities import OPT_IN
from pca_pipeline.pii.policy import preset_names
from pca_pipeline.settings import PiiSettings, load_settings
from tests.factories import make_call
from tests.pii.conftest import Turns, call

GOOD = {
    "description": '"Mine."',
    "redact": '["PERSON", "CREDIT_CARD"]',
    "mute": '"all"',
    "agent_names": '"keep"',
    "original": '"keep"',
}
TURNS = [
    ("agent", "this is Alyssa, the card number?"),
    ("customer", "it's 4111 1111 1111 1111 and my name is Bogdan Ostrowski"),
]
SALLY = KnownIdentity(agent_names=("Alyssa Jones",), agent_ids=("u-17",))


def write(folder: Path, operators: str = 'default = "label"', **changed: str) -> str:
    """A policy file of one's own; returns its path."""
    fields = "\n".join(f"{name} = {value}" for name, value in (GOOD | changed).items() if value)
    path = folder / "mine.toml"
    path.write_text(f"{fields}\n[operators]\n{operators}\n", encoding="utf-8")
    return str(path)


def redact(policy: str, turns: Turns, known: KnownIdentity) -> Redaction:
    """Turns redacted by a policy."""
    return Redactor(load_settings(pii=PiiSettings(policy=policy))).redact(call(turns), known)


def texts(redaction: Redaction) -> list[str]:
    """The redacted texts."""
    return [segment.text for segment in redaction.segments]


def removed(policy: Policy) -> tuple[set[str], set[str]]:
    """What a policy takes out of the text and out of the audio."""
    return {e for e in ENTITIES if policy.redacts(e)}, {e for e in ENTITIES if policy.mutes(e)}


def test_presets() -> None:
    """Each is there and says what it is for; strict is the default and takes out all but companies, dates and addresses."""
    assert preset_names() == ["gdpr", "hipaa", "pci", "strict"]
    assert all(load_policy(name).description for name in preset_names())
    assert load_settings().pii.policy == "strict"
    strict = load_policy("strict")
    personal = set(ENTITIES) - {"ORGANIZATION", "DATE", "URL"}
    assert removed(strict) == (personal, personal)
    assert (strict.agent_names, strict.original, strict.operator("PERSON")) == ("keep", "destroy", "label")


@pytest.mark.parametrize(("name", "kept"), [("hipaa", set()), ("gdpr", {"ORGANIZATION", "DATE", "URL"})])
def test_presets_for_people(name: str, kept: set[str]) -> None:
    """HIPAA's list covers every entity that there is, employers too; GDPR's "personal data" is not of companies."""
    gone = set(ENTITIES) - kept
    assert removed(load_policy(name)) == (gone, gone)
    assert load_policy(name).agent_names == "replace"


def test_what_is_kept_of_all(tmp_path: Path) -> None:
    """`keep` are exceptions of "all", in text and audio."""
    mine = load_policy(write(tmp_path, redact='"all"', keep='["ORGANIZATION", "AGE"]'))
    gone = set(ENTITIES) - OPT_IN - {"ORGANIZATION", "AGE"}
    assert removed(mine) == (gone, gone)


def test_what_is_named_beside_all(tmp_path: Path) -> None:
    """ "all" is without dates and web addresses; a policy may name one of them with it."""
    mine = load_policy(write(tmp_path, redact='["all", "URL"]', mute='"all"'))
    assert removed(mine) == (set(ENTITIES) - {"DATE"}, set(ENTITIES) - {"DATE"})


FORMS = [  # of a country, as they are said or written without being asked for by a name of another country
    ({"us"}, [("agent", "Your social security number?"), ("customer", "219-09-9999")], "US_SSN"),
    ({"us"}, [("customer", "I moved to Austin, Texas 78701")], "ZIP_CODE"),
    ({"uk"}, [("customer", "my national insurance number is QQ123456C")], "UK_NINO"),
    ({"uk", "ca"}, [("agent", "Your NHS number?"), ("customer", "943 476 5919")], "UK_NHS"),
    ({"uk"}, [("customer", "that is at SW1A 1AA")], "ZIP_CODE"),
    ({"ca"}, [("agent", "Your social insurance number?"), ("customer", "046 454 286")], "CA_SIN"),
    ({"uk", "ca"}, [("agent", "Your health card number?"), ("customer", "5584 486 674")], "UK_NHS"),
    ({"ca"}, [("customer", "that is at K1A 0B1")], "ZIP_CODE"),
    ({"eu"}, [("customer", "it goes to DE89370400440532013000")], "IBAN_CODE"),
    ({"eu"}, [("agent", "Your IBAN?"), ("customer", "DE89 3704 0044 0532 0130 00")], "IBAN_CODE"),
]


@pytest.mark.parametrize("country", ["us", "uk", "ca", "eu"])
def test_countries_switch_their_forms(country: str, tmp_path: Path) -> None:
    """Alone on, a country's forms are found and no other's; alone off, all others' are."""
    others = sorted({"us", "uk", "ca", "eu"} - {country})
    for countries, on in (([country], {country}), (others, set(others))):
        path = write(tmp_path, redact='"all"', countries=repr(countries).replace("'", '"'))
        redactor = Redactor(load_settings(pii=PiiSettings(policy=path)))
        for of, turns, entity in FORMS:
            found = {finding.entity for finding in redactor.find(call(turns), KnownIdentity())}
            assert (entity in found) == bool(of & on), (countries, entity)


@pytest.mark.parametrize(("_country", "turns", "_entity"), [form for form in FORMS if "ZIP" not in form[2]])
def test_digits_of_a_country_that_is_off_still_go(_country: str, turns: Turns, _entity: str, tmp_path: Path) -> None:
    """As what the other recognizers make of them."""
    path = write(tmp_path, redact='"all"', countries="[]")
    assert not any(map(str.isdigit, texts(redact(path, turns, KnownIdentity()))[-1]))


def test_presets_know_all_countries(tmp_path: Path) -> None:
    """So does a policy that names none."""
    names = [*preset_names(), write(tmp_path)]
    assert {load_policy(name).countries for name in names} == {frozenset({"us", "uk", "ca", "eu"})}


def test_a_fingerprint_tells_policies_apart(tmp_path: Path) -> None:
    """By what they do: every field that does something changes it, the description does not."""
    changes = [
        {},
        {"redact": '"all"'},
        {"mute": '["PERSON"]'},
        {"agent_names": '"redact"'},
        {"original": '"destroy"'},
        {"countries": '["us"]'},
    ]
    prints = [load_policy(write(tmp_path, **changed)).fingerprint for changed in changes]
    prints.append(load_policy(write(tmp_path, 'default = "mask"')).fingerprint)
    prints.append(load_policy(write(tmp_path, 'PERSON = "mask"')).fingerprint)
    assert len(set(prints)) == len(prints)
    assert load_policy(write(tmp_path, description='"Yours."')).fingerprint == prints[0]


def test_an_entity_that_no_policy_knows_is_removed(tmp_path: Path) -> None:
    """A recognizer of one's own needs no line in any policy to be safe."""
    mine = load_policy(write(tmp_path))
    assert (mine.redacts("HAT_SIZE"), mine.mutes("HAT_SIZE")) == (True, True)
    assert mine.operator("HAT_SIZE") == "label"


def test_a_policy_of_ones_own(tmp_path: Path) -> None:
    """Its lists decide on text and audio, its operators by entity, its fields on agents and originals."""
    path = write(tmp_path, 'default = "mask"\nPERSON = "surrogate"', mute='["CREDIT_CARD"]', agent_names='"redact"')
    mine = load_policy(path)
    assert removed(mine) == ({"PERSON", "CREDIT_CARD", "CVV", "PIN"}, {"CREDIT_CARD", "CVV", "PIN"})
    assert [mine.operator(e) for e in ("PERSON", "CREDIT_CARD")] == ["surrogate", "mask"]
    assert (mine.agent_names, mine.original) == ("redact", "keep")


names = st.lists(st.sampled_from(sorted(ENTITIES)), unique=True)


@runs(max_examples=50, deadline=None)
@given(
    redacted=st.none() | names,
    muted=st.none() | names,
    default=st.sampled_from(["label", "mask", "surrogate", "hash", "token"]),
    original=st.sampled_from(["destroy", "seal", "keep"]),
)
def test_no_policy_keeps_cvv_or_pin(
    tmp_path_factory: pytest.TempPathFactory,
    redacted: list[str] | None,
    muted: list[str] | None,
    default: str,
    original: str,
) -> None:
    """PCI DSS 3.3.1: out of text and audio, and never in a form that a key could undo."""
    listed = "all" if redacted is None else redacted
    gone = ENTITIES.keys() - OPT_IN if listed == "all" else listed
    heard = "all" if muted is None else [e for e in muted if e in gone]
    path = write(
        tmp_path_factory.getbasetemp(),
        f'default = "{default}"',
        redact=repr(listed).replace("'", '"'),
        mute=repr(heard).replace("'", '"'),
        original=f'"{original}"',
    )
    policy = load_policy(path)
    for entity in ("CVV", "PIN"):
        assert policy.redacts(entity)
        assert policy.mutes(entity)
        assert policy.operator(entity) in ("label", "mask")


@pytest.mark.parametrize(
    ("changed", "operators", "said"),
    [
        ({"redact": '["PERSON", "SHOE_SIZE"]'}, "", ["redact", "SHOE_SIZE"]),
        ({"mute": '["PHONE_NUMBER"]'}, "", ["mute", "PHONE_NUMBER", "stay in the text"]),
        ({"redact": '["CVV"]', "agent_names": '"replace"'}, "", ["agent_names", "PERSON"]),
        ({"redact": "5"}, "", ["redact"]),
        ({"redact": '"all"', "keep": '["SHOE_SIZE"]'}, "", ["keep", "SHOE_SIZE"]),
        ({"redact": '"all"', "keep": '["CVV"]'}, "", ["keep", "CVV", "may not be stored"]),
        ({"redact": '"all"', "keep": '["AGE"]', "mute": '["AGE"]'}, "", ["mute", "AGE", "stay in the text"]),
        ({"agent_names": '"maybe"'}, "", ["agent_names", "keep"]),
        ({"original": '"burn"'}, "", ["original", "destroy"]),
        ({"countries": '["us", "fr"]'}, "", ["countries", "us"]),
        (
            {"redact": "", "mute": "", "agent_names": "", "original": ""},
            "",
            ["redact", "mute", "agent_names", "original"],
        ),
        ({"redacted": '"all"'}, "", ["redacted"]),
        ({}, 'PERSON = "encrypt"', ["operators.PERSON", "token"]),
        ({}, 'SHOE_SIZE = "mask"', ["operators", "SHOE_SIZE"]),
        ({}, 'CVV = "token"', ["operators", "CVV", "may not be stored"]),
        ({}, 'PIN = "hash"', ["operators", "PIN", "may not be stored"]),
        ({"description": "Mine"}, "", ["not TOML"]),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, changed: dict[str, str], operators: str, said: list[str]) -> None:
    """The error names the file and the field, and the hint says where a good one is."""
    with pytest.raises(SetupError) as error:
        load_policy(write(tmp_path, operators, **changed))
    assert all(word in error.value.message for word in ["mine.toml", *said])
    assert error.value.hint


@pytest.mark.parametrize("name", ["lenient", "nowhere/mine.toml", ""])
def test_an_unknown_policy_is_refused(name: str) -> None:
    """Whoever loads the redactor learns which policies there are."""
    with pytest.raises(SetupError, match="There is no policy") as error:
        Redactor(load_settings(pii=PiiSettings(policy=name)))
    assert "gdpr, hipaa, pci, strict" in error.value.hint


def test_pci_takes_the_card_and_leaves_the_name() -> None:
    """What a policy does not list stays in the text, in the findings and in the audio."""
    redaction = redact("pci", TURNS, KnownIdentity())
    assert texts(redaction)[1] == "it's <CREDIT_CARD> and my name is Bogdan Ostrowski"
    assert {f.entity for f in redaction.findings} == {"CREDIT_CARD"}
    assert {e for span in redaction.mute_spans for e in span.entities} == {"CREDIT_CARD"}


def test_text_and_audio_are_two_lists(tmp_path: Path) -> None:
    """A name that is redacted but not muted is a finding without a span of audio."""
    redaction = redact(write(tmp_path, mute='["CREDIT_CARD"]'), TURNS, KnownIdentity())
    assert {f.entity for f in redaction.findings} == {"PERSON", "CREDIT_CARD"}
    assert {e for span in redaction.mute_spans for e in span.entities} == {"CREDIT_CARD"}


@pytest.mark.parametrize(
    ("agent_names", "known", "said"),
    [
        ("keep", SALLY, "this is Alyssa, the"),
        ("replace", SALLY, "this is <AGENT:u-17>, the"),
        ("redact", SALLY, "this is <PERSON>, the"),
        ("replace", KnownIdentity(("Alyssa Brown",), SALLY.agent_names, agent_ids=("u-17",)), "this is <PERSON>, the"),
        ("replace", KnownIdentity((), ("Alyssa Jones", "Alyssa Hu"), agent_ids=("u-17", "u-18")), "this is <PERSON>,"),
        ("replace", KnownIdentity((), SALLY.agent_names), "this is <PERSON>, the"),
    ],
    ids=["keep", "replace", "redact", "a customer's too", "two agents'", "no id"],
)
def test_names_of_agents(tmp_path: Path, agent_names: str, known: KnownIdentity, said: str) -> None:
    """They stay, or become the id of the one agent they can mean, or go like any name; customers' always go."""
    text = texts(redact(write(tmp_path, agent_names=f'"{agent_names}"'), TURNS, known))
    assert text[0].startswith(said)
    assert text[1].endswith("my name is <PERSON>")


@pytest.mark.parametrize("has_key", [False, True])
def test_an_id_that_names_an_agent_is_not_shown(monkeypatch: pytest.MonkeyPatch, has_key: bool) -> None:
    """An e-mail address or a log-in: neither in the text nor in the tables, but one hash for all calls, with a key."""
    if has_key:
        monkeypatch.setenv("PCA_CUSTOMER_KEY", base64.b64encode(bytes(range(32))).decode())
    redactor = Redactor(load_settings(pii=PiiSettings(policy="gdpr")))
    agents = (Participant("agent_1", Role.AGENT, "alyssa@example.com", "Alyssa Jones"),)
    line = redactor.with_agents(replace(make_call("call-1").call.timeline, participants=agents))
    known = KnownIdentity(agent_names=("Alyssa Jones",), agent_ids=("alyssa@example.com",))
    (said, *_) = texts(redactor.redact(call(TURNS), known))
    (shown,) = line.participants
    assert (shown.id is not None, shown.name) == (has_key, shown.id)
    assert said.startswith(f"this is <AGENT:{shown.id}>," if has_key else "this is <PERSON>,")
    assert "alyssa" not in f"{shown.id}" and redactor.with_agents(line) == line
