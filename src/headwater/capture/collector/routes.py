"""Which protocol listens where."""

from __future__ import annotations

from collections.abc import Iterable

from headwater.capture.wire import WireProtocol


class Routes:
    """The routes of all protocols; whole paths are found before beginnings, longest first."""

    def __init__(self, protocols: Iterable[WireProtocol]) -> None:
        self._whole: dict[tuple[str, str], WireProtocol] = {}
        beginnings: dict[tuple[str, str], WireProtocol] = {}
        for protocol in protocols:
            for route in protocol.routes:
                is_beginning = route.path.endswith("*")
                table = beginnings if is_beginning else self._whole
                table[route.method, route.path.rstrip("*")] = protocol
        longest_first = sorted(beginnings.items(), key=lambda item: -len(item[0][1]))
        self._beginnings = [(*where, protocol) for where, protocol in longest_first]

    def find(self, method: str, path: str) -> WireProtocol | None:
        """Return who listens there."""
        found = self._whole.get((method, path))
        if found is not None:
            return found
        for wanted, beginning, protocol in self._beginnings:
            if wanted == method and path.startswith(beginning):
                return protocol
        return None

    def methods(self, path: str) -> list[str]:
        """Return the methods that are answered at a path."""
        return [method for method in ("GET", "POST", "PUT") if self.find(method, path)]
