"""Forms: what is taken from their fields, and what never is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from headwater.domain.words import FactKind
from tracker.watching import Stored, Wire
from tracker.website import Website

pytestmark = pytest.mark.browser
STAY = "<script>addEventListener('submit', (event) => event.preventDefault())</script>"
SEND = "<button>Send</button>"


def sent(
    page: Page, website: Website, form: str, **settings: str
) -> tuple[str, dict[str, str]]:
    """Submit a form; return the page's address and the person that left the browser."""
    wire = Wire(page)
    url = website.put("/form", form + STAY, **settings)
    page.goto(url)
    for button in page.get_by_role("button").all():
        button.click()
    page.evaluate("headwater('track', 'done')")
    wire.wait_for("done")
    events = [event for batch in wire.batches for event in batch["events"]]
    told = [event for event in events if event["name"] == "form_submit"]
    return url, told[0].get("user", {}) if told else {"is": "not told"}


def test_a_form_becomes_a_lead_with_its_source_and_the_ids_of_its_clicks(
    page: Page, website: Website, stored: Stored
) -> None:
    page.context.add_cookies(
        [
            {"name": "_ga", "value": "GA1.1.123456.789", "url": "http://example.com"},
            {
                "name": "_ga_ABC123",
                "value": "GS2.1.s1746825440$o1$g0",
                "url": "http://example.com",
            },
        ]
    )
    landing = website.put("/landing")
    page.goto(f"{landing}?gclid=G7&utm_source=google", referer="https://www.google.com/")
    stored.events(landing, "page_view")
    form = (
        "<form name=contact><input name=your-name value='Ada Lovelace'>"
        "<input type=email name=mail value=' ada@example.org '>"
        "<input type=tel name=tel value='+49 30 1234567'><input name=company value=Engines>"
        f"<textarea name=text>What does it cost?</textarea>{SEND}</form>"
    )
    url, person = sent(page, website, form)
    assert person == {
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "phone": "+49 30 1234567",
        "company": "Engines",
        "message": "What does it cost?",
    }
    (lead,) = stored.leads(url)
    assert (lead["method"], lead["form"]) == ("form", "contact")
    assert '"gclid": "G7"' in lead["properties"].replace('":"', '": "')
    assert "123456.789" in lead["properties"]
    assert "1746825440" in lead["properties"]
    assert landing in lead["properties"]
    originals = stored.collecting.opened(lead)
    assert originals["email"] == "ada@example.org"
    assert originals["phone"] == "+49301234567"


KNOWN: list[tuple[str, dict[str, str]]] = [
    ("<input type=email name=x value=a@b.example>", {"email": "a@b.example"}),
    ("<input name=E-Mail value=a@b.example>", {"email": "a@b.example"}),
    ("<input autocomplete=tel-national name=q value='030 123456'>", {"phone": "030 123456"}),
    ("<input type=tel name=x value='+4915112345678'>", {"phone": "+4915112345678"}),
    ("<input name=telefon value=0301234567>", {"phone": "0301234567"}),
    ("<input name=first_name value=Ada><input name=last_name value=L.>", {"name": "Ada L."}),
    ("<input autocomplete=given-name name=x value=Ada>", {"name": "Ada"}),
    ("<input name=contact[name] value=Ada>", {"name": "Ada"}),
    ("<input autocomplete=organization name=o value=Engines>", {"company": "Engines"}),
    ("<input name=company_name value=Engines>", {"company": "Engines"}),
    ("<textarea name=t>Hello</textarea>", {"message": "Hello"}),
    (
        "<textarea name=message>My card: 5500-0000-0000-0004, thanks</textarea>",
        {"message": "My card: , thanks"},
    ),
    (
        "<textarea>Order 1234567890123456, thanks</textarea>",
        {"message": "Order 1234567890123456, thanks"},
    ),
    ("<input name=f12 data-hw-user=phone value='030 123456'>", {"phone": "030 123456"}),
]
SECRET = [
    "<input type=password name=email value=secret@b.example>",
    "<input type=hidden name=email value=token@b.example>",
    "<input type=hidden name=csrf_token value=abc>",
    "<input name=csrf_email value=abc>",
    "<input autocomplete=cc-name name=name value='Ada Lovelace'>",
    "<input name=cardholder_name value='Ada Lovelace'>",
    "<input autocomplete=cc-number name=phone value='4111 1111 1111 1111'>",
    "<input type=tel name=phone value='4111 1111 1111 1111'>",
    "<input type=tel name=phone value=4222222222222>",
    "<input type=email name=email value=4111.1111.1111.1111>",
    "<input autocomplete=one-time-code name=name value=123456>",
    "<input name=username value=ada>",
    "<input name=confirmation value=XK7><input name=security_question value=Rex>",
    "<input name=product_name value=Engine>",
    "<input name=file_name value=x><input name=colour value=red>",
    "<input type=checkbox name=email value=a@b.example checked>",
    "<input name=email data-hw-user=none value=a@b.example>",
    "<input name=email value='  '>",
]


def test_only_what_is_known_and_no_secret_leaves_the_browser(
    page: Page, website: Website
) -> None:
    """A field is known by its name, its type or its autocomplete."""
    cases = [*KNOWN, *((field, {}) for field in SECRET)]
    forms = "".join(
        f"<form novalidate>{field}<button>Send</button></form>" for field, _ in cases
    )
    wire = Wire(page)
    page.goto(website.put("/forms", forms + STAY))
    page.evaluate("document.querySelectorAll('form').forEach((one) => one.requestSubmit())")
    page.evaluate("headwater('track', 'done')")
    wire.wait_for("done")
    told = [event for batch in wire.batches for event in batch["events"]]
    people = [event.get("user", {}) for event in told if event["name"] == "form_submit"]
    assert list(zip([field for field, _ in cases], people, strict=True)) == cases


def test_a_password_is_never_sent(page: Page, website: Website, stored: Stored) -> None:
    """Who signs in is no lead; who signs up is, but the passwords stay."""
    sign_in = (
        "<form id=in><input type=email name=email value=a@b.example>"
        f"<input type=text name=password value=Hush-1>{SEND}</form>"
    )
    sign_up = (
        "<form id=up><input type=email name=email value=a@b.example>"
        "<input type=password autocomplete=new-password name=password value=Hush-1>"
        f"<input type=password name=name value=Hush-1>{SEND}</form>"
    )
    url, person = sent(page, website, sign_in)
    assert person == {}
    (told,) = stored.events(url, "form_submit")
    assert told["properties"]["form"] == "in"
    assert stored.rows(url, FactKind.LEAD) == []
    url, person = sent(page, website, sign_up)
    assert person == {"email": "a@b.example"}
    assert len(stored.leads(url)) == 1


def test_a_site_may_allow_fewer_fields(page: Page, website: Website) -> None:
    form = (
        "<form><input type=email name=email value=a@b.example><input name=name value=Ada>"
        f"<textarea name=message>Hello</textarea>{SEND}</form>"
    )
    _, person = sent(page, website, form, fields="email, name")
    assert person == {"email": "a@b.example", "name": "Ada"}


def test_searches_and_forms_that_opt_out_are_not_told(page: Page, website: Website) -> None:
    forms = (
        f"<form data-hw-form=none><input name=email value=a@b.example>{SEND}</form>",
        f"<form><input type=search name=q value=engines>{SEND}</form>",
    )
    assert sent(page, website, "".join(forms))[1] == {"is": "not told"}


def test_the_person_of_a_form_that_is_sent_to_us_is_not_told_twice(
    page: Page, website: Website
) -> None:
    fields = f"<input type=email name=email value=ada@example.org>{SEND}"
    form = f"<form method=post action='http://collect.example.com/f/hw_abc'>{fields}</form>"
    assert sent(page, website, form)[1] == {}


def test_a_form_sent_by_script_can_be_told(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/script", "<form id=f><input name=email value=a@b.example></form>")
    page.goto(url)
    page.evaluate("headwater('form', document.getElementById('f'))")
    assert len(stored.leads(url)) == 1


def test_a_form_that_leaves_the_page_is_not_lost(
    page: Page, website: Website, stored: Stored
) -> None:
    target = website.put("/thanks", script="")
    url = website.put(
        "/leaving",
        f"<form action='{target}'><input type=email name=email value=a@b.example>{SEND}</form>",
    )
    page.goto(url)
    page.get_by_role("button").click()
    page.wait_for_url(f"{target}**")
    assert len(stored.leads(url)) == 1
