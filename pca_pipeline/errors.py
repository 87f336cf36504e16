"""Every error the product raises on purpose, in one tree.

    PcaError
    ├── RetryableError              trying again later can help, with nothing changed
    │   ├── FileBusyError           a file is still being written
    │   ├── StorageError            disk full, folder not writable
    │   │   └── LostFileError       a file of one call that vanished, or is damaged
    │   ├── DatabaseLockedError     another process holds the DuckDB file
    │   ├── SweepRunningError       another sweep is working on the same calls folder
    │   └── ProcessDiedError        a process that worked for this one died
    └── PermanentError              trying again helps only after somebody changed something
        ├── AudioError              truncated, empty, zero duration, too many channels, not audio
        ├── RecordError             a record that is not JSON, of no known shape, or of another call
        ├── TranscriptError         a transcript made elsewhere without words, with impossible times or channels
        ├── LanguageError           words in a language that redaction does not read
        ├── SetupError              model weights, settings or folders that are not as they must be
        ├── RedactionError          personal data could not be removed, or was found again afterwards
        ├── VaultError              a token whose value is erased, altered or of another vault
        ├── WarehouseError          a database of a newer version, a question that does not exist
        └── InternalError           an unforeseen error, wrapped so that it carries no content

Each says what is wrong (`message`) and how to fix it (`hint`). Neither ever contains words of a call, or a number that a
recorder put into a file's name.
"""

from __future__ import annotations

import os
import re
from typing import ClassVar

# What may be between the digits of one number: any signs except those between numbers, times and folders.
GAP = r"(?:[^\w,:/]|_){0,4}"
# Telephony systems name recordings after callers' numbers, which must be distinguished from ids and times in names.
_NUMBER = re.compile(
    rf"""(?P<kept>
        (?<![0-9A-Za-z]) (?:
            [0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}
            | [a-z]{{0,2}} (?=\d*[a-f]) [0-9a-f]{{20,}}  # our ids of calls, and others in hexadecimal digits
        ) (?![0-9A-Za-z])
        | (?<!\d)
        (?:19|20)\d\d(?P<sign>[-_.]?)[01]\d(?P=sign)[0-3]\d (?:
            [T_.\ -]?[0-2]\d[-:_.]?[0-5]\d[-:_.]?[0-5]\d
            | [T_.\ -][0-2]\d[-:_.]?[0-5]\d  # twelve digits in a row may be a number
        )? Z?
        (?!\d)
    )
    | (?<!\d) [+(]{{0,2}}\d(?:{GAP}\d){{6,}} (?!\d)""",
    re.VERBOSE | re.IGNORECASE,
)


class PcaError(Exception):
    """Base of all. `message` names the thing, `hint` says how to fix it."""

    retryable: ClassVar[bool] = False

    def __init__(self, message: str, hint: str) -> None:
        message = without_numbers(message)
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}"


def without_numbers(text: str) -> str:
    """The text with "[number]" in place of seven or more digits, unless they are a date and time, or in a UUID or long id."""
    return _NUMBER.sub(lambda found: found["kept"] or "[number]", text)


def file_name(name: str) -> str:
    """A file's name without callers' numbers, as text that every encoder and terminal accepts.

    Bytes that are not UTF-8 and signs that cannot be printed become U+FFFD; blanks of all kinds become spaces.
    """
    text = os.fsencode(name).decode("utf-8", errors="replace")
    return without_numbers(
        "".join(sign if sign.isprintable() else " " if sign.isspace() else "\ufffd" for sign in text)
    )


def quoted_name(name: str) -> str:
    """A file's name as it is in messages: not escaped, so that it can be found there again."""
    return f"'{file_name(name)}'"


class RetryableError(PcaError):
    """Trying again later can help, with nothing changed."""

    retryable = True


class PermanentError(PcaError):
    """Trying again helps only after somebody changed something."""


class FileBusyError(RetryableError):
    """A file is still being written."""


class StorageError(RetryableError):
    """The disk is full, or a folder cannot be written: no call's own trouble."""


class LostFileError(StorageError):
    """A file of one call vanished, is damaged or cannot be read."""


class DatabaseLockedError(RetryableError):
    """Another process holds the DuckDB file."""


class SweepRunningError(RetryableError):
    """Another sweep is working on the same calls folder."""


class ProcessDiedError(RetryableError):
    """A process that worked for this one died: not enough memory, or a failed GPU."""


class AudioError(PermanentError):
    """A recording that cannot be read as one or two channels of audio."""


class RecordError(PermanentError):
    """A contact trace record that is not JSON, of no known shape, or of another call."""


class TranscriptError(PermanentError):
    """A transcript made elsewhere that has no words, impossible times, or not the channels of its recording."""


class LanguageError(PermanentError):
    """Words in a language that redaction does not read. The call is not published."""


class SetupError(PermanentError):
    """Model weights, settings or folders that are not as they must be."""


class MissingWeightsError(SetupError):
    """Weights of a known name that are not on this machine yet: the first sweep downloads them."""


class RedactionError(PermanentError):
    """Personal data could not be removed, or was found again afterwards. The call is not published."""


class VaultError(PermanentError):
    """A token whose value is erased, altered or of another vault."""


class WarehouseError(PermanentError):
    """A database of a newer version, or a question that does not exist."""


class InternalError(PermanentError):
    """An unforeseen error: only its class and place are kept, since its text may contain speech."""
