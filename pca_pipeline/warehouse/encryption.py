"""Encryption at rest, by DuckDB: AES-256-GCM with OpenSSL from its httpfs extension, which comes as a package.

Without that extension DuckDB offers a mode that it calls unsafe itself; it is never switched on here.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import duckdb

from pca_pipeline.errors import SetupError
from pca_pipeline.settings import Settings

PACKAGE = "duckdb-extension-httpfs"


def load_cipher(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make a connection able to write encrypted files, if the settings ask for them. Raises SetupError."""
    if settings.warehouse.encrypt:
        connection.execute(f"load '{_extension()}'")
        connection.execute("set temp_file_encryption = true")


def attach_options(settings: Settings, *, read_only: bool = False) -> str:
    """Options of ATTACH for a file of these settings. Raises SetupError: no master key."""
    options = ["read_only"] if read_only else []
    if settings.warehouse.encrypt:
        from pca_pipeline.pii.keys import read_master_key  # brings Presidio along, which nothing else here needs

        key = read_master_key(settings.folder).derive("database").hex()
        options.append(f"encryption_key '{key}', encryption_cipher 'GCM'")
    return f"({', '.join(options)})" if options else ""


def _extension() -> str:
    """Path of the packaged extension for this version of DuckDB, as it stands in SQL."""
    spec = find_spec(PACKAGE.replace("-", "_"))
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in folders:
        path = Path(folder) / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
        if path.is_file():
            return str(path).replace("'", "''")
    raise SetupError(
        f"Encryption is asked for, and {PACKAGE} {duckdb.__version__} is not installed.",
        f"Install it: `pip install {PACKAGE}=={duckdb.__version__}`. Nothing was written.",
    )
