"""What the conditions of a rule can look at."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Signals(NamedTuple):
    """An arrival as the rules see it. Lower-case texts; "" is not known.

    A tuple, because one is made for every arrival and it is the quickest to make.

    `source_word` and `medium_word` have blanks and hyphens as `_`. `source_category` is
    search, social, video, shopping, ai, email, display, native, affiliate or "". `click_id_is`
    is `paid` or `unpaid` where there is a click id.
    """

    source: str
    source_word: str
    medium: str
    medium_word: str
    campaign: str
    content: str
    keyword: str
    click_id_kind: str
    click_id_is: str
    source_category: str
    referrer_host: str
    referrer_path: str
    referrer_domain: str
    site: str
    recorded_channel: str


class Field(StrEnum):
    """The names a condition may use."""

    SOURCE = "source"
    SOURCE_WORD = "source_word"
    MEDIUM = "medium"
    MEDIUM_WORD = "medium_word"
    CAMPAIGN = "campaign"
    CONTENT = "content"
    KEYWORD = "keyword"
    CLICK_ID_KIND = "click_id_kind"
    CLICK_ID_IS = "click_id_is"
    SOURCE_CATEGORY = "source_category"
    REFERRER_HOST = "referrer_host"
    REFERRER_PATH = "referrer_path"
    REFERRER_DOMAIN = "referrer_domain"
    SITE = "site"
    RECORDED_CHANNEL = "recorded_channel"
