"""Presidio, imported without transformers: it would load that for recognizers of its own, which takes ten seconds.

`models/` loads it where the setting `pii.model` names such a model.
"""

from __future__ import annotations

import sys

if "transformers" not in sys.modules:
    sys.modules["transformers"] = None  # type: ignore[assignment]  # as if it were not installed
    try:
        import presidio_analyzer  # noqa: F401
    finally:
        del sys.modules["transformers"]
