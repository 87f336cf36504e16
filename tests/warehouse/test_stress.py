"""Ten readers and a loader at once; `python -m benchmarks.warehouse_stress` does the same for ten minutes."""

from __future__ import annotations

from benchmarks.warehouse_stress import stress


def test_ten_readers_beside_a_loader_meet_no_error() -> None:
    """Readers always find whole calls, while new copies are swapped in."""
    seen, rounds = stress(seconds=10, readers=10)
    assert [error for one in seen for error in one.errors] == []
    assert len(rounds) >= 2
    assert all(one.times for one in seen)
