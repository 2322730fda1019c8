"""The company that the screens show, and the people who look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from headwater.web import house
from headwater.web.accounts.models import FailedSignIn, Role, SignInLink, User
from headwater.workspace import Workspace
from web import DIRECTORY
from web.scene import PASSWORD, Company, tell


@pytest.fixture(scope="session")
def company() -> Iterator[Company]:
    with Workspace.open(DIRECTORY) as workspace:
        tell(workspace.facts)
        workspace.rebuild(full=True)
        rows = workspace.warehouse.query(
            "select person_id, external_id from persons"
        ).to_pylist()
        ids = {row["external_id"]: row["person_id"] for row in rows}
        house.use(workspace)
        yield Company(workspace, ids["crm:1"], ids["crm:2"])
        house.use(None)


@pytest.fixture(autouse=True)
def _nobody_yet(company: Company) -> None:
    for model in (SignInLink, FailedSignIn, User):
        model.objects.all().delete()


@pytest.fixture
def alice() -> User:
    """An owner."""
    return User.objects.add("alice@example.com", PASSWORD, Role.OWNER, "Alice")


@pytest.fixture
def bob() -> User:
    """A viewer."""
    return User.objects.add("bob@example.com", PASSWORD, Role.VIEWER, "Bob")


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_alice(alice: User) -> Client:
    return _signed_in(alice)


@pytest.fixture
def as_bob(bob: User) -> Client:
    return _signed_in(bob)


@pytest.fixture
def as_charlie() -> Client:
    """Somebody from outside."""
    return Client()
