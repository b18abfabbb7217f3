"""Network addresses: which ones a request that leads outside may go to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_network

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_SPECIAL = tuple(
    map(
        ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
"""Ranges that only newer versions of `ipaddress`, or none, know not to be public (IANA's registries
of special-purpose addresses); 2001::/23 holds Teredo, 2002::/16 is 6to4."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether an address is on the public internet, and is not another one in disguise."""
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    special = address.is_multicast or any(address in network for network in _SPECIAL)
    return address.is_global and not special
