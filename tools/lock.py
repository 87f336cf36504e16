"""Writes requirements.lock: the newest versions that pyproject.toml allows, for all Pythons and systems.

Each direct requirement keeps the comment that says why it is there. No index address, no hash, no path:
whoever installs decides where packages come from.
"""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEADER = (
    "# What `make demo` and `make test` install, on Python 3.11 and later, Linux and macOS.\n"
    "# Written by `make lock` from pyproject.toml; the comments are copied from there.\n"
)
_COMPILE = (
    *("pip", "compile", "pyproject.toml", "--quiet", "--extra", "names", "--extra", "faster"),
    *("--extra", "dev", "--extra", "samples"),
    *("--universal", "--python-version", "3.11", "--no-header", "--no-annotate", "--no-emit-index-url"),
)


def normalized(name: str) -> str:
    """A package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def direct_requirements(pyproject: str) -> list[str]:
    """The comments and package names of every requirement in pyproject.toml, one a line, in its order."""
    lines = []
    for line in pyproject.partition("dependencies = [")[2].partition("[project.scripts]")[0].splitlines():
        if comment := re.match(r"\s+(#.*)", line):
            lines.append(comment[1])
        elif requirement := re.match(r'\s+"([\w.-]+)', line):
            lines.append(normalized(requirement[1]))
    return lines


def pins() -> dict[str, list[str]]:
    """Pinned lines by package; some packages have one for each range of Pythons."""
    uv = Path(sysconfig.get_path("scripts")) / "uv"
    compiled = subprocess.run([uv, *_COMPILE], cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE)
    by_name: dict[str, list[str]] = {}
    for line in compiled.stdout.splitlines():
        by_name.setdefault(normalized(line.split("==")[0]), []).append(line)
    return by_name


def main() -> None:
    """Write the lock, direct requirements first."""
    found = pins()
    lines = [
        text
        for line in direct_requirements((ROOT / "pyproject.toml").read_text())
        for text in ([line] if line.startswith("#") else found.pop(line, ()))  # two extras may name one package
    ]
    needed = [line for name in sorted(found) for line in found[name]]
    body = "\n".join([HEADER, *lines, "", "# What those need.", *needed])
    (ROOT / "requirements.lock").write_text(body + "\n")
    print(f"{len(lines) + len(needed)} lines", file=sys.stderr)


if __name__ == "__main__":
    main()
