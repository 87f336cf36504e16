"""Everything that a run wrote, as bytes to search: files as they lie, and what compressed or packed ones hold."""

from __future__ import annotations

import base64
import gzip
import re
import shutil
import sqlite3
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import duckdb
import numpy as np
import pyarrow.parquet

from tests.flows.canary_calls import Canary

_BLOCK = 1 << 22  # bytes looked at together
SHORTEST = 7  # digits in a row that do not come up by chance in times, sizes and hashes


def texts_under(folder: Path) -> Iterator[tuple[str, bytes]]:
    """(where, bytes) of every file below a folder, of its name, and of what is packed in it."""
    for path in sorted(folder.rglob("*")):
        where = str(path.relative_to(folder))
        yield f"name of {where}", where.encode("utf-8", "surrogateescape")
        if path.is_file():
            yield where, path.read_bytes()
            yield from ((f"{where} ({kind})", text) for kind, text in _unpacked(path))


def _unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    head = path.read_bytes()[:16]
    if head.startswith(b"PAR1"):
        yield "rows", str(pyarrow.parquet.read_table(path).to_pylist()).encode()
    elif head[8:12] == b"DUCK":
        yield "tables", _duckdb(path)
    elif head.startswith(b"SQLite format 3"):
        yield "tables", _sqlite(path)
    elif head.startswith(b"\x1f\x8b"):
        yield "content", gzip.decompress(path.read_bytes())
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist())


def _duckdb(path: Path) -> bytes:
    """All cells of all tables; of a copy, with its log, so that nothing is touched."""
    with tempfile.TemporaryDirectory() as scratch:
        for file in path.parent.glob(f"{path.name}*"):
            shutil.copy(file, scratch)
        with duckdb.connect(str(Path(scratch) / path.name)) as connection:
            names = connection.execute("select table_name from duckdb_tables()").fetchall()
            cells = [repr(connection.execute(f'from "{name}"').fetchall()) for (name,) in names]
            logged = connection.execute("select sql from duckdb_views()").fetchall()
    return "\n".join([*cells, repr(logged)]).encode()


def _sqlite(path: Path) -> bytes:
    """All rows of all tables, with what still lies in the log."""
    with tempfile.TemporaryDirectory() as scratch:
        for file in path.parent.glob(f"{path.name}*"):
            shutil.copy(file, scratch)
        with closing(sqlite3.connect(Path(scratch) / path.name)) as connection:
            names = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
            rows = []
            for (name,) in names:
                with suppress(sqlite3.Error):  # a table of an extension that is not loaded; its bytes are searched
                    rows.append(repr(connection.execute(f'select * from "{name}"').fetchall()))
    return "\n".join(rows).encode()


def forms(canary: Canary) -> set[bytes]:
    """How a value may look in bytes, in lower case: as written, as said, bare, quoted, in UTF-16."""
    digits = re.sub(r"\D", "", canary.written)
    spoken = canary.spoken
    shown = {canary.spoken} if canary.kind in ("cvv", "pin") else {canary.written, canary.spoken}
    if canary.kind in ("cvv", "pin"):
        shown.add(" ".join(digits))  # with commas it would be any list of numbers
    elif not re.search(r"[A-Za-z]", canary.written):
        shown |= {digits, " ".join(digits), ", ".join(spoken.split())} if len(digits) >= SHORTEST else set()
    else:
        shown |= {word for word in re.findall(r"[A-Za-z]+", canary.written) if len(word) >= SHORTEST}
    texts = {text.lower() for text in shown if len(text) >= 5}
    texts |= {quote(text).lower() for text in texts} | {text.replace(" ", "+") for text in texts}
    texts |= {text.replace(" ", "_") for text in texts}
    return {text.encode() for text in texts} | {
        text.encode(code) for text in texts for code in ("utf-16-le", "utf-16-be")
    }


def in_base64(canary: Canary) -> set[bytes]:
    """What base64 makes of a value wherever it stands in a text: cut by the signs that its neighbours change."""
    found = set()
    for text in {canary.written, canary.spoken}:
        raw = text.encode()
        for before in range(3):
            coded = base64.b64encode(b"\0" * before + raw)
            cut = coded[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6]
            found.update({cut, cut.replace(b"+", b"-").replace(b"/", b"_")} if len(cut) >= 10 else ())
    return found


class Patterns:
    """Many short patterns looked for at once: by their first three bytes, then whole."""

    def __init__(self, patterns: Iterable[tuple[bytes, str]]) -> None:
        self._named: dict[bytes, list[tuple[bytes, str]]] = defaultdict(list)
        self._begins = np.zeros(1 << 24, dtype=np.bool_)
        for pattern, name in patterns:
            self._named[pattern[:3]].append((pattern, name))
            self._begins[int.from_bytes(pattern[:3])] = True

    def found_in(self, content: bytes) -> set[str]:
        """The names of the patterns that are in the bytes."""
        found: set[str] = set()
        for first in range(0, len(content), _BLOCK):
            block = np.frombuffer(content[first : first + _BLOCK + 2], np.uint8).astype(np.uint32)
            heads = block[:-2] << 16 | block[1:-1] << 8 | block[2:]
            for at in first + np.flatnonzero(self._begins[heads]):
                candidates = self._named[content[at : at + 3]]
                found.update(name for pattern, name in candidates if content.startswith(pattern, at))
        return found


def leaks(canaries: Iterable[Canary], contents: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, str]]:
    """(kind, where) of each value that is somewhere: never the value itself."""
    canaries = list(canaries)
    plain = Patterns((form, canary.kind) for canary in canaries for form in forms(canary))
    coded = Patterns((form, canary.kind) for canary in canaries for form in in_base64(canary))
    for where, content in contents:
        yield from ((kind, where) for kind in plain.found_in(content.lower()) | coded.found_in(content))
