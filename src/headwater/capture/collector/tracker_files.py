"""The tracker's script, as the package ships it: packed beforehand, asked for again by ETag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

from headwater.capture.collector.headers import Headers
from headwater.capture.wire import Answer

FOLDER: Final = Path(__file__).parent.parent / "tracker"
PATHS: Final = ("/hw.js", "/hw-core.js")

_PACKINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_COMMON: Final = {
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "public, max-age=3600",
    "vary": "accept-encoding",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Script:
    """One script: its forms by encoding (`br`, `gzip`, `identity`), and its ETag."""

    forms: Mapping[str, bytes]
    tag: str


def load(folder: Path = FOLDER) -> dict[str, Script]:
    """Return the scripts that the package has, by the path they are served under."""
    found = {}
    for path in PATHS:
        file = folder / path.removeprefix("/")
        if not file.is_file():
            continue
        plain = file.read_bytes()
        forms = {"identity": plain}
        for encoding, suffix in _PACKINGS:
            packed = file.with_name(file.name + suffix)
            if packed.is_file():
                forms[encoding] = packed.read_bytes()
        tag = blake2b(plain, digest_size=8).hexdigest()
        found[path] = Script(forms, f'"{tag}"')
    return found


def answer(script: Script, headers: Headers) -> Answer:
    """Return the script in the smallest form that the browser takes, or 304."""
    told = headers.get("if-none-match") or ""
    if script.tag in told:  # proxies that unpack or pack it make the tag a weak one
        return Answer(304, b"", {**_COMMON, "etag": f"W/{script.tag}"})
    accepted = {
        part.partition(";")[0].strip().lower()
        for part in (headers.get("accept-encoding") or "").split(",")
        if not part.replace(" ", "").endswith(";q=0")
    }
    encoding = next(
        (name for name, _ in _PACKINGS if name in accepted and name in script.forms),
        "identity",
    )
    extra = {} if encoding == "identity" else {"content-encoding": encoding}
    return Answer(200, script.forms[encoding], {**_COMMON, **extra, "etag": f"W/{script.tag}"})
