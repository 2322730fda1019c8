"""A synthetic company with known truth, of any size from a seed.

Reads nothing but its own data files, writes facts through the fact store and the truth about
them as Parquet. Start at `world.World`; `story.tell` makes one chunk, `chronicle` turns it
into facts, `effects` says what each channel truly did.
"""

from headwater.world.habits import Exposure
from headwater.world.loading import load
from headwater.world.world import World

__all__ = ["Exposure", "World", "load"]
