"""Who is a robot: by what an agent says of itself (`judge`), and by how it browses (`Limits`).

`is-bot` says which agents are robots'; the words of `agents.toml` correct it and sort what it
finds. Limits of behaviour are in `behaviour.toml`; the journeys' stage holds sessions to them.
"""

from headwater.capture.bots.limits import Limits
from headwater.capture.bots.verdicts import Robot, judge

__all__ = ["Limits", "Robot", "judge"]
