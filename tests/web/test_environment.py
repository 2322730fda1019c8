from __future__ import annotations

import re
from pathlib import Path

import pytest

from headwater.domain.errors import ConfigError
from headwater.web import environment, keys


def test_without_settings_everything_has_a_value(tmp_path: Path) -> None:
    read = environment.read({"HEADWATER_DATA": str(tmp_path)})
    assert read.database.name == str(tmp_path / "web.sqlite")
    assert not read.is_https
    assert read.language == "en"


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("HEADWATER_BASE_URL", "example.com", "https://"),
        ("HEADWATER_BASE_URL", "https://example.com/below", "no path"),
        ("HEADWATER_COLLECTOR_URL", "collect.example.com", "https://"),
        ("HEADWATER_LANGUAGE", "xx", "en, tr, th, id, ru"),
        ("HEADWATER_SESSION_HOURS", "0", "from 1 to 8760"),
        ("HEADWATER_SESSION_HOURS", "soon", "a whole number"),
        ("HEADWATER_SIGN_IN_TRIES", "-3", "from 1 to 1000"),
        ("HEADWATER_DATABASE_URL", "mysql://u:p@h/d", "postgresql://"),
        ("HEADWATER_DATABASE_URL", "postgresql://host", "postgresql://"),
    ],
)
def test_a_wrong_setting_names_itself_and_what_is_allowed(
    variable: str, value: str, allowed: str
) -> None:
    with pytest.raises(ConfigError, match=variable) as error:
        environment.read({variable: value})
    assert allowed in str(error.value)


def test_a_refused_database_address_does_not_show_its_password() -> None:
    with pytest.raises(ConfigError) as error:
        environment.read({"HEADWATER_DATABASE_URL": "mysql://root:secret@host/d"})
    assert "secret" not in str(error.value)


def test_one_setting_moves_the_accounts_to_postgresql() -> None:
    read = environment.read({"HEADWATER_DATABASE_URL": "postgresql://u:p%40ss@db:5433/hw"})
    database = read.database
    assert database.engine.endswith("postgresql")
    assert (database.name, database.user, database.password) == ("hw", "u", "p@ss")
    assert (database.host, database.port) == ("db", "5433")


def test_the_signing_key_is_private_and_stays_the_same(tmp_path: Path) -> None:
    keys.ensure_signing_key(tmp_path)
    first = keys.signing_key(tmp_path)
    keys.ensure_signing_key(tmp_path)
    assert keys.signing_key(tmp_path) == first
    assert (tmp_path / "web.key").stat().st_mode & 0o777 == 0o600


def test_reading_the_settings_writes_nothing(tmp_path: Path) -> None:
    assert keys.signing_key(tmp_path) != keys.signing_key(tmp_path)
    assert not list(tmp_path.iterdir())


def test_every_setting_is_documented() -> None:
    root = Path(__file__).parent.parent.parent
    source = (root / "src/headwater/web/environment.py").read_text("utf-8")
    guide = (root / "docs/howto/serve.md").read_text("utf-8")
    named = set(re.findall(r"HEADWATER_[A-Z_]+", source))
    assert named
    assert not [name for name in named if f"`{name}`" not in guide]
