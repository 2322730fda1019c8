"""How fast, how long and how silently nobody browses by hand."""

from __future__ import annotations

import hashlib
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final, Self

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from headwater.capture.bots.verdicts import FILE as AGENTS_FILE
from headwater.domain.errors import ConfigError
from headwater.domain.times import SECOND

SHIPPED: Final = Path(__file__).parent / "behaviour.toml"
SILENT: Final = "silent"
_JUDGES: Final = ("is-bot", "ua-parser", "ua-parser-builtins")

LIMITS_SCHEMA: Final = pa.schema(
    [
        ("place", pa.int64()),
        ("reason", pa.string()),
        ("pages", pa.int64()),
        ("page_micros", pa.int64()),
        ("site_sessions", pa.int64()),
        ("site_percent", pa.int64()),
    ]
)
"""The derived table `bot_limits`; `page_micros` is null for the silent, the last two else."""

Pages = Annotated[int, Field(ge=2, le=1_000_000)]


class Limit(BaseModel):
    """Sessions of at least `pages` page views, so few seconds apart on average, are robots'."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
    pages: Pages
    seconds_per_page: Annotated[float, Field(gt=0, le=3600)]


class Silent(BaseModel):
    """Visitors with so many pages in a session and never anything else, where others have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pages: Pages
    site_sessions: Annotated[int, Field(ge=1)]
    site_percent: Annotated[int, Field(ge=1, le=100)]


class Limits(BaseModel):
    """All limits, in the order in which they are tried; without `silent`, nobody is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limits: tuple[Limit, ...] = ()
    silent: Silent | None = None

    @classmethod
    def read(cls, path: Path = SHIPPED) -> Self:
        """Read a file of limits; ConfigError names the file, the limit and the field."""
        try:
            return cls.model_validate(tomllib.loads(path.read_text("utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"The limits of bots {path} cannot be read: {error}.") from error
        except ValidationError as error:
            (problem, *_) = error.errors()
            place = ".".join(
                str(part + 1) if isinstance(part, int) else part for part in problem["loc"]
            )
            raise ConfigError(
                f"The limits of bots {path} cannot be used. {place}: {problem['msg']}, "
                f"not {problem['input']!r}."
            ) from error

    def version(self) -> str:
        """Return a short text that changes with the limits and with the lists of agents."""
        digest = hashlib.blake2b(self.model_dump_json().encode(), digest_size=6)
        digest.update(AGENTS_FILE.read_bytes())
        for package in _JUDGES:
            digest.update(f"{package} {version(package)}".encode())
        return digest.hexdigest()

    def table(self) -> pa.Table:
        """Return one row of LIMITS_SCHEMA for each limit, `place` counting from 1."""
        rows = [
            {
                "place": place,
                "reason": one.reason,
                "pages": one.pages,
                "page_micros": round(one.seconds_per_page * SECOND),
            }
            for place, one in enumerate(self.limits, start=1)
        ]
        if self.silent is not None:
            rows.append({"place": len(rows) + 1, "reason": SILENT, **self.silent.model_dump()})
        return pa.Table.from_pylist(rows, LIMITS_SCHEMA)
