"""The headers of a request, read only where somebody asks for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

Raw = Sequence[tuple[bytes, bytes]]


class Headers(Mapping[str, str]):
    """Names are lower case; the last of equal names stands; texts are Latin-1, as in HTTP."""

    __slots__ = ("_raw",)

    def __init__(self, raw: Raw) -> None:
        self._raw = raw

    def __getitem__(self, name: str) -> str:
        found = self._find(name)
        if found is None:
            raise KeyError(name)
        return found

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        found = self._find(name)
        return default if found is None else found

    def all(self, name: str) -> list[str]:
        """Return the values of every header of this name, in the order they came."""
        wanted = name.encode("latin-1")
        return [value.decode("latin-1") for key, value in self._raw if key == wanted]

    def _find(self, name: str) -> str | None:
        wanted = name.encode("latin-1")
        found = None
        for key, value in self._raw:
            if key == wanted:
                found = value
        return None if found is None else found.decode("latin-1")

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._find(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter({key.decode("latin-1"): None for key, _ in self._raw})

    def __len__(self) -> int:
        return len({key for key, _ in self._raw})
