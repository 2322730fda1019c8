"""Stage 2 of 5. Says which facts and which visitors belong to the same person.

Reads:  facts that name someone.
Writes: key_sightings, person_keys, shared_keys, visitors, fact_persons, person_suggestions,
        persons.
Start at `steps`; the decision who is one person is in `components`, which keys are shared by
several is found in `sharing`, and what users say of either is in `rulings`.
"""

from headwater.identity.steps import PERSON_VISITORS, STEPS, TOUCHED_PERSONS

__all__ = ["PERSON_VISITORS", "STEPS", "TOUCHED_PERSONS"]
