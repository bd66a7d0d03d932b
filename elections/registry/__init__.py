"""The registry: who. It knows people and what they may do, and nothing of any ballot (protocol.md §1).

- `elections`, `candidacies`, `roll`, `codes`: an election from its model to the day it is sealed;
- `sealing`, `lifecycle`, `amendments`: what is fixed, the phases, and the holders' word on later changes;
- `register`: attempts and signatures of the casting act (protocol.md §6, steps 2 and 4);
- `accounts`, `sign_in`, `sessions`: who comes in, and that each attempt is counted;
- `ceremony`, `journal`: what holders hand in, and every act on record.

Rules of the room. Every operation takes the `Session` first and the hour `now` as an argument, and never
commits: the transaction is its caller's. A change of state and its journal entry are one function. Nothing
computed from a ballot ever enters, and no elector's name or number ever stands in the journal.
"""
