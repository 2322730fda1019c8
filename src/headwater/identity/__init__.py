"""Stage 2 of 5. Says which facts and which visitors belong to the same person.

Reads:  facts that name someone.
Writes: key_sightings, person_keys, visitors, fact_persons, persons.
Start at `steps`; the decision who is one person is in `components`.
"""

from headwater.identity.steps import PERSON_VISITORS, STEPS

__all__ = ["PERSON_VISITORS", "STEPS"]
