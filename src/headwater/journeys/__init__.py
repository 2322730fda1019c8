"""Stage 3 of 5. Turns facts into sessions, touchpoints and the conversions they may lead to.

Reads:  facts, visitors, fact_persons, persons.
Writes: agents, origins, sessions, touchpoints, leads, deals, deal_stages, orders,
        spend_days, conversions.
Start at `steps.steps`; where an arrival came from is decided in `channels`, which can be used
alone: nothing is imported here, so that doing so needs no store and no engine.
"""
