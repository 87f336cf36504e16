"""What a process keeps loaded from sweep to sweep."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.ingest import tools
from pca_pipeline import pii, pipeline, speech
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import InsightsSettings, PiiSettings, Settings, SpeechSettings

POLICY = """
redact = "all"
mute = "all"
agent_names = "replace"
original = "{original}"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """With a policy and a speech model of one's own."""
    (tmp_path / "own.toml").write_text(POLICY.format(original="destroy"))
    return Settings(
        folder=tmp_path,
        speech=SpeechSettings(model=str(tmp_path / "own.pt")),
        pii=PiiSettings(policy=str(tmp_path / "own.toml"), model="none"),
    )


def test_a_changed_policy_counts_for_the_next_sweep(settings: Settings) -> None:
    """It is loaded again for that, and for nothing else."""
    before = tools(settings, False).redactor
    assert tools(settings, False).redactor is before
    Path(settings.pii.policy).write_text(POLICY.format(original="keep"))
    assert tools(settings, False).redactor.policy == pii.load_policy(settings.pii.policy) != before.policy


def test_changed_recognizers_count_for_the_next_sweep(settings: Settings) -> None:
    """The user's own, too, though their file is called the same."""
    file = settings.folder / "own.yaml"
    bird = "recognizers:\n- {name: birds, supported_entity: BIRD, deny_list: [%s]}"
    file.write_text(bird % "heron")
    changed = settings.model_copy(update={"pii": settings.pii.model_copy(update={"recognizers": file})})
    before = tools(changed, False).redactor
    assert tools(changed, False).redactor is before
    file.write_text(bird % "crane")
    assert tools(changed, False).redactor.rules.fingerprint != before.rules.fingerprint


def test_the_speech_model_is_loaded_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else changes, and though a sweep in between has nothing to be heard."""
    loaded: list[object] = []
    monkeypatch.setattr(speech, "load_engine", lambda of: loaded.append(of) or object())
    engine = tools(settings, True).engine
    assert tools(settings, False).engine is None
    other = settings.model_copy(update={"insights": InsightsSettings(drivers=Path("topics.toml"))})
    assert tools(other, True).engine is engine
    assert len(loaded) == 1


@pytest.mark.parametrize(
    ("section", "name"),
    [("insights", "drivers"), ("speech", "hot_words"), ("speech", "replacements"), ("pii", "policy")],
)
def test_a_file_that_was_broken_since_stops_the_sweep(settings: Settings, section: str, name: str) -> None:
    """Before a call is taken: it would be set aside for what is no fault of its own."""
    file = settings.folder / "file.toml"
    file.write_text(POLICY.format(original="destroy") if section == "pii" else "")
    value = getattr(settings, section).model_copy(update={name: str(file) if section == "pii" else file})
    changed = settings.model_copy(update={section: value})
    pipeline.check(changed)
    file.write_bytes(b"\xff = ")
    with pytest.raises(SetupError, match=r"file\.toml"):
        pipeline.check(changed)
