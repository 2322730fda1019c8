"""Who sent a request: the client's address and scheme, through proxies that are trusted."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, Final, NamedTuple

from headwater.capture.collector.headers import Headers
from headwater.domain.errors import ConfigError

LONGEST_KEPT: Final = 512
"""Bytes of headers of which the client is kept at hand: what is kept, strangers choose."""

Network = IPv4Network | IPv6Network
Scope = Any
"""The ASGI scope of one request."""


class Client(NamedTuple):
    """`is_local` tells a program on this machine that came through no proxy."""

    ip: str | None
    is_https: bool
    host: str
    is_local: bool


class Proxies:
    """The proxies whose word on the client is taken."""

    def __init__(self, networks: Iterable[str]) -> None:
        try:
            self._networks = tuple(ip_network(text.strip()) for text in networks)
        except ValueError as error:
            raise ConfigError(
                f"A trusted proxy is an address or a network, such as 10.0.0.0/8: {error}."
            ) from None
        self._trusts = lru_cache(maxsize=1024)(self._contains)
        self._told = lru_cache(maxsize=4096)(self._client)

    def client(self, scope: Scope, headers: Headers) -> Client:
        """Return the client: the nearest address of X-Forwarded-For that is no proxy of ours.

        What stands further left was written by the client and proves nothing.
        """
        peer, last = scope["client"], headers.last
        forwarded = last.get(b"x-forwarded-for")
        if forwarded is not None:
            forwarded = ",".join(headers.all("x-forwarded-for")).encode("latin-1")
        told = (
            forwarded,
            last.get(b"x-forwarded-proto"),
            last.get(b"x-forwarded-host"),
            last.get(b"host", b""),
        )
        is_short = sum([len(part) for part in told if part]) <= LONGEST_KEPT
        find = self._told if is_short else self._client
        return find((peer[0] if peer else None, scope["scheme"] == "https"), *told)

    def _client(
        self,
        connection: tuple[str | None, bool],
        forwarded: bytes | None,
        proto: bytes | None,
        forwarded_host: bytes | None,
        host: bytes,
    ) -> Client:
        address, is_https = connection
        name = host.decode("latin-1")
        if address is None or not self._trusts(address):
            return Client(address, is_https, name, is_local=False)
        if proto is not None:
            is_https = proto.strip().lower() == b"https"
        if forwarded is None:
            is_local = _is_loopback(address) and proto is None
            return Client(address, is_https, name, is_local)
        hops = [hop.strip().strip("[]") for hop in forwarded.decode("latin-1").split(",")]
        found = next((hop for hop in reversed(hops) if not self._trusts(hop)), hops[0])
        name = (forwarded_host or host).decode("latin-1")
        return Client(found if _is_address(found) else None, is_https, name, is_local=False)

    def _contains(self, address: str) -> bool:
        return in_networks(address, self._networks)


def in_networks(address: str, networks: Iterable[Network]) -> bool:
    """Tell whether an address, in whatever notation, is in one of the networks."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return any((mapped or parsed) in network for network in networks)


@lru_cache(maxsize=1024)
def _is_loopback(address: str) -> bool:
    return ip_address(address).is_loopback


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
