"""What a person copies: the snippet, the short address of a link, a proxy's lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import escape

from headwater.web import runtime
from headwater.web.sites.models import FORM_FIELDS, Consent, Link, Site

SCRIPT: Final = "hw.js"
"""The tracker's file name at the collector."""

PROXIED: Final = "/hw/"
"""The path under which a same-host proxy shows the collector, in what we suggest."""

_FORM: Final = """\
<form action="{action}" method="post">
  <input name="name" autocomplete="name">
  <input name="email" type="email" autocomplete="email">
  <input name="phone" type="tel" autocomplete="tel">
  <input name="hw_heard" placeholder="How did you hear of us?">
  <input name="hw_hp" tabindex="-1" autocomplete="off" hidden>
  <input name="hw_visitor" type="hidden">
  <button>Send</button>
</form>"""

_NGINX: Final = """\
location {path} {{
    proxy_pass {behind}/;
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
}}"""

_CADDY: Final = """\
handle_path {path}* {{
    reverse_proxy {behind}
}}"""


@dataclass(frozen=True, slots=True)
class Snippets:
    """Everything to copy for one site, as plain text."""

    script: str
    form: str
    nginx: str
    caddy: str


def collector(site: Site) -> str:
    """Return the address at which the site's pages reach the collector, without last slash."""
    return site.collect_at or _own()


def _own() -> str:
    return settings.ENVIRONMENT.collector_url or runtime.collector_url()


def short(link: Link) -> str:
    """Return the short address of a link."""
    return f"{collector(link.site)}/l/{link.slug}"


def snippets(site: Site, key: str) -> Snippets:
    """Return what to copy for a site that writes with this key."""
    at, behind = collector(site), runtime.collector_url()
    return Snippets(
        script=_script(site, at, key),
        form=_FORM.format(action=f"{escape(at)}/f/{escape(key)}"),
        nginx=_NGINX.format(path=PROXIED, behind=behind),
        caddy=_CADDY.format(path=PROXIED, behind=behind),
    )


def _script(site: Site, at: str, key: str) -> str:
    """Return the script's tag with the settings in which the site is not as most are."""
    is_whole = set(site.form_fields) == set(FORM_FIELDS)
    told = {
        "src": f"{at}/{SCRIPT}",
        "data-key": key,
        "data-endpoint": f"{at}/e" if urlsplit(at).path else "",
        "data-domains": " ".join(site.own_domains),
        "data-consent": "cookieless" if site.consent == Consent.COOKIELESS else "",
        "data-gpc": "cookieless" if site.honour_gpc else "",
        # Where nothing is to be kept, no field has this name.
        "data-fields": "" if is_whole else " ".join(site.form_fields) or "none",
    }
    written = " ".join(f'{name}="{escape(text)}"' for name, text in told.items() if text)
    return f"<script defer {written}></script>"
