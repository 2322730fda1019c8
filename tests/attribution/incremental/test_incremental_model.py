"""The incremental model says what would not have happened, and agrees with slow arithmetic."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from attribution.incremental import known_company as company
from headwater.attribution.data_driven import Bootstrap, Flag, count_paths
from headwater.attribution.incremental import Group, Holdout, Settings, incremental
from headwater.domain.words import BASELINE, NO_TOUCH

pytestmark = pytest.mark.slow


def conversions(given: pa.Table, settings: Settings | None = None) -> dict[str, float]:
    found = incremental(given, settings or Settings(), bootstrap=None).table
    return dict(
        zip(found["channel"].to_pylist(), found["conversions"].to_pylist(), strict=True)
    )


def test_the_page_s_example_comes_out_as_the_page_says() -> None:
    """4,000 persons met Ad, Mail, both or nothing: see docs/explanation/incremental.md."""
    given = pa.table(
        {
            "path": [[], ["Ad"], ["Mail"], ["Ad", "Mail"]],
            "conversions": [20, 40, 20, 40],
            "nulls": [980, 960, 980, 960],
        }
    )
    found = conversions(given, Settings(penalty=1e-6))
    assert found["Ad"] == pytest.approx(40.0, abs=0.01)
    assert found["Mail"] == pytest.approx(0.0, abs=0.01)
    assert found[BASELINE] == pytest.approx(60.0, abs=0.01)
    assert found[NO_TOUCH] == 20.0


def test_two_channels_share_what_they_add_together_as_the_page_says() -> None:
    rates = {(): 2 / 98, ("Ad",): 4 / 98, ("Mail",): 4 / 98, ("Ad", "Mail"): 8 / 98}  # odds
    given = pa.table(
        {
            "path": [list(path) for path in rates],
            "conversions": [1e6 * odds / (1 + odds) for odds in rates.values()],
            "nulls": [1e6 / (1 + odds) for odds in rates.values()],
        }
    )
    found = incremental(given, Settings(penalty=1e-6), bootstrap=None).table.to_pylist()
    alone, both = given["conversions"].to_pylist()[2:]
    for row in found[:2]:
        assert row["conversions"] == pytest.approx(alone * 0.490 + both * 0.3675, rel=1e-3)
        assert row["removed"] == pytest.approx(alone * 0.490 + both * 0.480, rel=2e-3)
    assert both / 1e6 == pytest.approx(0.0755, abs=5e-5)
    assert alone / 1e6 == pytest.approx(0.0392, abs=5e-5)


@pytest.mark.parametrize("penalty", [0.16, 20.0])
def test_effects_are_those_of_slow_steps_uphill(penalty: float) -> None:
    sets, common, rates = company.patterns()
    won, lost = 3000 * common * rates, 3000 * common * (1 - rates)
    found = incremental(
        company.table(sets, won, lost), Settings(penalty=penalty), bootstrap=None
    )
    assert found.effects is not None
    slow = company.slow_effects(sets, won, lost, penalty)
    assert found.effects["effect"].to_numpy() == pytest.approx(slow[1:], abs=1e-7)
    shown = found.table["conversions"].to_numpy()
    assert shown[:4] == pytest.approx(company.slow_added(sets, won, slow), abs=1e-5)


def test_removed_is_what_is_lost_when_one_channel_alone_is_gone() -> None:
    sets, common, rates = company.patterns()
    won, lost = 3000 * common * rates, 3000 * common * (1 - rates)
    found = incremental(company.table(sets, won, lost), Settings(penalty=0.5), bootstrap=None)
    effects = company.slow_effects(sets, won, lost, 0.5)
    here = company.chance(effects[0] + sets @ effects[1:])
    for channel in range(4):
        without = company.chance(
            effects[0] + sets @ effects[1:] - sets[:, channel] * effects[1 + channel]
        )
        lost_then = (won * (1 - without / here)).sum()
        assert found.table["removed"][channel].as_py() == pytest.approx(lost_then, rel=1e-6)
    assert found.table["removed"].to_pylist()[-2:] == [None, None]


def test_with_many_persons_the_true_increments_are_found() -> None:
    sets, common, rates = company.patterns()
    came = 1e8 * common
    found = conversions(company.table(sets, came * rates, came * (1 - rates)))
    truth = company.true_added(came)
    shown = [found[one] for one in [*company.CHANNELS, BASELINE]]
    assert shown == pytest.approx(truth, rel=1e-4, abs=1e-4 * truth.sum())


def test_a_channel_that_converts_no_better_than_nothing_adds_nothing() -> None:
    """Its last clicks are many; without it they would have come all the same."""
    given = pa.table(
        {
            "path": [["Ad"], ["Ad", "Brand"], ["Brand"], ["Mail"], ["Mail", "Brand"]],
            "conversions": [50, 50, 20, 20, 20],
            "nulls": [950, 950, 980, 980, 980],
        }
    )
    found = conversions(given)
    assert abs(found["Brand"]) < 1.0
    assert found["Ad"] > 50


def test_a_channel_that_puts_people_off_is_below_nought_and_shown_so() -> None:
    given, _ = company.by_chance(20_000, 1)
    rows = {row["channel"]: row for row in incremental(given, bootstrap=None).table.to_pylist()}
    assert rows["Social"]["conversions"] < 0
    assert Flag.NEGATIVE in rows["Social"]["flags"]
    assert Flag.NEGATIVE not in rows["Ad"]["flags"]


def test_all_rows_together_are_all_conversions_and_all_value() -> None:
    given, _ = company.by_chance(3000, 2)
    lonely = pa.table({"path": [[]], "conversions": [7.0], "value": [70.0], "nulls": [0.0]})
    whole = pa.concat_tables([given, lonely.cast(given.schema)])
    found = incremental(whole).table
    for name in ("conversions", "value"):
        assert sum(found[name].to_pylist()) == pytest.approx(sum(whole[name].to_pylist()))
    assert found["conversions"].to_pylist()[-1] == 7.0


def test_whole_cents_sum_to_the_cent() -> None:
    given, _ = company.by_chance(3000, 3)
    cents = (given["value"].to_numpy() * 333).astype(np.int64)
    found = incremental(given.drop_columns("value").append_column("value_minor", [cents])).table
    assert found["value_minor"].type == pa.int64()
    assert sum(found["value_minor"].to_pylist()) == int(cents.sum())
    assert found.column_names[:9] == [
        *["model", "channel", "conversions", "value_minor", "conversions_low"],
        *["conversions_high", "value_minor_low", "value_minor_high", "flags"],
    ]


def test_value_follows_the_conversions_it_came_with() -> None:
    """All sales are of one price, so value is shared as conversions are."""
    given, _ = company.by_chance(5000, 4)
    found = incremental(given, bootstrap=None).table
    assert found["value"].to_numpy() == pytest.approx(found["conversions"].to_numpy() * 10.0)


def test_persons_without_a_touch_who_did_not_convert_tell_the_baseline() -> None:
    """Ad alone was ever met: only the others say what would have come anyway."""
    alone = {"path": [["Ad"]], "conversions": [40.0], "nulls": [960.0]}
    more = {"path": [["Ad"], []], "conversions": [40.0, 10.0], "nulls": [960.0, 990.0]}
    blind = incremental(pa.table(alone), bootstrap=None)
    seen = incremental(pa.table(more), Settings(penalty=1e-6), bootstrap=None)
    assert blind.table["conversions"].to_pylist() == pytest.approx([0.0, 40.0, 0.0], abs=1e-6)
    assert seen.table["conversions"].to_pylist() == pytest.approx([30.0, 10.0, 10.0], abs=0.01)
    assert "inferred: everybody seen had a touch" in blind.table["flags"][1].as_py()
    assert seen.table["flags"][1].as_py() == [Flag.NO_VALUES]


def test_repeats_count_up_to_the_cap() -> None:
    """Each further mail adds as much again, up to two of them."""
    rates = [0.02, 0.04, 0.0769230769]  # odds double with each mail
    given = pa.table(
        {
            "path": [["Ad"], ["Ad", "Mail"], ["Mail", "Ad", "Mail"], ["Mail"] * 5 + ["Ad"]],
            "conversions": [10000 * rate for rate in (*rates, rates[2])],
            "nulls": [10000 * (1 - rate) for rate in (*rates, rates[2])],
        }
    )
    once = incremental(given, Settings(penalty=1e-9), bootstrap=None)
    twice = incremental(given, Settings(penalty=1e-9, cap=2), bootstrap=None)
    assert once.diagnostics is not None
    assert twice.diagnostics is not None
    assert (once.diagnostics.patterns, twice.diagnostics.patterns) == (2, 3)
    assert twice.effects is not None
    assert twice.effects["effect"][1].as_py() == pytest.approx(np.log(2), rel=0.03)


def test_campaigns_may_be_learned_and_channels_shown() -> None:
    given, _ = company.by_chance(20_000, 5)
    groups = {"Ad": "Paid", "Search": "Paid", "Social": "Paid"}
    apart = conversions(given)
    found = incremental(given, Settings(roll_up=groups), bootstrap=None)
    rows = dict(
        zip(
            found.table["channel"].to_pylist(),
            found.table["conversions"].to_pylist(),
            strict=True,
        )
    )
    assert list(rows) == ["Mail", "Paid", BASELINE, NO_TOUCH]
    assert rows["Paid"] == pytest.approx(apart["Ad"] + apart["Search"] + apart["Social"])
    assert rows["Mail"] == pytest.approx(apart["Mail"])
    assert found.effects is not None
    assert found.effects["channel"].to_pylist() == ["Paid", "Mail", "Paid", "Paid"]


def test_a_holdout_test_overrules_what_keen_people_pretend() -> None:
    """Keen people see Brand, so it seems to double the odds; a test says it does nothing."""
    given = pa.table(
        {
            "path": [["Ad"], ["Brand"], ["Ad", "Brand"], ["Mail"], ["Mail", "Brand"]],
            "conversions": [400, 400, 800, 200, 400],
            "nulls": [9600, 9600, 9200, 9800, 9600],
        }
    )
    test = Holdout("Brand", Group(1_000_000, 40_000), Group(1_000_000, 40_000))
    before, after = conversions(given), conversions(given, Settings(holdouts=(test,)))
    assert before["Brand"] > 400
    assert after["Brand"] == pytest.approx(0.0, abs=0.01)


def test_counts_and_tables_give_the_same() -> None:
    given, _ = company.by_chance(2000, 6)
    assert incremental(count_paths(given)).table.equals(incremental(given).table)


def test_the_penalty_holds_back_what_little_was_seen() -> None:
    few, _ = company.by_chance(150, 7)
    many, _ = company.by_chance(200_000, 7)
    penalties = []
    for given in (few, many):
        diagnostics = incremental(given, bootstrap=None).diagnostics
        assert diagnostics is not None
        penalties.append(diagnostics.penalty)
        assert len(diagnostics.foretold) == 8
    assert penalties[0] >= penalties[1] == 0.16


def test_where_conversions_end_the_path_each_touch_may_be_a_trial() -> None:
    """Who does not convert goes on to meet Brand, which then looks harmful; it is idle."""
    given = company.stopping()
    whole = incremental(given, bootstrap=None)
    each = incremental(given, Settings(each_touch=True, penalty=1e-6), bootstrap=None)
    assert whole.effects is not None
    assert each.effects is not None
    assert whole.effects["effect"].to_pylist()[1] < -1.0
    assert "null paths are longer" in whole.table["flags"][1].as_py()
    assert each.effects["effect"].to_pylist() == pytest.approx([1.0, 0.0], abs=1e-6)
    assert "null paths are longer" not in each.table["flags"][1].as_py()
    for found in (whole, each):
        assert sum(found.table["conversions"].to_pylist()) == pytest.approx(
            sum(given["conversions"].to_pylist())
        )


def test_each_touch_as_a_trial_knows_the_order_of_first_touches_and_the_cap() -> None:
    given = pa.table(
        {
            "path": [["A", "A", "B"], ["B", "A"], ["A"]],
            "conversions": [3.0, 2.0, 1.0],
            "nulls": [7.0, 8.0, 9.0],
        }
    )
    for cap, wanted in ((1, 3), (2, 5)):
        found = incremental(given, Settings(each_touch=True, cap=cap), bootstrap=Bootstrap(9))
        assert found.diagnostics is not None
        # Touches tried: 30 + 20 + 10; patterns A, B, AB, and with a cap of two AA and AAB.
        assert found.diagnostics.persons == 60
        assert found.diagnostics.conversions == 6
        assert found.diagnostics.patterns == wanted
