from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pca_pipeline.call import RedactedCall
from pca_pipeline.insights import enrich, enrichment
from pca_pipeline.settings import InsightsSettings
from tests.insights.calls import make_call, say, silent_recording

SECRET = "four eight two one"

CALL = make_call([say("customer", 0, 4, "I lost my card and I am so upset"), say("agent_1", 5, 8, "That is wonderful")])


def count_words(call: RedactedCall) -> object:
    """A well-behaved enricher."""
    return {"words": [len(segment.words) for segment in call.segments], "tuple": (1, 2)}


def fail(call: RedactedCall) -> object:
    """An enricher whose error message contains speech."""
    raise ValueError(SECRET)


def not_json(call: RedactedCall) -> object:
    """An enricher whose result cannot be JSON."""
    return {1, 2}


def not_a_number(call: RedactedCall) -> object:
    """An enricher whose result is not standard JSON."""
    return float("nan")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package on the path that brings five enrichers."""
    info = tmp_path / "outside-1.0.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: outside\nVersion: 1.0\n")
    names = ["count_words", "fail", "not_json", "not_a_number"]
    lines = [f"{name} = {__name__}:{name}" for name in names]
    lines.append("missing = no_such_module_anywhere:enricher")
    info.joinpath("entry_points.txt").write_text("[pca_pipeline.enrichers]\n" + "\n".join(lines))
    monkeypatch.syspath_prepend(tmp_path)
    enrichment.installed_enrichers.cache_clear()
    yield
    enrichment.installed_enrichers.cache_clear()


def test_insights_of_a_call() -> None:
    """One entry per segment, in the call's order, beside metrics and drivers."""
    insights = enrich(CALL, silent_recording())
    assert [one.label for one in insights.segment_sentiment] == ["negative", "positive"]
    assert insights.segment_loudness == (None, None)
    assert insights.drivers == ("card lost or stolen",)
    assert insights.metrics.customer_sentiment == insights.segment_sentiment[0].score


def test_settings_reach_the_drivers(tmp_path: Path) -> None:
    """The topics file of the settings is used."""
    own = tmp_path / "own.toml"
    own.write_text('["card lost or stolen"]\n["plastic"]\nstrong = ["my card"]\n')
    assert enrich(CALL, silent_recording(), InsightsSettings(drivers=own)).drivers == ("plastic",)


@pytest.mark.usefixtures("installed")
def test_outside_enrichers() -> None:
    """Their JSON is under their names; one that fails leaves only the class of its error."""
    insights = enrich(CALL, silent_recording())
    assert insights.enrichments == {
        "count_words": {"words": [9, 3], "tuple": [1, 2]},
        "fail": {"error": "ValueError"},
        "missing": {"error": "ModuleNotFoundError"},
        "not_a_number": {"error": "ValueError"},
        "not_json": {"error": "TypeError"},
    }
    assert SECRET not in repr(insights)
