"""Where an arrival came from: ordered rules as data, applied on every rebuild.

`classify` gives the channel, source, medium, campaign and keyword of an `Arrival`; `explain`
also tells which rule decided and why. The rules and lists are in `data/`; `RuleSet` holds
them checked and compiled, with a version. Start at `classify`.
"""

from headwater.journeys.channels.arrival import Arrival, Origin
from headwater.journeys.channels.classify import Explanation, classify, explain
from headwater.journeys.channels.landing import parse_url_arrival
from headwater.journeys.channels.readings import Reading
from headwater.journeys.channels.rule_file import Rule, RuleFile
from headwater.journeys.channels.rules import RuleSet, default_rules

__all__ = [
    "Arrival",
    "Explanation",
    "Origin",
    "Reading",
    "Rule",
    "RuleFile",
    "RuleSet",
    "classify",
    "default_rules",
    "explain",
    "parse_url_arrival",
]
