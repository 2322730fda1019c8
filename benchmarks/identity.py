"""How well persons are found in the world whose people are known.

    python benchmarks/identity.py [--events 1000000] [--seeds 1,2,3]

Makes each world, rebuilds, and holds the persons that were found against the true ones, by
pairs. The world has lost cookies, second devices, tablets of two people, offices with one
number, and mistyped addresses. Prints per seed:

    facts        leads, calls, chats, deals, orders, log-ins and mail clicks
    + browsers   the same with every browser that ever told whose it is
    all browsers every browser of people who are known: one whose cookie was lost before it told
                 anything cannot be found, so recall has a ceiling here
    in turns     sessions on browsers where two people made themselves known, given to the right
                 one
    welded       persons found that hold facts of two true people, by what: a strong key that
                 both gave (an office's number that nothing contradicts), or weak evidence (a
                 browser, a name), which would be a fault
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from headwater.identity.scoring import Score, pairwise
from headwater.workspace import Workspace
from headwater.world import World
from judging import judge
from welding import Evidence, Weld, find_welds


def told(name: str, score: Score) -> str:
    return f"  {name:12} precision {score.precision:.4f}  recall {score.recall:.4f}"


def told_welds(found: list[Weld], persons: int) -> str:
    by = Counter(weld.evidence for weld in found)
    strong = ", ".join(f"{kind} {by[kind]}" for kind in sorted(by) if kind != Evidence.WEAK)
    return (
        f"  welded       {len(found):,} of {persons:,} persons;"
        f" through a weak key: {by[Evidence.WEAK]};"
        f" through a strong key two people gave: {len(found) - by[Evidence.WEAK]} ({strong})"
    )


def run(events: int, seed: int) -> None:
    world = World(events=events, seed=seed)
    with tempfile.TemporaryDirectory() as folder, Workspace.open(Path(folder)) as workspace:
        for kind, table in world.batches():
            workspace.facts.append(kind, table)
        started = time.perf_counter()
        workspace.rebuild()
        took = time.perf_counter() - started
        truth = world.truth()
        judged = judge(workspace, truth)
        welds = find_welds(workspace, truth)
        shared = workspace.warehouse.query(
            "select reason, count(*) as keys from shared_keys group by reason order by reason"
        ).to_pylist()
        suggested = workspace.warehouse.query(
            "select count(*) as pairs from person_suggestions"
        ).to_pylist()[0]["pairs"]
    found = {person for person, _true in judged.facts}
    print(
        f"{events:,} events, seed {seed}: {len(judged.facts):,} facts of {len(found):,} persons"
    )
    print(told("facts", pairwise(judged.facts)))
    print(told("+ browsers", pairwise(judged.facts + judged.browsers)))
    print(told("all browsers", pairwise(judged.lost)))
    print(told_welds(welds, len(found)))
    right = sum(person in persons for person, persons in judged.in_turns)
    print(f"  in turns     {right:,} of {len(judged.in_turns):,} sessions given to who it was")
    apart = ", ".join(f"{row['keys']} {row['reason']}" for row in shared)
    print(f"  keys set apart: {apart}")
    print(f"  suggestions: {suggested:,} pairs;  rebuild {took:.1f} s")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=1_000_000)
    asked.add_argument("--seeds", default="1,2,3")
    given = asked.parse_args()
    for seed in given.seeds.split(","):
        run(given.events, int(seed))


if __name__ == "__main__":
    main()
