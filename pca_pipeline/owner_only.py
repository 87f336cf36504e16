"""What this process writes is open to its owner only. Import it where a process starts, before anything is written.

Libraries make files as well, DuckDB and SQLite among them; the process's mask holds for all of them alike.
"""

from __future__ import annotations

import os

os.umask(os.umask(0o077) | 0o077)  # one that is stricter stays
