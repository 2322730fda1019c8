"""A browser whose pages are tracked, and what the collector stored of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Request

from capture.collecting import Collecting
from headwater.domain.words import FactKind

Row = dict[str, Any]
_PATIENCE = 8.0


@dataclass(frozen=True, slots=True)
class Stored:
    """What the collector has of the pages of some address."""

    collecting: Collecting
    context: BrowserContext

    def rows(self, address: str, kind: FactKind = FactKind.EVENT) -> list[Row]:
        """Return the facts that happened on a page (its query apart), in their order."""
        path = urlsplit(address).path
        found = [
            row
            for row in self.collecting.facts(kind)
            if urlsplit(row.get("url", "")).path.startswith(path)
        ]
        found.sort(key=lambda row: row["occurred_at"])
        return found

    def events(self, address: str, name: str, number: int = 1) -> list[Row]:
        """Return the events of a name once there are so many; properties as an object."""
        found = self.wait(
            lambda: [row for row in self.rows(address) if row["name"] == name], number
        )
        for row in found:
            row["properties"] = json.loads(row.get("properties", "{}"))
        return found

    def leads(self, address: str, number: int = 1) -> list[Row]:
        return self.wait(lambda: self.rows(address, FactKind.LEAD), number)

    def names(self, address: str) -> list[str]:
        return [row["name"] for row in self.rows(address)]

    def wait(self, look: Callable[[], list[Row]], number: int) -> list[Row]:
        deadline = time.monotonic() + _PATIENCE
        while len(found := look()) < number:
            assert time.monotonic() < deadline, f"{len(found)} of {number}: {found}"
            self.context.cookies()  # lets what the browser says be heard meanwhile
            time.sleep(0.1)
        self.context.cookies()
        return found


class Wire:
    """The batches that a page sends, as they leave it."""

    def __init__(self, page: Page) -> None:
        self.batches: list[Row] = []
        self._page = page
        page.context.on("request", self._note)

    def _note(self, request: Request) -> None:
        if urlsplit(request.url).path == "/e" and request.method == "POST":
            self.batches.append(json.loads(request.post_data or "{}"))

    def names(self) -> list[str]:
        return [event["name"] for batch in self.batches for event in batch["events"]]

    def wait_for(self, name: str) -> None:
        """Return once an event of this name was sent."""
        deadline = time.monotonic() + _PATIENCE
        while name not in self.names():
            assert time.monotonic() < deadline, f"no {name}: {self.names()}"
            self._page.wait_for_timeout(50)
