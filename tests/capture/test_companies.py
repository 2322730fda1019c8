"""The company of an address is its domain, where the domain is a company's."""

from __future__ import annotations

import pytest

from headwater.capture.companies import company_domain, with_account
from headwater.domain.words import FactKind

COMPANIES = {
    "ann@siemens.com": "siemens.com",
    "ann@mail.sales.example.co.uk": "example.co.uk",
    "ann@xn--mller-kva.de": "xn--mller-kva.de",
    "ann@shop.github.io": "shop.github.io",
    "Ann@Siemens.COM.": "siemens.com",
    "info@acme.com.tr": "acme.com.tr",
}
NO_COMPANIES = [
    *("ann@gmail.com", "ann@hotmail.com.tr", "ann@yahoo.co.uk", "ann@web.de", "ann@qq.com"),
    *("ann@mailinator.com", "ann@x.mailinator.com", "ann@guerrillamail.com"),
    *("ann@mit.edu", "ann@cs.ox.ac.uk", "ann@boun.edu.tr", "ann@tum.de", "ann@stud.ethz.ch"),
    *("ann@192.0.2.7", "ann@[192.0.2.7]", "ann@localhost", "ann@co.uk", "ann", "", "@"),
]


@pytest.mark.parametrize("email", COMPANIES)
def test_a_companys_domain_is_what_it_registered(email: str) -> None:
    assert company_domain(email) == COMPANIES[email]


@pytest.mark.parametrize("email", NO_COMPANIES)
def test_free_disposable_and_academic_addresses_tell_of_no_company(email: str) -> None:
    assert company_domain(email) is None


def test_the_account_of_the_crm_stands() -> None:
    told = {"email": "ann@siemens.com", "account_id": "crm:7"}
    assert with_account(FactKind.LEAD, told) == told
    assert with_account(FactKind.LEAD, {"email": "ann@siemens.com"})["account_id"] == (
        "domain:siemens.com"
    )


@pytest.mark.parametrize("kind", [FactKind.DEAL, FactKind.ORDER, FactKind.EVENT])
def test_deals_and_orders_keep_the_account_that_they_name(kind: FactKind) -> None:
    told = {"email": "ann@siemens.com"}
    assert with_account(kind, told) == told
