"""What a person said in a form stands on their page, and a promo code in their journey."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

import story
from headwater.domain.words import FactKind
from headwater.web import house
from headwater.workspace import Workspace
from web import pages
from web.scene import Company

pytestmark = pytest.mark.slow


@pytest.fixture
def _told(tmp_path: Path, company: Company) -> Iterator[None]:
    said = {
        "company": "Analytics <Ltd>",
        "self_reported": "a friend of mine",
        "promo_code": "radio10",
        "source_told_by": "promo_code",
    }
    with Workspace.open(tmp_path) as workspace:
        workspace.facts.append(FactKind.EVENT, [story.page("v", 0, "/?gclid=x")])
        lead = {"visitor_id": "v", "external_id": "crm:7", "email": "ada@example.com"}
        promo = {"source": "radio-one", "medium": "promo"}
        workspace.facts.append(
            FactKind.LEAD,
            [
                story.lead(
                    0.1, **lead, **promo, properties=json.dumps(said, separators=(",", ":"))
                ),
                story.lead(9, **lead, properties='{"self_reported": "Google", "x": 1}'),
                story.lead(10, **lead, properties="not json"),
            ],
        )
        workspace.rebuild(full=True)
        house.use(workspace)
        yield
        house.use(company.workspace)


@pytest.mark.usefixtures("_told")
def test_a_lead_s_page_says_what_they_said(as_bob: Client) -> None:
    body = as_bob.get("/journeys/crm:7").content
    text = " ".join(pages.read(body).text.split())
    assert "Heard of us by“a friend of mine”, “Google”" in text.replace(" “a", "“a")
    assert "Promo coderadio10" in text.replace("code radio10", "coderadio10")
    assert b"Analytics &lt;Ltd&gt;" in body
    assert "Offline" in text, "the code is a touch beside the session"
    assert "Paid Search" in text
