"""Whatever stands in an export, its import ends, and says what it could not read."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.capture.importers import EXPORTS, ImportOptions
from headwater.capture.importers.export_feed import ExportFeed
from headwater.capture.importers.survey import survey
from headwater.domain.errors import BadRow
from headwater.facts import SCHEMAS

NAMES = {
    "ga4-export": """
        event_timestamp event_name event_params user_pseudo_id user_id device geo ecommerce
        collected_traffic_source key value string_value int_value double_value page_location
        currency transaction_id list element web_info hostname user_properties items""",
    "matomo-export": """
        idVisit visitorId userId actionDetails type timestamp url pageTitle revenue orderId
        itemDetails itemSKU siteCurrency visitIp referrerType referrerName""",
    "plausible-export": """
        name hostname pathname user_id timestamp referrer utm_source meta.key meta.value
        revenue_source_amount revenue_source_currency engagement_time scroll_depth""",
}
WORDS = "1795306980000000 purchase page_view 2026-01-01 EUR https://[x/ a@b.example (not\tset)"
CELLS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([*WORDS.split(), "\ud800", "\x00", "action", "ecommerceOrder"])
)


def cells(names: list[str]) -> st.SearchStrategy[object]:
    return st.recursive(
        CELLS,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(names), inner, max_size=6)
        ),
        max_leaves=12,
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(EXPORTS))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_no_row_breaks_an_import(kind: str, data: st.DataObject) -> None:
    names = NAMES[kind].split()
    first = dict.fromkeys(EXPORTS[kind].columns)
    rows = data.draw(
        st.lists(st.dictionaries(st.sampled_from(names), cells(names)), max_size=20)
    )
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file, ExitStack() as resources:
        path = Path(file.name)
        path.write_text("".join(json.dumps(row) + "\n" for row in [first, *rows]), "utf-8")
        options = ImportOptions(currency="EUR")
        feed = ExportFeed(EXPORTS[kind], survey(path), options, str.upper, resources)
        for outcome in feed.drafts():
            if isinstance(outcome, BadRow):
                assert 1 <= outcome.row <= len(rows) + 1
                assert outcome.reason
                continue
            assert outcome.fact is not None
            assert all(isinstance(part, str) for part in outcome.identity)
            columns = [*SCHEMAS[outcome.fact].names, "email", "phone", "person_name"]
            assert set(outcome.values) <= set(columns)
            for value in outcome.values.values():
                str(value).encode()
