"""Files sealed to a public key: whoever seals cannot open them again, and nothing can be cut off unnoticed.

The key of a file comes from an X25519 exchange between the recipient's public key and a key made for that file and
thrown away (as ECIES and age do it), through HKDF-SHA-256. The content follows in chunks under AES-256-GCM, whose
nonces count them and mark the last one (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). The id of
the call, with which the file's name begins, goes into the key: under another call's name it does not open.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from pca_pipeline.errors import AudioError, SetupError
from pca_pipeline.intake.files import make_folder, storage_errors, sync

_log = logging.getLogger(__name__)
SUFFIX = ".sealed"
CHUNK = 1 << 20  # bytes of content encrypted at a time
_MAGIC = b"pca-sealed-2\n"
_UNBOUND = b"pca-sealed-1\n"  # of files that are bound to no call, still read
_KEY, _TAG = 32, 16  # bytes
_HEADER = len(_MAGIC) + 2 * _KEY  # magic, the recipient's public key, the file's own public key
_MAKE_KEYS = "Make a pair of keys with `pca keygen`."


def make_keys(private: Path, public: Path) -> None:
    """Write a new pair of keys as PEM, as `openssl genpkey -algorithm X25519` makes them.

    Raises SetupError if either file is there already: what it sealed could never be opened again.
    """
    key = X25519PrivateKey.generate()
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    open_ = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for path in (private, public):
        if path.exists():
            raise SetupError(f"The file {path.name} exists already.", "Choose another name; keys are never replaced.")
    for path, content in ((private, secret), (public, open_)):
        with storage_errors(path.parent), _private(path) as file:
            file.write(content)


def read_public_key(path: Path) -> X25519PublicKey:
    """The key to seal to. Raises SetupError."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError:
        raise _unreadable(path) from None
    except ValueError:
        key = None
    if not isinstance(key, X25519PublicKey):
        raise SetupError(f"The file {path.name} holds no X25519 public key in PEM.", _MAKE_KEYS)
    return key


def read_private_key(path: Path) -> X25519PrivateKey:
    """The key to open with. Raises SetupError."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError:
        raise _unreadable(path) from None
    except (ValueError, TypeError):  # TypeError: it is encrypted
        key = None
    if not isinstance(key, X25519PrivateKey):
        raise SetupError(
            f"The file {path.name} does not contain an X25519 private key in PEM without a passphrase.",
            "Name the private key's file; `openssl pkey -in KEY -out OPEN_KEY` removes a passphrase.",
        )
    return key


def _unreadable(path: Path) -> SetupError:
    return SetupError(
        f"The key file {path.name} cannot be read.", "Correct the path, or give this user read permission."
    )


def seal(source: Path, target: Path, recipient: X25519PublicKey) -> None:
    """Write the sealed content of a file, whole or not at all. Raises StorageError."""
    once = X25519PrivateKey.generate()
    header = _MAGIC + recipient.public_bytes_raw() + once.public_key().public_bytes_raw()
    cipher = AESGCM(_file_key(once.exchange(recipient), header, target))
    partial = target.with_name(f".{target.name}.partial")
    with storage_errors(make_folder(target.parent)):
        try:
            partial.unlink(missing_ok=True)
            with source.open("rb") as plain, _private(partial) as sealed:
                sealed.write(header)
                for number, (chunk, last) in enumerate(_chunks(plain, CHUNK)):
                    sealed.write(cipher.encrypt(_nonce(number, last), chunk, header))
            sync(partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)


def unsealed_name(sealed: Path) -> Path:
    """Where the content of a sealed file is written by default. Raises SetupError for another kind of name."""
    if sealed.suffix != SUFFIX:
        raise SetupError(f"The name {sealed.name} does not end in {SUFFIX}.", "Name the file to write with --out.")
    return sealed.with_suffix("")


def unseal(source: Path, target: Path, key: X25519PrivateKey) -> None:
    """Write the content of a sealed file, whole or not at all.

    Raises SetupError (sealed to another key, or the target exists), AudioError (not a sealed file; damaged, or
    its end is missing) and StorageError.
    """
    if target.exists():
        raise SetupError(f"The file {target.name} exists already.", "Move it away, or name another with --out.")
    partial = target.with_name(f".{target.name}.partial")
    with storage_errors(target.parent):
        try:
            partial.unlink(missing_ok=True)
            with source.open("rb") as sealed, _private(partial) as plain:
                header = _header(sealed, key, source)
                shared = key.exchange(X25519PublicKey.from_public_bytes(header[-_KEY:]))
                cipher = AESGCM(_file_key(shared, header, source))
                for number, (chunk, last) in enumerate(_chunks(sealed, CHUNK + _TAG)):
                    plain.write(cipher.decrypt(_nonce(number, last), chunk, header))
            sync(partial)
            partial.replace(target)
        except InvalidTag:
            raise AudioError(
                f"The sealed file {source.name} is damaged, its end is missing, or it is of another call than its name says.",
                "Give it the name that it was sealed under, which begins with its call's id; else take it from a backup.",
            ) from None
        finally:
            partial.unlink(missing_ok=True)


def _header(sealed: BinaryIO, key: X25519PrivateKey, source: Path) -> bytes:
    header = sealed.read(_HEADER)
    if len(header) < _HEADER or not header.startswith((_MAGIC, _UNBOUND)):
        raise AudioError(f"The file {source.name} is not a sealed original.", "Name a file of the folder `sealed`.")
    if header[len(_MAGIC) : -_KEY] != key.public_key().public_bytes_raw():
        raise SetupError(f"The file {source.name} was sealed to another key.", "Name the private key that fits.")
    if header.startswith(_UNBOUND):
        _log.warning(
            "%s was sealed by an earlier version: nothing proves that it is of the call in its name.", source.name
        )
    return header


def _file_key(shared: bytes, header: bytes, file: Path) -> bytes:
    """The key of one file: of both public keys, which are in the header, and of the call in the sealed file's name."""
    call = b"" if header.startswith(_UNBOUND) else file.name.partition(".")[0].encode()
    return HKDF(SHA256(), _KEY, salt=None, info=header + call).derive(shared)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _chunks(file: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    """Chunks of a file, and whether each is the last; an empty file is one empty chunk."""
    chunk = file.read(size)
    while following := file.read(size):
        yield chunk, False
        chunk = following
    yield chunk, True


def _private(path: Path) -> BinaryIO:
    """A new file that only its owner can read; never one that is there, nor what a link leads to."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb")
