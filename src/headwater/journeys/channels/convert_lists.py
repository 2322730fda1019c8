"""Make the shipped lists from the published ones: run when a new edition comes out.

    python -m headwater.journeys.channels.convert_lists MATOMO_DIR GA4_CSV [TARGET_DIR]

MATOMO_DIR holds SearchEngines.yml, Socials.yml and AIAssistants.yml; GA4_CSV has the columns
source and source_category. Only the few forms of YAML that those files use are read.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from headwater.domain.errors import InputError

DATA: Final = Path(__file__).parent / "data"


def convert(matomo: Path, ga4: Path, target: Path) -> None:
    """Write search_engines, socials, ai_assistants and ga4_sources (JSON) into `target`."""
    engines = _engines(matomo / "SearchEngines.yml")
    _write(target / "search_engines.json", map(_json, engines), "[]")
    for source, made in (("Socials.yml", "socials"), ("AIAssistants.yml", "ai_assistants")):
        _write(target / f"{made}.json", _pairs(_hosts_by_name(matomo / source)), "{}")
    _write(target / "ga4_sources.json", _pairs(_ga4(ga4)), "{}")


def _engines(path: Path) -> list[dict[str, str | list[str]]]:
    engines: list[dict[str, str | list[str]]] = []
    name = ""
    values: list[str] = []
    for number, line in _lines(path):
        indent, text = len(line) - len(line.lstrip()), line.strip()
        if indent == 0:
            name = _scalar(text.removesuffix(":"))
        elif indent == 2 and text == "-":
            engines.append({"name": name})
        elif indent == 4 or (indent == 2 and text.startswith("- ")):
            if indent == 2:
                engines.append({"name": name})
            field, _, value = text.removeprefix("- ").partition(":")
            values = []
            engines[-1][field] = (
                values if value.strip() in {"", "[]"} else _scalar(value.strip())
            )
        elif indent == 6 and text.startswith("- "):
            values.append(_scalar(text[2:]))
        else:
            raise InputError(f"{path.name}, line {number}: cannot read '{text}'.")
    kept = ("name", "urls", "params", "charsets", "hiddenkeyword")
    return [{field: engine[field] for field in kept if field in engine} for engine in engines]


def _hosts_by_name(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    name = ""
    for number, line in _lines(path):
        text = line.strip()
        if not line.startswith(" ") and text.endswith(":"):
            name = unquote(_scalar(text.removesuffix(":")))
            found[name] = []
        elif text.startswith("- ") and name:
            found[name].append(_scalar(text[2:]))
        else:
            raise InputError(f"{path.name}, line {number}: cannot read '{text}'.")
    return found


def _ga4(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            category = row["source_category"].removeprefix("SOURCE_CATEGORY_").lower()
            found.setdefault(category, []).append(row["source"].lower())
    return {category: sorted(sources) for category, sources in sorted(found.items())}


def _lines(path: Path) -> list[tuple[int, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        (number, line.rstrip())
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]


def _scalar(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return text


def _write(path: Path, entries: Iterable[str], brackets: str) -> None:
    lines = ",\n".join(entries)
    path.write_text(f"{brackets[0]}\n{lines}\n{brackets[1]}\n", encoding="utf-8")


def _pairs(content: dict[str, list[str]]) -> Iterator[str]:
    for key, value in content.items():
        yield f"{_json(key)}: {_json(value)}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    if len(sys.argv) not in {3, 4}:
        raise SystemExit(__doc__)
    convert(Path(sys.argv[1]), Path(sys.argv[2]), Path(*sys.argv[3:]) if sys.argv[3:] else DATA)
