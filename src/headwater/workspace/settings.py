"""The settings of one data directory: `settings.toml`, overlaid by the environment.

Each setting `name` can be given as `HEADWATER_NAME`. docs/reference/settings.md lists them.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from headwater.attribution.model_runs import runnable
from headwater.capture.people import is_region
from headwater.domain.errors import ConfigError, InputError
from headwater.domain.money import exponent
from headwater.domain.times import parse_span

FILE_NAME: Final = "settings.toml"
_PREFIX: Final = "HEADWATER_"
_OFF: Final = "off"
_OF_THE_SCHEDULE: Final = frozenset({"data_driven_every", "data_driven_models"})
"""Settings that the derived tables do not depend on."""
_HOST: Final = re.compile(r"(?=.{4,253}$)([\w]([\w-]{0,61}[\w])?\.)+[\w-]{2,63}")


class Settings(BaseModel):
    """What a company decides once for all its reports."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: str = Field("EUR", description="The reporting currency, an ISO 4217 code.")
    timezone: str = Field("UTC", description="The IANA time zone of days and midnights.")
    lookback: str = Field("90d", description="How far back a touch earns credit, or unlimited.")
    session_timeout: str = Field("30m", description="The gap after which a session is over.")
    session_midnight: bool = Field(True, description="Whether midnight ends a session.")
    revenue: Literal["deals", "orders"] = Field(
        "deals", description="What revenue is made of: won deals, or orders net of refunds."
    )
    phone_region: str | None = Field(
        None, description="The country of phone numbers written without one, such as TR."
    )
    own_domains: tuple[str, ...] = Field(
        (), description="Further domains of the company: arriving from them is no referral."
    )
    shared_key_above: int = Field(
        5,
        ge=1,
        le=1000,
        description="How many others may stand beside one person's address or number.",
    )
    data_driven_every: str = Field(
        "1d", description="How often the app learns data-driven models anew, or off."
    )
    data_driven_models: tuple[str, ...] = Field(
        ("markov", "shapley"), description="The data-driven models that the app keeps learned."
    )

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, value: str) -> str:
        return _checked(value, exponent)

    @field_validator("lookback", "session_timeout")
    @classmethod
    def _readable_span(cls, value: str) -> str:
        return _checked(value, parse_span)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(
                f"'{value}' is no IANA time zone, such as UTC or Europe/Istanbul."
            ) from error
        return value

    @field_validator("data_driven_every")
    @classmethod
    def _readable_schedule(cls, value: str) -> str:
        if value.strip().lower() == _OFF:
            return _OFF
        if parse_span(_checked(value, parse_span)) is None:
            raise ValueError(f"a schedule is a span such as 1d or 12h, or {_OFF}.")
        return value

    @field_validator("data_driven_models", mode="before")
    @classmethod
    def _split_models(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name for name in re.split(r",(?![^()]*\))", value) if name.strip())
        return value

    @field_validator("data_driven_models")
    @classmethod
    def _runnable_models(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return runnable(value)
        except InputError as error:
            raise ValueError(str(error)) from error

    @field_validator("own_domains", mode="before")
    @classmethod
    def _split_domains(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name.strip() for name in value.split(",") if name.strip())
        return value

    @field_validator("phone_region")
    @classmethod
    def _known_region(cls, value: str | None) -> str | None:
        if value is not None and not is_region(value):
            raise ValueError(f"'{value}' is no country with phone numbers, such as TR or DE.")
        return value

    @field_validator("own_domains")
    @classmethod
    def _hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not _HOST.fullmatch(name):
                raise ValueError(f"'{name}' is no host, such as shop.example.com.")
        return value

    @classmethod
    def load(cls, directory: Path, environment: Mapping[str, str] = os.environ) -> Self:
        """Read a data directory's settings; ConfigError names the setting and where it is."""
        path = directory / FILE_NAME
        told = _read(path)
        places = dict.fromkeys(told, str(path))
        for name in cls.model_fields:
            variable = _PREFIX + name.upper()
            if variable in environment:
                told[name] = environment[variable]
                places[name] = f"the environment ({variable})"
        try:
            return cls.model_validate(told)
        except ValidationError as error:
            raise ConfigError(_explain(error, places, cls.model_fields)) from error

    def version(self) -> str:
        """Return a short text that changes with any setting that derived tables depend on."""
        said = self.model_dump_json(exclude=set(_OF_THE_SCHEDULE))
        return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()

    def lookback_micros(self) -> int | None:
        """Return the lookback in microseconds; None where it is unlimited."""
        return parse_span(self.lookback)

    def data_driven_micros(self) -> int | None:
        """Return how often data-driven models are learned, in microseconds; None: never."""
        if self.data_driven_every == _OFF:
            return None
        return parse_span(self.data_driven_every)

    def session_timeout_micros(self) -> int:
        """Return the session timeout in microseconds; unlimited counts as a day's worth."""
        return parse_span(self.session_timeout) or 2**62


def _checked(value: str, check: Callable[[str], object]) -> str:
    try:
        check(value)
    except InputError as error:
        raise ValueError(str(error)) from error
    return value


def _read(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not a TOML file: {error}") from error


def _explain(
    error: ValidationError, places: Mapping[str, str], known: Mapping[str, object]
) -> str:
    lines = []
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else ""
        if problem["type"] == "extra_forbidden":
            lines.append(
                f"There is no setting '{name}' ({places.get(name, FILE_NAME)}). "
                f"Choose from: {', '.join(sorted(known))}."
            )
        else:
            reason = problem["msg"].removeprefix("Value error, ").rstrip(".")
            place = places.get(name, FILE_NAME)
            lines.append(f"The setting '{name}' in {place} is {problem['input']!r}: {reason}.")
    return " ".join(lines)
