"""Encryption at rest, by DuckDB: AES-256-GCM with OpenSSL from its httpfs extension, which comes as a package.

Without that extension DuckDB offers a mode that it calls unsafe itself; that mode is never used here.
"""

from __future__ import annotations

import duckdb

from pca_pipeline.pii.vault.keys import VARIABLE, read_master_key
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse.extensions import load_extension

_ROW_GROUP = 61_440  # rows, half of DuckDB's default: to read one call, half as many are scanned


def load_cipher(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Enable a connection to write encrypted files, if the settings ask for them. Raises SetupError."""
    if settings.warehouse.encrypt:
        load_extension(connection, "httpfs", "Encryption")
        connection.execute("set temp_file_encryption = true")


def attach_options(settings: Settings, *, read_only: bool = False, key: str = VARIABLE) -> str:
    """Options of ATTACH for a file. Raises SetupError if `key`, the variable of the master key, is not set."""
    options = ["read_only" if read_only else f"row_group_size {_ROW_GROUP}"]
    if settings.warehouse.encrypt:
        secret = read_master_key(settings.folder, key).derive("database").hex()
        options.append(f"encryption_key '{secret}', encryption_cipher 'GCM'")
    return f"({', '.join(options)})"
