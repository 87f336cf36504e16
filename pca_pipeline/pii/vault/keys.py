"""Secret keys, and the master key that opens the vault and makes surrogates and hashes.

The master key comes from the environment or a file that the environment names, and never from a file of settings.
"""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pca_pipeline.errors import SetupError

VARIABLE = "PCA_MASTER_KEY"  # or the name of its file, in PCA_MASTER_KEY_FILE
OLD_VARIABLE = "PCA_OLD_MASTER_KEY"  # the one before, while the vault goes over to another
KEY_BYTES = 32
ID_BYTES = 5  # 8 letters and digits in base32
_MAKE_ONE = (
    f"Make one with `openssl rand -base64 {KEY_BYTES}`, and keep it apart from the calls folder and its backups."
)


class SecretKey:
    """32 secret bytes, shown nowhere."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def __repr__(self) -> str:
        return "SecretKey()"

    @property
    def id(self) -> str:
        """A short name that tells keys apart and nothing about them."""
        return base64.b32encode(self.derive("id")[:ID_BYTES]).decode().lower()

    def derive(self, *purpose: str) -> bytes:
        """A key of 32 bytes for one purpose, by HKDF (RFC 5869); other purposes, other keys."""
        info = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in purpose)
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(self._secret)


def read_master_key(calls_folder: Path, variable: str = VARIABLE) -> SecretKey:
    """The master key of the environment. Raises SetupError: none, not 32 bytes in base64, or beside the vault."""
    text = os.environ.get(variable) or _of_file(f"{variable}_FILE", variable, calls_folder)
    try:
        secret = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != KEY_BYTES:
        raise SetupError(f"The key of {variable} is not {KEY_BYTES} bytes in base64.", _MAKE_ONE)
    return SecretKey(secret)


def _of_file(file_variable: str, variable: str, calls_folder: Path) -> str:
    name = os.environ.get(file_variable)
    if not name:
        raise SetupError(f"There is no key: {variable} and {file_variable} are not set.", _MAKE_ONE)
    path = Path(name).resolve()
    if path.is_relative_to(calls_folder.resolve()):
        raise SetupError(
            f"The file that {file_variable} names lies in the calls folder, beside what its key is for.", _MAKE_ONE
        )
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise SetupError(
            f"The file that {file_variable} names cannot be read.",
            "Give this user read permission, or correct the path. A new key would not open what the old one closed.",
        ) from None
