"""Owners write their own channel rules on a screen, see what they do, and save them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from headwater.journeys.channels import RuleFile
from headwater.web import house, tasks
from headwater.web.accounts.models import User
from headwater.workspace import Workspace
from web import pages

pytestmark = pytest.mark.slow

MAIL = {
    "name": "spring-mail",
    "channel": "Partners",
    "priority": "",
    "before": "",
    "between": "all",
    "g0-how": "all",
    "g0-r0-field": "source",
    "g0-r0-operator": "equals",
    "g0-r0-value": "Newsletter",
}
TEXT = """\
# Ours. Ask Ann.
[[rules]]
name = "first"
channel = "Audio"
when = { field = "source", equals = "newsletter" }

# The second is Ben's.
[[rules]]
name = "second"
channel = "SMS"
when = { field = "medium", one_of = ["email", "mail"] }
"""


def text(client: Client, address: str = "/channels/rules") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return " ".join(pages.read(answer.content).text.split())


def seen(client: Client) -> str:
    found = re.search(
        r'name="seen" value="(\w+)"', client.get("/channels/rules").content.decode()
    )
    assert found is not None
    return found[1]


def save(client: Client) -> str:
    answer = client.post("/channels/rules/save", {"seen": seen(client)}, follow=True)
    tasks.wait(tasks.Task.TABLES, 60)
    return answer.content.decode()


def names(path: Path) -> list[str]:
    return [rule.name for rule in RuleFile.read(path).rules]


def test_a_rule_is_written_previewed_saved_and_applied_to_the_past(
    as_alice: Client, own: Workspace, path: Path
) -> None:
    assert "No rule of yours yet" in text(as_alice)
    assert as_alice.post("/channels/rules/rule", MAIL).status_code == 302
    shown = text(as_alice)
    assert "Source is “newsletter”" in shown
    assert "What your changes do to the past" in shown
    assert "Email → Partners" in shown
    assert not path.exists(), "nothing is applied before it is saved"
    assert "All reports are by the saved rules" in shown

    told = save(as_alice)
    assert "Saved. The whole past is being made anew" in told
    assert RuleFile.read(path).channels == ("Partners",)
    assert own.warehouse.state()["rule_version"] == own.rules.version
    channels = own.warehouse.query("select distinct channel from sessions").to_pylist()
    assert {"channel": "Partners"} in channels
    shown = text(as_alice)
    assert "All reports are by the saved rules" in shown
    assert "What your changes do to the past" not in shown


def test_the_preview_is_the_one_of_the_command_line(as_alice: Client, own: Workspace) -> None:
    as_alice.post("/channels/rules/rule", MAIL)
    page = text(as_alice)
    table = page[page.index("Channels before and after") :]
    # Sessions, conversions and value, each now and then; Ada's deal has two touches.
    assert "Email100.50€500.00€0.00" in table
    assert "Partners0100.5€0.00€500.00" in table
    moves = table[table.index("Email → Partners") :]
    assert moves.startswith("Email → Partners100.5€500.00 spring-mailnewsletter")


def test_rules_change_places_and_go_and_comments_stay(
    as_alice: Client, own: Workspace, path: Path
) -> None:
    path.write_text(TEXT, "utf-8")
    own.rebuild()
    as_alice.post("/channels/rules/move", {"name": "second", "to": "up"})
    assert "SMS" in text(as_alice)
    save(as_alice)
    assert names(path) == ["second", "first"]
    assert "# Ours. Ask Ann." in path.read_text("utf-8")
    assert '# The second is Ben\'s.\n[[rules]]\nname = "second"' in path.read_text("utf-8")
    as_alice.post("/channels/rules/remove", {"name": "first"})
    assert "Removed: first" in text(as_alice)
    save(as_alice)
    assert names(path) == ["second"]


def test_a_rule_passes_another_of_a_higher_priority(as_alice: Client, path: Path) -> None:
    path.write_text(TEXT.replace('name = "first"', 'name = "first"\npriority = 5'), "utf-8")
    as_alice.post("/channels/rules/move", {"name": "second", "to": "up"})
    save(as_alice)
    assert names(path) == ["second", "first"]
    assert [rule.priority for rule in RuleFile.read(path).rules] == [5, 5]


def test_a_rule_is_changed_under_its_old_name_and_unsaved_changes_are_discarded(
    as_alice: Client, path: Path
) -> None:
    path.write_text(TEXT, "utf-8")
    page = as_alice.get("/channels/rules/rule?name=second").content.decode()
    assert 'value="email, mail"' in page
    as_alice.post("/channels/rules/rule?name=second", {**MAIL, "name": "third"})
    shown = text(as_alice)
    assert "third new" in shown
    assert "Removed: second" in shown
    as_alice.post("/channels/rules/discard")
    assert "third" not in text(as_alice)
    assert path.read_text("utf-8") == TEXT


def test_a_file_changed_meanwhile_is_not_overwritten(as_alice: Client, path: Path) -> None:
    as_alice.post("/channels/rules/rule", MAIL)
    before = seen(as_alice)
    path.write_text(TEXT, "utf-8")
    told = as_alice.post("/channels/rules/save", {"seen": before}, follow=True)
    assert "Nothing is saved" in told.content.decode()
    assert path.read_text("utf-8") == TEXT
    shown = text(as_alice)
    assert "has been changed by somebody else" in shown
    assert "Save, and make the past anew" not in shown


def test_what_another_window_changed_is_looked_at_before_it_is_saved(
    as_alice: Client, path: Path
) -> None:
    as_alice.post("/channels/rules/rule", MAIL)
    before = seen(as_alice)
    as_alice.post("/channels/rules/rule", {**MAIL, "name": "other", "channel": "Audio"})
    as_alice.post("/channels/rules/save", {"seen": before})
    assert not path.exists()


def test_comments_that_cannot_be_kept_are_said_before(as_alice: Client, path: Path) -> None:
    path.write_text('rules = [{ name = "a", channel = "Audio" }] # all of it\n', "utf-8")
    as_alice.post("/channels/rules/rule", MAIL)
    assert "Some comments" in text(as_alice)


def test_changes_that_move_nothing_say_so(as_alice: Client, own: Workspace) -> None:
    as_alice.post("/channels/rules/rule", {**MAIL, "g0-r0-value": "nobody"})
    assert "No session and no conversion of the past changes its channel" in text(as_alice)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "This field is required"),
        ("name", "x" * 81, "at most 80 characters"),
        ("name", "Referral", "There is a rule of this name already"),
        ("name", "FIRST", "There is a rule of this name already"),
        ("channel", "", "This field is required"),
        ("channel", "(no touch)", "Names in brackets"),
        ("channel", "a\x07b", "letters, digits and blanks"),
        ("priority", "high", "Enter a whole number"),
        ("priority", "99999", "less than or equal to 1000"),
        ("before", "nothing", "Select a valid choice"),
        ("g0-r0-field", "", "Choose what the rule looks at"),
        ("g0-r0-field", "colour", "cannot be used"),
        ("g0-r0-field", "term:nothing", "which is not defined"),
        ("g0-r0-operator", "is like", "Choose how it is compared"),
        ("g0-r0-value", " ", "Fill in what it is compared with"),
        ("g0-r0-value", "x" * 501, "at most 500 signs"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    as_alice: Client, path: Path, field: str, value: str, said: str
) -> None:
    path.write_text(TEXT, "utf-8")
    answer = as_alice.post("/channels/rules/rule", {**MAIL, field: value})
    assert answer.status_code == 400
    body = answer.content.decode()
    assert said in body
    assert 'role="alert"' in body
    assert not as_alice.session.get("channel_rules")


@pytest.mark.parametrize("pattern", ["(a+)+", "[", "(?=x)", "a*b*c*"])
def test_a_pattern_that_could_run_away_is_refused(
    as_alice: Client, own: Workspace, pattern: str
) -> None:
    told = {**MAIL, "g0-r0-operator": "matches", "g0-r0-value": pattern}
    assert as_alice.post("/channels/rules/rule", told).status_code == 400


def test_a_rule_needs_a_condition(as_alice: Client, own: Workspace) -> None:
    told = {**MAIL, "g0-r0-field": "", "g0-r0-value": ""}
    answer = as_alice.post("/channels/rules/rule", told)
    assert answer.status_code == 400
    assert "fill in a row" in answer.content.decode()


def test_rows_and_groups_are_added_and_removed(as_alice: Client, own: Workspace) -> None:
    def rows(button: str, **more: str) -> list[str]:
        answer = as_alice.post("/channels/rules/rule", {**MAIL, **more, "do": button})
        assert answer.status_code == 200
        page = pages.read(answer.content)
        kept = {one.get("id", ""): one.get("value", "") for one in page.fields}
        assert kept["g0-r0-value"] in {"Newsletter", ""}
        return sorted(name for name in kept if name.endswith("-value"))

    assert rows("row:0") == ["g0-r0-value", "g0-r1-value"]
    assert rows("group") == ["g0-r0-value", "g1-r0-value"]
    assert rows("drop:0:0") == ["g0-r0-value"]
    assert rows("drop:9:9") == rows("row:x") == rows("nothing") == ["g0-r0-value"]


def test_the_file_is_changed_as_text(as_alice: Client, path: Path) -> None:
    answer = as_alice.post("/channels/rules/text", {"text": TEXT.replace("Audio", "Nope")})
    assert answer.status_code == 400
    assert "the channel &#x27;Nope&#x27;" in answer.content.decode()
    typed = TEXT.replace("\n", "\r\n")
    assert as_alice.post("/channels/rules/text", {"text": typed}).status_code == 302
    save(as_alice)
    assert path.read_text("utf-8") == TEXT
    longest = as_alice.post("/channels/rules/text", {"text": "#" * 100_001})
    assert longest.status_code == 400


def test_a_file_that_cannot_be_used_is_shown_and_mended(as_alice: Client, path: Path) -> None:
    path.write_text("[[rules", "utf-8")
    shown = text(as_alice)
    assert "is not TOML" in shown
    assert "[[rules" in shown
    assert as_alice.post("/channels/rules/text", {"text": TEXT}).status_code == 302
    save(as_alice)
    assert names(path) == ["first", "second"]


def test_the_box_says_which_rule_decides_also_by_what_is_not_saved(
    as_alice: Client, as_bob: Client, own: Workspace
) -> None:
    asked = {"url": "https://example.com/?utm_source=newsletter&utm_medium=email"}
    said = " ".join(
        pages.read(as_bob.get("/channels/rules/explain", asked).content).text.split()
    )
    assert said.startswith("Email by the shipped rule “email”")
    assert "Medium as a word is one of “email”" in said
    as_alice.post("/channels/rules/rule", MAIL)
    mine = as_alice.get("/channels/rules/explain", asked).content.decode()
    assert "by your rule “spring-mail”, number 1 in the order" in mine
    assert "By the saved rules it is Email." in mine
    assert "spring-mail" not in as_bob.get("/channels/rules/explain", asked).content.decode()
    referred = {"referrer": "https://www.google.com/"}
    assert "Organic Search" in text(as_bob, "/channels/rules?referrer=https://www.google.com/")
    assert b"organic-search" in as_bob.get("/channels/rules/explain", referred).content
    assert "Type or paste" in text(as_bob, "/channels/rules/explain")


@pytest.mark.parametrize(
    "address", ["rule", "text", "save", "discard", "move", "remove", "rebuild"]
)
def test_only_an_owner_s_own_form_changes_anything(
    as_bob: Client, as_charlie: Client, alice: User, path: Path, address: str
) -> None:
    path.write_text(TEXT, "utf-8")
    where = f"/channels/rules/{address}"
    sent = {**MAIL, "name": "first", "to": "up", "text": "", "seen": ""}
    assert as_bob.post(where, sent).status_code == 403
    assert as_charlie.post(where, sent).headers["Location"].startswith("/sign-in")
    foreign = Client(enforce_csrf_checks=True)
    foreign.force_login(alice)
    assert foreign.post(where, sent).status_code == 403
    assert path.read_text("utf-8") == TEXT


def test_everybody_signed_in_reads_and_sees_no_button_that_refuses(
    as_bob: Client, as_charlie: Client, path: Path
) -> None:
    path.write_text(TEXT, "utf-8")
    body = as_bob.get("/channels/rules").content.decode()
    assert "first" in body
    main = body[body.index("<main") :]
    assert 'method="post"' not in main
    assert "/channels/rules/rule" not in main
    for address in ("/channels/rules", "/channels/rules/explain", "/channels/rules/applied"):
        assert as_charlie.get(address).headers["Location"].startswith("/sign-in")


def test_no_data_yet_is_no_reason_not_to_write_rules(
    as_alice: Client, tmp_path: Path, own: Workspace
) -> None:
    with Workspace.open(tmp_path / "empty") as empty:
        house.use(empty)
        as_alice.post("/channels/rules/rule", MAIL)
        shown = text(as_alice)
        house.use(own)
    assert "There are no reports yet" in shown
    assert "There is no past yet" in shown


@pytest.mark.parametrize(
    "address", ["/channels/rules", "/channels/rules/rule", "/channels/rules/text"]
)
def test_a_screen_can_be_read_and_filled_in_by_everybody(
    as_alice: Client, path: Path, address: str
) -> None:
    path.write_text(TEXT, "utf-8")
    as_alice.post("/channels/rules/rule", MAIL)
    page = pages.read(as_alice.get(address).content)
    asked = [one for one in page.fields if one.get("type") not in {"hidden", "submit"}]
    assert not [one for one in asked if one.get("id") not in page.labelled]
    assert page.tables == page.captions
    assert page.headings.count("h1") == 1
    assert len(page.ids) == len(set(page.ids))
    assert not page.outside
    assert not page.styled


def test_what_is_saved_is_logged_with_who_did_it(
    as_alice: Client, alice: User, own: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    as_alice.post("/channels/rules/rule", MAIL)
    with caplog.at_level("INFO", "headwater.web.channel_rules"):
        save(as_alice)
    assert f"user {alice.pk} changed the channel rules" in caplog.text
