"""Every setting, in one typed tree: built-in defaults, then `pca.toml`, then `PCA_*` environment variables.

`PCA_SPEECH__MODEL=small` sets `speech.model`. Secrets come only from the environment or a file it names.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from pca_pipeline.errors import SetupError

PREFIX = "PCA_"
CONFIG = "PCA_CONFIG"  # names the file, instead of pca.toml
SECRETS = ("PCA_MASTER_KEY", "PCA_OLD_MASTER_KEY", "PCA_CUSTOMER_KEY")  # or their files: the same names with _FILE
_SEE_PAGE = "See docs/settings.md for names and values."


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class IntakeSettings(_Section):
    """When a dropped file is taken."""

    stable_seconds: float = Field(
        10.0, ge=0, description="A file that did not change for this long is taken to be complete."
    )
    record_wait_seconds: float = Field(
        900.0, ge=0, description="How long a recording waits for its record before it is processed without one."
    )
    transcript_wait_seconds: float = Field(
        0.0,
        ge=0,
        description="How long a recording waits for a transcript made elsewhere, and a transcript for its recording.",
    )
    orphan_days: float | None = Field(
        None,
        gt=0,
        description="Days after which a record whose recording has not come goes to failed/; from there "
        "`warehouse.keep_days` deletes it. Not set: it waits for ever.",
    )
    max_attempts: int = Field(3, ge=1, description="How often a call with a retryable error is attempted.")


class AudioSettings(_Section):
    """How recordings are read and how redacted ones are written."""

    external_channel: int | None = Field(
        None, ge=0, le=1, description="Channel of the customer's side. Default: that of the record's vendor, else 0."
    )
    output_format: str = Field("wav", description="Format of redacted audio: wav, or a format that ffmpeg writes.")
    fill: Literal["silence", "tone"] = Field("silence", description="Replaces removed speech.")
    seal_to: Path | None = Field(
        None, description="Public key file (`pca keygen`) to which originals are sealed, if the policy seals them."
    )


class SpeechSettings(_Section):
    """Speech recognition."""

    engine: Literal["whisper", "faster-whisper"] = Field(
        "whisper", description="Speech recognition engine; faster-whisper needs the extra `faster`."
    )
    model: str = Field("turbo", description="Name of a Whisper model, or path of a checkpoint.")
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="auto uses a GPU if there is one.")
    compute_type: Literal["auto", "float32", "float16", "bfloat16", "int8"] = Field(
        "auto",
        description="Number format of weights and computation: auto is float16 on a GPU and the fastest one on a CPU; "
        "int8 is for faster-whisper only.",
    )
    language: str = Field(
        "en",
        description="Language of the calls, as Whisper names it; `auto` detects it for each channel, `record` takes "
        "it from the record, else detects it. Redaction reads English only (docs/redaction.md).",
    )
    hot_words: Path | None = Field(
        None, description="Text file of names and terms that are likely to be said, one per line (docs/speech.md)."
    )
    record_hot_words: bool = Field(
        False, description="Use the names of agents and queues in the record as hot words of its call."
    )
    replacements: Path | None = Field(
        None, description="TOML file of misheard words and what to write instead (docs/speech.md)."
    )
    batch_size: int = Field(8, ge=1, description="Windows decoded together; more for a large GPU.")
    window_seconds: float = Field(
        28.0, gt=1, le=29, description="Longest stretch of speech decoded at once; pauses are packed."
    )
    threads: int = Field(0, ge=0, description="CPU threads; 0 uses all cores.")
    workers: int = Field(
        0,
        ge=0,
        description="Processes that detect speech in the next calls of a batch, so that a GPU does not wait; with 1 or "
        "more, audio is also prepared ahead.",
    )
    calls_at_once: int = Field(
        1, ge=1, description="Calls whose windows are decoded together; their recordings are kept in memory."
    )
    model_folder: Path | None = Field(None, description="Folder of downloaded weights; default: Whisper's own.")
    leave_out: tuple[Literal["ivr", "queue", "hold"], ...] = Field(
        (),
        description="Parts of the internal channel that are not transcribed, and are silent in the redacted audio "
        "(docs/ctr.md). Default: all is transcribed, and marked as automated.",
    )
    diarization_model: Path | None = Field(
        None,
        description="Folder of a pyannote.audio pipeline that separates voices on mono recordings and, if no record says "
        "who speaks when, on the contact centre's channel.",
    )


class CtrSettings(_Section):
    """Contact trace records and the names behind their ids."""

    mapping: str | None = Field(
        None,
        description="Column names of flat CSV or JSON records: avaya, five9, nice, twilio, or the path of your own TOML "
        "file (docs/ctr.md).",
    )
    country_code: str = Field(
        "1", pattern=r"^[1-9]\d{0,2}$", description="Country code of telephone numbers without one."
    )
    agents: str | Path | None = Field(
        None,
        description="Names of agents: a CSV or Parquet file, or a query, with columns user_id and name (docs/ctr.md).",
    )
    queues: str | Path | None = Field(None, description="Names of queues, likewise: queue_id, name.")
    wrap_up_codes: str | Path | None = Field(None, description="Names of wrap-up codes, likewise: wrap_up_code, name.")
    divisions: str | Path | None = Field(None, description="Names of divisions, likewise: division_id, name.")
    skills: str | Path | None = Field(None, description="Names of skills, likewise: skill_id, name.")
    attributes: tuple[str, ...] = Field(
        (),
        description="Attributes of participants, or columns of flat records, to keep with the call; may be personal: "
        "`ani` (caller's number), `dnis` (number dialled) and `participantName` are the customer's. Default: none.",
    )
    lookups: Path | None = Field(
        None,
        description="DuckDB file for the queries among these settings. Default: none; queries read files themselves.",
    )


class PiiSettings(_Section):
    """What counts as personal data and what happens to it."""

    threshold: float = Field(0.35, ge=0, le=1, description="Findings below this score are not redacted.")
    policy: str = Field(
        "strict", description="What is removed and how: strict, pci, hipaa, gdpr, or the path of your own TOML file."
    )
    model: str = Field(
        "own",
        description="What reads a conversation in addition to the rules: own (the bundled network), none, or own and a "
        "name model of yours, as spacy:NAME, transformers:FOLDER or gliner:FOLDER.",
    )
    recognizers: Path | None = Field(
        None, description="YAML file of your own recognizers, in Presidio's form (docs/redaction.md)."
    )
    other_languages: Literal["refuse", "redact"] = Field(
        "refuse",
        description="What happens to calls with words in a language other than English, the only one that redaction "
        "reads: refuse (the call fails) or redact (it goes on, but little of its personal data is found).",
    )
    verify_share: float = Field(
        0.1, ge=0, le=1, description="Share of calls whose redacted audio is transcribed again and searched."
    )


class InsightsSettings(_Section):
    """Sentiment and drivers of a call."""

    drivers: Path | None = Field(
        None, description="TOML file of your own topics, in addition to the built-in ones (docs/sql.md)."
    )


class WarehouseSettings(_Section):
    """The DuckDB file and its published copy."""

    database: Path | None = Field(None, description="Default: pca.duckdb in the calls folder.")
    published: Path | None = Field(None, description="Default: pca-published.duckdb in the calls folder.")
    published_to: Literal["owner", "group", "all"] = Field(
        "owner", description="Who may read the published copy: its owner, also the group of its folder, or all users."
    )
    lake: Path | None = Field(
        None,
        description="Folder on shared storage for the tables as Parquet with a DuckLake catalog, instead of the database "
        "file; several loaders can write into it (docs/sql.md).",
    )
    lake_catalog: str | None = Field(
        None,
        description="Catalog of the lake, such as postgres:dbname=lake host=db. Default: catalog.sqlite in its folder, "
        "for one machine.",
    )
    lock_wait_seconds: float = Field(30.0, ge=0, description="How long the loader waits for a locked file.")
    keep_days: int | None = Field(
        None,
        ge=1,
        description="The nightly flow `maintain` erases calls older than this, by their start, else by when they were "
        "loaded. Default: none is erased.",
    )
    memory_limit: str | None = Field(
        None,
        pattern=r"^\d+(\.\d+)? ?[KMGT]i?B$",
        description="DuckDB's memory limit, such as 8GB; data beyond it goes to disk, next to the database. Default: 4GB, "
        "or four fifths of the machine's memory if that is less.",
    )
    encrypt: bool = Field(
        False, description="Encrypt the database and its copies with a key from `PCA_MASTER_KEY` (docs/sql.md)."
    )


class WebSettings(_Section):
    """The pages of `pca serve`."""

    hosts: tuple[str, ...] = Field(
        (),
        description="Host names under which browsers may reach the pages, such as a reverse proxy's, in addition to "
        "localhost, IP addresses and `--host`; others are refused.",
    )


class Settings(BaseSettings):
    """All settings of a running pipeline."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    folder: Path = Field(Path("calls"), description="The calls folder: inbox, work, staged, done, failed.")
    inbox: Path | None = Field(None, description="The drop folder, if it is not `inbox` in the calls folder.")
    intake: IntakeSettings = IntakeSettings()
    audio: AudioSettings = AudioSettings()
    speech: SpeechSettings = SpeechSettings()
    ctr: CtrSettings = CtrSettings()
    pii: PiiSettings = PiiSettings()
    insights: InsightsSettings = InsightsSettings()
    warehouse: WarehouseSettings = WarehouseSettings()
    web: WebSettings = WebSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic passes them by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, _config_file())

    @property
    def inbox_folder(self) -> Path:
        return self.inbox or self.folder / "inbox"

    @property
    def work_folder(self) -> Path:
        return self.folder / "work"

    @property
    def staged_folder(self) -> Path:
        return self.folder / "staged"

    @property
    def done_folder(self) -> Path:
        return self.folder / "done"

    @property
    def failed_folder(self) -> Path:
        return self.folder / "failed"

    @property
    def sealed_folder(self) -> Path:
        return self.folder / "sealed"

    @property
    def database(self) -> Path:
        if self.warehouse.lake:
            return self.warehouse.lake / "catalog.sqlite"
        return self.warehouse.database or self.folder / "pca.duckdb"

    @property
    def published_database(self) -> Path:
        if self.warehouse.lake:  # readers see its newest snapshot
            return self.database
        return self.warehouse.published or self.folder / "pca-published.duckdb"


def load_settings(**overrides: object) -> Settings:
    """Settings from defaults, file and environment. Raises SetupError that says which settings are bad, and why."""
    _refuse_unknown_variables()
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        reasons = {".".join(map(str, one["loc"])): _reason(one["type"], one["msg"]) for one in error.errors()}
        bad = "; ".join(f"{name} ({reason})" for name, reason in sorted(reasons.items()))
        raise SetupError(f"These settings are not valid: {bad}.", _SEE_PAGE) from None
    except SettingsError as error:  # names the section, not its content
        raise SetupError(
            f"An environment variable cannot be read: {error}.",
            """Lists are written as JSON, as in PCA_SPEECH__LEAVE_OUT='["ivr"]'. """ + _SEE_PAGE,
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SetupError(f"The file {str(_config_file())!r} is not TOML: {error}.", _SEE_PAGE) from None


def _config_file() -> Path:
    """The file of settings. Raises SetupError if PCA_CONFIG names one that does not exist."""
    named = os.environ.get(CONFIG)
    if named and not Path(named).is_file():
        raise SetupError(f"There is no file {named!r}, which {CONFIG} names.", f"Correct {CONFIG}, or unset it.")
    return Path(named or "pca.toml")


def _refuse_unknown_variables() -> None:
    """Raise SetupError for variables that pydantic would ignore: those that begin with PCA_ and name no setting."""
    known = {CONFIG, *SECRETS, *(f"{secret}_FILE" for secret in SECRETS)}
    known |= {PREFIX + name.upper() for name in Settings.model_fields}
    given = (name for name in os.environ if name.upper().startswith(PREFIX))
    unknown = sorted(name for name in given if name.upper().partition("__")[0] not in known)
    if unknown:
        raise SetupError(f"No setting is called {', '.join(unknown)}.", f"Correct or unset it. {_SEE_PAGE}")


def _reason(kind: str, message: str) -> str:
    """What is wrong with a value, in lower case; never the value."""
    return "no such setting" if kind == "extra_forbidden" else message[:1].lower() + message[1:]
