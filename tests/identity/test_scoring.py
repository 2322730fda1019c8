"""Persons found in the synthetic company, against those who there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.identity.scoring import Score, pairwise, welded
from headwater.workspace import Workspace
from headwater.world import World
from judging import judge
from welding import Evidence, Placed, find_welds, welds

SIGHTINGS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12)


@given(SIGHTINGS)
def test_pairs_are_counted_as_one_would_by_hand(sightings: list[tuple[int, int]]) -> None:
    pairs = [(a, b) for n, a in enumerate(sightings) for b in sightings[:n]]
    found = sum(a[0] == b[0] for a, b in pairs)
    true = sum(a[1] == b[1] for a, b in pairs)
    assert pairwise(sightings) == Score(sum(a == b for a, b in pairs), found, true)
    assert (welded(sightings) == 0) == (pairwise(sightings).precision == 1)


@pytest.mark.slow
def test_people_with_offices_slips_and_lost_cookies_are_told_apart(tmp_path: Path) -> None:
    world = World(events=60_000, seed=5)
    with Workspace.open(tmp_path) as workspace:
        for kind, table in world.batches():
            workspace.facts.append(kind, table)
        workspace.rebuild()
        truth = world.truth()
        judged = judge(workspace, truth)
        found = find_welds(workspace, truth)
    assert len(judged.facts) > 1_000
    assert pairwise(judged.facts).precision >= 0.99
    assert pairwise(judged.facts).recall >= 0.93
    assert pairwise(judged.facts + judged.browsers).precision >= 0.99
    assert pairwise(judged.lost).precision >= 0.99
    assert len(found) == welded(judged.facts)
    assert not [weld for weld in found if weld.evidence is Evidence.WEAK]


@pytest.mark.parametrize(
    ("facts", "evidence"),
    [
        ([("p", 1, "phone:1"), ("p", 2, "phone:1")], Evidence.PHONE),
        ([("p", 1, "email:a"), ("p", 2, "email:a"), ("p", 2, "phone:1")], Evidence.EMAIL),
        ([("p", 1, "email:a"), ("p", 2, "external:b")], Evidence.CHAIN),
        ([("p", 1, "phone:1"), ("p", 2)], Evidence.WEAK),
        ([("p", 1), ("p", 2)], Evidence.WEAK),
        ([("p", 1, "phone:1"), ("p", 2), ("p", 2, "phone:1")], Evidence.PHONE),
        ([("p", 1, "phone:1"), ("q", 2, "phone:2"), ("q", 2)], None),
    ],
)
def test_a_weld_is_weak_where_one_of_the_two_gave_no_key(
    facts: list[tuple[str, int, str]], evidence: Evidence | None
) -> None:
    found = welds(Placed(person, teller, tuple(keys)) for person, teller, *keys in facts)
    assert [weld.evidence for weld in found] == ([] if evidence is None else [evidence])
