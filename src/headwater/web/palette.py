"""One colour per channel, the same on every screen and in every chart.

A channel keeps its hue whatever else is shown. Paid and unpaid of one kind share a family and
differ in lightness. `app.css` gives each number its hue, one for light and one for dark.
"""

from __future__ import annotations

from typing import Final
from zlib import crc32

NEUTRAL: Final = 0

_GROUPS: Final = {
    1: ("Paid Search", "Paid Shopping"),
    2: ("Organic Search", "Organic Shopping"),
    3: ("Paid Social",),
    4: ("Organic Social",),
    5: ("Email", "SMS", "Mobile Push Notifications"),
    6: ("Referral", "Affiliates"),
    7: ("Display", "Cross-network", "Paid Other"),
    8: ("Direct", "Unassigned"),
    9: ("Paid Video", "Organic Video", "Audio"),
    10: ("Offline",),
    11: ("AI Assistant",),
    12: ("Word of Mouth",),
}
_HUES: Final = {name: hue for hue, names in _GROUPS.items() for name in names}
_FREE: Final = (3, 6, 9, 10, 11, 12)
"""Hues that channels of a user's own rules take by their name."""


def hue(channel: str) -> int:
    """Return the number of a channel's colour: 1 to 12, or 0 for `(no touch)` and the like."""
    if not channel or channel.startswith("("):
        return NEUTRAL
    known = _HUES.get(channel)
    return known if known is not None else _FREE[crc32(channel.encode()) % len(_FREE)]
