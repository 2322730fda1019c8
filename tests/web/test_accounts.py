from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from headwater.domain.errors import InputError
from headwater.web.accounts import links, owners, throttle
from headwater.web.accounts.models import Role, User
from web.scene import PASSWORD

pytestmark = pytest.mark.slow


def sign_in(client: Client, email: str, password: str) -> HttpResponse:
    response: HttpResponse = client.post("/sign-in", {"username": email, "password": password})
    return response


def test_the_right_password_opens_the_overview(alice: User, as_charlie: Client) -> None:
    response = sign_in(as_charlie, "Alice@Example.com", PASSWORD)
    assert (response.status_code, response.headers["Location"]) == (302, "/")


def test_a_wrong_password_says_so_and_no_more(alice: User, as_charlie: Client) -> None:
    known = sign_in(as_charlie, "alice@example.com", "wrong")
    unknown = sign_in(as_charlie, "nobody@example.com", "wrong")
    sentence = b"do not belong together"
    assert sentence in known.content
    assert sentence in unknown.content


def test_guessing_is_stopped_even_for_the_right_password(
    alice: User, as_charlie: Client
) -> None:
    for _try in range(10):
        assert sign_in(as_charlie, "alice@example.com", "wrong").status_code == 200
    response = sign_in(as_charlie, "alice@example.com", PASSWORD)
    assert response.status_code == 429
    assert b"Wait 15 minutes" in response.content


def test_a_success_clears_what_was_held_against_the_pair(alice: User) -> None:
    for _try in range(9):
        sign_in(Client(), "alice@example.com", "wrong")
    sign_in(Client(), "alice@example.com", PASSWORD)
    assert not throttle.is_blocked(throttle.Attempt("alice@example.com", "127.0.0.1"))


def test_a_form_from_another_site_is_refused(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    response = sign_in(client, "alice@example.com", PASSWORD)
    assert response.status_code == 403
    assert b"Load the page again" in response.content


def test_signing_in_never_leads_to_another_site(alice: User, as_charlie: Client) -> None:
    response = as_charlie.post(
        "/sign-in?next=https://evil.example/",
        {"username": "alice@example.com", "password": PASSWORD, "next": "//evil.example"},
    )
    assert response.headers["Location"] == "/"


def test_a_link_signs_in_once(alice: User) -> None:
    path = owners.sign_in_path("alice@example.com")
    assert Client().get(path).headers["Location"] == "/"
    assert Client().get(path).headers["Location"] == "/sign-in"


def test_an_old_link_and_one_of_a_switched_off_account_open_nothing(
    alice: User, bob: User
) -> None:
    old = links.issue(alice, timedelta(seconds=-1))
    off = links.issue(bob, timedelta(hours=1))
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert links.redeem(old) is None
    assert links.redeem(off) is None


def test_the_demo_has_a_new_random_password_each_time() -> None:
    first, second = owners.demo_access(), owners.demo_access()
    assert first.password != second.password
    assert User.objects.get(email=second.email).check_password(second.password)
    assert Client().get(second.path).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("email", "password", "complaint"),
    [
        ("no address", PASSWORD, "valid email"),
        ("new@example.com", "short", "at least 10"),
        ("new@example.com", "password123", "too common"),
        ("ALICE@example.com", PASSWORD, "can already sign in"),
    ],
)
def test_an_owner_is_not_made_of_anything(
    alice: User, email: str, password: str, complaint: str
) -> None:
    with pytest.raises(InputError, match=complaint):
        owners.create_owner(email, password)


def test_the_first_page_of_a_new_install_says_how_to_begin(as_charlie: Client) -> None:
    assert b"headwater people add" in as_charlie.get("/sign-in").content


def test_a_password_is_changed_with_the_old_one(as_bob: Client, bob: User) -> None:
    new = "another long river"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert as_bob.post("/account", {**form, "old_password": "x"}).status_code == 200
    assert as_bob.post("/account", form).status_code == 302
    bob.refresh_from_db()
    assert bob.check_password(new)


def test_owners_let_people_in_viewers_and_strangers_do_not(
    as_alice: Client, as_bob: Client, as_charlie: Client
) -> None:
    form = {"email": "Dan@example.com", "name": "Dan", "role": "viewer", "password": PASSWORD}
    assert as_bob.post("/people", form).status_code == 403
    assert as_charlie.post("/people", form).headers["Location"].startswith("/sign-in")
    assert not User.objects.filter(email="dan@example.com").exists()
    assert as_alice.post("/people", form).status_code == 302
    assert User.objects.get(email="dan@example.com").role == Role.VIEWER


def test_a_person_who_cannot_be_added_is_told_why(as_alice: Client, bob: User) -> None:
    form = {"email": "BOB@example.com", "role": "viewer", "password": PASSWORD}
    response = as_alice.post("/people", form)
    assert response.status_code == 400
    assert b"can already sign in" in response.content


def test_a_switched_off_account_is_out_at_once(
    as_alice: Client, as_bob: Client, alice: User, bob: User
) -> None:
    assert as_bob.get("/").status_code == 200
    as_alice.post(f"/people/{bob.pk}/switch")
    assert as_bob.get("/").headers["Location"].startswith("/sign-in")
    as_alice.post(f"/people/{alice.pk}/switch")
    assert as_alice.get("/").status_code == 200, "an owner cannot lock themselves out"


def test_a_viewer_cannot_switch_anybody(as_bob: Client, alice: User) -> None:
    assert as_bob.post(f"/people/{alice.pk}/switch").status_code == 403
    alice.refresh_from_db()
    assert alice.is_active


def test_signing_out_ends_the_session(as_bob: Client) -> None:
    assert as_bob.post("/sign-out").status_code == 302
    assert as_bob.get("/").status_code == 302
