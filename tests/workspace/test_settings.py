"""What a company decides: read from its file and the environment, or named where wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.domain.errors import ConfigError
from headwater.domain.times import DAY, MINUTE
from headwater.workspace import Settings


def load(directory: Path, text: str = "", **environment: str) -> Settings:
    (directory / "settings.toml").write_text(text, "utf-8")
    return Settings.load(directory, environment)


def test_without_a_file_everything_has_a_default(tmp_path: Path) -> None:
    told = Settings.load(tmp_path, {})
    assert (told.currency, told.timezone, told.revenue) == ("EUR", "UTC", "deals")
    assert told.lookback_micros() == 90 * DAY
    assert told.session_timeout_micros() == 30 * MINUTE
    assert told.session_midnight
    assert (told.phone_region, told.own_domains) == (None, ())


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    told = load(
        tmp_path,
        'currency = "TRY"\nlookback = "30d"\nown_domains = ["a.example"]\n',
        HEADWATER_CURRENCY="USD",
        HEADWATER_OWN_DOMAINS="b.example, c.example,",
        HEADWATER_SESSION_MIDNIGHT="false",
        HEADWATER_DATA="elsewhere",
    )
    assert (told.currency, told.lookback) == ("USD", "30d")
    assert told.own_domains == ("b.example", "c.example")
    assert not told.session_midnight


def test_an_unlimited_lookback_has_no_length(tmp_path: Path) -> None:
    assert load(tmp_path, 'lookback = "unlimited"\n').lookback_micros() is None


@pytest.mark.parametrize(
    ("text", "every"), [("12h", DAY // 2), ("1w", 7 * DAY), ("off", None), (" OFF ", None)]
)
def test_models_are_learned_on_a_schedule_or_never(
    tmp_path: Path, text: str, every: int | None
) -> None:
    assert load(tmp_path, f'data_driven_every = "{text}"\n').data_driven_micros() == every


def test_models_are_named_in_one_way_only(tmp_path: Path) -> None:
    told = load(tmp_path, HEADWATER_DATA_DRIVEN_MODELS="markov(2), markov(order=1), markov,")
    assert told.data_driven_models == ("markov(order=2)", "markov")


WRONG = {
    "currency": ['"euro"', '"eur"', '""', "978"],
    "timezone": ['"Berlin"', '"UTC+3"', '"../etc"', '""', "3"],
    "lookback": ['"90"', '"-3d"', '"0d"', '"3 months"', '""', "90"],
    "session_timeout": ['"half an hour"', '"0m"', "30"],
    "session_midnight": ['"sometimes"', "7"],
    "revenue": ['"both"', '""', "1"],
    "phone_region": ["49"],
    "shared_key_above": ["0", '"many"', "1001", "2.5"],
    "own_domains": ["5", "[5]"],
    "data_driven_every": ['"daily"', '"unlimited"', '"0d"', '""', "1"],
    "data_driven_models": ['"linear"', '"markov(order=0)"', '["shapley_rate"]', "5"],
}
CASES = [(name, value) for name, values in WRONG.items() for value in values]


def test_a_wrong_value_is_tried_for_every_setting() -> None:
    assert set(WRONG) == set(Settings.model_fields)


@pytest.mark.parametrize(("name", "value"), CASES)
def test_a_wrong_value_names_its_setting_its_place_and_itself(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, f"{name} = {value}\n")
    told = str(raised.value)
    assert f"'{name}'" in told
    assert "settings.toml" in told
    assert value.strip('"[]') in told


NOWHERE = [
    ("phone_region", '"Narnia"'),
    ("phone_region", '"XX"'),
    ("own_domains", '["not a host"]'),
]


@pytest.mark.parametrize(("name", "value"), NOWHERE)
def test_a_country_or_host_that_cannot_exist_names_its_setting(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(ConfigError, match=name):
        load(tmp_path, f"{name} = {value}\n")


def test_a_wrong_value_of_the_environment_names_its_variable(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"HEADWATER_LOOKBACK.*'soon'"):
        load(tmp_path, 'lookback = "30d"\n', HEADWATER_LOOKBACK="soon")


def test_every_wrong_value_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, 'currency = "euro"\nlookback = "soon"\ncolour = "red"\n')
    told = str(raised.value)
    assert [name in told for name in ("currency", "lookback", "colour")] == [True] * 3


def test_a_setting_that_does_not_exist_is_answered_with_those_that_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, 'curency = "EUR"\n')
    told = str(raised.value)
    assert "'curency'" in told
    assert all(name in told for name in Settings.model_fields)


@pytest.mark.parametrize("content", [b"currency = EUR\n", b"[", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"settings\.toml is not a TOML file"):
        Settings.load(tmp_path, {})


def test_the_version_changes_with_any_setting(tmp_path: Path) -> None:
    others = {
        "currency": '"USD"',
        "timezone": '"Europe/Berlin"',
        "lookback": '"7d"',
        "session_timeout": '"1h"',
        "session_midnight": "false",
        "revenue": '"orders"',
        "phone_region": '"TR"',
        "shared_key_above": "9",
        "own_domains": '["b.example"]',
    }
    schedule = {"data_driven_every": '"1h"', "data_driven_models": '["shapley"]'}
    assert {*others, *schedule} == set(Settings.model_fields)
    versions = {
        load(tmp_path, f"{name} = {value}\n").version() for name, value in others.items()
    }
    versions.add(load(tmp_path).version())
    assert len(versions) == len(others) + 1
    for name, value in schedule.items():
        told = load(tmp_path, f"{name} = {value}\n")
        assert told.version() == load(tmp_path).version(), "no table depends on a schedule"
    assert load(tmp_path).version() == load(tmp_path, 'currency = "EUR"\n').version()
