"""Exports of other analytics tools, by the name a user gives; one module a tool."""

from __future__ import annotations

from typing import Final

from headwater.capture.importers.exports.found import Export
from headwater.capture.importers.exports.ga4 import GA4_EXPORT
from headwater.capture.importers.exports.matomo import MATOMO_EXPORT
from headwater.capture.importers.exports.plausible import PLAUSIBLE_EXPORT

EXPORTS: Final[dict[str, Export]] = {
    export.name: export for export in (GA4_EXPORT, MATOMO_EXPORT, PLAUSIBLE_EXPORT)
}
"""Every export that can be imported."""
