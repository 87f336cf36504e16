"""DuckDB's extensions, from Python packages of the same version: nothing is downloaded at run time."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import duckdb

from pca_pipeline.errors import SetupError
from pca_pipeline.warehouse.literal import quoted


def load_extension(connection: duckdb.DuckDBPyConnection, name: str, asked_for: str) -> None:
    """Load an extension that `asked_for` needs. Raises SetupError that names the package if it is not installed."""
    package = f"duckdb-extension-{name.replace('_', '-')}"
    spec = find_spec(package.replace("-", "_"))
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
        if path.is_file():
            connection.execute(f"load {quoted(path)}")
            return
    raise SetupError(
        f"{asked_for} is asked for, and {package} {duckdb.__version__} is not installed.",
        f"Install it: `pip install {package}=={duckdb.__version__}`. Nothing was written.",
    )
