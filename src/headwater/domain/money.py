"""Money: a decimal amount in a currency. Stores hold whole minor units (cents) beside it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Final

from headwater.domain.errors import InputError

# ISO 4217: active codes by the number of digits after the decimal point.
_CODES: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP "
        "BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
        "GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT "
        "LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN "
        "NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
        "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED "
        "VES WST XCD YER ZAR ZMW ZWG HRK"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
}
EXPONENTS: Final[dict[str, int]] = {
    code: digits for digits, codes in _CODES.items() for code in codes.split()
}
"""Digits after the decimal point by ISO 4217 code."""

LARGEST_MINOR: Final = 2**53
"""Amounts beyond this cannot be shared out exactly in binary64 weights; they are refused."""


def exponent(currency: str) -> int:
    """Return the digits after the decimal point; raises InputError for an unknown code."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise InputError(
            f"'{currency}' is not an ISO 4217 currency code, such as EUR, USD or JPY."
        ) from None


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency; never mixed with another without a rate."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        exponent(self.currency)
        if not self.amount.is_finite():
            raise InputError(f"The amount {self.amount} is not a finite number.")

    @classmethod
    def of(cls, text: str | int | Decimal, currency: str) -> Money:
        """Read an amount written with a decimal point, such as `1234.50`."""
        try:
            return cls(Decimal(text), currency)
        except InvalidOperation:
            raise InputError(f"'{text}' is not an amount; write it like 1234.50.") from None

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Money:
        """Return the amount of whole minor units (cents)."""
        return cls(Decimal(minor).scaleb(-exponent(currency)), currency)

    def to_minor(self) -> int:
        """Return whole minor units, half to even; InputError beyond 2**53."""
        scaled = self.amount.scaleb(exponent(self.currency))
        minor = int(scaled.to_integral_value(rounding=ROUND_HALF_EVEN))
        if abs(minor) > LARGEST_MINOR:
            raise InputError(f"The amount {self.amount} {self.currency} is too large.")
        return minor

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise InputError(f"Cannot add {other.currency} to {self.currency} without a rate.")
        return Money(self.amount + other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)
