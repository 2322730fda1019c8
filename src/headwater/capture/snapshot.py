"""What the collector knows of sites: a small file that the app publishes and it re-reads.

`<data>/collector.json` is written whole or not at all, so a reader never sees half of it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, field_validator

from headwater.capture.people import is_region
from headwater.domain.errors import ConfigError
from headwater.domain.money import EXPONENTS

SNAPSHOT_FILE: Final = "collector.json"
_POLL_SECONDS: Final = 1.0

Host = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, max_length=253, pattern=r"^[A-Za-z0-9._-]+$"
    ),
]
Key = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Site(_Part):
    """One site. `domain` is its main one and names it in facts.

    `aliases` are further hosts whose pages belong to it; `own_domains` are domains whose
    subdomains all do. `consent` is the mode of clients that name none. `region` (ISO 3166) is
    where phone numbers without a country code belong. `excluded_addresses` are networks
    (`203.0.113.0/24`, `2001:db8::1`) whose events are the company's own and are not kept.
    """

    domain: Host
    aliases: tuple[Host, ...] = ()
    write_keys: tuple[Key, ...] = ()
    currency: str = "EUR"
    region: str | None = None
    consent: Literal["granted", "cookieless"] = "granted"
    own_domains: tuple[Host, ...] = ()
    honour_gpc: bool = False
    form_fields: tuple[str, ...] = ("email", "phone", "name", "company", "message")
    excluded_addresses: tuple[str, ...] = ()

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, value: str) -> str:
        if value not in EXPONENTS:
            raise ValueError(f"'{value}' is not an ISO 4217 currency code, such as EUR")
        return value

    @field_validator("region")
    @classmethod
    def _known_region(cls, value: str | None) -> str | None:
        if value is not None and not is_region(value):
            raise ValueError(f"'{value}' is no country with phone numbers, such as TR or DE")
        return value

    @field_validator("excluded_addresses")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            ip_network(text, strict=False)
        return value


class Link(_Part):
    """A short address that leads to `url` and says where it was printed."""

    slug: str
    site: Host
    url: str
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None


class PromoCode(_Part):
    """A code that says where its user has it from."""

    code: str
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None


class CaptureSnapshot(_Part):
    """All that the collector is told."""

    version: Literal[1] = 1
    sites: tuple[Site, ...] = ()
    links: tuple[Link, ...] = ()
    promo_codes: tuple[PromoCode, ...] = ()


class Sites:
    """The sites of a snapshot, found by write key, by host, or by the domain of a host.

    Short links are found by their name, promo codes by their text in whatever case.
    """

    def __init__(self, snapshot: CaptureSnapshot) -> None:
        self.snapshot = snapshot
        self._by_key: Mapping[str, Site] = MappingProxyType(
            {key: site for site in snapshot.sites for key in site.write_keys}
        )
        hosts: dict[str, Site] = {}
        for site in reversed(snapshot.sites):  # the first of two that claim a host has it
            hosts |= dict.fromkeys((site.domain, f"www.{site.domain}", *site.aliases), site)
        self._by_host: Mapping[str, Site] = MappingProxyType(hosts)
        self._by_domain: Mapping[str, Site] = MappingProxyType(
            {own: site for site in reversed(snapshot.sites) for own in site.own_domains}
        )
        self._links = {link.slug: link for link in snapshot.links}
        self._codes = {one.code.casefold(): one for one in snapshot.promo_codes}

    def of_key(self, key: str) -> Site | None:
        """Return the site that a write key belongs to."""
        return self._by_key.get(key)

    def of_host(self, host: str) -> Site | None:
        """Return the site that a host (lower case, without port) belongs to."""
        found = self._by_host.get(host)
        while found is None and host:
            found = self._by_domain.get(host)
            host = host.partition(".")[2]
        return found

    def link(self, slug: str) -> Link | None:
        """Return the short link of a name."""
        return self._links.get(slug)

    def promo_code(self, text: str) -> PromoCode | None:
        """Return the promo code that somebody typed."""
        return self._codes.get(text.strip().casefold())

    def __len__(self) -> int:
        return len(self.snapshot.sites)


def read(path: Path) -> CaptureSnapshot:
    """Return the snapshot of a file, an empty one if it is absent.

    Raises ConfigError naming the first wrong field, or why the file cannot be read.
    """
    try:
        return CaptureSnapshot.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return CaptureSnapshot()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise ConfigError(
            f"'{path}' cannot be used: {place}: {first['msg']}. The app writes this file; "
            "delete it and restart the app to have it written anew."
        ) from None
    except OSError as error:
        raise ConfigError(f"'{path}' cannot be read: {error.strerror}.") from None


def write(directory: Path, snapshot: CaptureSnapshot) -> Path:
    """Publish a snapshot in a data directory, durably and in one piece; return its path."""
    path = directory / SNAPSHOT_FILE
    draft = directory / f"{SNAPSHOT_FILE}.{os.getpid()}.new"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(snapshot.model_dump_json(indent=1))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


class SnapshotReader:
    """Keeps the sites at hand, and reads the file again when it has changed.

    The file's stamp is looked at once a second at most. A file that cannot be used leaves the
    last good one in force and is told in `problem`.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / SNAPSHOT_FILE
        self._stamp: tuple[int, int, int] | None = None
        self._looked_at = float("-inf")
        self._sites = Sites(CaptureSnapshot())
        self.problem = ""

    def sites(self) -> Sites:
        """Return the sites that are in force now."""
        now = time.monotonic()
        if now - self._looked_at >= _POLL_SECONDS:
            self._looked_at = now
            self._look()
        return self._sites

    def _look(self) -> None:
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._sites = Sites(read(self._path))
            self.problem = ""
        except ConfigError as error:
            self.problem = str(error)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
