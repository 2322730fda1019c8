"""What the rules can do is documented, and the documented examples work."""

from __future__ import annotations

import re
from pathlib import Path

from headwater.journeys.channels import Arrival, RuleFile, classify, default_rules
from headwater.journeys.channels.lists import DATA
from headwater.journeys.channels.signals import Field

DOCS = Path(__file__).parents[3] / "docs"
REFERENCE = (DOCS / "reference" / "channels.md").read_text("utf-8")
HOWTO = (DOCS / "howto" / "channel-rules.md").read_text("utf-8")


def test_every_rule_channel_click_id_and_field_is_in_the_reference() -> None:
    rules = default_rules()
    names = [rule.name for rule in rules.file.rules]
    names += [*rules.click_id_parameters, *Field]
    assert [name for name in names if f"`{name}`" not in REFERENCE] == []
    assert [channel for channel in rules.channels if channel not in REFERENCE] == []


def test_the_examples_of_the_howto_work_together() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", HOWTO, re.DOTALL)
    rules = default_rules().with_custom(RuleFile.parse("\n".join(blocks)))
    partner = Arrival(referrer="https://www.partner.example/")
    assert classify(partner, rules).channel == "Partners"
    assert classify(Arrival(source="Hannover Messe"), rules).channel == "Offline"


def test_every_data_file_has_its_licence_in_the_readme() -> None:
    readme = (DATA / "README.md").read_text("utf-8")
    files = [path.name for path in DATA.iterdir() if path.suffix in {".toml", ".json"}]
    assert [name for name in files if f"| `{name}` |" not in readme] == []
