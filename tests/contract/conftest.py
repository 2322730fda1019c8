"""Official clients, run as programs against the real collector.

`tools/client-environment` installs them from the lists in `clients/`. A test runs one of
`clients/scripts/` (or a page in Chromium), looks at the facts that came of it, and has all
requests sent again.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, sync_playwright

from capture.collecting import Collecting, collector
from chromium import ARGUMENTS, CHROMIUM
from contract.browsing import Shop, shop
from contract.programs import missing_clients
from contract.relaying import Relay, relay
from contract.tenants import SITES, Tenant


@pytest.fixture(scope="session", autouse=True)
def _client_environment() -> None:
    """Insist on the clients as their lists pin them."""
    missing = missing_clients()
    if missing:
        pytest.fail(f"{missing}: run `make client-environment`.")


@pytest.fixture(scope="session")
def _collecting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collecting]:
    with collector(tmp_path_factory.mktemp("contract") / "data", SITES) as running:
        yield running


_PLACES = count()


@pytest.fixture
def tenant(_collecting: Collecting) -> Tenant:
    """A site of its own for each test, on the one collector that all of them share."""
    return Tenant(SITES[next(_PLACES)], _collecting)


@pytest.fixture
def relayed(tenant: Tenant) -> Iterator[Relay]:
    """The collector behind a relay on the tenant's host, which can send everything again."""
    with relay(tenant.collecting.url, tenant.host) as passing:
        yield passing


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture
def pages(tenant: Tenant, relayed: Relay) -> Iterator[Shop]:
    """The tenant's own pages, which send to the relay: another origin of the same host."""
    with shop(tenant.host, relayed.url, tenant.key) as serving:
        yield serving
