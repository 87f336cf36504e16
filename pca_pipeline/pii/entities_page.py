"""docs/entities.md, written from the entities themselves by `make docs`."""

from __future__ import annotations

import sys

from pca_pipeline.pii.entities import ENTITIES, Entity

_HEAD = """# Entities

The kinds of personal data that are looked for. A policy names them in `redact`, `mute`, `keep` and `[operators]`
([redaction.md](redaction.md#policies)); labels, tables and reports name them in the same way.

| entity | what it is | audio | stored |
|---|---|---|---|
"""
_TAIL = """
Entities that are often read back or echoed are muted on both channels. Entities that are never stored are removed under
every policy, also from an original that is sealed or kept (PCI DSS 3.3.1), and so is a password of three to six digits,
which may be a PIN. `DATE` and `URL` are not part of "all" in a policy: they are looked for only where it names them, as
`hipaa` does. Results may also contain `LEFT_OUT`, which marks audio that the setting `speech.leave_out` silenced, and
the entities that your own recognizers add, which are redacted and muted on both channels.
"""


def entities_page() -> str:
    """The page in Markdown: one table."""
    return _HEAD + "".join(map(_row, ENTITIES.values())) + _TAIL


def _row(entity: Entity) -> str:
    channels = "both channels" if entity.both_channels else "the speaker's channel"
    return f"| `{entity.name}` | {entity.description} | {channels} | {'never' * entity.never_stored} |\n"


if __name__ == "__main__":
    sys.stdout.write(entities_page())
