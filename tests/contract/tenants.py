"""Sites that share one collector, so that it is started once and not for every client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from capture.collecting import Collecting
from headwater.capture.snapshot import Site
from headwater.domain.words import FactKind

SITES: Final = tuple(
    Site(
        domain=f"site-{number}.example",
        aliases=(f"127.0.1.{number}",),
        write_keys=(f"hw_{number}",),
        region="DE",
    )
    for number in range(1, 100)
)
"""Each with a loopback address as host, where pages of it are served to Chromium."""

_TOLD: Final = (FactKind.EVENT, FactKind.IDENTITY_LINK, FactKind.LEAD, FactKind.ORDER)


@dataclass(frozen=True)
class Tenant:
    """One site of the shared collector, and the facts that are its own."""

    site: Site
    collecting: Collecting

    @property
    def key(self) -> str:
        return self.site.write_keys[0]

    @property
    def host(self) -> str:
        return self.site.aliases[0]

    def facts(self, kind: FactKind = FactKind.EVENT) -> list[dict[str, Any]]:
        """Return the facts of a kind in the order of commitment, nulls left out."""
        return [fact for fact in self.collecting.facts(kind) if self._owns(fact)]

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the events of this name."""
        return [fact for fact in self.facts() if fact["name"] == name]

    def counts(self) -> dict[str, int]:
        """Return how many facts there are of each kind that clients tell of."""
        return {kind: len(self.facts(kind)) for kind in _TOLD}

    def opened(self, fact: dict[str, Any]) -> dict[str, str]:
        """Return the personal originals of a fact."""
        return self.collecting.opened(fact)

    def _owns(self, fact: dict[str, Any]) -> bool:
        return bool(fact["site"] == self.site.domain)
