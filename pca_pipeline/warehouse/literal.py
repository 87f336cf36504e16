"""Text as SQL has it, for statements that take no parameters."""

from __future__ import annotations


def quoted(value: object) -> str:
    """A string literal of SQL."""
    return "'" + str(value).replace("'", "''") + "'"
