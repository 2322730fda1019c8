"""How many robots are found on the synthetic company, and how many people are lost.

    python benchmarks/bots.py [--events 300000]

The company's robots are known. Three times the same events are told: as they are; with every
robot posing as a browser; and so posing on a site whose script reports engagement, which robots
do not run. Printed are precision and recall by hits, and the people taken for robots.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from headwater.capture.agents import describe
from headwater.domain.times import SECOND
from headwater.facts import fact_id
from headwater.workspace import Workspace
from headwater.world import World

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)
ENGAGED_AFTER = 4 * SECOND
Telling = Callable[[pa.Table], Iterator[pa.Table]]


def robots_of(events: pa.Table) -> pa.Array:
    """Return which events are a robot's, by the agents that the company's robots have."""
    agents = events["user_agent"].combine_chunks().cast(pa.string()).dictionary_encode()
    verdicts = pa.array([describe(agent).is_bot for agent in agents.dictionary.to_pylist()])
    return pc.fill_null(verdicts.take(agents.indices), False)


def as_they_are(events: pa.Table) -> Iterator[pa.Table]:
    yield events


def posing(events: pa.Table) -> Iterator[pa.Table]:
    agents = pc.if_else(robots_of(events), CHROME, events["user_agent"].cast(pa.string()))
    yield events.set_column(events.column_names.index("user_agent"), "user_agent", agents)


def posing_on_a_watched_site(events: pa.Table) -> Iterator[pa.Table]:
    yield from posing(events)
    people = pc.and_(pc.invert(robots_of(events)), pc.equal(events["name"], "page_view"))
    seen = events.filter(people)
    told = {
        "fact_id": pa.array(
            [fact_id("engagement", one) for one in seen["fact_id"].to_pylist()]
        ),
        "occurred_at": pc.add(seen["occurred_at"], ENGAGED_AFTER),
        "name": pa.array(["engagement"] * seen.num_rows),
    }
    for name, column in told.items():
        seen = seen.set_column(seen.column_names.index(name), name, column)
    yield seen.drop_columns(["referrer"])


def measure(telling: Telling, events: int, directory: Path) -> None:
    truth: dict[str, bool] = {}
    with Workspace.open(directory) as workspace:
        for kind, table in World(events=events, seed=5).batches():
            is_web = "user_agent" in table.column_names
            if is_web:
                visitors = table["visitor_id"].to_pylist()
                truth |= dict(zip(visitors, robots_of(table).to_pylist(), strict=True))
            for part in telling(table) if is_web else [table]:
                workspace.facts.append(kind, part)
        workspace.rebuild(full=True)
        print(telling.__name__.replace("_", " "))
        report(workspace, truth)


def report(workspace: Workspace, truth: dict[str, bool]) -> None:
    rows = workspace.warehouse.query(
        "select session_rows.visitor_id, sum(session_rows.events) as hits,"
        " max(bot_visitors.reason) as reason from session_rows"
        " left join bot_visitors using (visitor_id) group by session_rows.visitor_id"
    ).to_pylist()
    said = workspace.warehouse.query("select count(*) as n from bot_hits").to_pylist()[0]["n"]
    found = sum(row["hits"] for row in rows if row["reason"] and truth[row["visitor_id"]])
    missed = sum(row["hits"] for row in rows if not row["reason"] and truth[row["visitor_id"]])
    people = [row for row in rows if not truth[row["visitor_id"]]]
    lost = [row for row in people if row["reason"]]
    wrong = sum(row["hits"] for row in lost)
    right, every = said + found, said + found + missed
    print(f"  hits of robots: {every:,}; by agent {said:,}, by behaviour {found:,}")
    print(f"  precision {right / max(1, right + wrong):.4f}, recall {right / every:.4f}")
    print(f"  people taken for robots: {len(lost)} of {len(people):,}")
    for reason in sorted({row["reason"] for row in rows if row["reason"]}):
        print(f"    {reason}: {sum(row['reason'] == reason for row in rows)} visitors")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=300_000)
    asked = parser.parse_args()
    for telling in (as_they_are, posing, posing_on_a_watched_site):
        with tempfile.TemporaryDirectory() as directory:
            measure(telling, asked.events, Path(directory))


if __name__ == "__main__":
    main()
