from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from genesys_records import recording, write

from pca_pipeline.call import Direction, IntervalKind, Role
from pca_pipeline.ctr import Contact, Leg, Stretch, read_record
from pca_pipeline.ctr import shapes as module
from pca_pipeline.ctr.fields import Document
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import Settings


class Switchboard:
    """Another vendor's shape: one call a document, an operator and two times."""

    def matches(self, document: Document) -> bool:
        """Known by its field."""
        return "operator" in document

    def read(self, document: Document) -> Contact:
        """One leg of one agent."""
        start = datetime.fromtimestamp(0, UTC) + timedelta(days=10_000)
        talk = Stretch(IntervalKind.TALK, start, start + timedelta(seconds=30))
        operator = str(document["operator"])
        leg = Leg(Role.AGENT, operator, (talk,), id=operator)
        return Contact(id="call-1", direction=Direction.UNKNOWN, started_at=start, legs=(leg,))


SWITCHBOARD = Switchboard()


@pytest.fixture
def entry_point(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """An installed package that adds the shape named by the parameter."""
    point = EntryPoint("switchboard", request.param, module.ENTRY_POINTS)
    monkeypatch.setattr(module, "entry_points", lambda **_: (point,))
    module.shapes.cache_clear()
    yield
    module.shapes.cache_clear()


@pytest.mark.parametrize("entry_point", [f"{__name__}:SWITCHBOARD"], indirect=True)
@pytest.mark.usefixtures("entry_point")
def test_a_package_adds_a_vendor(tmp_path: Path) -> None:
    """One object with two functions is all that another vendor takes."""
    line = read_record(write(tmp_path, {"operator": "op-7"}), recording(30), Settings()).timeline
    assert [(one.key, one.id) for one in line.participants] == [("customer", None), ("agent_1", "op-7")]
    assert [(one.participant, one.start, one.end) for one in line.intervals] == [("agent_1", 0.0, 30.0)]


@pytest.mark.parametrize("entry_point", ["no_such_package:shape"], indirect=True)
@pytest.mark.usefixtures("entry_point")
def test_a_broken_package_is_named(tmp_path: Path) -> None:
    """Set-up is at fault, not the record."""
    with pytest.raises(SetupError, match="switchboard"):
        read_record(write(tmp_path, {"operator": "op-7"}), recording(30), Settings())
