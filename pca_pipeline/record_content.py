"""The content of a record file, read the same wherever it is read: JSON, JSON lines, or a flat table."""

from __future__ import annotations

import json
from typing import Any

from pca_pipeline.mapping import read_table


def parse_record(content: bytes) -> Any:
    """The JSON value; of JSON lines the list of their values; of a table with names in its first line, its rows.

    In UTF-8, UTF-16 or UTF-32, with a byte order mark or without. Raises ValueError, whose text may hold the whole
    document, and RecursionError.
    """
    text = content.decode(json.detect_encoding(content)).removeprefix("\ufeff")
    try:
        return json.loads(text)
    except ValueError:
        if not text.lstrip().startswith(("{", "[")):
            return read_table(text)
        return [json.loads(line) for line in text.split("\n") if line.strip()]  # a string may hold other line ends
