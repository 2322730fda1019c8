"""The file of channel rules is replaced whole, and never over what somebody else wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.domain.errors import ConfigError, StoreError
from headwater.workspace import Settings
from headwater.workspace.channel_file import FileChanged, read_file, write_file
from headwater.workspace.channel_rules import FILE_NAME

RULE = '[[rules]]\nname = "ours"\nchannel = "Audio"\n'


def write(directory: Path, text: str, mark: str) -> None:
    write_file(directory, Settings.load(directory), text, mark)


def test_a_file_is_made_and_replaced(tmp_path: Path) -> None:
    nothing = read_file(tmp_path)
    assert nothing.text == ""
    write(tmp_path, RULE, nothing.mark)
    path = tmp_path / FILE_NAME
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    first = read_file(tmp_path)
    write(tmp_path, "# empty\n", first.mark)
    assert path.read_text("utf-8") == "# empty\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir()] == [FILE_NAME]


def test_what_somebody_else_wrote_meanwhile_stays(tmp_path: Path) -> None:
    mark = read_file(tmp_path).mark
    (tmp_path / FILE_NAME).write_text("# theirs\n", "utf-8")
    with pytest.raises(FileChanged, match="changed meanwhile"):
        write(tmp_path, RULE, mark)
    assert read_file(tmp_path).text == "# theirs\n"
    (tmp_path / FILE_NAME).unlink()
    with pytest.raises(FileChanged):
        write(tmp_path, RULE, "something else")


def test_rules_that_cannot_be_used_are_never_written(tmp_path: Path) -> None:
    mark = read_file(tmp_path).mark
    for wrong in ("[[", RULE.replace("Audio", "Nope"), RULE + 'before = "nothing"\n'):
        with pytest.raises(ConfigError):
            write(tmp_path, wrong, mark)
    assert not (tmp_path / FILE_NAME).exists()


def test_a_link_to_a_file_kept_elsewhere_stays_one(tmp_path: Path) -> None:
    kept = tmp_path / "kept.toml"
    kept.write_text("# kept\n", "utf-8")
    (tmp_path / FILE_NAME).symlink_to(kept)
    write(tmp_path, RULE, read_file(tmp_path).mark)
    assert (tmp_path / FILE_NAME).is_symlink()
    assert kept.read_text("utf-8") == RULE


def test_what_is_no_text_or_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="UTF-8"):
        read_file(tmp_path)
    (tmp_path / FILE_NAME).unlink()
    (tmp_path / FILE_NAME).symlink_to(tmp_path / "none" / "there.toml")
    with pytest.raises(StoreError, match="It is as it was"):
        write(tmp_path, RULE, read_file(tmp_path).mark)
