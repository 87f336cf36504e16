from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from pca_pipeline.call import Direction, IntervalKind, Role
from pca_pipeline.ctr import Capabilities, Contact, Document, Entry, Leg, Stretch, read_record
from pca_pipeline.ctr import vendors as module
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import AudioSettings, Settings
from tests.ctr.genesys_records import recording, write


class Switchboard:
    """Another vendor: each document is a call with an operator and two times."""

    name = "Switchboard"
    capabilities = Capabilities(external_channel=1)

    def matches(self, document: Document) -> bool:
        """Known by its field."""
        return "operator" in document

    def read(self, entries: Sequence[Entry]) -> Iterator[Contact]:
        """One leg of one agent."""
        for entry in entries:
            yield self._contact(entry.document)

    def _contact(self, document: Document) -> Contact:
        start = datetime.fromtimestamp(0, UTC) + timedelta(days=10_000)
        talk = Stretch(IntervalKind.TALK, start, start + timedelta(seconds=30))
        operator = str(document["operator"])
        leg = Leg(Role.AGENT, operator, (talk,), id=operator)
        return Contact(id="call-1", direction=Direction.UNKNOWN, started_at=start, legs=(leg,))


SWITCHBOARD = Switchboard()


@pytest.fixture
def entry_point(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """An installed package that adds the vendor named by the parameter."""
    point = EntryPoint("switchboard", request.param, module.ENTRY_POINTS)
    monkeypatch.setattr(module, "entry_points", lambda **_: (point,))
    module.installed_vendors.cache_clear()
    yield
    module.installed_vendors.cache_clear()


@pytest.mark.parametrize("entry_point", [f"{__name__}:SWITCHBOARD"], indirect=True)
@pytest.mark.usefixtures("entry_point")
def test_a_package_adds_a_vendor(tmp_path: Path) -> None:
    """Another vendor needs only one object with two functions; it says which channel is the customer's."""
    line = read_record(write(tmp_path, {"operator": "op-7"}), recording(30), Settings()).timeline
    assert [(one.key, one.id) for one in line.participants] == [("customer", None), ("agent_1", "op-7")]
    assert [(one.participant, one.start, one.end) for one in line.intervals] == [("agent_1", 0.0, 30.0)]
    assert line.external_channel == 1


@pytest.mark.parametrize("entry_point", [f"{__name__}:SWITCHBOARD"], indirect=True)
@pytest.mark.usefixtures("entry_point")
def test_the_setting_wins_over_the_vendor(tmp_path: Path) -> None:
    """Converting recordings may have changed the order of channels."""
    settings = Settings(audio=AudioSettings(external_channel=0))
    paths = write(tmp_path, {"operator": "op-7"})
    assert read_record(paths, recording(30), settings).timeline.external_channel == 0


@pytest.mark.parametrize("entry_point", ["no_such_package:shape"], indirect=True)
@pytest.mark.usefixtures("entry_point")
def test_a_broken_package_is_named(tmp_path: Path) -> None:
    """The installation is at fault, not the record."""
    with pytest.raises(SetupError, match="switchboard"):
        read_record(write(tmp_path, {"operator": "op-7"}), recording(30), Settings())
