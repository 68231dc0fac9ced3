"""Every setting, with its unit and default: from SUFLER_* variables, then from sufler.toml."""

import difflib
import os
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from sufler.app.calling import SECRETS, named_secrets
from sufler.domain.alerts import minutes_of
from sufler.domain.customers import KINDS
from sufler.domain.errors import BadInput, SettingsError
from sufler.domain.knowledge import Language
from sufler.flows.calls import host_entry

PREFIX = "SUFLER_"
CONFIG_VARIABLE = "SUFLER_CONFIG"
CONFIG_FILE = "sufler.toml"
# Read by tests only; flows' own; SUFLER_CONFIG names the file itself.
_NOT_SETTINGS = ("SUFLER_TEST_", SECRETS, CONFIG_VARIABLE)

Days = Annotated[int, Field(ge=0, le=36_500)]
# A channel may send what it sent before, and events of a week count: both are known so long.
_LEAST_DAYS = 7


class Settings(BaseSettings):
    """What can be set. Made by `load_settings`, which names what is unknown or impossible."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_dir: Path = Field(
        default=Path("data"), description="Folder of the database, model and media."
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="Address to serve on.")
    port: int = Field(default=8000, ge=0, le=65535, description="TCP port; 0 takes a free one.")
    public_url: str | None = Field(
        default=None,
        description="Where customers and staff reach it, such as https://help.example.org.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="sqlite:///FILE or postgresql://…; default: sufler.db in the data folder.",
    )
    telegram_token: SecretStr | None = Field(
        default=None, description="The bot's token from @BotFather; none: no Telegram."
    )
    telegram_api: str | None = Field(
        default=None, description="URL of an own Bot API server; none: Telegram's."
    )
    telegram_mode: Literal["polling", "webhook"] = Field(
        default="polling",
        description="How messages come in; webhook needs an https SUFLER_PUBLIC_URL.",
    )
    telegram_limits: bool = Field(
        default=True,
        description="Keep Telegram's limits before sending; false only for measurements.",
    )
    widget_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Sites that may have the widget, such as https://shop.example; * for any.",
    )
    widget_secret: SecretStr | None = Field(
        default=None, description="Signs a site's tokens that say who its customer is."
    )
    uploads: bool = Field(default=False, description="Whether customers may send files on the web.")
    upload_limit_mb: int = Field(default=10, ge=1, le=50, description="Largest file, in MB.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level that is logged; customers' texts only at debug."
    )
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto", description="auto: console on a terminal, else JSON lines."
    )
    demo: bool = Field(
        default=False,
        description="Load the demo into an empty base; its order service may be called by flows.",
    )
    model: str = Field(
        default="default",
        min_length=1,
        description="Encoder: default, or a sentence-transformers model.",
    )
    model_dir: Path | None = Field(
        default=None, description="Folder of prepared encoders; default: model in the data folder."
    )
    language: Language = Field(
        default="ru", description="Spoken where a customer's cannot be told."
    )
    answer_bar: float = Field(
        default=0.5,
        gt=0.0,
        le=1.0,
        description="Least confidence (0..1) at which the bot answers itself.",
    )
    hidden_share: float = Field(
        default=0.1,
        ge=0.0,
        le=1.0,
        description="Share of turns (0..1) that people answer without a suggestion, to check it.",
    )
    strict_certificates: bool = Field(
        default=False,
        description="Whether a certificate takes as many times the evidence as there are topics.",
    )
    burst_pause: float = Field(
        default=2.5,
        ge=0.0,
        le=60.0,
        description="Seconds of quiet after which a customer's messages are answered together.",
    )
    burst_longest: float = Field(
        default=8.0,
        ge=0.0,
        le=300.0,
        description="Seconds after which they are answered though the customer goes on writing.",
    )
    undo_send: float = Field(
        default=5.0,
        ge=0.0,
        le=60.0,
        description="Seconds for which the desk can take a sent reply back; 0: it goes at once.",
    )
    flood_minute: int = Field(
        default=30,
        ge=0,
        description="Messages a minute of one customer above which nothing is answered; 0: any.",
    )
    flood_hour: int = Field(
        default=600,
        ge=0,
        description="Messages an hour of one customer above which none is taken; 0: any number.",
    )
    keep_messages_days: Days = Field(
        default=0, description="Days for which messages with their notes are kept; 0: for ever."
    )
    keep_files_days: Days = Field(
        default=0, description="Days for which customers' files are kept; 0: for ever."
    )
    keep_inbox_days: Days = Field(
        default=30, description="Days for which handled rows of the inbox are kept; 0: for ever."
    )
    keep_suggestions_days: Days = Field(
        default=0, description="Days for which texts of suggestions are kept; 0: for ever."
    )
    keep_learned_days: Days = Field(
        default=0,
        description="Days for which what does not serve of learned wordings, and proposals, are "
        "kept; 0: for ever.",
    )
    keep_events_days: Days = Field(
        default=0, description="Days for which decisions are kept in full; 0: for ever."
    )
    keep_audit_days: Days = Field(
        default=0, description="Days for which the log of staff's acts is kept; 0: for ever."
    )
    keep_parked_days: Days = Field(
        default=0, description="Days for which messages that were given up are kept; 0: for ever."
    )
    keep_stream_days: Days = Field(
        default=14, description="Days for which events and deliveries are kept; 0: for ever."
    )
    keep_flows_days: Days = Field(
        default=30, description="Days for which what customers told flows is kept; 0: for ever."
    )
    allow_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Hosts of your own network for imports and webhooks, such as wiki.corp.",
    )
    flow_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Hosts that flows may call, such as orders.example.com."
    )
    flow_private_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Hosts of your own network that flows may call, such as 10.0.0.5:8080.",
    )
    events_quiet: str = Field(
        default="21:00-09:00",
        description="Hours in which events begin no flows, such as 21:00-09:00; off: none.",
    )
    events_per_week: int = Field(
        default=3, ge=1, le=100, description="Flows that events may begin with a customer a week."
    )
    stream_longest: float = Field(
        default=600.0, gt=0.0, le=600.0, description="Seconds for which one event stream is open."
    )
    stream_connections: int = Field(
        default=10, ge=1, le=1000, description="Event streams that one key may have open at once."
    )
    api_rate: float = Field(
        default=50.0,
        ge=0.0,
        le=100_000.0,
        allow_inf_nan=False,
        description="API requests a second of one key, four seconds' worth at once; 0: no limit.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Given values win over the environment, and the environment over the file."""
        file = config_file()
        sources = (init_settings, env_settings)
        return (*sources, TomlConfigSettingsSource(settings_cls, file)) if file else sources

    @field_validator("log_level", "log_format", "telegram_mode", mode="before")
    @classmethod
    def _in_lower_case(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("data_dir")
    @classmethod
    def _a_folder(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise ValueError(f"{value} is a file, not a folder")
        return value

    @field_validator("keep_inbox_days", "keep_flows_days")
    @classmethod
    def _longer_than_repeats(cls, value: int) -> int:
        if 0 < value < _LEAST_DAYS:
            raise ValueError(f"needs {_LEAST_DAYS} or more, or 0 for ever")
        return value

    @field_validator("events_quiet")
    @classmethod
    def _hours_or_off(cls, value: str) -> str:
        if value != "off" and minutes_of(value) is None:
            raise ValueError("is from an hour to another, such as 21:00-09:00, or off")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", value.get_secret_value()):
            raise ValueError("a token looks like 123456:ABC-DEF, as @BotFather gives it")
        return value

    @field_validator(
        "widget_origins", "allow_hosts", "flow_hosts", "flow_private_hosts", mode="before"
    )
    @classmethod
    def _a_list(cls, value: Any) -> Any:
        return re.split(r"[\s,]+", value.strip()) if isinstance(value, str) else value

    @field_validator("flow_hosts", "flow_private_hosts")
    @classmethod
    def _hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return tuple(host_entry(each) for each in value)
        except BadInput as error:
            raise ValueError(error.message) from None

    @field_validator("widget_origins")
    @classmethod
    def _origins_of_sites(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            parts = urlsplit(each)
            whole = parts.scheme in ("http", "https") and parts.hostname and not parts.path[1:]
            if each != "*" and (not whole or parts.query or parts.fragment or "@" in each):
                raise ValueError(f"{each} is not a site such as https://shop.example, nor *")
        return tuple(each.rstrip("/").lower() for each in value)

    @field_validator("widget_secret")
    @classmethod
    def _a_long_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(value.get_secret_value().encode()) < 32:
            raise ValueError("needs 32 characters or more; openssl rand -hex 32 makes one")
        return value

    @field_validator("telegram_api", "public_url")
    @classmethod
    def _a_web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an address such as https://help.example.org")
        return value.rstrip("/")

    @field_validator("telegram_mode")
    @classmethod
    def _reachable(cls, value: str, info: ValidationInfo) -> str:
        if value == "webhook" and info.data.get("public_url") is None:
            raise ValueError("webhook needs SUFLER_PUBLIC_URL, where Telegram reaches this server")
        return value

    @property
    def keep_days(self) -> dict[str, int]:
        """Days for each kind of data."""
        return {kind: getattr(self, f"keep_{kind}_days") for kind in KINDS}

    @property
    def database(self) -> str:
        """The database's URL; may hold a password."""
        if self.database_url:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'sufler.db'}"

    @property
    def model_folder(self) -> Path:
        """Where the prepared encoder lives: a folder for each model."""
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", self.model).strip("-.") or "model"
        return (self.model_dir or self.data_dir / "model") / name

    def secrets(self) -> list[str]:
        """The values that no log line may show."""
        known = (self.telegram_token, self.widget_secret)
        found = [each.get_secret_value() for each in known if each] + [*named_secrets().values()]
        password = urlsplit(self.database).password
        return [*found, password, unquote(password)] if password else found


def config_file() -> Path | None:
    """The settings file: SUFLER_CONFIG, or sufler.toml in the working folder where there is one."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    return Path(CONFIG_FILE) if Path(CONFIG_FILE).is_file() else None


def load_settings(**given: Any) -> Settings:
    """Read the environment and the file; `given` (None: not given) wins over both.

    Raises SettingsError with the name of the first unknown or impossible setting.
    """
    in_file = _file_keys()
    _refuse_unknown(in_file, Settings.model_fields, str(config_file()))
    variables = [name for name in os.environ if name.startswith(PREFIX)]
    known = [variable_of(name) for name in Settings.model_fields]
    _refuse_unknown([v for v in variables if not v.startswith(_NOT_SETTINGS)], known, "environment")
    named_secrets()
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise _explained(error, given) from None


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def source_of(name: str) -> str:
    """Where a setting's value comes from: environment, the file, or default."""
    if os.environ.get(variable_of(name)):
        return "environment"
    return str(config_file()) if name in _file_keys() else "default"


def _file_keys() -> list[str]:
    file = config_file()
    if file is None:
        return []
    try:
        return list(tomllib.loads(file.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}", field=str(file)) from None
    except (tomllib.TOMLDecodeError, UnicodeError) as error:
        raise SettingsError(f"{file} is not TOML: {error}", field=str(file)) from None


def _refuse_unknown(names: Iterable[str], known: Iterable[str], where: str) -> None:
    known = list(known)
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}?" if near else "sufler config lists those there are"
            raise SettingsError(f"{name} ({where}) is not a setting; {hint}", field=name)


def _explained(error: ValidationError, given: dict[str, Any]) -> SettingsError:
    first = error.errors(include_url=False, include_input=False)[0]
    name = str(first["loc"][0])
    words = first["msg"].removeprefix("Value error, ")
    if given.get(name) is not None:
        shown = "--" + name.replace("_", "-")
    else:
        shown = name if source_of(name) == str(config_file()) else variable_of(name)
    return SettingsError(f"{shown} ({source_of(name)}): {words}", field=shown)
