"""QR codes of short links, as pictures that stay sharp at any size."""

from __future__ import annotations

import io

import segno


def svg(address: str) -> bytes:
    """Return an SVG that leads a camera to an address.

    Error correction Q: a quarter of it may be soiled or covered by a logo.
    """
    made = segno.make_qr(address, error="q", boost_error=False)
    body = io.BytesIO()
    made.save(body, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False)
    return body.getvalue()
