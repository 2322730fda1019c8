"""The headers of a request, read only where somebody asks for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

Raw = Sequence[tuple[bytes, bytes]]


class Headers(Mapping[str, str]):
    """Names are lower case; the last of equal names stands; texts are Latin-1, as in HTTP."""

    __slots__ = ("_raw", "last")

    def __init__(self, raw: Raw) -> None:
        self._raw = raw
        self.last = dict(raw)
        """The bytes as they came: for what is kept by them."""

    def __getitem__(self, name: str) -> str:
        return self.last[name.encode("latin-1")].decode("latin-1")

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        found = self.last.get(name.encode())
        return default if found is None else found.decode("latin-1")

    def all(self, name: str) -> list[str]:
        """Return the values of every header of this name, in the order they came."""
        wanted = name.encode("latin-1")
        if wanted not in self.last:
            return []
        return [value.decode("latin-1") for key, value in self._raw if key == wanted]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.encode("latin-1", "replace") in self.last

    def __iter__(self) -> Iterator[str]:
        return (name.decode("latin-1") for name in self.last)

    def __len__(self) -> int:
        return len(self.last)
