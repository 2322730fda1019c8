"""Internet addresses, kept only as far as they name a network, not a person."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, ip_address, ip_network
from typing import Final

from headwater.domain.errors import InputError

_LONGEST: Final = 64
_KEPT_BITS_V4: Final = 24
_KEPT_BITS_V6: Final = 48


def truncate(address: str) -> str:
    """Return the address with its host part zeroed (/24 or /48); InputError if it is none."""
    if len(address) > _LONGEST:
        raise InputError("is not an IP address")
    return _truncate(address)


@lru_cache(maxsize=65_536)
def _truncate(address: str) -> str:
    try:
        parsed = ip_address(address.strip("[]"))
    except (AddressValueError, ValueError):
        raise InputError("is not an IP address") from None
    if not isinstance(parsed, IPv4Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    bits = _KEPT_BITS_V4 if isinstance(parsed, IPv4Address) else _KEPT_BITS_V6
    return str(ip_network(f"{parsed}/{bits}", strict=False).network_address)
