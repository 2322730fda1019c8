"""What clients put into bodies and queries: JSON, forms and base64, read without raising.

Whatever is read here can be stored: texts are whole Unicode (no lone surrogate, which no file
format takes), numbers are finite.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Final
from urllib.parse import parse_qsl

from headwater.capture.wire import Refusal

MOST_EVENTS: Final = 500
"""Events of one request. Official clients send a hundred or fewer at a time."""

_LONGEST_TEXT: Final = 8192
"""Characters kept of one value; addresses with many parameters stay whole."""

_LARGEST_AMOUNT: Final = Decimal(10) ** 12
"""In major units: what lies beyond is no price, and would not fit in 64 bits of cents."""

_MOST_FIELDS: Final = 2000
_BAD: Final = "bad_json"


def json_value(body: bytes) -> object | Refusal:
    """Return the JSON value of `body`, or the refusal that says why it is none."""
    if not body.strip():
        return Refusal(_BAD, "body", "the body is empty")
    try:
        value: object = json.loads(
            body.decode("utf-8-sig", "replace"),
            parse_constant=_no_constant,
            parse_float=_finite_or_none,
        )
        return whole(value) if b"\\u" in body else value
    except RecursionError:
        return Refusal(_BAD, "body", "nested too deeply")
    except json.JSONDecodeError as failure:
        return Refusal(_BAD, "body", f"{failure.msg} at character {failure.pos}")
    except ValueError as failure:  # an integer of thousands of digits
        return Refusal(_BAD, "body", str(failure)[:80])


def json_object(body: bytes) -> dict[str, object] | Refusal:
    """Return the JSON object of `body`, or the refusal that says why it is none."""
    value = json_value(body)
    if isinstance(value, dict | Refusal):
        return value
    return Refusal(_BAD, "body", "is not a JSON object")


def _no_constant(name: str) -> None:
    """NaN and the infinities are no JSON; they mean that there is no number."""


def _finite_or_none(digits: str) -> float | None:
    number = float(digits)  # 1e999 is written like a number, and is infinite
    return number if isfinite(number) else None


def whole(value: object) -> object:
    """Return a JSON value whose texts hold no lone surrogate."""
    if isinstance(value, str):
        return _whole_text(value)
    if isinstance(value, dict):
        return {_whole_text(str(name)): whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [whole(inner) for inner in value]
    return value


def _whole_text(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode()
    return value


def form_fields(text: str | bytes) -> dict[str, str]:
    """Return the fields of a query or of a form's body; the last of equal names stands."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:  # too many fields
        return {}
    return {_whole_text(name): _whole_text(value) for name, value in pairs}


def base64_bytes(value: object) -> bytes | None:
    """Return what a base64 text of either alphabet holds, padded or not; None if it is none."""
    if not isinstance(value, str):
        return None
    bare = "".join(value.replace("-", "+").replace("_", "/").replace(" ", "+").split())
    bare = bare.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def too_many(events: Sequence[object]) -> Refusal | None:
    """Return the refusal of a request with more events than are read at once."""
    if len(events) <= MOST_EVENTS:
        return None
    return Refusal("too_many_events", "", f"at most {MOST_EVENTS} a request")


def object_of(value: object) -> dict[str, object]:
    """Return `value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    """Return `value` if it is a JSON list, else an empty one."""
    return value if isinstance(value, list) else []


def text_of(value: object) -> str | None:
    """Return a text or number as the text to store; None for what is empty or neither."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = value if isinstance(value, str) else _number_text(value)
    return text.replace("\x00", "").strip()[:_LONGEST_TEXT] or None


def _number_text(value: float) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def first_text(fields: Mapping[str, object], *names: str) -> str | None:
    """Return the first of `names` that holds a text."""
    return next((found for name in names if (found := text_of(fields.get(name)))), None)


def amount_of(value: object) -> str | None:
    """Return an amount of money in plain decimal digits; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        amount = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    if not amount.is_finite() or abs(amount) > _LARGEST_AMOUNT or amount.adjusted() < -12:
        return None
    return f"{amount:f}"


def currency_of(value: object) -> str | None:
    """Return an ISO 4217 code in capitals; None for what cannot be one."""
    text = text_of(value)
    is_code = text is not None and len(text) == 3 and text.isascii() and text.isalpha()
    return text.upper() if text and is_code else None
