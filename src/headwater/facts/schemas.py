"""What a fact of each kind holds: one Arrow schema per kind, with a version.

Units: times are whole microseconds UTC (`..._at`), amounts whole minor units (`..._minor`)
beside their `currency`. A field that was not known is null, never an empty string.

People are named by keys, not by their originals. `email_key` and `phone_key` are keyed hashes
of the normalised address and of the E.164 number; `external_id` is another system's id
(`system:id` where the mapping names a system); `account_id` is a company's id. The originals
(e-mail, phone, name, message) are in `personal`, encrypted under the key of `subject`.
`name_key` has a keyed hash of each word of a name: it tells whether two names can be one
person's, and joins nobody.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from headwater.domain.words import FactKind

NAMED: Final = (
    FactKind.LEAD,
    FactKind.CALL,
    FactKind.CHAT,
    FactKind.DEAL,
    FactKind.ORDER,
    FactKind.IDENTITY_LINK,
)
"""The kinds whose second version keeps `name_key`."""

SCHEMA_VERSION: Final[dict[FactKind, int]] = {
    kind: 2 if kind in NAMED else 1 for kind in FactKind
}

_TEXT: Final = pa.string()
_INT: Final = pa.int64()


def _texts(names: str) -> list[tuple[str, pa.DataType]]:
    return [(name, _TEXT) for name in names.split()]


_COMMON: Final = [
    ("fact_id", _TEXT),  # 32 hexadecimal digits; unique over all facts of the store
    ("seq", _INT),  # order of commitment; null in a bulk file: the file's own
    ("occurred_at", _INT),
    ("received_at", _INT),  # strictly increasing within one import: settles ties
    *_texts("origin"),  # what brought it: `import:leads.csv`, `collector`, `world`
    *_texts("site"),
]
_PERSON: Final = [
    *_texts("visitor_id email_key phone_key external_id account_id subject"),
    ("personal", pa.binary()),
]
_NAME: Final = _texts("name_key")
_SOURCE: Final = _texts(
    "channel source medium campaign content keyword"
    " landing_page referrer click_id_kind click_id"
)
_MONEY: Final = [("amount_minor", _INT), *_texts("currency")]

_FIELDS: Final[dict[FactKind, list[tuple[str, pa.DataType]]]] = {
    # name: page_view, file_request, request, touchpoint, or any custom event's name
    FactKind.EVENT: [
        *_COMMON,
        *_PERSON,
        *_texts("name url title user_agent ip language"),
        *_SOURCE,
        *_MONEY,
        *_texts("properties"),  # JSON object of whatever else came
    ],
    # method: form, call, chat, import, ...
    FactKind.LEAD: [
        *_COMMON,
        *_PERSON,
        *_SOURCE,
        *_texts("method form url properties"),
        *_NAME,
    ],
    # did: the number that was called; outcome: answered, missed, busy, failed
    FactKind.CALL: [
        *_COMMON,
        *_PERSON,
        *_SOURCE,
        *_texts("call_id did outcome recording_url"),
        ("answered_at", _INT),
        ("ended_at", _INT),
        *_NAME,
    ],
    FactKind.CHAT: [
        *_COMMON,
        *_PERSON,
        *_SOURCE,
        *_texts("chat_id provider outcome"),
        ("messages", _INT),
        ("ended_at", _INT),
        *_NAME,
    ],
    # one snapshot of a deal as the CRM told it at occurred_at; status: open, won, lost
    FactKind.DEAL: [
        *_COMMON,
        *_PERSON,
        *_texts("deal_id pipeline stage status owner product region lost_reason name"),
        ("probability", pa.float64()),
        ("created_at", _INT),
        ("closed_at", _INT),
        *_MONEY,
        *_texts("properties"),
        *_NAME,
    ],
    FactKind.STAGE_CHANGE: [
        *_COMMON,
        *_texts("deal_id pipeline from_stage stage status owner"),
    ],
    # one line of an order, or of a refund (negative amount); occurred_at is the payment
    FactKind.ORDER: [
        *_COMMON,
        *_PERSON,
        *_texts("order_id line_id deal_id product"),
        ("quantity", pa.float64()),
        *_MONEY,
        ("cost_minor", _INT),  # cost of the goods, in the same currency
        ("is_refund", pa.bool_()),
        *_texts("promo_code properties"),
        *_NAME,
    ],
    # one day of one ad (or of anything paid for); occurred_at is the day's start
    FactKind.SPEND: [
        *_COMMON,
        *_texts("account channel source medium campaign ad_group ad keyword"),
        *_texts("region device age gender"),
        ("impressions", _INT),
        ("clicks", _INT),
        ("cost_minor", _INT),
        *_texts("currency"),
        ("platform_conversions", pa.float64()),
        ("platform_value_minor", _INT),
    ],
    # evidence: form, login, crm, mail_click, ...; strength: strong, weak. What a user ruled has
    # the evidence `user`, one `origin` for all its facts (`ruling:<id>`), and a strength of its
    # own: same, shared, single, revoked
    FactKind.IDENTITY_LINK: [*_COMMON, *_PERSON, *_texts("evidence strength"), *_NAME],
    FactKind.ERASURE: [*_COMMON, *_PERSON, *_texts("reason")],
}

SCHEMAS: Final[dict[FactKind, pa.Schema]] = {
    kind: pa.schema([pa.field(name, type_) for name, type_ in fields])
    for kind, fields in _FIELDS.items()
}
"""The Arrow schema of each kind at its present version."""
