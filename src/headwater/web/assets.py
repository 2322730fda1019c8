"""The app's own scripts, styles and pictures, served once and kept by the browser.

Each address carries the hash of the file, so that it can be cached for a year.
"""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

ROOT: Final = Path(__file__).resolve().parent / "static"
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, plain and compressed. `version` is the start of its hash."""

    body: bytes
    compressed: bytes
    media_type: str
    version: str


@cache
def load(name: str) -> Asset:
    """Return a file below `static/`; KeyError where there is none."""
    path = (ROOT / name).resolve()
    if not path.is_relative_to(ROOT) or not path.is_file():
        raise KeyError(name)
    body = path.read_bytes()
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(
        body=body,
        compressed=gzip.compress(body, 9, mtime=0),
        media_type=_TYPES.get(path.suffix, guessed),
        version=sha256(body).hexdigest()[:12],
    )


def address(name: str) -> str:
    """Return the path of a file, with its version."""
    return f"/static/{name}?v={load(name).version}"


@login_not_required
@require_safe
def serve(request: HttpRequest, name: str) -> HttpResponse:
    """Send one file; for a year where the address names its present version."""
    try:
        asset = load(name)
    except KeyError:
        raise Http404(name) from None
    is_current = request.GET.get("v") == asset.version
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if is_current else "no-cache",
        "ETag": f'"{asset.version}"',
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponse(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return HttpResponse(asset.compressed, asset.media_type, headers=headers)
    return HttpResponse(asset.body, asset.media_type, headers=headers)
