"""Every setting, read once, from the environment or from citedesk.toml in the data directory."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from core.errors import SettingInvalid, SettingUnknown

if TYPE_CHECKING:
    from ingest.archive.directory import ArchiveLimits

_PREFIX = "CITEDESK_"
_FILE = "citedesk.toml"
NO_REVIEW, ANOTHER_PERSON = "none", "another person"


class Settings(BaseSettings):
    """The settings; each is the environment variable CITEDESK_<NAME>, or <name> in the file."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True)

    home: Path = Field(default=Path("var"), description="Where all state lies.")
    host: str = Field(default="127.0.0.1", description="Address on which API and screens listen.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port of the API.")
    ui_port: int = Field(default=8501, ge=1, le=65535, description="Port of the screens.")
    timezone: str = Field(
        default="",
        description="Time zone by whose clock dates without one are meant, such as Asia/Shanghai. "
        "Empty: the machine's own.",
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="Database of the records, sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME."
        " Empty: a SQLite file in the data directory.",
    )
    chroma_url: str = Field(
        default="",
        description="A Chroma server, http://HOST:PORT. Empty: Chroma inside the service.",
    )
    embedding_model: str = Field(
        default="",
        description="A sentence-transformers model by name or path. Empty: the default model, from "
        "the installed package.",
    )
    reranker: str = Field(
        default="",
        description="The second look at what was found: a sentence-transformers CrossEncoder by "
        "name or path, or none. Empty: the one that comes with the product.",
    )
    rerank_budget_ms: float = Field(
        default=60.0,
        gt=0,
        le=60_000,
        description="Milliseconds that the second look may take; what it did not come to keeps "
        "its place behind.",
    )
    check_model: str = Field(
        default="",
        description="What decides whether a passage supports a sentence: an NLI model or a "
        "cross-encoder by name or path. Empty: the embedding model with fitted weights.",
    )
    check_timeout_s: float = Field(
        default=3.0,
        gt=0,
        le=600,
        description="Seconds in which that model must have judged a sentence; after them the "
        "built-in check stands in, and the draft says so.",
    )
    search_cache_mb: int = Field(
        default=64,
        ge=0,
        le=10_000,
        description="Memory in MB for what was found before; 0 searches anew every time.",
    )
    models_dir: Path | None = Field(
        default=None, description="Where unpacked models lie. Empty: models in the data directory."
    )
    max_file_mb: int = Field(
        default=200,
        ge=1,
        le=20_000,
        description="Largest file that may come in, in MB; also the largest upload.",
    )
    max_pages: int = Field(
        default=10_000, ge=1, le=1_000_000, description="Most pages that one file may have."
    )
    max_archive_files: int = Field(
        default=5_000, ge=1, le=100_000, description="Most files that one ZIP archive may hold."
    )
    max_archive_mb: int = Field(
        default=2_000,
        ge=1,
        le=1_000_000,
        description="Most MB that one ZIP archive may unpack to.",
    )
    max_archive_ratio: int = Field(
        default=200,
        ge=2,
        le=2_000,
        description="How many times its packed size a ZIP archive may unpack to.",
    )
    parse_timeout_s: float = Field(
        default=300.0, gt=0, le=86_400, description="Seconds that reading one file may take."
    )
    parse_memory_mb: int = Field(
        default=1500,
        ge=200,
        le=1_000_000,
        description="Memory in MB that reading one file may take, in a process of its own.",
    )
    ingest_workers: int = Field(
        default=2, ge=1, le=64, description="How many files the service reads side by side."
    )
    eval_workers: int = Field(
        default=2,
        ge=1,
        le=64,
        description="How many cases of an evaluation run are asked side by side.",
    )
    review: str = Field(
        default="none",
        description="Who may publish a version: none (whoever may keep documents) or another "
        "person (than the one who uploaded it or handed it over for review).",
    )
    session_hours: int = Field(default=12, ge=1, le=720, description="How long a sign-in lasts.")
    public_requests_per_minute: int = Field(
        default=30,
        ge=1,
        le=100_000,
        description="Requests a minute that one visitor's address may make.",
    )
    llm_base_url: str = Field(
        default="",
        description="An OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1. Empty: the "
        "extractive drafter alone.",
    )
    llm_model: str = Field(default="", description="Name of the model at that endpoint.")
    llm_api_key: SecretStr = Field(default=SecretStr(""), description="Key for that endpoint.")
    llm_timeout_s: float = Field(
        default=20.0,
        gt=0,
        le=600,
        description="Seconds after which the extractive draft stands in.",
    )
    llm_connect_s: float = Field(
        default=5.0, gt=0, le=600, description="Seconds that connecting to that endpoint may take."
    )
    llm_first_token_s: float = Field(
        default=10.0,
        gt=0,
        le=600,
        description="Seconds until the first word of a reply must be there; an endpoint that does "
        "not stream must have written the whole by then.",
    )
    llm_ahead: bool = Field(
        default=True,
        description="Whether the model begins while the passages are still weighed: its first word "
        "comes sooner, and is thrown away where the documents turn out not to answer.",
    )
    llm_max_tokens: int = Field(
        default=700, ge=16, le=32_000, description="Most tokens that the model may write a draft."
    )
    llm_retries: int = Field(
        default=1,
        ge=0,
        le=10,
        description="How often an endpoint that is busy or cannot be reached is asked again, "
        "within the seconds above.",
    )
    llm_concurrency: int = Field(
        default=4, ge=1, le=1_000, description="How many replies the model may write at once."
    )
    llm_failures: int = Field(
        default=3,
        ge=1,
        le=1_000,
        description="After so many failures in a row the model is left alone for a while.",
    )
    llm_rest_s: float = Field(
        default=30.0, gt=0, le=86_400, description="Seconds for which it is then left alone."
    )
    llm_mask_personal_data: bool = Field(
        default=True,
        description="Whether phone numbers, addresses and the like are replaced by placeholders in "
        "what is sent to a model that is not local; the draft holds the originals.",
    )
    llm_local_hosts: str = Field(
        default="",
        description="Names of hosts that count as local beside loopback and private addresses, "
        "such as llm.example.lan.",
    )
    llm_rewrite: bool = Field(
        default=False,
        description="Whether the model at that endpoint writes a question that leans on earlier "
        "turns out in full, to be searched for with it.",
    )
    llm_rewrite_timeout_s: float = Field(
        default=1.5,
        gt=0,
        le=60,
        description="Seconds that this may take; after them the question is searched for without.",
    )
    judge_base_url: str = Field(
        default="",
        description="An OpenAI-compatible endpoint whose model judges drafts in evaluation runs. "
        "Empty: no judge, and only what is computed without one.",
    )
    judge_model: str = Field(default="", description="Name of the model that judges.")
    judge_api_key: SecretStr = Field(default=SecretStr(""), description="Key for that endpoint.")
    judge_uses_llm: bool = Field(
        default=False,
        description="Whether the drafts' own model, endpoint and key judge where no judge is set.",
    )
    judge_timeout_s: float = Field(
        default=60.0,
        gt=0,
        le=3_600,
        description="Seconds that one call of the judge may take; a score takes two to five.",
    )
    judge_retries: int = Field(
        default=1, ge=0, le=10, description="How often a call that failed is made again."
    )
    judge_concurrency: int = Field(
        default=4, ge=1, le=1_000, description="How many scores the judge may give at once."
    )
    judge_max_tokens: int = Field(
        default=2_000, ge=16, le=100_000, description="Most tokens that it may write a call."
    )
    judge_calls: int = Field(
        default=20_000,
        ge=1,
        le=10_000_000,
        description="How often one run may ask the judge; cases after that stay unjudged.",
    )
    task_flag_days: int = Field(
        default=2, ge=0, le=365, description="Working days in which a flag is to be dealt with."
    )
    task_answer_days: int = Field(
        default=3,
        ge=0,
        le=365,
        description="Days in which an approved answer that went stale is to be dealt with.",
    )
    task_gap_days: int = Field(
        default=5,
        ge=0,
        le=365,
        description="Working days in which a question that finds nothing is to be dealt with.",
    )
    task_conflict_days: int = Field(
        default=5,
        ge=0,
        le=365,
        description="Working days in which passages that contradict each other are to be dealt "
        "with.",
    )
    task_ahead_days: int = Field(
        default=14,
        ge=0,
        le=365,
        description="Days before it expires or must be reviewed that a document becomes a task.",
    )
    mask_personal_data: bool = Field(
        default=True,
        description="Whether phone numbers, addresses, names and the like are masked in logs and "
        "in what is kept for others: notices, reasons, notes, verdicts, reports and cases.",
    )
    log_level: str = Field(default="info", description="debug, info, warning or error.")

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in ("debug", "info", "warning", "error"):
            raise ValueError("must be debug, info, warning or error")
        return value.lower()

    @field_validator("review")
    @classmethod
    def _known_review(cls, value: str) -> str:
        said = value.strip().lower().replace("-", " ").replace("_", " ")
        if said not in (NO_REVIEW, ANOTHER_PERSON):
            raise ValueError(f"must be {NO_REVIEW} or {ANOTHER_PERSON}")
        return said

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            if value:
                ZoneInfo(value)
        except (ValueError, OSError, ZoneInfoNotFoundError) as exc:
            raise ValueError("must be the name of a time zone, such as Asia/Shanghai") from exc
        return value

    @field_validator("chroma_url", "llm_base_url", "judge_base_url")
    @classmethod
    def _url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read only what :func:`load_settings` hands in: no hidden file is looked for."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    def archive_limits(self) -> ArchiveLimits:
        """Return what one ZIP archive may unpack to."""
        from ingest.archive.directory import ArchiveLimits

        return ArchiveLimits(
            self.max_archive_files,
            self.max_archive_mb,
            self.max_archive_ratio,
            self.max_file_mb,
        )

    def zone(self) -> tzinfo | None:
        """Return the set time zone; None is the machine's own."""
        return ZoneInfo(self.timezone) if self.timezone else None

    def reviewed(self) -> bool:
        """Say whether another person must publish what somebody handed in."""
        return self.review == ANOTHER_PERSON

    def models_folder(self) -> Path:
        """Return where unpacked models lie."""
        return self.models_dir or self.home / "models"

    def records_url(self) -> str:
        """Return the address of the records' database."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.home / 'citedesk.db'}"


def load_settings(
    environment: Mapping[str, str] | None = None, **overrides: Any
) -> tuple[Settings, dict[str, str]]:
    """Read the settings; the environment goes before the file, the command line before both.

    Returns:
        The settings, and for each where it came from.

    Raises:
        SettingUnknown, SettingInvalid: naming the setting, never its value if it is secret.
    """
    environment = os.environ if environment is None else environment
    given = {
        name[len(_PREFIX) :].lower(): value
        for name, value in environment.items()
        if name.startswith(_PREFIX)
    }
    home = Path(overrides.get("home") or given.get("home") or Settings.model_fields["home"].default)
    from_file = _read_file(home / _FILE)
    values = {**from_file, **given, **{k: v for k, v in overrides.items() if v is not None}}
    values["home"] = home
    _refuse_unknown(given, from_file, home)
    try:
        settings = Settings(**values)
    except ValidationError as exc:
        problem = exc.errors(include_input=False, include_url=False)[0]
        name = str(problem["loc"][0]) if problem["loc"] else "?"
        raise SettingInvalid(
            f"The setting {_PREFIX}{name.upper()} is not valid: {problem['msg']}.",
            "citedesk settings lists every setting.",
        ) from exc
    origins = {}
    for name in Settings.model_fields:
        in_environment = "environment" if name in given else "default"
        origins[name] = _FILE if name in from_file and name not in given else in_environment
        if overrides.get(name) is not None:
            origins[name] = "command line"
    return settings, origins


def shown(settings: Settings) -> dict[str, str]:
    """Return the settings as text with secrets hidden."""
    values = {}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            values[name] = "(hidden)" if value.get_secret_value() else ""
        else:
            values[name] = "" if value is None else str(value)
    return values


def environment_without_settings() -> dict[str, str]:
    """Return the environment without our settings, for processes that need not know the secrets."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_PREFIX)}


def _read_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        with path.open("rb") as reader:
            return tomllib.load(reader)
    except (OSError, tomllib.TOMLDecodeError) as exc:
        raise SettingInvalid(
            f"{path} cannot be read as TOML.", "Mend the file; one line looks like port = 8000."
        ) from exc


def _refuse_unknown(given: Mapping[str, Any], from_file: Mapping[str, Any], home: Path) -> None:
    for names, where in ((given, "the environment"), (from_file, str(home / _FILE))):
        unknown = sorted(set(names) - set(Settings.model_fields))
        if unknown:
            shown_name = unknown[0].upper() if where == "the environment" else unknown[0]
            prefix = _PREFIX if where == "the environment" else ""
            raise SettingUnknown(
                f"There is no setting {prefix}{shown_name} (in {where}).",
                "citedesk settings lists every setting.",
            )
    if "home" in from_file:
        raise SettingInvalid(
            "The data directory cannot be set by a file inside it.", "Set CITEDESK_HOME instead."
        )
