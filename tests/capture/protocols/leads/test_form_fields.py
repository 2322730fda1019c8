"""Which field of a form is what, by its name, as forms of many countries name them."""
# ruff: noqa: RUF001

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.capture.protocols.leads.fields import kind_of, people_fields

NAMES = {
    "email": (
        "email", "E-Mail", "your-email", "fields[email]", "form_fields[email]", "contactEmail",
        "Email Address", "e_posta", "E-Posta Adresiniz", "EPOSTA", "Электронная почта", "почта",
        "อีเมล", "alamat_surel", "correo", "contact.email", "wpforms[fields][2][email]",
    ),
    "phone": (
        "phone", "Tel", "your-tel", "telefon", "TELEFON NUMARANIZ", "Cep Telefonu", "GSM",
        "Телефон", "номер телефона", "โทรศัพท์", "no_hp", "PhoneNumber",
        "mobile-number", "whatsapp",
    ),
    "name": (
        "name", "your-name", "fullName", "Ad", "Ad Soyad", "ADINIZ", "isim", "ФИО", "ชื่อ",
        "ชื่อ-นามสกุล", "nama", "nama lengkap", "Nombre", "姓名", "contact[name]",
    ),
    "first_name": ("firstName", "first-name", "fname", "Имя", "Vorname", "given-name"),
    "last_name": ("lastName", "surname", "Soyadınız", "SOYADI", "Фамилия", "นามสกุล"),
    "company": ("company_name", "Şirket", "ŞİRKET ADI", "Компания", "บริษัท", "firma"),
    "message": (
        "message", "your-message", "Mesajınız", "Сообщение", "Комментарий", "ข้อความ", "pesan",
        "comments", "Ihre Nachricht", "question",
    ),
    "heard": (
        "how_did_you_hear", "How did you hear about us?", "Bizi nereden duydunuz?",
        "Откуда вы о нас узнали?", "รู้จักเราจาก", "where_did_you_find_us", "referral_source",
    ),
    "promo_code": (
        "promo_code", "promoCode", "coupon", "Kupon", "indirim kodu", "Промокод", "kode promo",
    ),
}  # fmt: skip
CASES = [(name, kind) for kind, names in NAMES.items() for name in names]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_a_field_is_known_by_its_name(name: str, kind: str) -> None:
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    "name",
    [
        "password", "user[password]", "Şifre", "card_number", "cvv", "csrf_token",
        "username", "name_on_card", "email_password", "product_name", "event_name",
        "ad_id", "adgroup", "page", "submit", "", "---", "_", "[]", "utm_campaign", "age",
        "form_name", "g-recaptcha",
    ],
)  # fmt: skip
def test_what_is_no_part_of_a_person_is_left_alone(name: str) -> None:
    assert kind_of(name) is None


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"firstName": "Ada", "lastName": "Byron"}, {"name": "Ada Byron"}),
        ({"Ad": "Ayşe", "Soyad": "Yılmaz"}, {"name": "Ayşe Yılmaz"}),
        ({"name": "Ada", "surname": "Byron"}, {"name": "Ada Byron"}),
        ({"name": "Ada Byron", "surname": "Byron"}, {"name": "Ada Byron"}),
        ({"vorname": "Ada"}, {"name": "Ada"}),
        ({"email": "a@b.co", "hw_email": "c@d.co"}, {"email": "c@d.co"}),
        ({"email_consent": "on", "email": "a@b.co"}, {"email": "a@b.co"}),
        ({"phone_type": "home", "phone": "030 123456"}, {"phone": "030 123456"}),
        ({"phone": "๐๘๑๒๓๔๕๖๗๘"}, {"phone": "๐๘๑๒๓๔๕๖๗๘"}),
        ({"input_3": "a@b.co"}, {"email": "a@b.co"}),
        ({"input_3": "a@b.co", "input_4": "c@d.co"}, {}),
        ({"password": "a@b.co"}, {}),
        ({"field_1": "@home"}, {}),
        ({"hw_heard": "a friend", "heard": "x"}, {"heard": "a friend"}),
        ({"hw_hp": "a@b.co"}, {}),
    ],
)
def test_a_form_says_of_a_person(fields: dict[str, str], found: dict[str, str]) -> None:
    assert people_fields(fields) == found


@given(st.dictionaries(st.text(max_size=30), st.text(max_size=30), max_size=8))
def test_no_form_is_too_odd_to_be_read(fields: dict[str, str]) -> None:
    found = people_fields(fields)
    assert set(found) <= {"email", "phone", "name", "company", "message", "heard", "promo_code"}
