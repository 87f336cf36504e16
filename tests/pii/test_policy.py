from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from pca_pipeline.call import KnownIdentity
from pca_pipeline.errors import SetupError
from pca_pipeline.pii import ENTITIES, Policy, Redaction, Redactor, load_policy
from pca_pipeline.pii.policy import preset_names
from pca_pipeline.settings import PiiSettings, load_settings
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
    """Each is there and says what it is for; strict is the default and takes everything out."""
    assert preset_names() == ["gdpr", "hipaa", "pci", "strict"]
    assert all(load_policy(name).description for name in preset_names())
    assert load_settings().pii.policy == "strict"
    strict = load_policy("strict")
    assert removed(strict) == (set(ENTITIES), set(ENTITIES))
    assert (strict.agent_names, strict.original, strict.operator("PERSON")) == ("keep", "destroy", "label")


@pytest.mark.parametrize("name", ["hipaa", "gdpr"])
def test_presets_for_people_leave_nothing(name: str) -> None:
    """HIPAA's list and GDPR's "personal data" cover every entity that there is."""
    assert removed(load_policy(name)) == (set(ENTITIES), set(ENTITIES))
    assert load_policy(name).agent_names == "replace"


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
    heard = "all" if muted is None else [e for e in muted if listed == "all" or e in listed]
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
        ({"agent_names": '"maybe"'}, "", ["agent_names", "keep"]),
        ({"original": '"burn"'}, "", ["original", "destroy"]),
        ({"description": ""}, "", ["description"]),
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
